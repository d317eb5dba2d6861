"""A small shop, and how a test generates into it: the real stages on real files, in this process; Django in another.

The shop needs no migrations (``MIGRATION_MODULES`` is None for its apps) and keeps its rows in memory.
"""

from __future__ import annotations

import ast
import os
import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import forks

from signalgen.errors import Problem, SpecError
from signalgen.generating import Options, generate
from signalgen.index import read_project
from signalgen.spec import read_spec

if TYPE_CHECKING:
    from pathlib import Path

    from signalgen.values.change import Result

SETTINGS = """
SECRET_KEY = "only-for-tests"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "crm", "shop"]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    "other": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIGRATION_MODULES = {"shop": None, "crm": None, "auth": None, "contenttypes": None, "sessions": None}
USE_TZ = True
"""
MODELS = """
from django.conf import settings
from django.db import models


class Stamped(models.Model):
    note = models.TextField(blank=True)

    class Meta:
        abstract = True


class Tag(models.Model):
    name = models.CharField(max_length=20)
    uses = models.IntegerField(default=0)


class Customer(models.Model):
    name = models.CharField(max_length=20)


class Product(models.Model):
    name = models.CharField(max_length=20)
    tags = models.ManyToManyField(Tag)
    related = models.ManyToManyField("self", blank=True)
    shelves = models.ManyToManyField("Shelf", through="Placement")


class Shelf(models.Model):
    code = models.CharField(max_length=5)


class Placement(models.Model):
    product = models.ForeignKey(Product, on_delete=models.CASCADE)
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE)


class Order(Stamped):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE)
    status = models.CharField(max_length=20, default="new")
    total = models.IntegerField(default=0)
    photo = models.FileField(blank=True)
"""
CRM_TASKS = """
from celery import shared_task


@shared_task
def push(user_id, text):
    return None
"""
APPS = """
from django.apps import AppConfig


class {0}Config(AppConfig):
    name = "{1}"
"""
MANAGE = """
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    execute_from_command_line(sys.argv)
"""
SHOP = {
    "manage.py": MANAGE,
    "requirements.txt": "Django==5.2.*\ncelery==5.5.*\n",
    "config/__init__.py": "",
    "config/settings.py": SETTINGS,
    "crm/__init__.py": "",
    "crm/apps.py": APPS.format("Crm", "crm"),
    "crm/tasks.py": CRM_TASKS,
    "crm/models.py": "from django.db import models\n\n\nclass Lead(models.Model):\n    name = models.CharField(max_length=9)\n",
    "shop/__init__.py": "",
    "shop/apps.py": APPS.format("Shop", "shop"),
    "shop/models.py": MODELS,
    "shop/tests/__init__.py": "",
}


def build(root: Path, files: dict[str, str] | None = None) -> Path:
    """Write the shop below ``root``, with ``files`` over it; None takes a file away."""
    for path, text in {**SHOP, **(files or {})}.items():
        target = root / path
        if text is None:
            target.unlink(missing_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return root


@dataclass(frozen=True)
class Outcome:
    """What a run came to: its result, or the problems that stopped it."""

    root: Path
    result: Result | None
    problems: tuple[Problem, ...]

    def text(self, path: str) -> str:
        """Return what ``path`` will hold."""
        assert self.result is not None, [p.message for p in self.problems]
        change = next(file for file in self.result.files if file.path == path)
        data = change.after if change.after is not None else change.before
        return (data or b"").decode()

    def symbol(self, name: str, path: str = "shop/signals.py") -> str:
        """Return the source of one function or class with its decorators."""
        text = self.text(path)
        for node in ast.parse(text).body:
            if getattr(node, "name", None) == name:
                first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                return "\n".join(text.splitlines()[first - 1 : node.end_lineno]) + "\n"
        raise AssertionError(f"no {name} in {path}:\n{text}")

    def changed(self) -> list[str]:
        """Return the files that a real run would touch, the baselines left out."""
        assert self.result is not None, [p.message for p in self.problems]
        return [file.path for file in self.result.changed if not file.internal]

    def write(self) -> Outcome:
        """Put the files where they belong."""
        assert self.result is not None, [p.message for p in self.problems]
        assert not self.result.problems, self.result.problems
        assert not self.result.clashes
        for file in self.result.changed:
            target = self.root / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            if file.after is None:
                target.unlink()
            else:
                target.write_bytes(file.after)
        return self


def spec_text(text: str) -> str:
    """Return ``text`` as a spec of the shop's, unless it names its app itself."""
    text = textwrap.dedent(text).lstrip("\n")
    return (
        text
        if "app:" in text.split("handlers:")[0].split("celery_tasks:")[0]
        else f"app: shop\n{text}"
    )


def run(root: Path, *specs: str, options: Options | None = None) -> Outcome:
    """Generate from ``specs`` into the project at ``root``; nothing is written."""
    try:
        read = [
            read_spec(spec_text(text).encode(), file=f"spec{i}.yaml", source=f"spec{i}.yaml")
            for i, text in enumerate(specs)
        ]
        result = generate(read, read_project(root), options)
    except SpecError as error:
        return Outcome(root, None, error.problems)
    return Outcome(root, result, result.problems)


def again(root: Path, *specs: str) -> list[str]:
    """Return what a second run would change: nothing, says P1."""
    outcome = run(root, *specs)
    assert outcome.result is not None, [p.message for p in outcome.problems]
    assert not outcome.problems, outcome.problems
    return [file.path for file in outcome.result.changed]


def passing_tests(root: Path, style: str = "unittest") -> int:
    """Run the project's tests and return how many passed; a red one fails the test."""
    if style == "pytest":
        out = python(root, "-m", "pytest", "-q", "-p", "no:cacheprovider")
        return int(re.search(r"(\d+) passed", out)[1])
    return int(re.search(r"Found (\d+) test", python(root, "manage.py", "test"))[1])


def python(root: Path, *arguments: str, code: str = "") -> str:
    """Run Python in the project and return what it printed; anything but success fails the test."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "DJANGO_", "COV_"))}
    env |= {"DJANGO_SETTINGS_MODULE": "config.settings", **forks.BARE_PYTEST}
    words = ["-c", textwrap.dedent(code)] if code else [*arguments]
    done = forks.run(words, root, env)
    assert done.returncode == 0, done.stdout + done.stderr
    # unittest of Python before 3.12 takes no tests at all for a success.
    assert "Ran 0 tests" not in done.stderr, done.stderr
    return done.stdout


START = """
import django
django.setup()
from django.core.management import call_command
for name in ("default", "other"):
    call_command("migrate", run_syncdb=True, verbosity=0, database=name)
from shop.models import *
"""


def django(root: Path, code: str) -> str:
    """Run ``code`` in the started project with empty tables; what it prints comes back."""
    return python(root, code=START + textwrap.dedent(code))
