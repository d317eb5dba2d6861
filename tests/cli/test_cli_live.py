"""``manage.py signalgen list --live`` in a real Django project: receivers, senders, uids and order are those of Django."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jsonschema
import pytest
from cli_kit import PROJECT, make_project
from test_cli_django import MANAGE, SETTINGS, manage

from signalgen.cli.jsonout import output_schema

if TYPE_CHECKING:
    from pathlib import Path

RECEIVERS = """\
from django.db.models.signals import m2m_changed, post_save
from django.dispatch import receiver
from django.contrib.auth.models import Group, User

from orders.models import Order


@receiver(post_save, sender=Order, dispatch_uid="orders.second")
def second(sender, instance, **kwargs):
    print(instance)


@receiver(post_save, sender=Order)
def first(sender, instance, **kwargs):
    print(instance)


@receiver(m2m_changed, sender=User.groups.through)
def joined(sender, instance, **kwargs):
    print(instance)


def dropped(sender, instance, **kwargs):
    print(instance)


post_save.connect(dropped, sender=Order)
post_save.disconnect(dropped, sender=Order)


def made(model):
    def local(sender, instance, **kwargs):
        print(instance)

    post_save.connect(local, sender=model, weak=False)


for model in [Group]:
    made(model)
"""
APPS = """\
from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):
        from orders import receivers  # noqa: F401
"""


@pytest.fixture
def django(tmp_path: Path) -> Path:
    apps = '"signalgen", "django.contrib.auth", "django.contrib.contenttypes"]'
    settings = SETTINGS.replace('"signalgen"]', apps)
    root = make_project(tmp_path / "project", manage=MANAGE, settings=settings)
    (root / "orders/receivers.py").write_text(RECEIVERS)
    (root / "orders/apps.py").write_text(APPS)
    return root


def listed(root: Path) -> list[dict]:
    done = manage(root, "manage.py", "signalgen", "list", "--live", "--format", "json")
    assert done.code == 0, done
    jsonschema.validate(done.json, output_schema())
    return done.json["registrations"]


def test_it_has_what_django_has_in_its_order_and_says_what_differs(django: Path):
    rows = listed(django)
    own = [row for row in rows if row["path"]]
    assert [
        (row["receiver"].rpartition(".")[2], row["sender"], row["uid"], row["seen"])
        for row in own
        if row["signal"] in ("post_save", "m2m_changed")
    ] == [
        ("joined", "auth.User.groups.through", "", "both"),
        ("second", "orders.Order", "orders.second", "both"),
        ("first", "orders.Order", "", "both"),
        ("local", "auth.Group", "", "both"),
        ("dropped", "orders.Order", "", "read only"),
    ]
    reasons = {row["receiver"].rpartition(".")[2]: row["reason"] for row in own}
    assert reasons["first"] == reasons["second"] == ""
    assert "the sender is known only at run time" in reasons["local"]
    assert "disconnected" in reasons["dropped"]
    packages = [row for row in rows if not row["path"]]
    assert packages
    assert {row["reason"] for row in packages} == {"a package connects it"}


def test_a_receiver_that_nothing_imports_says_so(django: Path):
    (django / "orders/apps.py").write_text(PROJECT.get("orders/apps.py", ""))
    reasons = {row["reason"] for row in listed(django) if row["seen"] == "read only"}
    assert reasons == {"Django never calls it: not loaded", "its module is not imported"}


def test_the_table_has_a_column_for_the_difference(django: Path):
    done = manage(django, "manage.py", "signalgen", "list", "--live", "--receiver", "dropped")
    assert done.code == 0
    assert "DIFFERS" in done.out
    assert "read only: " in done.out
