from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models


class Specialty(models.Model):
    name = models.CharField(max_length=80, unique=True)
    doctor_count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = 'specialties'

    def __str__(self):
        return self.name


class Department(models.Model):
    name = models.CharField(max_length=80, unique=True)
    is_open = models.BooleanField(default=True)

    def __str__(self):
        return self.name


class Doctor(models.Model):
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    email = models.EmailField(unique=True)
    license_number = models.CharField(
        max_length=12, unique=True, validators=[RegexValidator(r'^[A-Z]{2}\d{6}$')]
    )
    slug = models.SlugField(max_length=120, unique=True, blank=True)
    fee = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    photo = models.FileField(upload_to='doctors/', blank=True)
    is_active = models.BooleanField(default=True)
    specialties = models.ManyToManyField(Specialty, blank=True, related_name='doctors')
    departments = models.ManyToManyField(Department, blank=True, related_name='doctors')

    def __str__(self):
        return f'{self.first_name} {self.last_name}'


class DoctorProfile(models.Model):
    doctor = models.OneToOneField(Doctor, on_delete=models.CASCADE, related_name='profile')
    biography = models.TextField(blank=True)
    languages = models.CharField(max_length=200, default='en')

    def __str__(self):
        return f'Profile of {self.doctor}'


class Appointment(models.Model):
    doctor = models.ForeignKey(Doctor, on_delete=models.CASCADE, related_name='appointments')
    patient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name='appointments'
    )
    starts_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return f'{self.patient} with {self.doctor}'


class AuditEntry(models.Model):
    action = models.CharField(max_length=40)
    doctor_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f'{self.action} {self.doctor_id}'
