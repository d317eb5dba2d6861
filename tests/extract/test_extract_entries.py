"""``signalgen extract``: what each receiver becomes, and which ones stay in the code."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import TYPE_CHECKING

import jsonschema
import pytest

import signalgen
from signalgen.cli.jsonout import output_schema
from signalgen.cli.plain import run

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
from functools import wraps

from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_migrate, post_save, pre_save
from django.dispatch import receiver

from shop.models import Entry, Order, Special, Tag, remember
from shop.tasks import announce

LIMIT = 3


"""
FILES = {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n',
    "config/__init__.py": "",
    "config/settings.py": 'INSTALLED_APPS = ["shop.apps.ShopConfig"]\n',
    "shop/__init__.py": "",
    "shop/apps.py": (
        "from django.apps import AppConfig\n\n\nclass ShopConfig(AppConfig):\n    name = 'shop'\n\n"
        "    def ready(self):\n        from shop import handlers\n"
    ),
    "shop/models.py": (
        "from django.db import models\n\n\nclass Tag(models.Model):\n    name = models.CharField(max_length=9)\n\n\n"
        "class Order(models.Model):\n    total = models.IntegerField()\n    tags = models.ManyToManyField(Tag)\n\n\n"
        "class Special(models.Model):\n    total = models.IntegerField()\n\n\n"
        "class Entry(models.Model):\n    order = models.ForeignKey(Order, on_delete=models.CASCADE)\n\n\n"
        "def remember(order):\n    Entry.objects.create(order=order)\n"
    ),
    "shop/tasks.py": (
        "from celery import shared_task\n\n\n@shared_task\ndef announce(pk):\n    print(pk)\n"
    ),
}


def project(folder: Path, code: str) -> Path:
    """Write a project whose receivers are ``code``."""
    for path, text in {**FILES, "shop/handlers.py": HEAD + dedent(code).lstrip("\n")}.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of the project but signalgen's own."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".signalgen" not in path.parts
    }


def handler(text: str) -> dict[str, object]:
    """Return the only handler of a spec, without what all of them have."""
    import yaml

    (found,) = yaml.safe_load(text)["handlers"]
    assert found.pop("module") == "handlers"
    return {key: value for key, value in found.items() if key not in ("name", "signal", "model")}


def on(signal: str, body: str, *, sender: str = "Order", parameters: str = "") -> str:
    """Return the code of one receiver."""
    lines = dedent(body).strip("\n").replace("\n", "\n    ")
    return (
        f"@receiver({signal}, sender={sender})\n"
        f"def heard(sender, instance, {parameters}**kwargs):\n    {lines}\n"
    )


SAVED = "created, "
TAKEN = [
    pytest.param(
        on("post_save", "remember(instance)"),
        {"raw": "run", "body": "remember(instance)\n"},
        id="a body",
    ),
    pytest.param(
        on("post_save", "if created:\n    # the first\n    remember(instance)", parameters=SAVED),
        {"raw": "run", "on_create": "# the first\nremember(instance)\n"},
        id="a branch",
    ),
    pytest.param(
        on(
            "post_save",
            "if not created:\n    print(instance.pk)\nelse:\n    remember(instance)",
            parameters=SAVED,
        ),
        {"raw": "run", "on_create": "remember(instance)\n", "on_update": "print(instance.pk)\n"},
        id="both branches, the other way round",
    ),
    pytest.param(
        on(
            "post_save",
            "if kwargs.get('raw', False):\n    return\nif not kwargs['created']:\n    return\nremember(instance)",
        ),
        {"on_create": "remember(instance)\n"},
        id="early returns, arguments out of kwargs",
    ),
    pytest.param(
        on(
            "post_save",
            "if created and instance.total > LIMIT:\n    remember(instance)",
            parameters=SAVED,
        ),
        {
            "raw": "run",
            "when": "created and instance.total > LIMIT",
            "body": "remember(instance)\n",
        },
        id="a condition of two",
    ),
    pytest.param(
        on("post_delete", "if instance.total != 3:\n    return\nprint(instance.total)"),
        {"when": "instance.total == 3", "body": "print(instance.total)\n"},
        id="a guard",
    ),
    pytest.param(
        on("pre_save", '"""Round it."""\ninstance.total = round(instance.total)'),
        {
            "raw": "run",
            "description": "Round it.",
            "body": "instance.total = round(instance.total)\n",
        },
        id="a docstring",
    ),
    pytest.param(
        on("post_save", "announce.delay(instance.pk)"),
        {
            "raw": "run",
            "body": "announce.delay(instance.pk)\n",
            "defer_tasks": False,
            "defer_effects": False,
        },
        id="a task that does not wait",
    ),
    pytest.param(
        on("post_save", "transaction.on_commit(lambda: announce.delay(instance.pk))"),
        {"raw": "run", "body": "transaction.on_commit(lambda: announce.delay(instance.pk))\n"},
        id="a task that waits",
    ),
    pytest.param(
        "@receiver(post_save, sender=Order)\ndef heard(**kwargs):\n"
        "    instance = kwargs['instance']\n    remember(instance)\n",
        {"raw": "run", "body": "remember(instance)\n"},
        id="an argument that is unpacked",
    ),
    pytest.param(
        on(
            "m2m_changed",
            "if action == 'post_clear' and not reverse:\n    remember(instance)",
            sender="Order.tags.through",
            parameters="action, reverse, ",
        ),
        {
            "field": "tags",
            "raw": "run",
            "body": "if action == 'post_clear' and not reverse:\n    remember(instance)\n",
        },
        id="a many-to-many field",
    ),
    pytest.param(
        on("post_save", 'print("""one\n  two\n""", instance.pk)'),
        {"raw": "run", "body": 'print("""one\n      two\n    """, instance.pk)\n'},
        id="a string over lines",
    ),
    pytest.param(
        on("post_save", "remember(instance)").replace("Order)", 'Order, dispatch_uid="once")'),
        {"dispatch_uid": "once", "raw": "run", "body": "remember(instance)\n"},
        id="a uid",
    ),
    pytest.param(
        on("post_save", "remember(instance)").partition("\n")[2]
        + "\n\npost_save.connect(heard, sender=Order)\n",
        {"raw": "run", "body": "remember(instance)\n"},
        id="connect()",
    ),
]


