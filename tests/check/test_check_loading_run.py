"""What SG103 says of processes, in a real Django: when the URLconf and what views, tags and middleware import are there."""

import json
import os

import forks
import pytest
from check_kit import findings
from fix_kit import project

from signalgen.check import all_rules
from signalgen.check.engine.docs import rule_text

FILES = {
    "settings.py": "SECRET_KEY = 'x'\nINSTALLED_APPS = ['shop']\nROOT_URLCONF = 'shop.urls'\nUSE_TZ = True\n"
    "MIDDLEWARE = ['shop.middleware.shop']\n"
    "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}\n"
    "TEMPLATES = [{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'APP_DIRS': True}]\n",
    "shop/__init__.py": "",
    "shop/urls.py": "from django.urls import path\nfrom shop import views\nurlpatterns = [path('', views.late)]\n",
    "shop/views.py": "from django.http import HttpResponse\nimport shop.viewed\n"
    "def late(request):\n    import shop.called\n    return HttpResponse()\n",
    "shop/middleware.py": "import shop.between\ndef shop(get_response):\n    return get_response\n",
    "shop/templatetags/__init__.py": "",
    "shop/templatetags/tags.py": "from django import template\nimport shop.tagged\nregister = template.Library()\n",
    "shop/management/__init__.py": "",
    "shop/management/commands/__init__.py": "",
    "shop/management/commands/work.py": "from django.core.management.base import BaseCommand\n"
    "class Command(BaseCommand):\n    def handle(self, **options): ...\n",
    **{f"shop/{name}.py": "" for name in ("viewed", "called", "between", "tagged")},
    "run.py": """\
import json
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
import django
from celery.fixups.django import DjangoWorkerFixup
from django.core.management import ManagementUtility, call_command

said = {}


def note(name):
    said[name] = [one for one in ("viewed", "tagged", "between", "called") if f"shop.{one}" in sys.modules]


django.setup()
note("setup")
call_command("work")
note("call_command")
if sys.argv[1] == "celery":
    from celery import Celery

    DjangoWorkerFixup(Celery()).validate_models()
else:
    ManagementUtility(["manage.py", "work"]).execute()
note("checks")
from django.test import Client

Client().get("/", headers={"host": "localhost"})
note("request")
print(json.dumps(said))
""",
}


def test_which_process_has_loaded_what(tmp_path):
    project(tmp_path, FILES)
    for process in ("celery", "command"):
        done = forks.run(["run.py", process], tmp_path, {**os.environ})
        assert done.stdout, done.stderr
        assert json.loads(done.stdout) == {
            "setup": [],
            "call_command": [],
            "checks": ["viewed", "tagged"],
            "request": ["viewed", "tagged", "between", "called"],
        }


UNLOADED = {
    "shop/__init__.py": "",
    "shop/models.py": "from django.db import models\nclass Shop(models.Model): ...\n"
    "class Order(models.Model):\n    shop = models.ForeignKey(Shop, models.CASCADE)\n"
    "    number = models.CharField(max_length=9)\n    email = models.CharField(max_length=9)\n"
    "class Line(models.Model):\n    order = models.ForeignKey(Order, models.CASCADE)\n",
    "run.py": """\
import json

import django
from django.conf import settings

one = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
settings.configure(INSTALLED_APPS=["shop"], DATABASES=one, DEFAULT_AUTO_FIELD="django.db.models.AutoField")
django.setup()
from django.db import connection
from django.db.models.signals import post_delete, post_init
from django.test.utils import CaptureQueriesContext
from shop.models import Line, Order, Shop


def one(instance, **kwargs):
    instance.old = instance.number


def both(instance, **kwargs):
    instance.old = (instance.number, instance.email)


def stored(instance, **kwargs):
    instance.old = (instance.__dict__.get("number"), instance.__dict__.get("email"))


def gone(**kwargs): ...


WAYS = {
    "all": lambda: list(Order.objects.all()),
    "only": lambda: list(Order.objects.only("email")),
    "defer": lambda: list(Order.objects.defer("number")),
    "refresh": lambda: Order.objects.get().refresh_from_db(fields=["number"]),
    "delete": lambda: Shop.objects.get().delete(),
}
with connection.schema_editor() as editor:
    for model in (Shop, Order, Line):
        editor.create_model(model)


def ran(way):
    Shop.objects.all().delete()
    Line.objects.create(order=Order.objects.create(shop=Shop.objects.create()))
    with CaptureQueriesContext(connection) as queries:
        try:
            WAYS[way]()
        except RecursionError:
            return "endless"
    return len(queries)


said = {}
for function in (one, both, stored):
    said[function.__name__] = {}
    for way in WAYS:
        post_delete.connect(gone)
        Shop.objects.all().delete()
        post_delete.disconnect(gone)
        post_init.connect(function, sender=Order)
        post_delete.connect(gone) if function is one else None
        said[function.__name__][way] = ran(way)
        post_init.disconnect(function, sender=Order)
        post_delete.disconnect(gone)
print(json.dumps(said))
""",
}


def test_two_columns_that_were_not_loaded_never_end(tmp_path):
    project(tmp_path, UNLOADED)
    done = forks.run(["run.py"], tmp_path, {**os.environ})
    said = json.loads(done.stdout or done.stderr)
    assert {way: said["both"][way] for way in ("all", "only", "defer", "refresh", "delete")} == {
        "all": 1,
        **dict.fromkeys(("only", "defer", "refresh", "delete"), "endless"),
    }
    # One column costs a query; a receiver of deletions has the rows loaded whole.
    assert (said["one"]["only"], said["stored"]["only"]) == (2, 1)
    assert "endless" not in {*said["one"].values(), *said["stored"].values()}


WEAK = """\
import gc
import sys

import django
from django.conf import settings

settings.configure(DEBUG=sys.argv[1] == "debug")
django.setup()
from django.dispatch import Signal

sold = Signal()


def connect():
    def local(sender, **kwargs):
        print("local")

    sold.connect(local)


def twice(sender, **kwargs):
    print("shadowed")


sold.connect(twice)


def twice(sender, **kwargs):
    print("second")


sold.connect(twice)
connect()
gc.collect()
sold.send(None)
"""


def test_only_debug_keeps_a_weak_receiver_alive(tmp_path):
    project(tmp_path, {"run.py": WEAK})
    for mode, called in (("debug", ["shadowed", "second", "local"]), ("live", ["second"])):
        done = forks.run(["run.py", mode], tmp_path, {**os.environ})
        assert done.stdout.split() == called, done.stderr


@pytest.mark.parametrize("code", ["SG104", "SG109"])
def test_what_is_said_of_such_receivers_names_debug(code):
    found = findings(WEAK, code)
    assert found
    assert all("DEBUG off" in item.hint for item in found)
    rule = next(rule for rule in all_rules() if rule.code == code)
    assert "`DEBUG = True`" in rule_text(rule).sections["Why it matters"].replace("\n", " ")
