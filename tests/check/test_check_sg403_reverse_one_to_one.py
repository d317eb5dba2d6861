"""SG403: the far side of a one-to-one relation that may not be there."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings

CODE = "SG403"
SAVED = "@receiver(post_save, sender=Order)\ndef f(sender, instance, created, **kwargs):\n"
PROFILE = """\
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    pass


class Profile(models.Model):
    user = models.{field}({target}, on_delete=models.CASCADE, related_name="{name}")
"""
USER_HEAD = "from django.conf import settings\nfrom django.db.models.signals import post_save\nfrom django.dispatch import receiver\n"
USER_SAVED = "@receiver(post_save, sender=settings.AUTH_USER_MODEL)\ndef f(sender, instance, **kwargs):\n    instance.profile.save()"


def user_project(
    target="settings.AUTH_USER_MODEL", *, field="OneToOneField", name="profile", mark=""
):
    return {
        "shop/settings.py": 'AUTH_USER_MODEL = "shop.User"\n',
        "shop/models.py": PROFILE.format(target=target, field=field, name=name),
        "shop/signals.py": USER_HEAD + USER_SAVED + mark + "\n",
    }


MAKER = "@receiver(post_save, sender={})\ndef g(sender, instance, created, **kwargs):\n    if created:\n        {}\n"


@pytest.mark.parametrize(
    ("maker", "severity"),
    [
        (MAKER.format("Order", "Invoice.objects.create(order=instance)"), "info"),
        (MAKER.format("Order", "Invoice(order=instance).save()"), "info"),
        (MAKER.format("'shop.Order'", "Invoice.objects.get_or_create(order=instance)"), "info"),
        (MAKER.format("Order", "Line.objects.create(order=instance)"), "warning"),
        (MAKER.format("Tag", "Invoice.objects.create(order=instance)"), "warning"),
        ("", "warning"),
    ],
)
def test_where_another_receiver_makes_the_row_of_new_ones_it_is_information(maker, severity):
    source = HEAD + maker + SAVED + "    instance.invoice.save()\n"
    assert [item.severity for item in findings(source, CODE)] == [severity]


FLAGGED = [
    SAVED + "    instance.invoice.save()  # SG403\n",
    SAVED + "    print(instance.invoice)  # SG403\n",
    SAVED + "    if instance.invoice:  # SG403\n        print()\n",
    SAVED
    + "    if created:\n        print()\n    else:\n        instance.invoice.save()  # SG403\n",
    "def f(sender, **kwargs):\n    order = kwargs['instance']\n    order.invoice.delete()  # SG403\npost_save.connect(f, Order)\n",
]
SILENT = [
    SAVED + "    if hasattr(instance, 'invoice'):\n        instance.invoice.save()\n",
    SAVED
    + "    if not hasattr(instance, 'invoice'):\n        return\n    instance.invoice.save()\n",
    SAVED + "    print(getattr(instance, 'invoice', None))\n",
    SAVED
    + "    try:\n        instance.invoice.save()\n    except Invoice.DoesNotExist:\n        print()\n",
    SAVED
    + "    if created:\n        Invoice.objects.create(order=instance)\n    instance.invoice.save()\n",
    SAVED + "    Invoice.objects.get_or_create(order=instance)\n    instance.invoice.save()\n",
    SAVED
    + "    if created:\n        Invoice(order=instance).save()\n    instance.invoice.save()\n",
    SAVED + "    instance.invoice = Invoice()\n    instance.invoice.save()\n",
    SAVED
    + "    if Invoice.objects.filter(order=instance).exists():\n        instance.invoice.save()\n",
    SAVED + "    instance.user.save()\n",
    "@receiver(post_save, sender=Tag)\ndef f(sender, instance, **kwargs):\n    instance.invoice.save()\n",
    "@receiver(post_save)\ndef f(sender, instance, **kwargs):\n    instance.invoice.save()\n",
    "@receiver(post_delete, sender=Order)\ndef f(sender, instance, **kwargs):\n    instance.invoice.save()\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(HEAD + source, CODE)


@pytest.mark.parametrize("target", ["settings.AUTH_USER_MODEL", "User", '"shop.User"', '"User"'])
def test_every_way_to_name_the_user_model_counts(target):
    assert_flags(user_project(target, mark="  # SG403"), CODE)


@pytest.mark.parametrize(
    "project",
    [
        user_project(field="AutoOneToOneField"),
        user_project(field="ForeignKey"),
        user_project(name="card"),
        user_project(name="+"),
        user_project('"shop.Elsewhere"'),
    ],
)
def test_other_fields_are_left_alone(project):
    assert_silent(project, CODE)
