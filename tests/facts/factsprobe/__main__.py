"""Configure Django, provoke every signal in every way that differs, and print what was received as JSON."""

from __future__ import annotations

import json
import sys

import django
from django.conf import settings

DJANGO = django.VERSION[:2]

settings.configure(
    SECRET_KEY="x" * 50,
    DEBUG=False,
    ALLOWED_HOSTS=["*"],
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    ROOT_URLCONF="factsprobe.urls",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "factsprobe",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    LOGGING={
        "version": 1,
        "handlers": {"null": {"class": "logging.NullHandler"}},
        "root": {"handlers": ["null"]},
    },
    LOGGING_CONFIG="logging.config.dictConfig",
)
django.setup()

from factsprobe import provoke
from factsprobe.recording import Recording


def main() -> None:
    recording = Recording(DJANGO)
    provoke.everything()
    json.dump(
        {
            "django": DJANGO,
            "calls": recording.calls,
            "lazy": recording.lazy,
            "mistyped": recording.mistyped,
            "senders": {name: sorted(kinds) for name, kinds in recording.senders.items()},
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
