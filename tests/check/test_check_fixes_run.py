"""What the fixes leave runs: a real Django project, each defect shown by what it does, before and after ``--unsafe-fixes``."""

import json
import subprocess
import sys

from fix_kit import call, project

MODELS = """\
from django.db import models


class Order(models.Model):
    number = models.CharField(max_length=9, default="")
    file = models.FileField(null=True)


class Invoice(models.Model):
    order = models.OneToOneField(Order, on_delete=models.CASCADE)


class Note(models.Model):
    text = models.CharField(max_length=9, default="")


class Scan(models.Model):
    path = models.CharField(max_length=99, default="")
    file = models.FileField(null=True)


class Tag(models.Model):
    name = models.CharField(max_length=9, default="")


class Step(models.Model):
    name = models.CharField(max_length=9, default="")
"""
APPS = """\
from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        from shop import signals
        from django.db.models.signals import pre_delete
        from shop.models import Tag

        def count(sender, **kwargs):
            signals.LOG.append("counted")

        pre_delete.connect(count, sender=Tag)
"""
SIGNALS = """\
import os

from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver

from shop.models import Invoice, Note, Order, Scan, Step, Tag
from shop.tasks import bill

LOG = []


@receiver(post_save, sender=Order)
def open_invoice(sender, instance, created, **kwargs):
    if created:
        Invoice.objects.create(order=instance)


@receiver(post_save, sender=Note)
def shorten(sender, instance, **kwargs):
    instance.text = instance.text[:3]
    instance.save()


@receiver(pre_save, sender=Tag)
def lower(sender, instance, **kwargs):
    instance.name = instance.name.lower()
    instance.save()


@receiver(pre_save, sender=Step)
def remember(sender, instance, **kwargs):
    if instance.pk:
        instance.was = Step.objects.get(pk=instance.pk).name


@receiver(post_delete, sender=Scan)
def remove(sender, instance, **kwargs):
    os.remove(instance.path)


@receiver(post_delete, sender=Scan)
def remove_file(sender, instance, using, **kwargs):
    instance.file.delete(save=False)


@receiver(post_delete, sender=Scan)
def queue(sender, instance, **kwargs):
    bill.delay(instance.pk)


@receiver(user_logged_out)
def say_goodbye(sender, user, **kwargs):
    LOG.append(user.username)
"""
HANDLERS = """\
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Note
from shop.signals import LOG


@receiver(post_delete, sender=Note)
def note_gone(sender, **kwargs):
    LOG.append("gone")
"""
TASKS = """\
from celery import shared_task


@shared_task
def bill(pk):
    from shop.signals import LOG

    LOG.append("billed")
"""
FIXTURE = [
    {"model": "shop.order", "pk": 1, "fields": {"number": "1"}},
    {"model": "shop.invoice", "pk": 7, "fields": {"order": 1}},
]
STEPS = [{"model": "shop.step", "pk": 3, "fields": {"name": "pack"}}]
RUN = """\
import json, os, sys
from pathlib import Path

import django
from celery import Celery
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "shop"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    MEDIA_ROOT=str(Path("media").resolve()),
    USE_TZ=True,
)
Celery("run", set_as_current=True).conf.task_always_eager = True
django.setup()
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.cache import SessionStore
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import transaction
from django.http import HttpRequest
from shop.models import Invoice, Note, Scan, Step, Tag
from shop.signals import LOG

call_command("migrate", run_syncdb=True, verbosity=0)


class Undo(Exception):
    pass


def fixtures():
    call_command("loaddata", "orders.json", verbosity=0)
    return list(Invoice.objects.values_list("pk", flat=True))


def stored():
    call_command("loaddata", "steps.json", verbosity=0)
    return list(Step.objects.values_list("pk", "name"))


def again():
    return [Note.objects.create(text="abcdef") and Note.objects.get().text, Note.objects.count()]


def before():
    Tag.objects.create(name="ABC")
    return list(Tag.objects.values_list("name", flat=True))


def scan():
    Path("x.txt").write_text("x")
    made = Scan(path="x.txt")
    made.file.save("y.txt", ContentFile("y"))
    return made, Path(made.file.path)


def undone():
    made, file = scan()
    try:
        with transaction.atomic():
            made.delete()
            raise Undo
    except Undo:
        return [Path("x.txt").exists(), file.exists(), "billed" in LOG]


def done():
    Scan.objects.all().delete() if os.path.exists("x.txt") else None
    made, file = scan()
    with transaction.atomic():
        made.delete()
    return [Path("x.txt").exists(), file.exists(), "billed" in LOG]


def nobody():
    request = HttpRequest()
    request.session, request.user = SessionStore(), AnonymousUser()
    logout(request)
    return "out"


def dead():
    Note.objects.all().delete()
    return "gone" in LOG


def weak():
    Tag.objects.all().delete()
    return "counted" in LOG


def outcome(function):
    try:
        return function()
    except Exception as error:
        return type(error).__name__


names = [fixtures, stored, again, before, undone, done, nobody, dead, weak]
print(json.dumps({item.__name__: outcome(item) for item in names}))
"""
GOOD = {
    "fixtures": [7],
    "stored": [[3, "pack"]],
    "again": ["abc", 1],
    "before": ["abc"],
    "undone": [True, True, False],
    "done": [False, False, True],
    "nobody": "out",
    "dead": True,
    "weak": True,
}


def run(root):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "run.py"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_is_broken_before_works_afterwards(capsys, tmp_path):
    files = {
        "manage.py": "",
        "pyproject.toml": "",
        "run.py": RUN,
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        "shop/apps.py": APPS,
        "shop/signals.py": SIGNALS,
        "shop/handlers.py": HANDLERS,
        "shop/tasks.py": TASKS,
        "shop/fixtures/orders.json": json.dumps(FIXTURE),
        "shop/fixtures/steps.json": json.dumps(STEPS),
    }
    project(tmp_path, files)
    bad = run(tmp_path)
    assert [name for name, value in bad.items() if value == GOOD[name]] == ["done"]
    codes = "SG101,SG103,SG104,SG201,SG401,SG405,SG406"
    call(capsys, "check", "--project", tmp_path, "--select", codes, "--unsafe-fixes")
    assert run(tmp_path) == GOOD
