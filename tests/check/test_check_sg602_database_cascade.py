"""SG602: a deletion that the database does itself, and that receivers wait for."""

import pytest
from check_kit import assert_flags, assert_silent

CODE = "SG602"
IMPORTS = (
    "from django.db.models.signals import post_delete, post_save, pre_delete\n"
    "from django.dispatch import receiver\nfrom shop.models import Cover, Order, Line, Note\n"
)
MODELS = (
    "from django.db import models\n"
    "class Order(models.Model): ...\n"
    "class Line(models.Model):\n    order = models.ForeignKey(Order, {})\n"
    "class Note(models.Model):\n    line = models.ForeignKey(Line, on_delete=models.CASCADE)\n"
    "class Cover(Line): ...\n"
)
BY_NAME, BY_PLACE = "on_delete=models.DB_CASCADE", "models.DB_CASCADE"
HEARS = "@receiver({}, sender={})  # SG602\ndef f(sender, instance, **kwargs): ...\n"


def app(on_delete, text):
    return {"shop/models.py": MODELS.format(on_delete), "shop/signals.py": IMPORTS + text}


FLAGGED = [
    app(BY_NAME, HEARS.format("post_delete", "Line")),
    app(BY_PLACE, HEARS.format("pre_delete", "Line")),
    app(BY_NAME, HEARS.format("[pre_delete, post_delete]", "'shop.Line'")),
    app(BY_NAME, HEARS.format("post_delete", "Note")),
    app(BY_NAME, HEARS.format("post_delete", "Cover")),
    app(BY_NAME, "def f(sender, **kwargs): ...\npost_delete.connect(f, sender=Line)  # SG602\n"),
]


def quiet(signal, sender):
    return HEARS.format(signal, sender).replace("  # SG602", "")


SILENT = [
    app("on_delete=models.CASCADE", quiet("post_delete", "Line")),
    app("on_delete=models.DB_SET_NULL, null=True", quiet("post_delete", "Line")),
    app(BY_NAME, quiet("post_save", "Line")),
    app(BY_NAME, quiet("post_delete", "Order")),
    app(BY_NAME, quiet("post_delete", "elsewhere.Thing")),
]


@pytest.mark.parametrize("files", FLAGGED)
def test_it_flags(files):
    assert_flags(files, CODE)


@pytest.mark.parametrize("files", SILENT)
def test_it_stays_silent(files):
    assert_silent(files, CODE)


def test_a_receiver_that_hears_of_the_parent_too_is_right():
    files = app(BY_NAME, "@receiver(pre_delete, sender=Order)\n" + quiet("pre_delete", "Line"))
    assert_silent(files, CODE)
