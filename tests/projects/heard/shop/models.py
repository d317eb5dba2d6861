import reversion
from django.db import models
from django_fsm import FSMField, transition
from mptt.models import MPTTModel, TreeForeignKey
from polymorphic.models import PolymorphicModel
from safedelete.models import SOFT_DELETE_CASCADE, SafeDeleteModel
from simple_history.models import HistoricalRecords
from sortedm2m.fields import SortedManyToManyField
from taggit.managers import TaggableManager
from wagtail.models import Page


class Heard(models.Model):
    what = models.CharField(max_length=80)
    text = models.CharField(max_length=200, blank=True)


class Article(models.Model):
    title = models.CharField(max_length=80)
    tags = TaggableManager()


class Photo(models.Model):
    title = models.CharField(max_length=80)
    tags = TaggableManager()


class Playlist(models.Model):
    title = models.CharField(max_length=80)
    photos = SortedManyToManyField(Photo)


class Folder(SafeDeleteModel):
    _safedelete_policy = SOFT_DELETE_CASCADE
    name = models.CharField(max_length=80)


class Paper(SafeDeleteModel):
    _safedelete_policy = SOFT_DELETE_CASCADE
    folder = models.ForeignKey(Folder, on_delete=models.CASCADE)
    name = models.CharField(max_length=80)


class Board(models.Model):
    shapes = models.IntegerField(default=0)


class Shape(PolymorphicModel):
    board = models.ForeignKey(Board, on_delete=models.CASCADE)


class Circle(Shape):
    radius = models.IntegerField(default=1)


class Section(MPTTModel):
    name = models.CharField(max_length=80)
    parent = TreeForeignKey("self", null=True, blank=True, on_delete=models.CASCADE)


class Product(models.Model):
    name = models.CharField(max_length=80)
    history = HistoricalRecords()


@reversion.register
class Rule(models.Model):
    text = models.CharField(max_length=80)


class Order(models.Model):
    status = FSMField(default="new")

    @transition(field=status, source="new", target="paid", on_error="failed")
    def pay(self, broken=False):
        if broken:
            raise LookupError


class StoryPage(Page):
    text = models.CharField(max_length=80, blank=True)
