"""What generated tests promise, seen in a project: green at first, and red over each broken receiver.

All handlers stand in one spec. Its tests run as generated, then once more when every receiver has
the break that its name stands for.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from generate_kit import MODELS, build, run

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("promises")

ORDER, PRODUCT = "model: Order, signal: post_save", "model: Product, signal: post_save"
CHANGED = 'instance.tracker.has_changed("status") and instance.status == "live"'
TOLD = "push.delay(instance.pk, instance.status)"

# Handler: what it is, and how its receiver is broken.
BROKEN = {
    "misspelt_attribute": (f"{ORDER}, on_create: '{TOLD}'", ".status", ".statsu"),
    "misspelt_field": (
        f"{ORDER}, on_create: 'Tag.objects.filter(name=instance.status).update(uses=1)'",
        "name=",
        "nmae=",
    ),
    "misspelt_lookup": (
        f"{ORDER}, on_create: 'Tag.objects.filter(uses__gte=3).update(name=instance.status)'",
        "uses__gte",
        "uses__get",
    ),
    "misspelt_keyword": (
        f"{ORDER}, on_create: 'Tag.objects.create(name=instance.status)'",
        "name=",
        "nmae=",
    ),
    "misspelt_task": (f"{ORDER}, on_create: '{TOLD}'", "push.", "pusch."),
    "misspelt_method": (f"{ORDER}, on_create: '{TOLD}'", "delay", "dealy"),
    "too_few_arguments": (f"{ORDER}, on_create: '{TOLD}'", ", instance.status", ""),
    "wrong_pk": (f"{ORDER}, on_update: '{TOLD}'", "instance.pk", "instance.customer_id"),
    "before_the_commit": (
        f"{ORDER}, on_create: '{TOLD}'",
        "transaction.on_commit(partial(push.delay, instance.pk, instance.status), using=using)",
        TOLD,
    ),
    "mail_before_the_commit": (
        f'{ORDER}, on_create: \'message = EmailMessage("New", "", None, ["a@b.org"]); message.send()\'',
        "transaction.on_commit(message.send, using=using)",
        "message.send()",
    ),
    "cache_before_the_commit": (
        f"{ORDER}, on_update: 'cache.delete(instance.status)'",
        "transaction.on_commit(partial(cache.delete, instance.status), using=using)",
        "cache.delete(instance.status)",
    ),
    "other_branch": (f"{ORDER}, on_create: '{TOLD}'", "if created", "if not created"),
    "other_signal": (f"{ORDER}, on_create: '{TOLD}'", "@receiver(post_save", "@receiver(pre_save"),
    "other_sender": (f"{ORDER}, on_create: '{TOLD}'", "sender=Order", "sender=Tag"),
    "runs_for_fixtures": (f"{ORDER}, on_create: '{TOLD}'", "if raw", "if not sender"),
    "condition": (
        f"{ORDER}, on_create: 'if instance.status == \"paid\": {TOLD}'",
        '== "paid"',
        '!= "paid"',
    ),
    "guard": (f"{ORDER}, when: instance.total > 10, body: '{TOLD}'", "> 10", ">= 10"),
    "loop_over_a_relation": (
        f"{PRODUCT}, on_update: 'for tag in instance.tags.all(): push.delay(tag.pk, tag.name)'",
        "tag.name",
        "tag.nmae",
    ),
    "changed_and_live": (
        f"model: Page, signal: post_save, body: 'if {CHANGED}: {TOLD}'",
        ' and instance.status == "live"',
        "",
    ),
    "integrity_error": (
        f"{ORDER}, on_create: 'Tag.objects.create(name=instance.status)'",
        "instance.status",
        "None",
    ),
    "by_a_muting_factory": (
        "model: Customer, signal: post_save, on_create: 'push.delay(instance.pk, instance.name)'",
        "instance.name",
        "instance.nmae",
    ),
    "save_of_its_own": (
        "model: Strict, signal: post_save, on_create: 'push.delay(instance.pk, instance.name)'",
        "instance.name",
        "instance.nmae",
    ),
    "every_sender": (
        "signal: post_save, on_create: 'push.delay(1, sender.__name__)'",
        "sender.__name__",
        "sender.__nmae__",
    ),
    "logged_in": ("signal: user_logged_in, body: 'push.delay(user.pk, \"x\")'", '"x"', '"y"'),
}
RECIPES = {
    "slug_page": (
        "{recipe: slug, model: Page, source: title, target: slug}",
        '"slug"',
        '"slgu"',
    ),
    "update_parent_order": (
        "{recipe: update_parent, model: Order, parent: Customer, set: {spent: SUM}}".replace(
            "SUM", "'Sum(\"total\", default=0)'"
        ),
        '"total"',
        '"id"',
    ),
}
UNSEEN = {
    "prints": f"{ORDER}, on_create: 'print(\"hello\", instance.status)'",
    "asks": f"{ORDER}, on_create: 'len(instance.status)'",
}
UNTOUCHED = "untouched"

SPEC = (
    "imports: [from django.db.models import Sum]\nrecipes:\n"
    + "".join(f"  - {recipe}\n" for recipe, _, _ in RECIPES.values())
    + "handlers:\n"
    + "".join(f"  - {{name: {name}, {text}}}\n" for name, (text, _, _) in BROKEN.items())
    + "".join(f"  - {{name: {name}, {text}}}\n" for name, text in UNSEEN.items())
    + f"  - {{name: {UNTOUCHED}, {ORDER}, on_create: '{TOLD}'}}\n"
)
FILES = {
    "shop/models.py": MODELS.replace(
        "class Customer(models.Model):\n",
        "class Customer(models.Model):\n    spent = models.IntegerField(default=0)\n",
    )
    + '''

class Tracker:
    """Stands in for a tracker of fields."""

    def __get__(self, row, owner=None):
        return self if row is None else Changes(row)


class Changes:
    def __init__(self, row):
        self.row = row

    def has_changed(self, name):
        return self.row.loaded.get(name) != getattr(self.row, name)


class Page(models.Model):
    title = models.CharField(max_length=40)
    slug = models.SlugField(max_length=60, unique=True)
    status = models.CharField(max_length=9, default="draft")
    tracker = Tracker()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.loaded = {} if self._state.adding else {"status": self.status}

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        self.loaded = {"status": self.status}


class Strict(models.Model):
    name = models.CharField(max_length=20)

    def save(self, *args, **kwargs):
        self.full_clean()
        super().save(*args, **kwargs)
''',
    "shop/factories.py": """
