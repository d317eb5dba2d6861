from django.core.exceptions import ValidationError
from django.db import models


def is_barcode(value):
    """Return whether the last digit is the sum of the others, modulo ten."""
    return len(value) == 8 and value.isdigit() and sum(map(int, value[:-1])) % 10 == int(value[-1])


class Shelf(models.Model):
    name = models.CharField(max_length=20, unique=True)
    parcel_count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "shelves"

    def __str__(self):
        return self.name


class Parcel(models.Model):
    """A parcel is booked in by its barcode: no made-up value creates a row."""

    barcode = models.CharField(max_length=8, unique=True)
    shelf = models.ForeignKey(Shelf, null=True, blank=True, on_delete=models.SET_NULL, related_name="parcels")
    weight = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=20, default="received")

    def __str__(self):
        return self.barcode

    def save(self, *args, **kwargs):
        if not is_barcode(self.barcode):
            raise ValidationError({"barcode": "Not the barcode of a parcel."})
        super().save(*args, **kwargs)
