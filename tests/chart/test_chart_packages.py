"""``signalgen trace`` knows the receivers of well-known packages that hear the project's models, and their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import signalgen
from signalgen.chart import loads
from signalgen.facts.listeners import LISTENERS

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = 'INSTALLED_APPS = ["easy_thumbnails", "django_cleanup.apps.CleanupConfig", "shop", "haystack", "auditlog", "actstream"]\n'
REALTIME = 'HAYSTACK_SIGNAL_PROCESSOR = "haystack.signals.RealtimeSignalProcessor"\n'
MODELS = """\
from django.db import models
from simple_history.models import HistoricalRecords
from auditlog.registry import auditlog


class Kept(models.Model):
    history = HistoricalRecords()

    class Meta:
        abstract = True


class Order(Kept):
    scan = models.FileField()


class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)


auditlog.register(Line)
"""
RECEIVERS = """\
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def note(sender, instance, **kwargs):
    print(instance)
"""
APPS = """\
from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        from shop import receivers
"""


def project(folder: Path, **more: str) -> Path:
    """Write a project whose packages are those of ``SETTINGS``."""
    files = {
        "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n',
        "config/__init__.py": "",
        "config/settings.py": more.get("settings", SETTINGS + REALTIME),
        "shop/__init__.py": "",
        "shop/apps.py": APPS,
        "shop/models.py": more.get("models", MODELS),
        "shop/receivers.py": RECEIVERS,
    }
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def called(root: Path, model: str, event: str = "save") -> list[str]:
    """Return the receivers that a tree has, by their last two names, in its order."""
    steps = signalgen.trace(root, model, event).root.walk()
    return [".".join(one.name.split(".")[-2:]) for one in steps if one.kind == "receiver"]


def test_a_save_calls_them_in_the_order_of_classes_models_and_ready(tmp_path):
    assert called(project(tmp_path), "shop.Order") == [
        "signal_handlers.find_uncommitted_filefields",
        "handlers.fallback_pre_save",
        "HistoricalRecords.post_save",
        "signal_handlers.signal_committed_filefields",
        "handlers.delete_old_post_save",
        "receivers.note",
        "BaseSignalProcessor.handle_save",
    ]


def test_a_history_row_is_written(tmp_path):
    steps = list(signalgen.trace(project(tmp_path), "shop.Order").root.walk())
    assert "shop.HistoricalOrder" in [one.name for one in steps if one.kind == "write"]


def test_a_model_that_is_registered_with_auditlog_is_logged(tmp_path):
    assert "receivers.log_create" in called(project(tmp_path), "shop.Line")
    assert "receivers.log_create" not in called(project(tmp_path), "shop.Order")


def test_rows_that_are_deleted_along_call_those_that_hear_their_model(tmp_path):
    found = called(project(tmp_path), "shop.Order", "delete")
    assert found.index("receivers.log_delete") < found.index("HistoricalRecords.post_delete")
    assert found.count("follows.delete_orphaned_follows") == 2


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({"settings": SETTINGS}, "BaseSignalProcessor.handle_save"),
        ({"settings": 'INSTALLED_APPS = ["shop"]\n'}, "signal_handlers.signal_committed_filefields"),
        ({"settings": 'INSTALLED_APPS = ["shop"]\n'}, "handlers.delete_old_post_save"),
        (
            {"models": MODELS.replace("scan = models.FileField()", "scan = models.TextField()")},
            "handlers.delete_old_post_save",
        ),
        (
            {"models": MODELS.replace("history = HistoricalRecords()", "history = dict()")},
            "HistoricalRecords.post_save",
        ),
        (
            {"models": MODELS.replace("from simple_history.models", "from shop.own")},
            "HistoricalRecords.post_save",
        ),
        ({"settings": 'INSTALLED_APPS = ["shop", "easy_thumbnails_more"]\n'}, "signal_handlers.signal_committed_filefields"),
    ],
    ids=[
        "another search processor",
        "not installed",
        "not installed either",
        "no file",
        "another attribute",
        "a class of the same name",
        "an app of nearly the name",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_called(tmp_path, more, missing):
    assert missing not in called(project(tmp_path, **more), "shop.Order")


def test_every_row_of_the_table_says_whom_it_hears_or_what_must_be_installed():
    for item in LISTENERS:
        assert item.package or item.attribute or item.register, item
        assert "." in item.receiver, item
        assert set(item.signals) <= {"pre_save", "post_save", "pre_delete", "post_delete"}, item


OWN_HISTORY = (
    "from simple_history.models import HistoricalRecords\n\n\n"
    "class Records(HistoricalRecords):\n    def post_save(self, instance, **kwargs):\n"
    "        super().post_save(instance, **kwargs)\n\n\n"
)


def test_a_history_of_the_projects_own_class_is_kept_by_its_methods(tmp_path):
    assert "HistoricalRecords()" in MODELS
    models = OWN_HISTORY + MODELS.replace("HistoricalRecords()", "Records()")
    root = project(tmp_path, models=models)
    found = called(root, "shop.Order")
    assert "Records.post_save" in found
    assert "HistoricalRecords.post_save" not in found
    steps = list(signalgen.trace(root, "shop.Order").root.walk())
    assert "shop.HistoricalOrder" in [one.name for one in steps if one.kind == "write"]
    assert "HistoricalRecords.post_delete" in called(root, "shop.Order", "delete")


@pytest.mark.parametrize(
    ("ready", "order"),
    [
        ("from shop import receivers\n        from shop import alarms", ["note", "alarm"]),
        ("from shop import alarms\n        from shop import receivers", ["alarm", "note"]),
        (
            """from shop import receivers
        from shop.alarms import late
        post_save.connect(late)
        from shop import alerts""",
            ["note", "alarm", "late", "alert"],
        ),
    ],
)
def test_ready_connects_line_by_line(tmp_path, ready: str, order: list[str]):
    models = MODELS.replace("HistoricalRecords()", "models.TextField()")
    root = project(tmp_path, settings='INSTALLED_APPS = ["shop"]\n', models=models)
    apps = (
        "from django.apps import AppConfig\nfrom django.db.models.signals import post_save\n\n\n"
        "class ShopConfig(AppConfig):\n    name = 'shop'\n\n    def ready(self):\n        "
    )
    (root / "shop/apps.py").write_text(f"{apps}{ready}\n")
    head = (
        "from django.db.models.signals import post_save\nfrom django.dispatch import receiver\n\n\n"
    )
    heard = "@receiver(post_save)\ndef {}(sender, **kwargs):\n    print(sender)\n"
    late = "\n\ndef late(sender, **kwargs):\n    print(sender)\n"
    (root / "shop/alarms.py").write_text(head + heard.format("alarm") + late)
    (root / "shop/alerts.py").write_text(head + heard.format("alert"))
    names = [name.rpartition(".")[2] for name in called(root, "shop.Order")]
    assert [name for name in names if name in order] == order


def test_a_registration_below_a_condition_is_not_certain(tmp_path):
    root = project(tmp_path, settings='INSTALLED_APPS = ["shop"]\n')
    text = (root / "shop/receivers.py").read_text()
    more = (
        "\n\nif Order.loud:\n    @receiver(post_save, sender=Order)\n    def loud(**kwargs): ...\n"
    )
    (root / "shop/receivers.py").write_text(text + more)
    steps = {one.name.rpartition(".")[2]: one for one in signalgen.trace(root, "Order").root.walk()}
    assert (steps["loud"].when, steps["note"].when) == (("Order.loud",), ())


def test_modules_that_import_one_another_are_asked_once_each(tmp_path, monkeypatch):
    root = project(tmp_path, settings='INSTALLED_APPS = ["shop"]\n')
    names = [f"part{number}" for number in range(12)]
    for name in names:
        others = "".join(f"from shop import {one}\n" for one in names if one != name)
        (root / f"shop/{name}.py").write_text(f"{others}from shop import receivers\n")
    (root / "shop/apps.py").write_text(
        APPS.replace("        from shop import receivers\n", "        pass\n")
    )
    asked = []
    real = loads._imports_in
    monkeypatch.setattr(loads, "_imports_in", lambda *args: asked.append(args) or real(*args))
    assert called(root, "shop.Order")[-1] == "receivers.note"
    # Every file for every module at the most, on however many ways one leads to another.
    assert len(asked) <= (len(names) + 4) ** 2


MORE = """

