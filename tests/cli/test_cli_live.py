"""``manage.py signalgen list --live`` in a real Django project: receivers, senders, uids and order are those of Django."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest
from cli_kit import PROJECT, make_project
from test_cli_django import MANAGE, SETTINGS, manage

from signalgen.cli.jsonout import output_schema
from signalgen.cli.plain import run

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


class Counter:
    def __call__(self, **kwargs):
        print(kwargs)


counter = Counter()
post_save.connect(counter, sender=Group)
m2m_changed.connect(first, sender=User.user_permissions)
if not Order:
    post_save.connect(second, sender=Group)
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
        ("first", "auth.User.user_permissions", "", "both"),
        ("second", "orders.Order", "orders.second", "both"),
        ("first", "orders.Order", "", "both"),
        ("local", "auth.Group", "", "both"),
        ("__call__", "auth.Group", "", "both"),
        ("dropped", "orders.Order", "", "read only"),
        ("second", "auth.Group", "", "read only"),
    ]
    assert own[-1]["reason"] == "it is connected only if not Order"
    reasons = {row["receiver"].rpartition(".")[2]: row["reason"] for row in own[:-1]}
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


CALLS = """
import io
import json
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
import django
django.setup()
from django.core.management import call_command
found = []
for words in {words!r}:
    out = io.StringIO()
    call_command("signalgen", *words.split(), "--live", "--format", "json", stdout=out)
    found.append(json.loads(out.getvalue()))
print(json.dumps(found))
"""
LATER = """

def later(sender, instance, **kwargs):
    Group.objects.create(name="late")


def connect_later():
    post_save.connect(later, sender=Order)


post_save.connect(first, sender=Order, dispatch_uid="orders.again")
globals()["connect_" + "later"]()
"""


def called(root: Path, *words: str) -> list[dict]:
    """Return the JSON of several commands in one running project."""
    (root / "calls.py").write_text(CALLS.format(words=words))
    done = manage(root, "calls.py")
    assert done.code == 0, done
    answers = json.loads(done.out)
    for one in answers:
        jsonschema.validate(one, output_schema())
    return answers


def names(steps: list[dict]) -> list[str]:
    return [step["name"].rpartition(".")[2] for step in steps]


def test_trace_and_why_have_djangos_receivers_and_their_order_and_read_what_they_do(django: Path):
    text = (django / "orders/receivers.py").read_text()
    (django / "orders/receivers.py").write_text(text + LATER)
    trace, relation, why, other, missing = called(
        django,
        "trace orders.Order save",
        "trace auth.User m2m:groups",
        "why orders.Order post_save",
        "why auth.Group post_save",
        "why orders.Order post_save dropped",
    )
    (signal,) = [one for one in trace["trace"]["steps"] if one["kind"] == "signal"]
    assert names(signal["steps"]) == ["second", "first", "first", "later"]
    assert all(step["when"] == [] for step in signal["steps"])
    (group,) = [one for one in signal["steps"][-1]["steps"] if one["kind"] == "write"]
    heard = [step for one in group["steps"] for step in one["steps"]]
    assert names(heard) == ["local", "__call__"]
    assert set(names(step for one in relation["trace"]["steps"] for step in one["steps"])) == {
        "joined"
    }
    chains = {one["receiver"].rpartition(".")[2]: one for one in why["why"]}
    assert list(chains) == ["second", "first", "later", "dropped"]
    told = {
        name: [link for link in one["links"] if link["answer"] == "no"]
        for name, one in chains.items()
    }
    assert (told["second"], told["later"]) == ([], [])
    assert (
        "2 times: for orders.Order; for orders.Order, with the dispatch_uid"
        in told["first"][0]["says"]
    )
    assert {link["answer"] for link in chains["later"]["links"] if "effective" in link["asks"]} == {
        "yes"
    }
    assert {one["receiver"].rpartition(".")[2] for one in other["why"]} >= {"local", "__call__"}
    (chain,) = missing["why"]
    assert [link["asks"] for link in chain["links"] if link["answer"] == "no"][0] in (
        "it stays connected",
        "the running project has it connected",
    )


@pytest.mark.parametrize("words", [("trace", "Order"), ("why", "Order", "post_save")])
def test_outside_of_a_running_project_it_is_refused(django: Path, capsys, words: tuple[str, ...]):
    assert run([*words, "--live", "--project", str(django)]) == 2
    assert "python manage.py signalgen" in capsys.readouterr().err
