"""What SG413, SG414, SG420, SG705 and SG803 say happens in a real Django, and no longer does after ``--fix``."""

import json
import subprocess
import sys

from fix_kit import call, project

MODELS = """\
from django.db import models


class Album(models.Model):
    title = models.CharField(max_length=9, default="")


class Photo(models.Model):
    album = models.ForeignKey(Album, on_delete=models.CASCADE)
    file = models.FileField(null=True)


class Visit(models.Model):
    pages = models.IntegerField(default=0)


class Shelf(models.Model):
    title = models.CharField(max_length=9)
"""
APPS = """\
from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        from shop import signals
"""
SIGNALS = """\
from django.db import transaction
from django.db.models.signals import post_delete, post_migrate, post_save
from django.dispatch import receiver

from shop.models import Album, Photo, Shelf, Visit

LOG = []


@receiver(post_delete, sender=Album)
def forget(sender, instance, using, **kwargs):
    transaction.on_commit(lambda: LOG.append(instance.pk), using=using)


@receiver(post_delete, sender=Photo)
def count_again(sender, instance, using, **kwargs):
    transaction.on_commit(lambda: LOG.append(("album", instance.album.pk)), using=using, robust=True)


@receiver(post_delete, sender=Photo)
def remove_file(sender, instance, **kwargs):
    if instance.file:
        instance.file.delete()


@receiver(post_save, sender=Visit)
def turn_pages(sender, instance, **kwargs):
    for page in range(instance.pages):
        transaction.on_commit(lambda: LOG.append(page))


@receiver(post_save, sender=Visit)
def file_away(sender, instance, **kwargs):
    Shelf.objects.create(title="visit")


@receiver(post_migrate)
def first_shelf(sender, **kwargs):
    if sender.name == "shop":
        Shelf.objects.filter(title="old").delete()
        Shelf.objects.create(title="first")
"""
RUN = """\
import json
from pathlib import Path

import django
from django.conf import settings

from conf import DATABASES

settings.configure(
    DATABASES=DATABASES,
    INSTALLED_APPS=["shop"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    MEDIA_ROOT=str(Path("media").resolve()),
    LOGGING_CONFIG=None,
)
django.setup()
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import transaction
from shop.models import Album, Photo, Shelf, Visit
from shop.signals import LOG

for name in DATABASES:
    call_command("migrate", database=name, run_syncdb=True, verbosity=0)
found = {"first": [Shelf.objects.using(name).count() for name in DATABASES]}
Visit.objects.using("archive").create()
found["visit"] = [Shelf.objects.using(name).filter(title="visit").count() for name in DATABASES]


def take():
    taken = list(LOG)
    LOG.clear()
    return taken


album = Album.objects.create()
with transaction.atomic():
    album.delete()
found["key"] = take()

album = Album.objects.create()
photo = Photo.objects.create(album=album)
with transaction.atomic():
    Album.objects.get(pk=album.pk).delete()
found["parent"] = [one for one in take() if isinstance(one, tuple)]

with transaction.atomic():
    Visit.objects.create(pages=3)
found["pages"] = take()

photo = Photo.objects.create(album=Album.objects.create())
photo.file.save("a.txt", ContentFile("a"))
path = Path(photo.file.path)
photo.delete()
found["photos"] = [Photo.objects.count(), path.exists()]
print(json.dumps(found))
"""
CONF = """\
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    "archive": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
}
"""
CODES = "SG413,SG414,SG420,SG705,SG803"
FILES = {
    "conf.py": CONF,
    "shop/__init__.py": "",
    "shop/models.py": MODELS,
    "shop/apps.py": APPS,
    "shop/signals.py": SIGNALS,
    "run.py": RUN,
}


def outcome(root):
    """Return what the project does."""
    done = subprocess.run(
        [sys.executable, "run.py"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_is_said_happens_and_ends_with_the_fix(tmp_path, capsys):
    project(tmp_path, FILES)
    assert outcome(tmp_path) == {
        "first": [2, 0],
        "visit": [1, 0],
        "key": [None],
        "parent": [],
        "pages": [2, 2, 2],
        "photos": [1, False],
    }
    call(capsys, "check", "--project", tmp_path, "--select", CODES, "--fix")
    assert outcome(tmp_path) == {
        "first": [1, 1],
        "visit": [0, 1],
        "key": [1],
        "parent": [["album", 2]],
        "pages": [0, 1, 2],
        "photos": [0, False],
    }
    left = call(capsys, "check", "--project", tmp_path, "--select", CODES)
    assert left.code == 0
    after = {path: path.read_bytes() for path in tmp_path.rglob("*.py")}
    call(capsys, "check", "--project", tmp_path, "--select", CODES, "--fix")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.py")} == after
