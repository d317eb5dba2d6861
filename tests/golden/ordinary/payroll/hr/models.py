from django.conf import settings
from django.db import models


class Department(models.Model):
    name = models.CharField(max_length=80, unique=True)
    code = models.CharField(max_length=4, unique=True)
    head = models.ForeignKey("Employee", on_delete=models.SET_NULL, null=True, blank=True, related_name="heads")
    headcount = models.PositiveIntegerField(default=0)
    salary_total = models.DecimalField(max_digits=12, decimal_places=2, default=0)

    def __str__(self):
        return self.name


class Employee(models.Model):
    class Status(models.TextChoices):
        PROBATION = "probation", "Probation"
        ACTIVE = "active", "Active"
        LEFT = "left", "Left"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="employee")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="employees")
    manager = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="reports")
    employee_no = models.CharField(max_length=12, unique=True, blank=True)
    salary = models.DecimalField(max_digits=10, decimal_places=2)
    hired_on = models.DateField()
    probation_ends = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROBATION)
    skills = models.ManyToManyField("Skill", related_name="employees", blank=True)

    def __str__(self):
        return self.employee_no


class Skill(models.Model):
    name = models.CharField(max_length=50, unique=True)
    allowance = models.DecimalField(max_digits=7, decimal_places=2, default=0)


class SalaryChange(models.Model):
    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="salary_changes")
    old_salary = models.DecimalField(max_digits=10, decimal_places=2)
    new_salary = models.DecimalField(max_digits=10, decimal_places=2)
    percent = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    changed_at = models.DateTimeField(auto_now_add=True)


class LeaveBalance(models.Model):
    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="leave_balances")
    year = models.PositiveSmallIntegerField()
    days_total = models.PositiveSmallIntegerField(default=25)
    days_used = models.PositiveSmallIntegerField(default=0)

    class Meta:
        unique_together = [("employee", "year")]


class LeaveRequest(models.Model):
    class Status(models.TextChoices):
        REQUESTED = "requested", "Requested"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"

    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="leave_requests")
    start = models.DateField()
    end = models.DateField()
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.REQUESTED)
    decided_at = models.DateTimeField(null=True, blank=True)


class Payslip(models.Model):
    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="payslips")
    period = models.DateField()
    gross = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    tax = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    net = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    allowance = models.DecimalField(max_digits=8, decimal_places=2, default=0)
