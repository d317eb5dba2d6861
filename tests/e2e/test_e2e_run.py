"""What is generated runs: the project checks, migrates and tests as before, and with the new tests."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import django
import pytest
from e2e_kit import (
    EXAMPLES,
    PROJECTS,
    Done,
    Example,
    Generated,
    copy,
    database_url,
    own_tests,
    python,
    run,
    signalgen,
)


def count(text: str) -> int:
    """Return how many tests a runner says it has run."""
    found = re.search(r"Ran (\d+) tests?|(\d+) passed", text)
    assert found, text
    return int(found[1] or found[2])


def test_the_project_is_sound_before_anything_is_generated(example: Example, tmp_path: Path):
    root = copy(example.project, tmp_path / example.project)
    for command in (["check"], ["makemigrations", "--check", "--dry-run"]):
        done = python(root, "manage.py", *command)
        assert done.code == 0, done.text


def test_django_still_accepts_the_project(generated: Generated):
    for command in (["check"], ["makemigrations", "--check", "--dry-run"]):
        done = python(generated.root, "manage.py", *command)
        assert done.code == 0, done.text


def test_the_projects_own_tests_and_the_generated_ones_pass(generated: Generated, tmp_path: Path):
    bare = own_tests(generated.example, copy(generated.example.project, tmp_path / "bare"))
    full = own_tests(generated.example, generated.root)
    assert full.code == 0, full.text
    receivers = (generated.root / generated.example.receivers).read_text().count("dispatch_uid")
    assert count(full.out + full.err) >= count(bare.out + bare.err) + receivers, full.text


VENDOR = "import django; django.setup(); from django.db import connection; print(connection.vendor)"


def test_the_database_is_the_one_that_was_asked_for(example: Example):
    root = PROJECTS / example.project
    path = [str(root), str(root / "src")]
    code = f"import sys; sys.path[:0] = {path}; {VENDOR}"
    url = database_url(example)
    done = run(
        [sys.executable, "-c", code],
        root,
        DATABASE_URL=url,
        DJANGO_SETTINGS_MODULE="config.settings",
    )
    assert done.out.strip() == ("postgresql" if url else "sqlite"), done.text


@pytest.mark.matrix
def test_a_project_that_pins_this_django_gets_code_for_it(example: Example, tmp_path: Path):
    root = copy(example.project, tmp_path / example.project)
    pin = f"Django=={django.VERSION[0]}.{django.VERSION[1]}.*"
    for name in ("requirements.txt", "pyproject.toml"):
        path = root / name
        path.write_text(path.read_text().replace("Django>=4.2,<6.2", pin))
    done = signalgen(root, "new", "--spec", example.spec)
    assert done.code == 0, done.text
    full = own_tests(example, root)
    assert full.code == 0, full.text


# What is broken in a generated file, as a pattern and what comes in its place. Every place that is broken must make a
# test fail, but for those of the receivers that only remember a value for another one.
RECEIVERS_BREAKS = {
    "on_commit goes": (
        r"transaction\.on_commit\(\s*partial\(\s*([\w.]+), ((?:[^()]|\([^()]*\))*?),?\s*\),\s*using=using,?\s*\)",
        r"\1(\2)",
    ),
    "a dispatch_uid changes": (r"dispatch_uid=([\"'])", r"dispatch_uid=\1x"),
    "**kwargs goes": (r",\s*\*\*kwargs(: \w+)?(?=,?\s*\))", ""),
    "the raw guard goes": (r"    if raw:\n        return\n", ""),
    "a guard goes": (r"    if (?!raw:).+:\n        return\n", ""),
    "created is turned round": (r"\bif created\b", "if not created"),
    "a branch is emptied": (r"( +)(if created|if action == .*|else):\n", r"\1\2:\n\1    return\n"),
    "values are not compared": (r"stored\[.(\w+).\] != instance\.\1", "True"),
    "a task gets another argument": (r"(partial\(\s*[\w.]+\.delay, )", r"\1None, "),
}
BREAKS = {
    "the hook in ready() goes": ("config", r"( +)from \. import signals\b.*\n", r"\1pass\n"),
    "a sender drops an argument": ("senders", r", \w+=\w+(?=,?\s*\)\n)", ""),
    **{name: ("receivers", *change) for name, change in RECEIVERS_BREAKS.items()},
}


# What a developer says in a maker of rows, where the model refuses every made-up value.
HELP = {
    "warehouse": (
        "uuid4().hex[:8]",
        '(number := f"{uuid4().int % 10**7:07}") + f"{sum(map(int, number)) % 10}"',
    )
}


def help_makers(example: Example, root: Path) -> None:
    """Mend the makers of rows that ask for it."""
    old, new = HELP.get(example.name, ("", ""))
    for path in root.rglob("test_signals.py") if old else ():
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


def failures(done: Done) -> int:
    """Return how many tests failed, by the runner's closing line; all that a broken import keeps from running count as many."""
    if re.search(
        r"unittest\.loader\._FailedTest|errors? during collection|Error while finding module",
        done.out + done.err,
    ):
        return 1000
    counts = re.findall(r"(\d+) (?:failed|error)|(?:failures|errors)=(\d+)", done.out + done.err)
    return sum(int(number or other) for number, other in counts)


