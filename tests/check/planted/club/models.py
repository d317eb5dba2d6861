from django.db import models


class Member(models.Model):
    name = models.CharField(max_length=40)
    seen = models.PositiveIntegerField(default=0)


class Visit(models.Model):
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="visits")


class Trace(models.Model):
    table = models.CharField(max_length=80)