from ordered_model.models import OrderedModel
from rest_framework.authtoken.models import Token
import vinaigrette


class Row(OrderedModel):
    pass


class Word(models.Model):
    pass


vinaigrette.register(Word, ["text"])
"""
LISTED = 'INSTALLED_APPS = ["vinaigrette", "ordered_model", "rest_framework.authtoken", "shop"]\n'


@pytest.mark.parametrize(
    ("model", "event", "names"),
    [
        ("shop.Row", "delete", ["OrderedModelBase._on_ordered_model_delete"]),
        ("shop.Row", "save", []),
        ("shop.Word", "save", ["vinaigrette._vinaigrette_pre_save", "vinaigrette._vinaigrette_post_save"]),
        ("shop.Word", "delete", []),
        ("shop.Line", "delete", []),
        ("shop.Line", "save", []),
    ],
)  # fmt: skip
def test_a_base_and_a_registration_say_who_is_heard(tmp_path, model, event, names):
    assert called(project(tmp_path, settings=LISTED, models=MODELS + MORE), model, event) == names


def test_a_receiver_of_every_sender_hears_the_rows_that_packages_write(tmp_path):
    root = project(tmp_path, settings='INSTALLED_APPS = ["shop"]\n', models=MODELS + MORE)
    text = (root / "shop/receivers.py").read_text()
    more = (
        "\n\n@receiver(post_save)\ndef every(sender, **kwargs): ...\n\n\n"
        "@receiver(post_save, sender='shop.Word')\ndef token(sender, **kwargs):\n"
        "    from rest_framework.authtoken.models import Token\n    from shop.more import Own\n\n"
        "    Token.objects.create()\n    Own.objects.create()\n"
    )
    (root / "shop/receivers.py").write_text(text + more)
    (root / "shop/more.py").write_text("class Own:\n    objects = None\n")
    steps = {one.name: one for one in signalgen.trace(root, "shop.Order").root.walk()}
    written = steps["shop.HistoricalOrder"]
    assert [one.name for one in written.walk()][1:] == ["post_save", "shop.receivers.every"]
    # The model of a package goes by the app of its module; a class of the project that is none is no row.
    found = [one for one in signalgen.trace(root, "shop.Word").root.walk() if one.kind == "write"]
    assert [one.text for one in found] == ["creates authtoken.Token"]


SOFT = """

