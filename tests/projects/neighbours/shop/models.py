from auditlog.registry import auditlog
from django.db import models
from django_fsm import FSMField, transition
from easy_thumbnails.fields import ThumbnailerImageField
from imagekit.models import ImageSpecField
from imagekit.processors import ResizeToFill
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
    history = HistoricalRecords()

    @transition(field=status, source="new", target="paid")
    def pay(self):
        pass


class StatusChange(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="changes")
    old_status = models.CharField(max_length=20)
    new_status = models.CharField(max_length=20)


class Photo(models.Model):
    image = ThumbnailerImageField(upload_to="photos/")
    small = ImageSpecField(source="image", processors=[ResizeToFill(10, 10)], format="PNG")


class Scan(models.Model):
    file = models.FileField(upload_to="scans/")
    history = HistoricalRecords()


class Tag(models.Model):
    name = models.CharField(max_length=40)


class Article(models.Model):
    title = models.CharField(max_length=200)
    slug = models.SlugField(unique=True, blank=True)
    comment_count = models.PositiveIntegerField(default=0)
    points = models.IntegerField(default=0)
    tags = models.ManyToManyField(Tag, related_name="articles", blank=True)
    history = HistoricalRecords()


class Comment(models.Model):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="comments")
    points = models.IntegerField(default=0)
    history = HistoricalRecords()


class Customer(models.Model):
    name = models.CharField(max_length=80)
    email = models.EmailField(blank=True)
    city = models.CharField(max_length=40, blank=True)
    history = HistoricalRecords()


class Profile(models.Model):
    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="profile")
    language = models.CharField(max_length=10, default="de")
    history = HistoricalRecords()


class LoginEvent(models.Model):
    event = models.CharField(max_length=20)
    user_id = models.BigIntegerField(null=True)
    address = models.CharField(max_length=45, blank=True)


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


for model in (Product, Order, Photo, Article, Comment, Customer, Profile, Player, Team):
    auditlog.register(model)
