from django.db import models


class Shelf(models.Model):
    name = models.CharField(max_length=40)
    crates = models.ManyToManyField("Crate", through="Place", related_name="shelves")


class Crate(models.Model):
    label = models.CharField(max_length=40)


class Place(models.Model):
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE)
    crate = models.ForeignKey(Crate, on_delete=models.CASCADE)
    row = models.PositiveIntegerField(default=0)


class Label(models.Model):
    text = models.CharField(max_length=40)
    crates = models.ManyToManyField(Crate, related_name="labels")


class Seal(models.Model):
    crate = models.OneToOneField(Crate, on_delete=models.CASCADE, related_name="seal")
