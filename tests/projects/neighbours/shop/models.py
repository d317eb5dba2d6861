from auditlog.registry import auditlog
from django.db import models
from django_fsm import FSMField, transition
from easy_thumbnails.fields import ThumbnailerImageField
from model_utils import FieldTracker
from simple_history.models import HistoricalRecords


class Product(models.Model):
    name = models.CharField(max_length=80)
    price = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    history = HistoricalRecords()
    tracker = FieldTracker()


class AuditEntry(models.Model):
    action = models.CharField(max_length=20)
    object_id = models.CharField(max_length=40)
    data = models.JSONField(default=dict)


class PriceChange(models.Model):
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="changes")
    field = models.CharField(max_length=40)
    old_value = models.CharField(max_length=80)
    new_value = models.CharField(max_length=80)


class Order(models.Model):
    status = FSMField(default="new")

    @transition(field=status, source="new", target="paid")
    def pay(self):
        pass


class StatusChange(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="changes")
    old_status = models.CharField(max_length=20)
    new_status = models.CharField(max_length=20)


class Photo(models.Model):
    image = ThumbnailerImageField(upload_to="photos/")


class Article(models.Model):
    title = models.CharField(max_length=200)


class Team(models.Model):
    name = models.CharField(max_length=40)
    is_open = models.BooleanField(default=True)
    member_count = models.PositiveIntegerField(default=0)


class Player(models.Model):
    name = models.CharField(max_length=40)
    teams = models.ManyToManyField(Team, through="Membership", related_name="players")


class Membership(models.Model):
    player = models.ForeignKey(Player, on_delete=models.CASCADE)
    team = models.ForeignKey(Team, on_delete=models.CASCADE)


auditlog.register(Product)
