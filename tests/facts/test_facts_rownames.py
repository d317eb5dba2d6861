"""The names of rows, managers and lookups against Django's own classes."""

from __future__ import annotations

import json
import subprocess
import sys
from textwrap import dedent

from django.db import models

from signalgen.facts.modelbases import KNOWN_FIELDS
from signalgen.facts.rownames import (
    COMPARISONS,
    CONTRIB_NAMES,
    MANAGER_NAMES,
    MODEL_NAMES,
    TRANSFORMS,
    USER_MANAGER_NAMES,
)


def public(cls):
    return {name for name in dir(cls) if not name.startswith("_")}


def test_every_name_of_a_model_is_known():
    assert public(models.Model) <= MODEL_NAMES


def test_every_name_of_a_manager_is_known():
    assert public(models.Manager) | public(models.QuerySet) <= MANAGER_NAMES


def test_every_name_of_the_manager_of_users_is_known():
    ask = "import django; from django.conf import settings; settings.configure(INSTALLED_APPS=['django.contrib.auth', 'django.contrib.contenttypes']); django.setup(); from django.contrib.auth.models import UserManager; print(*dir(UserManager))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    names = {name for name in done.stdout.split() if not name.startswith("_")}
    assert names <= MANAGER_NAMES | USER_MANAGER_NAMES


def test_the_lookups_and_transforms_are_those_of_the_field_classes():
    for name, more in TRANSFORMS.items():
        registered = set(getattr(models, name).get_lookups())
        assert registered <= COMPARISONS | more, name
    assert set(models.UUIDField.get_lookups()) <= COMPARISONS


ASK = """
import json
from importlib import import_module
import django
from django.conf import settings
apps = ["admin", "auth", "contenttypes", "sessions", "messages", "sites"]
settings.configure(INSTALLED_APPS=[f"django.contrib.{app}" for app in apps])
django.setup()
found = {}
for name in %r:
    module, _, cls = name.rpartition(".")
    found[name] = [n for n in dir(getattr(import_module(module), cls)) if n[0] != "_"]
print(json.dumps(found))
"""


def test_every_name_of_the_classes_that_django_ships_is_known():
    done = subprocess.run(
        [sys.executable, "-c", dedent(ASK % sorted(CONTRIB_NAMES))],
        capture_output=True,
        text=True,
        check=True,
    )
    for name, has in json.loads(done.stdout).items():
        fields = {field.name for field in KNOWN_FIELDS[name]}
        dates = {
            f"get_{way}_by_{field.name}"
            for field in KNOWN_FIELDS[name]
            for way in ("next", "previous")
        }
        assert set(has) <= CONTRIB_NAMES[name] | MODEL_NAMES | fields | dates, name
