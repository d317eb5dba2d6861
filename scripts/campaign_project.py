"""The Django project that the campaign generates into: models of many shapes, and services that do nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SETTINGS = '''"""Settings of the campaign's project."""

from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "campaign"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "accounts",
    "shop",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
MIGRATION_MODULES = {"auth": None, "contenttypes": None}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = BASE_DIR / "media"
USE_TZ = True
'''

MANAGE = '''"""Django's command line."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
'''

ACCOUNTS = '''"""People."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person with a telephone."""

    phone = models.CharField(max_length=20, blank=True)
'''

MODELS = '''"""The shop's models, of as many shapes as there are."""

import uuid

from django.conf import settings
from django.db import models


class Stamped(models.Model):
    """Says when."""

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class Tag(models.Model):
    """A word."""

    name = models.CharField(max_length=40, unique=True)
    slug = models.SlugField(blank=True)
    weight = models.PositiveSmallIntegerField(default=0)
    shown = models.BooleanField(default=True)

    def __str__(self):
        return self.name


class Category(models.Model):
    """A tree."""

    name = models.CharField(max_length=60)
    position = models.PositiveIntegerField()
    active = models.BooleanField(default=False)
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")

    def __str__(self):
        return self.name


class Supplier(models.Model):
    """Who delivers."""

    name = models.TextField()
    email = models.EmailField(unique=True)
    website = models.URLField()
    rating = models.FloatField()
    trusted = models.BooleanField()
    since = models.DateField()
    address = models.GenericIPAddressField()

    def __str__(self):
        return self.name


class Product(Stamped):
    """What is sold."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        LIVE = "live", "Live"
        GONE = "gone", "Gone"

    code = models.UUIDField(default=uuid.uuid4, editable=False)
    sku = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=100)
    price = models.DecimalField(max_digits=9, decimal_places=2)
    stock = models.IntegerField(default=0)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    visible = models.BooleanField(default=True)
    released = models.DateTimeField(null=True, blank=True)
    lifetime = models.DurationField(null=True, blank=True)
    data = models.JSONField(default=dict)
    sheet = models.FileField(upload_to="sheets", blank=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="products")
    supplier = models.ForeignKey(Supplier, models.SET_NULL, null=True, blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="products")

    class Meta:
        constraints = []

    def __str__(self):
        return self.name


class Download(Product):
    """A product of its own table."""

    size = models.BigIntegerField()
    link = models.URLField(blank=True)


class Bestseller(Product):
    """The same rows by another name."""

    class Meta:
        proxy = True


class Customer(models.Model):
    """Who buys, by a key of its own."""

    class Level(models.IntegerChoices):
        NEW = 1
        REGULAR = 2

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE)
    nickname = models.CharField(max_length=30)
    level = models.IntegerField(choices=Level.choices, default=Level.NEW)
    points = models.SmallIntegerField(default=0)
    newsletter = models.BooleanField(default=False)
    favourites = models.ManyToManyField(Product, blank=True)

    def __str__(self):
        return self.nickname


class Order(Stamped):
    """A purchase with products through lines."""

    class Status(models.TextChoices):
        OPEN = "open"
        PAID = "paid"

    number = models.SlugField(unique=True)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="orders")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    note = models.TextField(blank=True)
    total = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    gift = models.BooleanField(default=False)
    paid_at = models.DateTimeField(null=True, blank=True)
    products = models.ManyToManyField(Product, through="Line", related_name="orders")

    def __str__(self):
        return self.number


class Line(models.Model):
    """One product of an order."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT)
    quantity = models.PositiveIntegerField(default=1)
    text = models.CharField(max_length=50, blank=True)
    packed = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "product"], name="one_line_for_a_product")]

    def __str__(self):
        return self.text


class Invoice(models.Model):
    """The bill of an order."""

    order = models.OneToOneField(Order, models.CASCADE, primary_key=True)
    title = models.CharField(max_length=3)
    amount = models.PositiveBigIntegerField()
    sent = models.BooleanField(default=False)
    due = models.DateTimeField()
    paper = models.FileField(upload_to="bills")

    def __str__(self):
        return self.title


class Ticket(models.Model):
    """Checks itself when it is saved."""

    subject = models.CharField(max_length=20)
    priority = models.IntegerField(default=1)
    closed = models.BooleanField(default=False)

    def save(self, *args, **kwargs):
        self.full_clean()
        super().save(*args, **kwargs)

    def __str__(self):
        return self.subject


class AuditEntry(models.Model):
    """What happened."""

    label = models.CharField(max_length=60)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.label


