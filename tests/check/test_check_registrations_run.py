"""Registrations that were wrong, in a real Django: what happens before the fixes of ``check``, and after them."""

import json
import os

import django
import forks
import pytest
from fix_kit import call, project

MODELS = """\
from django.db import models


class Order(models.Model):
    pass


class Line(models.Model):
    pass


class Change(models.Model):
    model = models.CharField(max_length=99)
"""
APPS = """\
from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def {}(self):
        from shop import signals
"""
TOP = """\
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.log import LOG
from shop.models import Change, Line, Order


"""
NOTE = "def note(sender, instance, **kwargs):\n    LOG.append(sender.__name__)\n"
MIGRATION = """\
from django.db import migrations, models


def made(name, **fields):
    key = models.BigAutoField(primary_key=True)
    return migrations.CreateModel(name=name, fields=[("id", key), *fields.items()])


class Migration(migrations.Migration):
    initial = True
    operations = [made("Order"), made("Line")]
"""
LATER = """\
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[("id", models.BigAutoField(primary_key=True)), ("model", models.CharField(max_length=99))],
        )
    ]
"""
RUN = """\
import json

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["shop"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
try:
    django.setup()
    from django.core.management import call_command

    from shop.models import Line, Order
    from shop.log import LOG

    call_command("migrate", verbosity=0)
    LOG.clear()
    Order.objects.create()
    Line.objects.create()
    print(json.dumps(LOG))
except Exception as error:
    print(json.dumps(type(error).__name__))
"""


def files(signals, *, ready="ready", apps=APPS):
    return {
        "run.py": RUN,
        "settings.py": "INSTALLED_APPS = ['shop']\n",
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n",
        "shop/__init__.py": "",
        "shop/log.py": "LOG = []\n",
        "shop/models.py": MODELS,
        "shop/apps.py": apps.format(ready),
        "shop/signals.py": TOP + signals,
        "shop/migrations/__init__.py": "",
        "shop/migrations/0001_initial.py": MIGRATION,
        "shop/migrations/0002_change.py": LATER,
    }


def ran(root):
    done = forks.run(["run.py"], root, {**os.environ})
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


MENDED = {
    "a list": (
        files("@receiver(post_save, sender=[Order, Line])\n" + NOTE),
        "SG308",
        [],
        ["Order", "Line"],
    ),
    "an or": (
        files("@receiver(post_save, sender=Order or Line)\n" + NOTE),
        "SG308",
        ["Order"],
        ["Order", "Line"],
    ),
    "connect": (
        files(NOTE + "\n\npost_save.connect(note, sender=(Order, Line))\n"),
        "SG308",
        [],
        ["Order", "Line"],
    ),
    "positional": (files("@receiver(post_save, Order)\n" + NOTE), "SG110", "TypeError", ["Order"]),
    "ready": (
        files("@receiver(post_save, sender=Order)\n" + NOTE, ready="Ready"),
        "SG111",
        [],
        ["Order"],
    ),
}


@pytest.mark.parametrize("kind", MENDED)
def test_a_safe_fix_makes_the_receiver_run(tmp_path, capsys, kind):
    given, code, before, after = MENDED[kind]
    project(tmp_path, given)
    assert ran(tmp_path) == before
    call(capsys, "check", "--project", tmp_path, "--select", code, "--fix")
    assert ran(tmp_path) == after
    left = call(capsys, "check", "--project", tmp_path, "--select", code, "--format", "json")
    assert json.loads(left.out)["findings"] == []


EARLY = APPS.replace("\n\n\nclass", "\n\nfrom shop import signals\n\n\nclass", 1)
BASE = "from shop.base import Base\n\n\nclass ShopConfig(Base):\n    name = 'shop'\n"
LOADING = (
    "from django.apps import AppConfig\n\n\nclass Base(AppConfig):\n"
    "    def ready(self):\n        import shop.signals\n"
)
AUDIT = "@receiver(post_save)\ndef audit(sender, instance, **kwargs):\n    {}Change.objects.create(model='x')\n"
GUARD = "if sender._meta.app_label != 'shop' or sender is Change:\n        return\n    "
HEARS = "@receiver(post_save, sender=Order)\n" + NOTE
NO_TABLE = ["OperationalError", "TransactionManagementError"]
ON_PATH = "import sys\n\nsys.path.insert(0, 'apps')\n"
TWO_NAMES = APPS + "        from apps.shop import signals\n"


def below_apps(texts):
    """Return files with the app in a folder that is on sys.path, and that is a package as well."""
    moved = {
        f"apps/{path}" if path.startswith("shop/") else path: text for path, text in texts.items()
    }
    return {**moved, "run.py": ON_PATH + RUN, "manage.py": ON_PATH + texts["manage.py"]}