@pytest.mark.parametrize(("code", "entry"), TAKEN)
def test_a_receiver_becomes_an_entry_and_adopting_it_changes_no_byte(tmp_path, code, entry):
    root = project(tmp_path, code)
    found = signalgen.extract(root)
    assert [one.reason for one in found.left] == []
    (spec,) = found.specs
    assert handler(spec.text) == entry
    before = contents(root)
    changes = signalgen.generate(signalgen.load_spec(spec.text), root, adopt=True)
    assert [file.path for file in changes.files if file.before != file.after] == [
        ".signalgen/shop.json"
    ]
    changes.apply()
    assert contents(root) == before
    again = signalgen.generate(signalgen.load_spec(spec.text), root)
    assert [file.path for file in again.files if file.before != file.after] == []


LEFT = [
    pytest.param(
        "def make():\n    def heard(sender, instance, **kwargs):\n        remember(instance)\n\n"
        "    post_save.connect(heard, sender=Order, weak=False)\n\n\nmake()\n",
        "inside another function",
        id="nested",
    ),
    pytest.param(
        "class Handlers:\n    @staticmethod\n    @receiver(post_save, sender=Order)\n"
        "    def heard(sender, instance, **kwargs):\n        remember(instance)\n",
        "it is a method",
        id="method",
    ),
    pytest.param(
        "@receiver(post_save, sender=Order)\n@transaction.atomic\n"
        "def heard(sender, instance, **kwargs):\n    remember(instance)\n",
        "decorated with @transaction.atomic",
        id="decorated",
    ),
    pytest.param(
        "if LIMIT:\n\n    @receiver(post_save, sender=Order)\n"
        "    def heard(sender, instance, **kwargs):\n        remember(instance)\n",
        "under a condition",
        id="conditional",
    ),
    pytest.param(
        "def heard(sender, instance, **kwargs):\n    remember(instance)\n\n\n"
        "for model in (Order, Special):\n    post_save.connect(heard, sender=model)\n",
        "under a condition or in a loop",
        id="loop",
    ),
    pytest.param(
        "@receiver(post_save, sender=remember)\ndef heard(sender, instance, **kwargs):\n    print(instance)\n",
        "",
        id="a sender that is no model",
    ),
    pytest.param(
        "@receiver(post_save, sender=Order)\n@receiver(post_delete, sender=Special)\n"
        "def heard(sender, instance, **kwargs):\n    print(instance)\n",
        "others from another",
        id="no product of signals and senders",
    ),
    pytest.param(
        "@receiver(m2m_changed, sender=Order.tags.through)\n@receiver(m2m_changed, sender=Tag)\n"
        "def heard(sender, instance, **kwargs):\n    print(instance)\n",
        "many-to-many",
        id="a field and a model",
    ),
    pytest.param(
        on("m2m_changed", "remember(instance)", sender="Order.tags.through"),
        "something else",
        id="a body that hears both sides of a relation",
    ),
    pytest.param(
        "@receiver(post_save, sender=Order)\ndef heard(sender, instance, **rest):\n    print(rest)\n",
        "'rest' is not defined",
        id="another name for kwargs",
    ),
    pytest.param(
        "@receiver(post_save, sender=Order)\ndef heard(sender, instance, limit=3, **kwargs):\n    print(limit)\n",
        "'limit' is not defined",
        id="an argument of its own",
    ),
    pytest.param(
        "@receiver(post_save, sender=Order)\ndef heard(sender, instance, **kwargs):\n    instance.save()\n",
        "SG201",
        id="a receiver that saves its own sender",
    ),
    pytest.param(
        '@receiver(post_save, sender=Order)\ndef heard(sender, instance, **kwargs):\n    """Nothing."""\n',
        "no body",
        id="no body",
    ),
]


