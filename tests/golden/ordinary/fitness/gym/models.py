from django.conf import settings
from django.db import models
from django.utils import timezone


class Plan(models.Model):
    name = models.CharField(max_length=60)
    price = models.DecimalField(max_digits=7, decimal_places=2)
    duration_days = models.PositiveIntegerField(default=30)

    def __str__(self):
        return self.name


class Member(models.Model):
    class Status(models.TextChoices):
        PROSPECT = "prospect", "Prospect"
        ACTIVE = "active", "Active"
        FROZEN = "frozen", "Frozen"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="gym_member")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROSPECT)
    streak = models.PositiveIntegerField(default=0)
    visit_count = models.PositiveIntegerField(default=0)
    weight_goal = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)

    def __str__(self):
        return self.user.get_full_name()


class Membership(models.Model):
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="memberships")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="memberships")
    start_date = models.DateField(default=timezone.localdate)
    end_date = models.DateField(null=True, blank=True)
    price_paid = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    is_active = models.BooleanField(default=True)


class GymClass(models.Model):
    title = models.CharField(max_length=80)
    trainer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="gym_classes")
    starts_at = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField(default=12)
    participants = models.ManyToManyField(Member, related_name="classes", blank=True)
    is_full = models.BooleanField(default=False)


class CheckIn(models.Model):
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="checkins")
    date = models.DateField(default=timezone.localdate)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-date"]


class WorkoutSet(models.Model):
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="sets")
    exercise = models.CharField(max_length=60)
    weight = models.DecimalField(max_digits=6, decimal_places=1)
    reps = models.PositiveSmallIntegerField()
    volume = models.DecimalField(max_digits=8, decimal_places=1, default=0)
    is_record = models.BooleanField(default=False)
    done_at = models.DateTimeField(default=timezone.now)


class Achievement(models.Model):
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="achievements")
    code = models.CharField(max_length=30)
    earned_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        unique_together = [("member", "code")]
