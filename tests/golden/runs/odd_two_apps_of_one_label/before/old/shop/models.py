from django.db import models


class Parcel(models.Model):
    status = models.CharField(max_length=20)