@pytest.mark.parametrize(("code", "reason"), LEFT)
def test_what_does_not_fit_stays_with_the_reason(tmp_path, code, reason):
    found = signalgen.extract(project(tmp_path, code))
    assert found.specs == ()
    assert [one.receiver.rpartition(".")[2] for one in found.left] == ["heard"]
    assert reason in found.left[0].reason
    assert found.left[0].reason


BOTH = (
    on("post_save", "remember(instance)")
    + "\n\n@receiver(post_save, sender=Order)\n@transaction.atomic\n"
    "def other(sender, instance, **kwargs):\n    remember(instance)\n"
)


def test_the_spec_of_one_app_is_printed_and_what_stays_is_noted_beside_it(tmp_path, capsys):
    root = project(tmp_path, BOTH)
    assert run(["extract", "shop", "--project", str(root)]) == 0
    shown = capsys.readouterr()
    assert shown.out == signalgen.extract(root).specs[0].text
    assert "other stays: it is decorated with @transaction.atomic too" in shown.err


def test_all_apps_get_a_report(tmp_path, capsys):
    assert run(["extract", "--project", str(project(tmp_path, BOTH))]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "shop: 1 of 2 receivers fit into a spec",
        "  shop.handlers.other: it is decorated with @transaction.atomic too  shop/handlers.py:20",
        "1 of 2 receivers fit into 1 spec.",
        "signalgen extract APP prints one, --output FOLDER writes them all.",
    ]


def test_a_project_without_receivers_is_told_so(tmp_path, capsys):
    assert run(["extract", "--project", str(project(tmp_path, ""))]) == 0
    assert capsys.readouterr().out == "There are no receivers here.\n"


def test_specs_are_written_once_and_never_over_another_file(tmp_path, capsys, monkeypatch):
    root = project(tmp_path, BOTH)
    monkeypatch.chdir(root)
    assert run(["extract", "--output", "specs"]) == 0
    text = (root / "specs/shop.yaml").read_text()
    assert "new --spec specs/shop.yaml --adopt" in "".join(capsys.readouterr())
    before = contents(root)
    assert run(["new", "--spec", "specs/shop.yaml", "--adopt"]) == 0
    assert contents(root) == before
    assert run(["extract", "--output", "specs"]) == 0
    assert (root / "specs/shop.yaml").read_text() == text
    (root / "specs/shop.yaml").write_text("app: shop\n")
    assert run(["extract", "--output", "specs"]) == 4
    assert (root / "specs/shop.yaml").read_text() == "app: shop\n"


def test_json_has_specs_and_receivers_and_fits_the_schema(tmp_path, capsys):
    assert run(["extract", "--project", str(project(tmp_path, BOTH)), "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    jsonschema.validate(data, output_schema())
    assert [spec["app"] for spec in data["extract"]["specs"]] == ["shop"]
    assert [bool(one["reason"]) for one in data["extract"]["receivers"]] == [False, True]


def test_an_app_that_there_is_not_is_an_error(tmp_path, capsys):
    assert run(["extract", "shopp", "--project", str(project(tmp_path, BOTH))]) == 2
    assert "did you mean shop?" in capsys.readouterr().err


def test_nothing_is_read_of_an_app_that_was_not_asked_for(tmp_path):
    root = project(tmp_path, BOTH)
    (root / "stock").mkdir()
    (root / "stock/__init__.py").touch()
    (root / "stock/models.py").write_text(
        "from django.db import models\n\n\nclass Item(models.Model):\n    pass\n"
    )
    found = signalgen.extract(root, ["stock"])
    assert (found.specs, found.taken, found.left) == ((), (), ())
