from django.conf import settings
from django.db import models


class Room(models.Model):
    name = models.CharField(max_length=40)
    is_busy = models.BooleanField(default=False)

    def __str__(self):
        return self.name


class Doctor(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="doctor")
    specialty = models.CharField(max_length=80)
    fee = models.DecimalField(max_digits=8, decimal_places=2)
    slot_minutes = models.PositiveSmallIntegerField(default=30)
    rooms = models.ManyToManyField(Room, related_name="doctors", blank=True)
    is_accepting_patients = models.BooleanField(default=True)

    def __str__(self):
        return f"Dr. {self.user.last_name}"


class Patient(models.Model):
    full_name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    record_number = models.CharField(max_length=12, unique=True, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    no_show_count = models.PositiveSmallIntegerField(default=0)
    last_visit = models.DateField(null=True, blank=True)

    def __str__(self):
        return self.full_name


class Appointment(models.Model):
    class Status(models.TextChoices):
        BOOKED = "booked", "Booked"
        COMPLETED = "completed", "Completed"
        NO_SHOW = "no_show", "No show"
        CANCELLED = "cancelled", "Cancelled"

    doctor = models.ForeignKey(Doctor, on_delete=models.PROTECT, related_name="appointments")
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="appointments")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.BOOKED)
    reminder_sent = models.BooleanField(default=False)
    notes = models.TextField(blank=True)

    class Meta:
        ordering = ["starts_at"]


class Invoice(models.Model):
    appointment = models.OneToOneField(Appointment, on_delete=models.CASCADE, related_name="invoice")
    number = models.CharField(max_length=20, unique=True, blank=True)
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    is_paid = models.BooleanField(default=False)
    issued_on = models.DateField(auto_now_add=True)


class LabResult(models.Model):
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="lab_results")
    ordered_by = models.ForeignKey(Doctor, on_delete=models.SET_NULL, null=True, related_name="lab_results")
    test_name = models.CharField(max_length=80)
    value = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)


class AuditLog(models.Model):
    action = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    details = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