from django.db.models.signals import post_save
from factory import Sequence
from factory.django import DjangoModelFactory, mute_signals

from .models import Customer


@mute_signals(post_save)
class CustomerFactory(DjangoModelFactory):
    class Meta:
        model = Customer

    name = Sequence("customer {}".format)
""",
}
# Under the fixture ``settings`` of pytest-django SETTINGS_MODULE is None.
PYTEST = {
    "pyproject.toml": '[tool.signalgen]\ntests = "pytest"\n',
    "pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = config.settings\npython_files = test_*.py\n",
    "conftest.py": """
import pytest


@pytest.fixture(autouse=True)
def _other_settings(settings):
    settings.SOMETHING = 1
""",
}


@dataclass(frozen=True)
class Seen:
    """Tests that ran, by class, and those that were red or skipped, with all that was said."""

    ran: dict[str, set[str]]
    red: dict[str, set[str]]
    skipped: dict[str, set[str]]
    text: str


@dataclass(frozen=True)
class Project:
    """The project after its spec was generated: its tests, as generated and over broken code."""

    style: str
    notes: list[str]
    first: Seen
    broken: Seen

    def name(self, handler: str) -> str:
        """Return the class of the tests of ``handler``."""
        camel = "".join(part.capitalize() for part in handler.split("_"))
        return f"{camel}Tests" if self.style == "unittest" else f"Test{camel}"


def seen_in(root: Path, style: str) -> Seen:
    command = ["manage.py", "test", "-v2"]
    if style == "pytest":
        command = ["-m", "pytest", "-v", "-p", "no:cacheprovider", "-p", "no:randomly", "-n0"]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "DJANGO_", "COV_"))}
    env |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=root,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    text = done.stdout + done.stderr
    if style == "pytest":
        line = re.compile(r"::(\w+)::(\w+) (PASSED|FAILED|ERROR|SKIPPED)")
        found = [m.groups() for m in line.finditer(text)]
    else:
        line = re.compile(
            r"^(\w+) \([\w.]*\.(\w+)\.\w+\)(?:\n[^\n]*?)?? \.\.\. (ok|FAIL|ERROR|skipped)",
            re.MULTILINE,
        )
        found = [(m[2], m[1], m[3]) for m in line.finditer(text)]
    ran: dict[str, set[str]] = {}
    red: dict[str, set[str]] = {}
    skipped: dict[str, set[str]] = {}
    for owner, test, how in found:
        ran.setdefault(owner, set()).add(test)
        if how in ("FAIL", "FAILED", "ERROR"):
            red.setdefault(owner, set()).add(test)
        if how in ("skipped", "SKIPPED"):
            skipped.setdefault(owner, set()).add(test)
    return Seen(ran, red, skipped, text)


def damaged(text: str) -> str:
    """Break every receiver of ``text`` as BROKEN says."""
    lines = text.splitlines(keepends=True)
    for node in reversed(ast.parse(text).body):
        if not isinstance(node, ast.FunctionDef):
            continue
        entry = (BROKEN | RECIPES).get(node.name)
        if entry is not None:
            start, end = node.decorator_list[0].lineno - 1, node.end_lineno
            old, new = (part.replace('"', "'") for part in entry[1:])
            code = ast.unparse(node)
            assert old in code, code
            lines[start:end] = [code.replace(old, new) + "\n"]
    return "".join(lines)


@pytest.fixture(scope="module", params=["unittest", pytest.param("pytest", marks=pytest.mark.slow)])
def project(request, tmp_path_factory) -> Project:
    """Generate, run, break and run again."""
    files = {**FILES, **(PYTEST if request.param == "pytest" else {})}
    root = build(tmp_path_factory.mktemp(request.param) / "shop", files)
    made = run(root, SPEC).write()
    notes = [note.message for note in made.result.notes if note.code == "no-test"]
    first = seen_in(root, request.param)
    receivers, config = root / "shop/signals.py", root / "shop/apps.py"
    receivers.write_text(damaged(receivers.read_text()))
    config.write_text(config.read_text().replace("from . import signals", "pass  #"))
    return Project(request.param, notes, first, seen_in(root, request.param))


def test_nothing_is_red_or_skipped_on_the_first_day(project):
    assert project.first.ran, project.first.text
    assert project.first.red == {}, project.first.text
    assert project.first.skipped == {}, project.first.text


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_receiver_is_red(project, name):
    owner = project.name(name)
    assert project.first.ran.get(owner), sorted(project.first.ran)
    assert project.broken.red.get(owner), project.broken.text


@pytest.mark.parametrize("name", RECIPES)
def test_a_broken_recipe_is_red(project, name):
    assert project.first.ran.get(project.name(name)), sorted(project.first.ran)
    assert project.broken.red.get(project.name(name)), project.broken.text


def test_an_error_of_the_receiver_is_no_reason_to_skip(project):
    assert project.broken.skipped == {}, project.broken.text


def test_what_nobody_broke_stays_green(project):
    owner = project.name(UNTOUCHED)
    assert project.broken.ran[owner] == project.first.ran[owner]
    assert owner not in project.broken.red, project.broken.text


def test_a_receiver_that_nothing_loads_is_red(project):
    assert project.broken.red.get(project.name("ready")), project.broken.text


@pytest.mark.parametrize("name", UNSEEN)
def test_what_nobody_can_see_has_no_test_and_the_run_says_so(project, name):
    assert project.name(name) not in project.first.ran
    assert [note for note in project.notes if re.search(rf"\b{name}\b", note)]
