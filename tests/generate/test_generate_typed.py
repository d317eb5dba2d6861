"""Typed projects: what is generated has the types of the project, and mypy's strict mode nothing to say."""

from __future__ import annotations

import importlib.util

import pytest
from generate_kit import APPS, SETTINGS, again, build, python, run, spec_text

from signalgen.generating import remove
from signalgen.index import read_project
from signalgen.spec import read_spec

STRICT = """
[tool.mypy]
strict = true
plugins = ["mypy_django_plugin.main"]

[tool.django-stubs]
django_settings_module = "config.settings"
"""
MODELS = """
import uuid

from django.conf import settings
from django.db import models


class Label(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=20)


class Order(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE)
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="bought", on_delete=models.CASCADE)
    status = models.CharField(max_length=20, default="new")
    total = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    placed = models.DateTimeField(auto_now_add=True)
    paid = models.BooleanField(default=False)
    extra = models.JSONField(default=dict)
    labels = models.ManyToManyField(Label)
    twins = models.ManyToManyField("self")


class Rush(Order):
    until = models.DateField(null=True)
"""
PERSON = """
from django.contrib.auth.models import AbstractUser
from django.db import models


class Person(AbstractUser):
    nick = models.CharField(max_length=20)
"""
READY = '''
from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        """Start."""
        print("shop")
'''
USERS = {
    "config/settings.py": SETTINGS.replace('"crm", "shop"', '"crm", "shop", "accounts"').replace(
        '"shop": None', '"shop": None, "accounts": None'
    )
    + 'AUTH_USER_MODEL = "accounts.Person"\n',
    "accounts/__init__.py": "",
    "accounts/models.py": PERSON,
    "accounts/apps.py": APPS.format("Accounts", "accounts"),
}
FILES = {"pyproject.toml": STRICT, "shop/models.py": MODELS, "shop/apps.py": READY, **USERS}
SPEC = """
model: Order
celery_tasks:
- {name: declared, args: [order_id, 'when: datetime']}
- {name: by_name, args: [label_id, what]}
- {name: both_ways, args: [value]}
handlers:
- name: person_saved
  model: settings.AUTH_USER_MODEL
  signal: post_save
  on_create: welcome.delay(instance.pk, instance.nick.lower(), f"{instance.nick}!")
- name: order_saved
  signal: post_save
  on_create: |
    ship.delay(instance.pk, instance.status, instance.total, instance.placed.isoformat(), instance.paid, created)
    told.delay(order_id=instance.pk, owner=instance.owner_id, buyer=instance.buyer_id, nick=instance.buyer.nick)
    both_ways.delay(instance.pk)
    loose.delay(instance.extra)
- {name: rush_saved, model: Rush, signal: post_save, on_update: "rush.delay(instance.pk, instance.until)"}
- {name: labelled, field: labels, signal: m2m_changed, on_add: "label.delay(instance.pk, sorted(pk_set))"}
- {name: either, field: labels, signal: m2m_changed, body: "logger.info('%s %s', reverse, pk_set)"}
- {name: twinned, field: twins, signal: m2m_changed, on_add: "twin.delay(list(pk_set))"}
- {name: came, signal: user_logged_in, body: "seen.delay(user.pk, user.nick); logger.info(user.nick)"}
- {name: left, signal: user_logged_out, body: "logger.info('%s', user and user.nick)"}
- name: gone
  signal: post_delete
  enqueue: [{task: forget, on: delete, args: [instance.pk, instance.status]}, {task: both_ways, on: delete, args: [str(instance.pk)]}]
signals:
- name: settled
  sender: Order
  args: {order: Order, n: int, by: Decimal}
  handlers: [{name: note_settled, body: "done.delay(order.pk, n, by)"}]
"""
SIGNATURES = """
by_name(label_id: UUID, what: Any)
both_ways(value: int | str)
declared(order_id: int, when: datetime)
done(order_id: int, n: int, by: Decimal)
forget(instance_id: int, status: str)
label(instance_id: int, pk_set: list[UUID])
loose(extra: Any)
rush(instance_id: int, until: date | None)
seen(user_id: int, nick: str)
ship(instance_id: int, status: str, total: Decimal, arg4: str, paid: bool, created: bool)
told(order_id: int, owner: int | None, buyer: int, nick: str)
twin(pk_set: list[int])
welcome(instance_id: int, arg2: str, arg3: str)
"""


def joined(text: str) -> str:
    return " ".join(text.replace(",\n)", "\n)").split()).replace("( ", "(").replace(" )", ")")


