"""A Django project whose models are hard to make rows of."""

from __future__ import annotations

SETTINGS = """
SECRET_KEY = "zoo"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sites",
    "accounts",
    "library",
    "zoo",
]
AUTH_USER_MODEL = "accounts.User"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
"""
MANAGE = """
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
"""
ACCOUNTS = """
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(unique=True)
    born = models.DateField()
    objects = BaseUserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["born"]
"""
LIBRARY = """
from django.db import models


class Tag(models.Model):
    word = models.CharField(max_length=9)


class Shelf(models.Model):
    number = models.IntegerField(unique=True)
"""
MODELS = """
import uuid
from decimal import Decimal

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.text import slugify
from model_utils.models import TimeStampedModel

from library.models import Shelf
from library.models import Tag as Word

KINDS = (("a", "A"), ("b", "B"))


class Numbered(models.Model):
    code = models.CharField(max_length=12, unique=True)

    class Meta:
        abstract = True


class Upper(models.CharField):
    def get_prep_value(self, value):
        return str(value).upper()


class Everything(models.Model):
    char = models.CharField(max_length=3)
    text = models.TextField()
    slug = models.SlugField()
    email = models.EmailField()
    url = models.URLField()
    yes = models.BooleanField()
    whole = models.IntegerField()
    small = models.SmallIntegerField()
    large = models.BigIntegerField()
    positive = models.PositiveIntegerField()
    positive_small = models.PositiveSmallIntegerField()
    positive_large = models.PositiveBigIntegerField()
    floating = models.FloatField()
    decimal = models.DecimalField(max_digits=4, decimal_places=2)
    moment = models.DateTimeField()
    day = models.DateField()
    clock = models.TimeField()
    duration = models.DurationField()
    key = models.UUIDField()
    data = models.JSONField()
    file = models.FileField()
    path = models.FilePathField()
    ip = models.GenericIPAddressField()
    raw = models.BinaryField()
    upper = Upper(max_length=8)


class Unique(models.Model):
    char = models.CharField(max_length=8, unique=True)
    blank = models.CharField(max_length=40, unique=True, blank=True)
    text = models.TextField(unique=True)
    slug = models.SlugField(unique=True)
    email = models.EmailField(unique=True)
    url = models.URLField(unique=True)
    whole = models.IntegerField(unique=True)
    large = models.BigIntegerField(unique=True)
    floating = models.FloatField(unique=True)
    decimal = models.DecimalField(max_digits=12, decimal_places=2, unique=True)
    moment = models.DateTimeField(unique=True)
    day = models.DateField(unique=True)
    duration = models.DurationField(unique=True)
    key = models.UUIDField(unique=True)
    ip = models.GenericIPAddressField(unique=True)


class Renamed(models.Model):
    name = models.CharField(max_length=9)
    things = models.Manager()


class LiveManager(models.Manager["Hidden"]):
    def get_queryset(self):
        return super().get_queryset().filter(live=True)


class Hidden(models.Model):
    live = models.BooleanField(default=False)
    objects = LiveManager()


class Checked(models.Model):
    class Colour(models.TextChoices):
        RED = "red", "Red"
        BLUE = "blue", "Blue"

    name = models.CharField(max_length=20)
    slug = models.SlugField()
    contact = models.EmailField()
    page = models.URLField(null=True)
    shelf = models.ForeignKey(Shelf, models.CASCADE, null=True)
    colour = models.CharField(max_length=5, choices=Colour.choices)
    kind = models.CharField(max_length=1, choices=KINDS)
    size = models.IntegerField(choices=[(3, "small"), (5, "large")])

    def save(self, *args, **kwargs):
        self.full_clean()
        super().save(*args, **kwargs)


class Slugged(models.Model):
    title = models.CharField(max_length=30)
    slug = models.SlugField(unique=True, editable=False)

    def save(self, *args, **kwargs):
        self.slug = slugify(self.title)
        super().save(*args, **kwargs)


class Country(models.Model):
    iso = models.CharField(max_length=8, primary_key=True)


class Serial(models.Model):
    number = models.IntegerField(primary_key=True)


class Token(models.Model):
    id = models.UUIDField(primary_key=True)
    country = models.ForeignKey(Country, models.CASCADE)


class Comment(models.Model):
    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.PositiveIntegerField()
    content_object = GenericForeignKey("content_type", "object_id")
    text = models.TextField()


class Note(models.Model):
    kind = models.ForeignKey(ContentType, models.CASCADE)
    row = models.CharField(max_length=36)

    class Meta:
        unique_together = ("kind", "row")


class Contrib(models.Model):
    group = models.ForeignKey(Group, models.CASCADE)
    permission = models.OneToOneField(Permission, models.CASCADE)
    site = models.ForeignKey("sites.Site", models.CASCADE)
    user = models.ForeignKey(get_user_model(), models.CASCADE)


class Translation(models.Model):
    language = models.CharField(max_length=8)
    key = models.CharField(max_length=80)
    nth = models.IntegerField(default=0)

    class Meta:
        unique_together = [["language", "key"]]
        constraints = [models.UniqueConstraint(fields=["key", "nth"], name="key_nth")]


class Tag(Numbered):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tags")
    word = models.ForeignKey(Word, models.CASCADE, null=True, related_name="+")


class Important(Tag):
    why = models.CharField(max_length=9)


class Loud(Tag):
    class Meta:
        proxy = True


class Labelled(models.Model):
    tag = models.ForeignKey("zoo.Tag", models.CASCADE, related_name="%(class)s_rows")
    word = models.ForeignKey("library.Tag", models.CASCADE)
    shelf = models.OneToOneField(Shelf, models.CASCADE, primary_key=True)
    groups = models.ManyToManyField(Group, related_name="labelled")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "word"], name="one")]

    @property
    def title(self):
        return self.tag.code


class General(models.Model):
    shelf = models.ForeignKey(Shelf, models.CASCADE)


class Special(General):
    pass


class Stamped(TimeStampedModel):
    total = models.DecimalField(max_digits=6, decimal_places=2)


class Unmanaged(models.Model):
    name = models.CharField(max_length=9)

    class Meta:
        managed = False


class Node(models.Model):
    parent = models.ForeignKey("self", models.CASCADE)


class Left(models.Model):
    right = models.ForeignKey("Right", models.CASCADE)


class Right(models.Model):
    left = models.ForeignKey(Left, models.CASCADE)


class Below(models.Model):
    left = models.ForeignKey(Left, models.CASCADE)
"""

FILES = {
    "manage.py": MANAGE,
    "settings.py": SETTINGS,
    "accounts/__init__.py": "",
    "accounts/models.py": ACCOUNTS,
    "library/__init__.py": "",
    "library/models.py": LIBRARY,
    "zoo/__init__.py": "",
    "zoo/models.py": MODELS,
}
"""The project's files by path."""

NEVER = {"Numbered", "Unmanaged", "Node", "Left", "Right", "Below"}
"""Models of which no row can be made: abstract, without a table, or in a cycle."""