from django_softdelete.models import SoftDeleteModel
from model_utils.models import SoftDeletableModel
from safedelete.models import HARD_DELETE, SOFT_DELETE_CASCADE, SafeDeleteModel
from shop.own import SoftDeleteModel as Plain


class Doc(SoftDeleteModel):
    def delete(self, *args, **kwargs):
        Line.objects.create()
        return super().delete(*args, **kwargs)


class Soft(SoftDeletableModel):
    pass


class Safe(SafeDeleteModel):
    _safedelete_policy = SOFT_DELETE_CASCADE


class Hard(SafeDeleteModel):
    _safedelete_policy = HARD_DELETE


class Named(Plain):
    pass
"""
MARKED = """

from django.db.models.signals import post_delete, pre_delete


@receiver(pre_delete)
def before(sender, **kwargs): ...


@receiver(post_delete)
def after(sender, **kwargs): ...


@receiver(post_save)
def saved(sender, **kwargs): ...
"""


@pytest.mark.parametrize(
    ("model", "names"),
    [
        ("Doc", ["saved", "before", "saved"]),
        ("Soft", ["saved"]),
        ("Safe", ["saved"]),
        ("Hard", ["before", "after"]),
        ("Named", ["before", "after"]),
        ("Line", ["before", "after"]),
    ],
)
def test_a_base_of_a_package_may_only_mark_the_row(tmp_path, model: str, names: list[str]):
    root = project(tmp_path, settings='INSTALLED_APPS = ["shop"]\n', models=MODELS + SOFT)
    (root / "shop/own.py").write_text(
        "from django.db import models\n\n\nclass SoftDeleteModel(models.Model):\n"
        "    class Meta:\n        abstract = True\n"
    )
    path = root / "shop/receivers.py"
    path.write_text(path.read_text() + MARKED)
    tree = signalgen.trace(root, f"shop.{model}", "delete").root
    found = [one.name.rpartition(".")[2] for one in tree.walk() if one.kind == "receiver"]
    rows = [one.text for one in tree.steps if one.kind == "row"]
    assert [name for name in found if name in ("before", "after", "saved")] == names
    marks = "no row is deleted" in rows[0]
    assert marks == ("after" not in names), rows


def test_receivers_of_every_row_and_what_is_logged_only_of_a_change(tmp_path):
    settings = 'INSTALLED_APPS = ["treenode", "auditlog", "shop"]\n'
    root = project(tmp_path, settings=settings)
    assert "signals.post_save_treenode" in called(root, "shop.Order")
    assert "signals.post_save_treenode" not in called(root, "shop.Order", "delete")[-2:]
    steps = signalgen.trace(root, "shop.Line", "update").root.walk()
    logged = [one for one in steps if one.name == "auditlog.LogEntry"]
    assert [one.when for one in logged] == [("a field has changed",), ("the row is new",)]
