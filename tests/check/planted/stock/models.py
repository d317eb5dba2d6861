from django.db import models


class Bin(models.Model):
    name = models.CharField(max_length=40)
    filled = models.PositiveIntegerField(default=0)


class Move(models.Model):
    bin = models.ForeignKey(Bin, on_delete=models.CASCADE, related_name="moves")
    amount = models.IntegerField(default=0)