def test_the_types_are_those_of_the_project(tmp_path):
    root = build(tmp_path, FILES)
    outcome = run(root, SPEC).write()
    tasks, receivers = (
        joined(outcome.text("shop/tasks.py")),
        joined(outcome.text("shop/signals.py")),
    )
    missing = [line for line in SIGNATURES.strip().split("\n") if f"def {line}" not in tasks]
    assert missing == []
    assert 'user: "Person", **kwargs' in receivers
    assert 'user: "Person | None"' in receivers
    assert receivers.count("pk_set: set[UUID] | None") == 1
    assert "pk_set: set[UUID | int] | None" in receivers
    assert "pk_set: set[int] | None" in receivers
    assert "def ready(self) -> None:" in outcome.text("shop/apps.py")
    assert again(root, SPEC) == []
    if importlib.util.find_spec("mypy_django_plugin") is not None:
        files = [
            f"shop/{name}" for name in ("apps.py", "signals.py", "tasks.py", "senders.py", "tests")
        ]
        python(root, "-m", "mypy", "--cache-dir", "/dev/null", *files)
    python(root, "manage.py", "test", "-v0")
    read = read_spec(spec_text(SPEC).encode(), file="spec0.yaml", source="spec0.yaml")
    taken = {file.path: file.after for file in remove([read], read_project(root)).changed}
    assert taken["shop/apps.py"].decode() == READY.lstrip("\n")


LINE = '{name: a, model: Order, signal: post_save, body: "logger.info(instance.pk)"}'


@pytest.mark.parametrize(
    ("apps", "lines"),
    [
        (
            READY.replace("def ready(self):", "def ready( self ) :  # started"),
            "    def ready( self )  -> None:  # started",
        ),
        (
            READY.replace("def ready(self):", 'def ready(self) -> "None":'),
            '    def ready(self) -> "None":',
        ),
        (
            READY.replace("def ready(self):", "def ready(\n        self,\n    ):"),
            "        self,\n    ) -> None:",
        ),
        (
            READY.split("    def", maxsplit=1)[0] + "    def ready(self): print(1)\n",
            "    def ready(self) -> None:",
        ),
    ],
)
def test_ready_that_is_there_is_retyped_where_mypy_asks(apps, lines, tmp_path):
    root = build(tmp_path, {**FILES, "shop/apps.py": apps})
    spec = f"handlers: [{LINE}]\n"
    assert f"\n{lines}\n" in run(root, spec).write().text("shop/apps.py")
    python(root, "manage.py", "check")
    assert again(root, spec) == []


@pytest.mark.parametrize(
    ("files", "spec"),
    [
        ({"pyproject.toml": ""}, f"typed: true\nhandlers: [{LINE}]\n"),
        ({"pyproject.toml": STRICT}, f"typed: false\nhandlers: [{LINE}]\n"),
        (
            {
                "pyproject.toml": STRICT
                + '[[tool.mypy.overrides]]\nmodule = "shop.*"\ndisallow_untyped_defs = false\n'
            },
            f"handlers: [{LINE}]\n",
        ),
        (
            {
                "shop/apps.py": READY.replace(
                    "print", "from . import signals  # noqa: F401\n        print"
                ),
                "shop/signals.py": "",
            },
            f"handlers: [{LINE}]\n",
        ),
    ],
    ids=["typed alone", "not typed", "an override", "loaded already"],
)
def test_ready_of_others_stays_as_it_is(files, spec, tmp_path):
    outcome = run(build(tmp_path, {**FILES, **files}), spec)
    assert "    def ready(self):\n" in outcome.text("shop/apps.py")


@pytest.mark.parametrize(
    ("files", "spec", "line"),
    [
        pytest.param(
            {"config/settings.py": SETTINGS, "accounts/models.py": ""},
            'handlers: [{name: a, signal: user_logged_in, body: "job.delay(user.pk)"}]\n',
            'user: "User", **kwargs',
            id="the stock user",
        ),
        pytest.param(
            {
                "config/settings.py": USERS["config/settings.py"].replace(
                    "accounts.Person", "people.Person"
                )
            },
            'handlers: [{name: a, signal: user_logged_in, body: "job.delay(user.pk)"}]\n',
            "user: AbstractBaseUser, **kwargs",
            id="a user that is not read",
        ),
        pytest.param(
            {
                "shop/models.py": MODELS.replace(
                    "models.UUIDField(primary_key=True", "Key(primary_key=True"
                ).replace("class Label", "from shop.fields import Key\n\n\nclass Label"),
                "shop/fields.py": "from django.db.models import UUIDField\n\n\nclass Key(UUIDField):\n    pass\n",
            },
            'handlers: [{name: a, model: Order, field: labels, signal: m2m_changed, on_add: "job.delay(list(pk_set))"}]\n',
            "pk_set: set[Any] | None",
            id="a field of its own",
        ),
        pytest.param(
            {"shop/signals.py": "UUID = 3\n"},
            'handlers: [{name: a, model: Order, field: labels, signal: m2m_changed, on_add: "job.delay(list(pk_set))"}]\n',
            "pk_set: set[Any] | None",
            id="a name that is taken",
        ),
    ],
)
def test_a_type_that_is_not_certain_stays_general(files, spec, line, tmp_path):
    outcome = run(build(tmp_path, {**FILES, **files}), spec)
    assert line in joined(outcome.text("shop/signals.py"))