@pytest.mark.slow
@pytest.mark.parametrize("break_name", BREAKS)
def test_the_generated_tests_fail_when(generated: Generated, break_name: str, tmp_path: Path):
    where, pattern, replacement = BREAKS[break_name]
    receivers = Path(generated.example.receivers)
    path = Path(generated.example.config) if where == "config" else receivers
    if where == "senders":
        path = receivers.with_name("senders.py")
    if not (generated.root / path).exists():
        pytest.skip("this app has no senders")
    root = tmp_path / "broken"
    shutil.copytree(generated.root, root)
    help_makers(generated.example, root)
    text = (root / path).read_text()
    broken, places = re.subn(pattern, replacement, text)
    if not places:
        assert generated.example.name != "orders", (
            f"the orders have everything, so the pattern is wrong\n{text}"
        )
        pytest.skip("there is nothing of the kind in this app")
    (root / path).write_text(broken)
    done = own_tests(generated.example, root)
    assert failures(done) >= places - text.count("def remember_"), (
        f"{places} places are broken\n{done.text}"
    )


def _async_project(tmp_path: Path, django_line: str) -> Path:
    root = copy("payments", tmp_path / "payments")
    (root / "requirements.txt").write_text(f"{django_line}\ncelery>=5.3\n")
    pyproject = root / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace("Django>=4.2,<6.2", django_line))
    return root


@pytest.mark.skipif(django.VERSION < (5, 0), reason="async receivers need Django 5.0")
def test_async_receivers_run(tmp_path: Path):
    root = _async_project(tmp_path, f"Django=={django.VERSION[0]}.{django.VERSION[1]}.*")
    done = signalgen(root, "new", "--spec", "async.yaml")
    assert done.code == 0, done.text
    assert "async def announce_closing" in (root / "payments/signals.py").read_text()
    example = next(e for e in EXAMPLES if e.name == "payments")
    full = own_tests(example, root)
    assert full.code == 0, full.text


def test_async_receivers_are_refused_for_django_4_2(tmp_path: Path):
    root = _async_project(tmp_path, "Django==4.2.*")
    done = signalgen(root, "new", "--spec", "async.yaml")
    assert done.code == 2, done.text
    assert "async.yaml:11" in done.err, done.text
    assert not (root / "payments/signals.py").exists()


NOTED = """
import django; django.setup()
import logging
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import transaction
from orders import tasks
from orders.models import Order
call_command("migrate", verbosity=0)
tasks.logger.warning = lambda message, order: print("ran", order.number)
user = get_user_model().objects.create_user("customer")
with transaction.atomic():
    Order.objects.create(user=user, number="kept")
    print("not yet")
with transaction.atomic():
    Order.objects.create(user=user, number="taken back")
    transaction.set_rollback(True)
"""


@pytest.mark.skipif(django.VERSION < (6, 0), reason="Django has tasks of its own from 6.0 on")
def test_djangos_own_tasks_run_after_the_commit(tmp_path: Path):
    root = copy("orders", tmp_path / "orders")
    (root / "requirements.txt").write_text(f"Django=={django.VERSION[0]}.{django.VERSION[1]}.*\n")
    done = signalgen(root, "new", "--spec", "django_tasks.yaml")
    assert done.code == 0, done.text
    assert "from django.tasks import task" in (root / "orders/tasks.py").read_text()
    # The recipes say .delay(), which these tasks do not have.
    receivers = (root / "orders/signals.py").read_text()
    assert ".delay" not in receivers
    # Their queue refuses the UUID that an order has for a key.
    queued = re.findall(r"\.enqueue,\s*([^,]*?\))[),]", receivers)
    assert queued == ["str(instance.pk)"] * receivers.count(".enqueue"), receivers
    assert "partial(announce_status.enqueue, str(instance.pk), old, new)" in receivers
    services = (root / "orders/services.py").read_text()
    assert "partial(tell_of_all.enqueue, list(map(str, keys)))" in services
    example = next(e for e in EXAMPLES if e.name == "orders")
    full = own_tests(example, root)
    assert full.code == 0, full.text
    done = run([sys.executable, "-c", NOTED], root, DJANGO_SETTINGS_MODULE="config.settings")
    # note_order, tell_shop, index_order and sync_order, each with the row that it found.
    assert done.out == "not yet\n" + 4 * "ran kept\n", done.text
