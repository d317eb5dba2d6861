"""The projects that the campaign makes: one domain of models each, in as many shapes as Django projects have."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE: Final = Path(__file__).resolve().parent
WORDS: Final = {
    "shop": ("Tag", "name"),
    "desk": ("Label", "name"),
    "school": ("Subject", "name"),
    "press": ("Topic", "word"),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """One made project: ``models`` names its domain, ``base`` what all its models derive from.

    ``config`` says where pytest finds the settings; ``env`` names an environment of its own.
    """

    name: str
    models: str
    app: str = ""
    base: Literal["plain", "uuid", "soft", "clean", "stamped"] = "plain"
    maker: Literal["", "factory", "muted", "muted_post_save", "bakery"] = ""
    tests: Literal["", "package", "module", "folder"] = ""
    runner: Literal["unittest", "pytest"] = "unittest"
    config: Literal["", "pyproject.toml", "setup.cfg", "pytest.ini", "addopts"] = ""
    tasks: str = "celery"
    user: bool = False
    src: bool = False
    package: bool = False
    receivers: bool = False
    typed: bool = False
    eager: bool = False
    env: str = ""
    django: str = "5.2"

    @property
    def path(self) -> str:
        """The import path of the app."""
        return self.app or self.models

    @property
    def label(self) -> str:
        """The app's label."""
        return self.path.rpartition(".")[2]

    @property
    def folder(self) -> str:
        """The app's folder below the root."""
        return ("src/" if self.src else "") + self.path.replace(".", "/")

    @property
    def roots(self) -> tuple[str, ...]:
        """The folders that imports start from."""
        return ("src",) if self.src else (".",)


SHAPES: Final = (
    Shape("flat app", "shop"),
    Shape("tests package", "desk", maker="factory", tests="package"),
    Shape("tests.py", "school", maker="bakery", tests="module"),
    Shape(
        "tests folder",
        "press",
        maker="bakery",
        tests="folder",
        runner="pytest",
        config="pytest.ini",
    ),
    Shape(
        "src layout",
        "desk",
        maker="factory",
        tests="folder",
        runner="pytest",
        config="pyproject.toml",
        src=True,
    ),
    Shape("nested apps", "shop", app="apps.shop", maker="muted", tests="package", user=True),
    Shape(
        "UUID keys, typed",
        "desk",
        base="uuid",
        runner="pytest",
        config="setup.cfg",
        tests="package",
        typed=True,
        user=True,
    ),
    Shape("soft delete, models package", "press", base="soft", package=True, tests="package"),
    Shape("full_clean() in save()", "school", base="clean", maker="factory", tests="package"),
    Shape(
        "own receivers",
        "desk",
        base="stamped",
        receivers=True,
        tests="package",
        maker="muted_post_save",
    ),
    Shape(
        "settings from pytest alone",
        "press",
        runner="pytest",
        config="addopts",
        tests="package",
        maker="factory",
        user=True,
    ),
    Shape("Celery eager", "shop", eager=True, tests="package", receivers=True),
    Shape(
        "tasks of Django", "school", tasks="django", env="django6", django="6.0", tests="package"
    ),
    Shape("huey", "desk", tasks="huey", env="tasks", tests="package"),
    Shape(
        "dramatiq",
        "press",
        tasks="dramatiq",
        env="tasks",
        runner="pytest",
        config="pyproject.toml",
        tests="package",
        maker="factory",
    ),
    Shape("RQ", "school", tasks="rq", env="tasks", tests="module"),
    Shape("procrastinate", "desk", tasks="procrastinate", env="tasks", tests="package"),
    Shape("django-q", "press", tasks="django-q", env="tasks", tests="package"),
)