class Counter(models.Model):
    """A number with a name."""

    name = models.CharField(max_length=20, unique=True)
    value = models.IntegerField(default=0)

    def __str__(self):
        return self.name
'''

SERVICES = '''"""What the shop does to the world: here nothing."""

from contextlib import contextmanager


def push(message, **options):
    """Send a message."""
    return bool(message or options)


async def apush(message, **options):
    """Send a message."""
    return bool(message or options)


def reindex(model, pk):
    """Bring the search up to date."""
    return model, pk


def render_text(template, **values):
    """Return a text."""
    return f"{template} {sorted(values)}"


@contextmanager
def lock(name):
    """Hold a lock."""
    yield name


class Ledger:
    """Books."""

    @classmethod
    def open(cls, name):
        """Return a ledger."""
        return cls() if name else None

    def book(self, text, amount):
        """Write a line."""
        return text, amount
'''

EVENTS = '''"""Signals of the shop."""

from django.dispatch import Signal

global_events = Signal()
row_event = Signal()
'''


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one model that a body may speak of, by kind; ``m2m`` are its many-to-many fields."""

    kinds: Mapping[str, str]
    m2m: tuple[str, ...] = ()
    choice: str = ""
    changes: tuple[str, ...] = field(default=())


MODELS_FIELDS: dict[str, Fields] = {
    "Tag": Fields(
        {"text": "name", "number": "weight", "flag": "shown"}, (), "", ("name", "weight")
    ),
    "Category": Fields(
        {"text": "name", "number": "position", "flag": "active", "parent": "parent"},
        (),
        "",
        ("name", "parent"),
    ),
    "Supplier": Fields(
        {"text": "name", "number": "rating", "flag": "trusted"}, (), "", ("email", "trusted")
    ),
    "Product": Fields(
        {
            "text": "name",
            "number": "stock",
            "flag": "visible",
            "choice": "status",
            "moment": "released",
            "parent": "category",
        },
        ("tags",),
        "Product.Status.LIVE",
        ("status", "price", "category"),
    ),
    "Download": Fields(
        {"text": "name", "number": "size", "flag": "visible", "moment": "released"},
        (),
        "",
        ("size",),
    ),
    "Bestseller": Fields({"text": "name", "number": "stock", "flag": "visible"}, (), "", ("name",)),
    "Customer": Fields(
        {
            "text": "nickname",
            "number": "points",
            "flag": "newsletter",
            "choice": "level",
            "parent": "user",
        },
        ("favourites",),
        "Customer.Level.REGULAR",
        ("nickname", "level"),
    ),
    "Order": Fields(
        {
            "text": "note",
            "number": "total",
            "flag": "gift",
            "choice": "status",
            "moment": "paid_at",
            "parent": "customer",
        },
        ("products",),
        "Order.Status.PAID",
        ("status", "note", "customer"),
    ),
    "Line": Fields(
        {"text": "text", "number": "quantity", "flag": "packed", "parent": "product"},
        (),
        "",
        ("quantity",),
    ),
    "Invoice": Fields(
        {"text": "title", "number": "amount", "flag": "sent", "moment": "due", "parent": "order"},
        (),
        "",
        ("amount", "sent"),
    ),
    "Ticket": Fields(
        {"text": "subject", "number": "priority", "flag": "closed"}, (), "", ("closed",)
    ),
}


def files(style: str, django: str, *, typed: bool, circular: bool) -> dict[str, str]:
    """Return the project's files by path; ``circular``: its models import the app's signals."""
    tool = f'[tool.signalgen]\ntests = "{style}"\n' + ("typed = true\n" if typed else "")
    pytest = '\n[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = "config.settings"\npython_files = ["test*.py"]\n'
    deps = f'dependencies = ["Django=={django}.*", "celery>=5.4"]\n'
    return {
        "pyproject.toml": f'[project]\nname = "campaign"\nversion = "1"\n{deps}\n{tool}{pytest}',
        "manage.py": MANAGE,
        "config/__init__.py": "",
        "config/settings.py": SETTINGS,
        "accounts/__init__.py": "",
        "accounts/models.py": ACCOUNTS,
        "shop/__init__.py": "",
        "shop/models.py": MODELS
        + ("\n\nfrom . import signals  # noqa: E402, F401\n" if circular else ""),
        **({"shop/signals.py": '"""Signals."""\n'} if circular else {}),
        "shop/services.py": SERVICES,
        "shop/events.py": EVENTS,
    }


def write(root: Path, content: Mapping[str, str]) -> None:
    """Write ``content`` below ``root``."""
    for path, text in content.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
