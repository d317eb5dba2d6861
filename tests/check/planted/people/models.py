from django.contrib.auth.models import AbstractUser
from django.db import models


class Person(AbstractUser):
    nickname = models.CharField(max_length=40, blank=True)
    logins = models.PositiveIntegerField(default=0)


class Card(models.Model):
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="card")
    number = models.CharField(max_length=20, blank=True)