HEAD: Final = '''"""The models."""

import uuid

from django import VERSION
from django.conf import settings
from django.db import models
'''
BASES: Final = {
    "plain": "class Base(models.Model):\n",
    "stamped": (
        "class Base(models.Model):\n"
        "    created_at = models.DateTimeField(auto_now_add=True)\n"
        "    updated_at = models.DateTimeField(auto_now=True)\n\n"
    ),
    "uuid": (
        "class Base(models.Model):\n"
        "    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)\n\n"
    ),
    "soft": (
        "class Living(models.Manager):\n"
        "    def get_queryset(self):\n"
        "        return super().get_queryset().filter(deleted_at=None)\n\n\n"
        "class Base(models.Model):\n"
        "    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)\n\n"
        "    objects = Living()\n"
        "    every = models.Manager()\n\n"
        "    def delete(self, *args, hard=False, **kwargs):\n"
        "        if hard:\n"
        "            return super().delete(*args, **kwargs)\n"
        "        self.deleted_at = timezone.now()\n"
        '        self.save(update_fields=["deleted_at"])\n'
        "        return 1, {}\n\n"
    ),
    "clean": (
        "class Base(models.Model):\n"
        "    def save(self, *args, **kwargs):\n"
        "        self.full_clean()\n"
        "        super().save(*args, **kwargs)\n\n"
    ),
}
META: Final = "    class Meta:\n        abstract = True\n"
RECEIVERS: Final = {
    "desk": '''"""What happens when rows are saved: the project's own receivers."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import F
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver

from .models import AuditEntry, Comment, Preference, Ticket, Worklog
from .services import queue


@receiver(post_save, sender=settings.AUTH_USER_MODEL)
def make_preference(sender, instance, created, **kwargs):
    if created:
        Preference.objects.create(person=instance)


@receiver(post_save, sender=Ticket)
def tell_the_team(sender, instance, created, **kwargs):
    queue("ticket", instance.pk)
    AuditEntry.objects.create(label="ticket")


@receiver(pre_save, sender=Ticket)
def refuse_locked(sender, instance, **kwargs):
    if instance.locked and instance.status == Ticket.Status.CLOSED:
        raise ValidationError("A closed ticket cannot be locked.")


@receiver(post_save, sender=Comment)
def count_comment(sender, instance, created, **kwargs):
    if created:
        ticket = Ticket.objects.filter(pk=instance.ticket_id)
        ticket.update(comment_count=F("comment_count") + 1)


@receiver(post_delete, sender=Worklog)
def tell_of_deletion(sender, instance, **kwargs):
    queue("worklog", instance.pk)
''',
    "shop": '''"""What happens when rows are saved: the project's own receivers."""

from django.db.models.signals import m2m_changed, post_save
from django.dispatch import receiver

from .models import AuditEntry, Order, Product
from .services import queue


@receiver(post_save, sender=Order)
def announce_order(sender, instance, **kwargs):
    queue("order", instance.pk)


@receiver(m2m_changed, sender=Product.tags.through)
def note_tags(sender, instance, action, **kwargs):
    AuditEntry.objects.create(label=action)
''',
}
QUEUE: Final = '''

def queue(name, pk):
    """Put a message on the queue, which is not there in a test."""
    raise ConnectionError(f"no broker for {name} {pk}")
'''
TASKS: Final = {
    "huey": ("from huey.contrib.djhuey import db_task", "@db_task()"),
    "dramatiq": ("import dramatiq", "@dramatiq.actor"),
    "rq": ("from django_rq import job", "@job"),
    "procrastinate": ("from config.queue import app", "@app.task"),
    "django-q": ("", ""),
}
REQUIREMENT: Final = {
    "celery": "celery>=5.4",
    "huey": "huey",
    "dramatiq": "django-dramatiq",
    "rq": "django-rq",
    "procrastinate": "procrastinate",
    "django-q": "django-q2",
    "django": "",
}
MANAGE: Final = '''"""Django's command line."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
'''
ACCOUNTS: Final = '''"""People."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person with a telephone."""

    phone = models.CharField(max_length=20, blank=True)
'''


