"""More public projects that boot on SQLite, for what is compared with a running project: ``BOOTED``.

Nothing is generated into them, so no apps are named.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from foreign import FOREIGN, Foreign

LEFT_OUT: Final = ("--override", str(Path(__file__).with_name("left_out.txt")))
BY_PROJECT: Final = (*LEFT_OUT, "-r", "{root}/pyproject.toml")
BY_LIST: Final = (*LEFT_OUT, "-r", "{root}/requirements.txt")
QUEUEING: Final = {"wger": 'WGER_SETTINGS["USE_CELERY"] = True\n'}
"""Settings with which projects queue their tasks, where nothing takes them out of this process."""
BOOTED: Final = (
    *(replace(one, more=one.more + QUEUEING.get(one.name, "")) for one in FOREIGN),
    Foreign(
        "pretalx", "pretalx.settings", (), BY_PROJECT, roots=("src",), python="3.13", django=(6, 0)
    ),
    Foreign(
        "rdmo",
        "config.settings",
        (),
        (*BY_PROJECT, "django-allauth[socialaccount]", "drf-spectacular[sidecar]"),
        roots=("testing", "."),
    ),
    Foreign("tandoor", "recipes.settings", (), BY_LIST, environ={"SECRET_KEY": "x"}),
    Foreign(
        "kiwi",
        "tcms.settings.devel",
        (),
        (*LEFT_OUT, "-r", "{root}/requirements/base.txt"),
        django=(6, 0),
    ),
    Foreign(
        "evap",
        "evap.settings",
        (),
        (*LEFT_OUT, "{root}"),
        python="3.13",
        django=(6, 0),
        folders=("data",),
        saves=False,
    ),
    Foreign(
        "pythondotorg",
        "pydotorg.settings.local",
        (),
        BY_PROJECT,
        python="3.13",
        environ={"SECRET_KEY": "x"},
    ),
    Foreign(
        "netbox",
        "netbox.settings",
        (),
        BY_LIST,
        roots=("netbox",),
        django=(6, 0),
        environ={"NETBOX_CONFIGURATION": "netbox.configuration_testing"},
        saves=False,
    ),
    Foreign("misago", "devproject.settings", (), BY_LIST, saves=False),
    Foreign(
        "zds",
        "zds.settings.dev",
        (),
        (*LEFT_OUT, "-r", "{root}/requirements-dev.txt", "setuptools<81"),
        python="3.11",
        django=(4, 2),
    ),
    Foreign(
        "paperless-ngx",
        "paperless.settings",
        (),
        BY_PROJECT,
        roots=("src",),
        environ={"PAPERLESS_SECRET_KEY": "x"},
        more='CACHES = dict.fromkeys(CACHES, {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"})\n',
    ),
    Foreign(
        "evennia",
        "evennia.settings_default",
        (),
        BY_PROJECT,
        more="import evennia\nDEFAULT_HOME = 1\n",
        django=(6, 0),
    ),
    Foreign(
        "ghostwriter",
        "config.settings.local",
        (),
        (
            *LEFT_OUT,
            "-r",
            "{root}/requirements/base.txt",
            "psycopg2-binary",
            "django-debug-toolbar",
        ),
        environ={
            "DATABASE_URL": "sqlite://:memory:",
            "REDIS_URL": "redis://localhost",
            "HASURA_ACTION_SECRET": "x",
            "USE_DOCKER": "no",
        },
        saves=False,
    ),
)
