"""The functions that make rows for generated tests: their text, and that each of them makes rows."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import zoo

from signalgen.index import read_project
from signalgen.plan.context import Context, Targets
from signalgen.spec import read_spec
from signalgen.testplan.makers import maker_of, value_of, with_needs
from signalgen.testplan.relations import walk_path

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = sorted(path.name for path in (ROOT / "tests/projects").iterdir() if path.is_dir())
NEVER = {"zoo": zoo.NEVER, "campaign": {"Stamped"}}
"""Models of which no row can be made, by project."""
REFUSED = {"warehouse": {"make_parcel"}}
"""Makers whose rows the model refuses: its ``save()`` wants what no field tells."""

PREPARING = '''from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

from django.db import transaction
from django.dispatch import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator
{imports}

@contextmanager
def preparing() -> Iterator[None]:
    """Stand in for the helper of generated tests."""
    with transaction.atomic(), mock.patch.object(Signal, "send", return_value=[]):
        yield
'''

RUN = """
import importlib, json, os, re, sys
from pathlib import Path
text = Path("manage.py").read_text()
sys.path[:0] = [".", "src", "apps"]
os.environ["DJANGO_SETTINGS_MODULE"] = re.search(r"DJANGO_SETTINGS_MODULE.*?[\\"']([\\w.]+)[\\"']", text)[1]
import django
django.setup()
from django.db import transaction
from django.test.utils import setup_databases
setup_databases(verbosity=0, interactive=False)
wrong = {}
for module, names in json.load(open("makers.json")).items():
    made = importlib.import_module(module)
    for name, label in names:
        try:
            with transaction.atomic():
                first, second = getattr(made, name)(), getattr(made, name)()
                assert first._meta.label == label, first._meta.label
                assert first.pk != second.pk
                assert type(first)._base_manager.filter(pk__in=[first.pk, second.pk]).count() == 2
                transaction.set_rollback(True)
        except Exception as error:
            wrong[f"{module}.{name}"] = repr(error)
print(json.dumps(wrong))
"""


def context(project, app, *, typed=False) -> Context:
    """Return the context of a spec of ``app``."""
    text = f"version: 1\napp: {app.name}\nhandlers: [{{name: h, signal: request_finished, body: pass}}]"
    spec = read_spec(text.encode(), file="s", source="s")
    return Context(spec, (spec,), project, app, Targets(*[("", "")] * 6), None, typed=typed)


def write(root: Path, files) -> None:
    """Write ``files`` below ``root``."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def campaign_files():
    """Return the files of the campaign's project."""
    name = "campaign_project"
    found = importlib.util.spec_from_file_location(name, ROOT / f"scripts/{name}.py")
    module = sys.modules[name] = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module.files("unittest", "5.2", typed=True, circular=False)


def write_makers(root: Path, *, typed: bool = False):
    """Write a module of makers for each app; return (name, label) of the makers by module, and the models without."""
    project = read_project(root)
    written, never = {}, set()
    for app in project.apps:
        ctx = context(project, app, typed=typed)
        found = [(model, maker_of(ctx, model)) for model in app.models]
        never |= {model.name for model, maker in found if maker is None}
        makers = with_needs(maker for _, maker in found if maker is not None)
        lines = sorted(
            {need.line for maker in makers for need in maker.imports if need.name != "Any"}
        )
        head = PREPARING.replace("{imports}", "\n".join(lines))
        text = "\n\n".join([head, *(maker.code for maker in makers)])
        module = f"makers_of_{app.label}"
        (root / f"{module}.py").write_text(text)
        written[module] = [(maker.name, maker.model.label) for maker in makers]
    (root / "makers.json").write_text(json.dumps(written))
    return written, never


def run(root: Path, *command: str) -> str:
    """Run a Python command in ``root`` and return what it printed."""
    kept = {
        key: text
        for key, text in os.environ.items()
        if not key.startswith(("DJANGO_", "PYTEST_", "COV_"))
    }
    done = subprocess.run(
        [sys.executable, *command],
        cwd=root,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def made_zoo(tmp_path):
    """Return the folder of the zoo."""
    write(tmp_path, zoo.FILES)
    return tmp_path


@pytest.mark.parametrize("name", [*PROJECTS, "campaign", "zoo"])
def test_every_maker_makes_rows(name, tmp_path):
    root = tmp_path / name
    if name in PROJECTS:
        shutil.copytree(ROOT / "tests/projects" / name, root)
    else:
        write(root, zoo.FILES if name == "zoo" else campaign_files())
    written, never = write_makers(root)
    assert any(written.values())
    assert never == NEVER.get(name, set())
    wrong = json.loads(run(root, "-c", RUN).splitlines()[-1])
    assert {name.partition(".")[2] for name in wrong} == REFUSED.get(name, set()), wrong


def test_typed_makers_leave_nothing_to_doubt(made_zoo):
    pytest.importorskip("mypy_django_plugin", reason="django-stubs is not installed")
    factory = "import factory\nfrom library.models import Shelf\n\n\nclass ShelfFactory(factory.django.DjangoModelFactory[Shelf]):\n    class Meta:\n        model = Shelf\n"
    (made_zoo / "library/factories.py").write_text(factory)
    config = '[tool.mypy]\nplugins = ["mypy_django_plugin.main"]\n[tool.django-stubs]\ndjango_settings_module = "settings"\n'
    (made_zoo / "pyproject.toml").write_text(config)
    written, _ = write_makers(made_zoo, typed=True)
    files = [f"{module}.py" for module in written]
    run(made_zoo, "-m", "ruff", "format", "--isolated", "--no-cache", *files)
    rules = ["E,F,W,UP,B,DJ,SIM,C4,PIE,RET,ANN,FBT,SLF,S,ARG,PL,RUF", "--ignore", "ANN401"]
    run(made_zoo, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", *rules, *files)
    run(
        made_zoo,
        "-m",
        "mypy",
        "--strict",
        "--follow-imports",
        "silent",
        "--cache-dir",
        "/dev/null",
        *files,
    )