HIDDEN = APPS.replace(
    "        from shop import signals\n",
    "        try:\n            from shop import signals\n        except ImportError:\n            pass\n",
)
GONE = "from shop.models import Lien\n\n\n"
SAVED = "@receiver(post_save, sender=Order)\ndef saved(sender, instance, **kwargs):\n    {}\n"
OWN = "from django.dispatch import Signal\n\npaid = Signal()\n\n\n" + NOTE.replace(
    "def", "@receiver(paid, sender={})\ndef", 1
)
PAYS = "\n\n" + SAVED.format("paid.send(sender=Order, instance=instance)")
TAKES = "def tell(row): ...\n\n\n"
ASYNC = SAVED.replace("def", "async def", 1)

FAILING = {
    "hidden import": (files(GONE + HEARS, apps=HIDDEN), "SG112", []),
    "not sent": (
        files(SAVED.format("print(instance)").replace("instance, **", "instance, action, **")),
        "SG302",
        "TypeError",
    ),
    "other sender": (files(OWN.format("Line") + PAYS), "SG309", []),
    "unknown keyword": (
        files(SAVED.format("Change.objects.create(modle='x')")),
        "SG409",
        "TypeError",
    ),
    "too many": (files(TAKES + SAVED.format("tell(instance, 1)")), "SG410", "TypeError"),
    "async": (
        files(ASYNC.format("Change.objects.create(model='x')")),
        "SG412",
        "SynchronousOnlyOperation",
    ),
    "two names": (below_apps(files(HEARS, apps=TWO_NAMES)), "SG108", ["Order", "Order"]),
    "bare": (files("@receiver\n" + NOTE), "SG110", []),
    "called": (files(NOTE + "\n\npost_save(note, sender=Order)\n"), "SG110", "TypeError"),
    "call": (
        files(NOTE + "\n\npost_save.connect(note(Order, 1), sender=Order)\n"),
        "SG110",
        "TypeError",
    ),
    "early": (files(HEARS, apps=EARLY), "SG113", "AppRegistryNotReady"),
    "base": ({**files(HEARS, apps=BASE), "shop/base.py": LOADING}, "SG111", []),
    "migrate": (files(AUDIT.format("")), "SG310", NO_TABLE),
}


@pytest.mark.parametrize("kind", FAILING)
def test_what_is_found_fails_in_django(tmp_path, capsys, kind):
    given, code, outcome = FAILING[kind]
    if kind == "async" and django.VERSION < (5, 0):
        pytest.skip("Django awaits receivers from 5.0 on")
    project(tmp_path, given)
    happened = ran(tmp_path)
    assert happened in outcome if outcome is NO_TABLE else happened == outcome
    found = call(capsys, "check", "--project", tmp_path, "--select", code, "--format", "json")
    assert {item["code"] for item in json.loads(found.out)["findings"]} == {code}


RIGHT = {
    "whole import": (files(HEARS, apps=HIDDEN), ["Order"]),
    "sent": (
        files(SAVED.format("LOG.append(created)").replace("instance, **", "instance, created, **")),
        [True],
    ),
    "its sender": (files(OWN.format("Order") + PAYS), ["Order"]),
    "known keyword": (files(SAVED.format("Change.objects.create(model='x')")), []),
    "as many": (files(TAKES + SAVED.format("tell(instance)")), []),
    "async too": (files(ASYNC.format("await Change.objects.acreate(model='x')")), []),
    "default": (
        {**files(HEARS, apps=BASE + "    default = True\n"), "shop/base.py": LOADING},
        ["Order"],
    ),
    "guarded": (files(AUDIT.format(GUARD)), []),
    "each": (files("@receiver(post_save, sender=Order)\n" + HEARS), ["Order"]),
    "one name": (below_apps(files(HEARS)), ["Order"]),
    "two names, one uid": (
        below_apps(files(HEARS.replace("=Order", "=Order, dispatch_uid='n'"), apps=TWO_NAMES)),
        ["Order"],
    ),
}


@pytest.mark.parametrize("kind", RIGHT)
def test_what_runs_in_django_is_silent(tmp_path, capsys, kind):
    given, outcome = RIGHT[kind]
    project(tmp_path, given)
    assert ran(tmp_path) == outcome
    codes = "SG108,SG110,SG111,SG112,SG113,SG302,SG308,SG309,SG310,SG409,SG410,SG412"
    found = call(
        capsys,
        "check",
        "--project",
        tmp_path,
        "--select",
        codes,
        "--level",
        "warning",
        "--format",
        "json",
    )
    assert json.loads(found.out)["findings"] == []
