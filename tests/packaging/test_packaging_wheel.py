"""The wheel is complete: installed away from the checkout, it generates the same code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "tests" / "projects" / "orders"
SPEC = ROOT / "specs" / "orders.yaml"


def uv() -> str:
    """Return the uv of this environment, else the one on the PATH."""
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    assert found, "uv builds and installs the wheel: `make test` brings it"
    return found


def call(*command: str | Path, cwd: Path) -> str:
    """Run a command that must succeed, without anything of the checkout on its path; return its output."""
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("PYTHON", "PYTEST", "VIRTUAL_ENV", "UV_PROJECT"))
    }
    env = kept | {"PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    call(uv(), "build", "--quiet", "--wheel", "--out-dir", out, ROOT, cwd=out)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    venv = tmp_path_factory.mktemp("installed") / "venv"
    call(uv(), "venv", "--quiet", "--python", sys.executable, venv, cwd=venv.parent)
    python = venv / "bin" / "python"
    call(uv(), "pip", "install", "--quiet", "--python", python, wheel, cwd=venv.parent)
    return python


def generate(python: str | Path, target: Path) -> dict[str, bytes]:
    """Generate the orders example into a copy below ``target`` and return every file of the copy."""
    project = target / "orders"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("__pycache__", "db.sqlite3"))
    spec = target / "orders.yaml"
    shutil.copy(SPEC, spec)
    call(python, "-m", "signalgen", "new", "--spec", spec, "--project", project, cwd=target)
    return {
        p.relative_to(project).as_posix(): p.read_bytes() for p in project.rglob("*") if p.is_file()
    }


def test_the_wheel_holds_the_package_and_its_templates_and_nothing_else(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    templates = {
        p.relative_to(ROOT / "templates").as_posix()
        for p in (ROOT / "templates").rglob("*")
        if p.is_file()
    }
    assert templates
    assert {f"signalgen/_templates/{name}" for name in templates} <= set(names)
    compiled = [name for name in names if name.startswith("signalgen/_templates/compiled_")]
    assert len(compiled) == len([name for name in templates if name.endswith(".j2")])
    assert "signalgen/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"signalgen"}
    assert not [
        name
        for name in names
        if "__pycache__" in name or ("/tests/" in name and "/_templates/" not in name)
    ]


def test_it_generates_from_anywhere_what_the_checkout_generates(installed: Path, tmp_path: Path):
    where = call(installed, "-c", "import signalgen; print(signalgen.__file__)", cwd=tmp_path)
    assert str(ROOT) not in where
    there = generate(installed, tmp_path / "there")
    here = generate(sys.executable, tmp_path / "here")
    assert "orders/signals.py" in there
    assert there == here


def test_neither_django_nor_celery_is_needed(installed: Path, tmp_path: Path):
    code = "import importlib.util as u; print([n for n in ('django', 'celery') if u.find_spec(n)])"
    assert call(installed, "-c", code, cwd=tmp_path).strip() == "[]"


def test_the_command_is_installed(installed: Path, tmp_path: Path):
    assert "new" in call(installed.with_name("signalgen"), "--help", cwd=tmp_path)
