"""Import every name of the table under the installed Django, and print those that are not there as JSON."""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys

import django
from django.conf import settings

from signalgen.facts.names import CONTRIB_MODELS, WELL_KNOWN

settings.configure(
    SECRET_KEY="x" * 50,
    USE_TZ=True,
    SITE_ID=1,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=[
        f"django.contrib.{app}"
        for app in (
            "contenttypes",
            "auth",
            "sessions",
            "messages",
            "admin",
            "sites",
            "redirects",
            "flatpages",
        )
    ],
)
django.setup()

FOREIGN = {
    "asgiref",
    "celery",
    "channels",
    "dateutil",
    "httpx",
    "requests",
    "rest_framework",
    "sentry_sdk",
    "structlog",
}


def missing(name: str, module: str, member: str) -> str | None:
    """Say what is wrong with a row of the table, or None."""
    top = module.partition(".")[0]
    if top in FOREIGN and importlib.util.find_spec(top) is None:
        return None
    if top == "django" and name.startswith("task_") and django.VERSION < (6, 0):
        return None
    try:
        found = importlib.import_module(module)
    except ImportError as error:
        return f"{name}: {error}"
    return None if not member or hasattr(found, member) else f"{name}: {module} has no {member}"


rows = [(name, *place) for name, place in WELL_KNOWN.items()]
rows += [(label, module, label.partition(".")[2]) for label, module in CONTRIB_MODELS.items()]
labels = {label: importlib.import_module(module) for label, module in CONTRIB_MODELS.items()}
wrong = [f"{label} is not its label" for label, module in labels.items()
         if getattr(module, label.partition(".")[2])._meta.label != label]  # fmt: skip
json.dump([found for row in rows if (found := missing(*row))] + wrong, sys.stdout)