def settings(shape: Shape) -> str:
    """Return the settings module."""
    apps = [
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.admin",
        "django.contrib.messages",
        "django.contrib.sessions",
    ]
    apps += {
        "huey": ["huey.contrib.djhuey"],
        "dramatiq": ["django_dramatiq"],
        "rq": ["django_rq"],
        "django-q": ["django_q"],
    }.get(shape.tasks, [])
    apps += ["accounts"] * shape.user + [shape.path]
    more = {
        "huey": 'HUEY = {"name": "campaign", "immediate": False, "connection": {"host": "127.0.0.1", "port": 9}}\n',
        "dramatiq": 'DRAMATIQ_BROKER = {"BROKER": "dramatiq.brokers.stub.StubBroker", "OPTIONS": {}, "MIDDLEWARE": []}\n',
        "rq": 'RQ_QUEUES = {"default": {"HOST": "127.0.0.1", "PORT": 9}}\n',
        "django": 'TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}\n',
        "django-q": 'Q_CLUSTER = {"name": "campaign", "redis": {"host": "127.0.0.1", "port": 9}}\n',
    }.get(shape.tasks, "")
    if shape.tasks == "celery":
        more = (
            'CELERY_BROKER_URL = "redis://127.0.0.1:9/0"\n'
            + "CELERY_TASK_ALWAYS_EAGER = True\nCELERY_TASK_EAGER_PROPAGATES = True\n" * shape.eager
        )
    user = 'AUTH_USER_MODEL = "accounts.User"\n' * shape.user
    lines = "".join(f'    "{app}",\n' for app in apps)
    return f'''"""Settings."""

from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "campaign"
INSTALLED_APPS = [
{lines}]
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
CONTEXT = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
TEMPLATES = [
    {{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {{"context_processors": CONTEXT}},
    }}
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = BASE_DIR / "media"
USE_TZ = True
{user}{more}'''


def models(shape: Shape) -> dict[str, str]:
    """Return the models of the domain, in a module or in a package."""
    base = BASES[shape.base] + META
    head = HEAD + ("from django.utils import timezone\n" if shape.base == "soft" else "")
    domain = (HERE / "models" / f"{shape.models}.txt").read_text()
    common = (HERE / "models" / "common.txt").read_text()
    if not shape.package:
        return {"models.py": f"{head}\n\n{base}\n\n{domain}\n\n{common}"}
    names = [
        line[6:].split("(")[0]
        for line in (domain + common).splitlines()
        if line.startswith("class ")
    ]
    listed = "".join(f'    "{name}",\n' for name in sorted(names))
    own = ", ".join(sorted(n for n in names if n not in ("AuditEntry", "Counter")))
    return {
        "models/__init__.py": f'"""The models."""\n\nfrom .common import AuditEntry, Counter\nfrom .{shape.models} import (\n    {own},\n)\n\n__all__ = [\n{listed}]\n',
        "models/base.py": f"{head}\n\n{base}",
        "models/common.py": f'"""Common."""\n\nfrom django.db import models\n\n\n{common}',
        f"models/{shape.models}.py": f"{HEAD}\nfrom .base import Base\n\n\n{domain}",
    }


def own_tests(shape: Shape) -> dict[str, str]:
    """Return the tests that are there already."""
    if not shape.tests:
        return {}
    model, field = WORDS[shape.models]
    head = f'"""Tests."""\n\nfrom {shape.path}.models import {model}\n'
    if shape.runner == "pytest":
        text = f'{head}\n\ndef test_text():\n    assert str({model}({field}="x")) == "x"\n'
    else:
        text = f'"""Tests."""\n\nfrom django.test import TestCase\n\nfrom {shape.path}.models import {model}\n\n\nclass {model}Tests(TestCase):\n    def test_text(self):\n        self.assertEqual(str({model}({field}="x")), "x")\n'
    name = f"test_{model.lower()}s.py"
    if shape.tests == "module":
        return {f"{shape.folder}/tests.py": text}
    folder = "tests" if shape.tests == "folder" else f"{shape.folder}/tests"
    return {f"{folder}/__init__.py": "", f"{folder}/{name}": text}


