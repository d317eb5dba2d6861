"""``manage.py signalgen`` in a real Django project."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from cli_kit import PROJECT, ROOT, Done, environment, files, make_project

if TYPE_CHECKING:
    from pathlib import Path

MANAGE = PROJECT["manage.py"] + (
    "import sys\nfrom django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n"
)
SETTINGS = PROJECT["shop/settings.py"].replace('["orders"]', '["orders", "signalgen"]')
CALL = """
import io
import django
django.setup()
from django.core.management import CommandError, call_command
out = io.StringIO()
call_command("signalgen", "new", "--spec", "spec.yaml", "--diff", stdout=out)
assert "+def order_saved" in out.getvalue(), out.getvalue()
try:
    call_command("signalgen", "new", "--spec", "spec.yaml", "--check")
except CommandError as error:
    assert error.returncode == 1, error.returncode
else:
    raise AssertionError("no CommandError")
"""


@pytest.fixture
def django(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project", manage=MANAGE, settings=SETTINGS)


def manage(cwd: Path, *words: object) -> Done:
    done = subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Done(done.returncode, done.stdout, done.stderr)


def test_it_generates_into_the_project_of_manage_py(django: Path, tmp_path: Path):
    done = manage(
        tmp_path, django / "manage.py", "signalgen", "new", "--spec", django / "spec.yaml"
    )
    assert done.code == 0, done
    assert "def order_saved" in (django / "orders/signals.py").read_text()
    assert manage(django, "manage.py", "check").code == 0
    again = manage(
        django,
        "manage.py",
        "signalgen",
        "new",
        "--spec",
        "spec.yaml",
        "--check",
        "--format",
        "json",
    )
    assert (again.code, again.json["status"]) == (0, "ok")


def test_it_ends_with_the_same_exit_codes(django: Path):
    before = files(django)
    assert (
        manage(django, "manage.py", "signalgen", "new", "--spec", "spec.yaml", "--check").code == 1
    )
    assert manage(django, "manage.py", "signalgen", "new", "--spec", "nowhere.yaml").code == 2
    assert (
        manage(django, "manage.py", "signalgen", "new", "--nope", "--format=json").json["status"]
        == "invalid"
    )
    assert files(django) == before


def test_project_names_another(django: Path, tmp_path: Path):
    other = make_project(tmp_path / "other")
    done = manage(
        django, "manage.py", "signalgen", "new", "--spec", other / "spec.yaml", "--project", other
    )
    assert done.code == 0, done
    assert (other / "orders/signals.py").exists()
    assert not (django / "orders/signals.py").exists()


def test_its_help_is_the_command_lines(django: Path):
    done = manage(django, "manage.py", "signalgen", "new", "--help")
    assert done.code == 0
    assert "--target-django" in done.out
    assert "signalgen" in manage(django, "manage.py", "help").out


def test_a_plain_call_does_without_typer(django: Path):
    names = "import runpy, sys\ntry:\n    runpy.run_path('manage.py', run_name='__main__')\n"
    names += "finally:\n    print(*{'django', 'typer'} & {*sys.modules})\n"
    for words, loaded in (["new", "--spec", "spec.yaml"], "django"), (["nwe"], "django typer"):
        done = manage(
            django, "-c", "import sys; sys.argv[0] = 'manage.py'\n" + names, "signalgen", *words
        )
        assert sorted(done.out.splitlines()[-1].split()) == loaded.split(), done


def test_call_command_returns_output_and_raises(django: Path):
    before = files(django)
    done = subprocess.run(
        [sys.executable, "-c", CALL],
        cwd=django,
        env=environment(DJANGO_SETTINGS_MODULE="shop.settings"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert files(django) == before


EVERY = """
import contextlib, io, json, os, sys
import django
django.setup()
from django.core.management import CommandError, ManagementUtility, call_command
from signalgen.cli.app import COMMANDS
words = json.loads(sys.argv[1])
# The server of mcp has the streams for itself: tests/serving starts it through manage.py.
assert set(words) == set(COMMANDS) - {"mcp"}, set(words) ^ set(COMMANDS)
here = sys.argv[2]
said = {}
for name, rest in words.items():
    for how in ("manage.py", "call_command"):
        out = io.StringIO()
        try:
            if how == "manage.py":
                with contextlib.redirect_stdout(out):
                    ManagementUtility([here, "signalgen", name, *rest]).execute()
            else:
                call_command("signalgen", name, *rest, stdout=out)
            code = 0
        except SystemExit as end:
            code = end.code
        except CommandError as error:
            code = error.returncode
        said[f"{name} {how}"] = [code, out.getvalue()]
print(json.dumps(said))
"""
ASKED: dict[str, tuple[str, str]] = {
    "init": ("orders --output -", "app: orders"),
    "new": ("SPEC --diff", "+def order_saved"),
    "signal": ("--app orders --signal order_paid --diff", "+order_paid = Signal()"),
    "remove": ("SPEC --diff", ""),
    "validate": ("OWN", "1 handler"),
    "check": ("--exit-zero --statistics", ""),
    "list": ("", "0 registrations"),
    "trace": ("orders.Order", "Order"),
    "why": ("orders.Order post_save", ""),
    "chart": ("", "flowchart"),
    "extract": ("", "There are no receivers here"),
    "explain": ("SG101", "SG101"),
    "recipes": ("stamp", "stamp"),
    "schema": ("", "$schema"),
}
STAMP = """\
use: Count a row.
trap: None to speak of.
example: |
  app: orders
  recipes:
    - {recipe: stamp, model: Order}
handlers:
  - name: "{{ name }}"
    signal: pre_save
    description: Count it.
    body: instance.total = 1
"""


@pytest.mark.parametrize("program", ["manage.py", "django-admin"])
def test_every_command_works_from_any_folder(django: Path, tmp_path: Path, program: str):
    """All of them in one process of Django, whose current folder is not the project's."""
    (django / "recipes").mkdir()
    (django / "recipes/stamp.yaml").write_text(STAMP)
    (django / "pyproject.toml").write_text('[tool.signalgen]\nrecipes = "recipes"\n')
    own = tmp_path / "own.yaml"
    own.write_text("app: orders\nrecipes: [{recipe: stamp, model: Order}]\n")
    places = {"SPEC": str(django / "spec.yaml"), "OWN": str(own)}
    words = {
        name: [places.get(word, word) for word in line.split()] for name, (line, _) in ASKED.items()
    }
    before = files(django)
    started = str(django / "manage.py") if program == "manage.py" else "/usr/bin/django-admin"
    done = subprocess.run(
        [sys.executable, "-c", EVERY, json.dumps(words), started],
        cwd=tmp_path,
        env=environment(
            DJANGO_SETTINGS_MODULE="shop.settings", PYTHONPATH=f"{django}{os.pathsep}{ROOT}"
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for name, (code, text) in json.loads(done.stdout).items():
        assert code == 0, (name, text, done.stderr)
        assert ASKED[name.split()[0]][1] in text, (name, text)
    assert files(django) == before
