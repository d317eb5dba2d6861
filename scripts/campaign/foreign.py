"""The public projects that the campaign generates into: how each is installed, and which of its apps get specs.

Their sources are not part of signalgen: ``--foreign DIR`` names a folder that holds them, each under its name here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

OVERLAY: Final = '''"""The project's settings with a database in memory and without migrations."""

from {settings} import *


class NoMigrations:
    def __contains__(self, name):
        return True

    def __getitem__(self, name):
        return None


DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}}
MIGRATION_MODULES = NoMigrations()
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
'''


@dataclass(frozen=True, slots=True)
class Foreign:
    """One public project; ``apps`` are import paths, ``install`` what pip needs besides pytest-django.

    ``folders`` are those that its settings expect, ``more`` is added to the settings. ``saves`` says whether its rows can
    be saved with nothing but SQLite.
    """

    name: str
    settings: str
    apps: tuple[str, ...]
    install: tuple[str, ...]
    runner: Literal["unittest", "pytest"] = "unittest"
    roots: tuple[str, ...] = (".",)
    python: str = "3.12"
    django: tuple[int, int] = (5, 2)
    tasks: str = "none"
    environ: Mapping[str, str] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    more: str = ""
    saves: bool = True


FOREIGN: Final = (
    Foreign(
        "coldfront",
        "coldfront.config.settings",
        (
            "coldfront.core.project",
            "coldfront.core.allocation",
            "coldfront.core.resource",
            "coldfront.core.publication",
        ),
        ("-e", "{root}", "factory-boy", "faker", "bibtexparser<2"),
        django=(4, 2),
    ),
    Foreign(
        "babybuddy",
        "babybuddy.settings.test",
        ("core", "babybuddy"),
        ("-r", "{root}/requirements.txt"),
        more='CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}\n',
    ),
    Foreign(
        "django-helpdesk",
        "demodesk.config.settings",
        ("helpdesk",),
        (
            "django<6",
            "django-bootstrap4-form",
            "celery",
            "email-reply-parser",
            "akismet",
            "markdown",
            "beautifulsoup4",
            "nh3",
            "djangorestframework",
            "django-model-utils",
            "django-cleanup",
            "oauthlib",
            "requests-oauthlib",
            "requests",
            "factory-boy",
            "faker",
            "freezegun",
            "mock",
        ),
        roots=("src", "."),
        tasks="celery",
    ),
    Foreign(
        "django-oscar",
        "tests.settings",
        (
            "oscar.apps.order",
            "oscar.apps.basket",
            "oscar.apps.wishlists",
            "oscar.apps.voucher",
            "oscar.apps.communication",
        ),
        ("{root}[test]",),
        runner="pytest",
        roots=(".", "src"),
        environ={"DATABASE_ENGINE": "django.db.backends.sqlite3"},
    ),
    Foreign(
        "linkding",
        "bookmarks.settings.dev",
        ("bookmarks",),
        (
            "beautifulsoup4",
            "bleach",
            "bleach-allowlist",
            "django>=6.0.7",
            "djangorestframework",
            "huey",
            "markdown",
            "mozilla-django-oidc",
            "requests",
            "waybackpy",
            "django-debug-toolbar",
        ),
        runner="pytest",
        python="3.13",
        django=(6, 0),
        folders=("data",),
    ),
    Foreign(
        "bakerydemo",
        "bakerydemo.settings.test",
        ("bakerydemo.breads", "bakerydemo.base", "bakerydemo.blog", "bakerydemo.locations"),
        ("-r", "{root}/requirements/base.txt"),
        django=(6, 0),
    ),
    Foreign(
        "healthchecks",
        "hc.settings",
        ("hc.api", "hc.accounts"),
        ("-r", "{root}/requirements.txt"),
        python="3.13",
        environ={"EMAIL_HOST": "localhost"},
        django=(6, 0),
    ),
    Foreign(
        "django-crm",
        "webcrm.settings",
        ("crm", "tasks", "massmail", "common"),
        (
            "Django<6.1",
            "aiohttp",
            "geoip2",
            "openpyxl",
            "pandas",
            "pillow",
            "polib",
            "python-dateutil",
            "pytz",
            "requests",
            "tendo",
            "XlsxWriter",
        ),
        django=(6, 0),
    ),
    Foreign(
        "wger",
        "settings.ci",
        ("wger.manager", "wger.nutrition", "wger.exercises", "wger.gym", "wger.core"),
        ("{root}",),
        django=(6, 0),
        tasks="celery",
    ),
)