def project_files(shape: Shape) -> dict[str, str]:
    """Return what says how the project is built and tested."""
    makers = {"bakery": "model-bakery", "": ""}.get(shape.maker, "factory-boy")
    wanted = [
        f"Django~={shape.django}.0",
        REQUIREMENT[shape.tasks],
        makers,
        "pytest-django" if shape.config else "",
    ]
    depends = "".join(f'    "{one}",\n' for one in wanted if one)
    text = f'[project]\nname = "campaign"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = [\n{depends}]\n'
    if shape.typed:
        text += "\n[tool.mypy]\nstrict = true\n\n[tool.signalgen]\ntyped = true\n"
    pytest = "DJANGO_SETTINGS_MODULE = {0}config.settings{0}\n" + (
        "pythonpath = {1}\n" if shape.src else ""
    )
    out = {}
    if shape.config == "pyproject.toml":
        text += "\n[tool.pytest.ini_options]\n" + pytest.format('"', '["src"]')
    elif shape.config == "pytest.ini":
        out["pytest.ini"] = "[pytest]\n" + pytest.format("", "src") + "python_files = test_*.py\n"
    elif shape.config == "setup.cfg":
        out["setup.cfg"] = "[tool:pytest]\n" + pytest.format("", "src")
    elif shape.config == "addopts":
        text += '\n[tool.pytest.ini_options]\naddopts = "--ds=config.settings --reuse-db"\n'
        out["conftest.py"] = (
            '"""What all tests share."""\n\nimport pytest\n\n\n'
            "@pytest.fixture(autouse=True)\ndef media_storage(settings, tmp_path):\n"
            "    settings.MEDIA_ROOT = tmp_path\n\n\n"
            "@pytest.fixture\ndef anything():\n    return 1\n"
        )
    return {"pyproject.toml": text, "manage.py": MANAGE, **out}


def files(shape: Shape) -> dict[str, str]:
    """Return the project's files by path."""
    src = "src/" if shape.src else ""
    out = {**project_files(shape), **own_tests(shape)}
    out[f"{src}config/__init__.py"] = ""
    out[f"{src}config/settings.py"] = settings(shape)
    parts = shape.path.split(".")
    for depth in range(1, len(parts)):
        out[f"{src}{'/'.join(parts[:depth])}/__init__.py"] = ""
    folder = shape.folder
    out[f"{folder}/__init__.py"] = ""
    out |= {f"{folder}/{path}": text for path, text in models(shape).items()}
    out[f"{folder}/services.py"] = (HERE / "services.txt").read_text() + QUEUE
    out[f"{folder}/events.py"] = (HERE / "events.txt").read_text()
    if "." in shape.path or shape.receivers:
        ready = (
            "\n    def ready(self):\n        from . import handlers  # noqa: F401\n"
            * shape.receivers
        )
        name = shape.label.capitalize()
        out[f"{folder}/apps.py"] = (
            f'"""The app."""\n\nfrom django.apps import AppConfig\n\n\nclass {name}Config(AppConfig):\n    name = "{shape.path}"\n{ready}'
        )
    if shape.receivers:
        out[f"{folder}/handlers.py"] = RECEIVERS[shape.models]
    if shape.user:
        out |= {f"{src}accounts/__init__.py": "", f"{src}accounts/models.py": ACCOUNTS}
    out |= queues(shape, src)
    return out


def queues(shape: Shape, src: str) -> dict[str, str]:
    """Return the modules that the task library wants."""
    if shape.tasks == "celery":
        app = '"""Celery."""\n\nfrom celery import Celery\n\napp = Celery("campaign")\napp.config_from_object("django.conf:settings", namespace="CELERY")\napp.autodiscover_tasks()\n'
        return {
            f"{src}config/celery.py": app,
            f"{src}config/__init__.py": 'from .celery import app as celery_app\n\n__all__ = ["celery_app"]\n',
        }
    if shape.tasks == "django":
        return {}
    line, decorator = TASKS[shape.tasks]
    text = f'"""Tasks."""\n\n{line}\n'
    for name, args in (("refresh", "pk"), ("recount", ""), ("announce", "pk")):
        text += (
            f'\n\n{decorator}\ndef {name}({args}):\n    """Do it."""\n    return {args or None}\n'
        )
    out = {f"{shape.folder}/tasks.py": text.replace("\n\n\n\n\n", "\n\n\n")}
    if shape.tasks == "procrastinate":
        out[f"{src}config/queue.py"] = (
            '"""The queue."""\n\nfrom procrastinate import App, PsycopgConnector\n\napp = App(connector=PsycopgConnector(conninfo="host=127.0.0.1 port=9"))\n'
        )
    return out


def factories(shape: Shape, schema: Mapping[str, Any]) -> dict[str, str]:
    """Return a factories module for the models of ``schema``, where the shape has one."""
    if shape.maker in ("", "bakery"):
        return {}
    every = {m["label"]: m for m in schema["models"]}
    mine = [m for m in every.values() if m["app"] == shape.label]
    user = every[schema["user"]]
    lines = {
        "muted": "@factory.django.mute_signals(signals.post_save)\n",
        "muted_post_save": "@mute_signals(post_save)\n",
    }
    head = '"""Factories."""\n\nimport factory\nfrom django.contrib.auth import get_user_model\n'
    head += {
        "muted": "from django.db.models import signals\n",
        "muted_post_save": "from django.db.models.signals import post_save\nfrom factory.django import mute_signals\n",
    }.get(shape.maker, "")
    names = sorted(m["name"] for m in mine if not m["proxy"])
    text = f"{head}\nfrom {shape.path}.models import {', '.join(names)}\n\n\n"
    text += 'class UserFactory(factory.django.DjangoModelFactory):\n    class Meta:\n        model = get_user_model()\n\n    username = factory.Sequence(lambda n: f"user{n}")\n    email = factory.LazyAttribute(lambda one: f"{one.username}@example.com")\n'
    made = {user["label"]: "UserFactory"}
    left = [m for m in mine if not m["proxy"]]
    while left:
        ready = [m for m in left if all(f["to"] in made for f in m["required"] if f["to"])]
        if not ready:
            break
        for model in ready:
            left.remove(model)
            made[model["label"]] = f"{model['name']}Factory"
            mute = lines.get(shape.maker, "")
            body = "".join(f"    {f['name']} = {declare(f, made)}\n" for f in model["required"])
            text += (
                f"\n\n{mute}class {model['name']}Factory(factory.django.DjangoModelFactory):\n    class Meta:\n        model = {model['name']}\n"
                + (f"\n{body}" if body else "")
            )
    folder = (
        "tests"
        if shape.tests == "folder"
        else f"{shape.folder}/tests"
        if shape.tests == "package"
        else shape.folder
    )
    return {f"{folder}/factories.py": text}


def declare(field: Mapping[str, Any], made: Mapping[str, str]) -> str:
    """Return the declaration of one field of a factory."""
    if field["to"]:
        return f"factory.SubFactory({made[field['to']]})"
    name, kind = field["name"], field["kind"]
    if kind in ("CharField", "TextField", "SlugField"):
        room = field["max"] or 99
        text = f'f"{name}-{{n}}"' if room > len(name) + 6 else 'f"{n}"'
        return f"factory.Sequence(lambda n: {text})"
    return {
        "EmailField": 'factory.Sequence(lambda n: f"a{n}@example.com")',
        "URLField": 'factory.Sequence(lambda n: f"https://example.com/{n}")',
        "DateField": 'factory.Faker("date_object")',
        "DateTimeField": 'factory.Faker("date_time", tzinfo=__import__("datetime").timezone.utc)',
        "GenericIPAddressField": '"127.0.0.1"',
        "BooleanField": "False",
        "FileField": "factory.django.FileField()",
    }.get(kind, "1")
