"""The example specs, the projects they belong to, and how to run signalgen and a project from outside.

Everything here goes through a subprocess, as a user does: nothing of signalgen is imported.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import forks

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = ROOT / "tests" / "projects"
SPECS = ROOT / "specs"
# What runs the projects; signalgen runs in the Python of this process, whatever that one is.
PYTHON = os.environ.get("SIGNALGEN_PROJECT_PYTHON", sys.executable)
IGNORED = ("__pycache__", ".ruff_cache", ".mypy_cache", ".pytest_cache", "db.sqlite3", "*.pyc")
RULES = "E,F,W,I,UP,B,DJ,SIM,C4,PIE,RET"


@dataclass(frozen=True, slots=True)
class Example:
    """One spec, the project it is generated into, and that project's habits.

    ``receivers`` is the file in which this app keeps its receivers; ``config`` the file of its AppConfig.
    """

    name: str
    project: str
    spec: Path
    receivers: str
    config: str
    line_length: int = 88
    typed: bool = False
    runner: tuple[str, ...] = ("manage.py", "test")


EXAMPLES = (
    Example("orders", "orders", SPECS / "orders.yaml", "orders/signals.py", "orders/apps.py"),
    Example(
        "orders_upper", "orders", SPECS / "orders_upper.yaml", "orders/signals.py", "orders/apps.py"
    ),
    Example(
        "payments",
        "payments",
        SPECS / "payments.yaml",
        "payments/signals.py",
        "payments/apps.py",
        line_length=100,
        typed=True,
        runner=("-m", "pytest", "-q", "-p", "no:cacheprovider"),
    ),
    Example(
        "doctors",
        "doctors",
        SPECS / "doctors.yaml",
        "src/apps/doctors/receivers.py",
        "src/apps/doctors/apps.py",
        line_length=100,
        runner=("manage.py", "test", "apps"),
    ),
    Example(
        "onboarding",
        "onboarding",
        SPECS / "onboarding.yaml",
        "src/portal/accounts/signals.py",
        "src/portal/accounts/apps.py",
        runner=("-m", "pytest", "-q", "-p", "no:cacheprovider"),
    ),
    Example("blog", "blog", SPECS / "blog.yaml", "apps/blog/signals.py", "apps/blog/apps.py"),
    Example(
        "comments",
        "comments",
        SPECS / "comments.yaml",
        "comments/signals.py",
        "comments/apps.py",
        line_length=79,
    ),
    Example(
        "analytics",
        "analytics",
        SPECS / "analytics.yaml",
        "analytics/signals.py",
        "analytics/apps.py",
        line_length=100,
        typed=True,
        runner=("-m", "pytest", "-q", "-p", "no:cacheprovider"),
    ),
    Example(
        "warehouse",
        "warehouse",
        PROJECTS / "warehouse" / "signals.yaml",
        "stock/signals.py",
        "stock/__init__.py",
        line_length=120,
    ),
)


@dataclass(frozen=True, slots=True)
class Done:
    """How a subprocess ended."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """All that it said, for the message of a failing assertion."""
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def environment(**extra: str) -> dict[str, str]:
    """Return the variables for a subprocess: warnings are errors nowhere but in our own tests."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "DJANGO_", "COV_"))}
    kept |= {"PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1", "COLUMNS": "100", "PYTHONUTF8": "1"}
    return kept | forks.BARE_PYTEST | extra


def run(command: list[str], cwd: Path, stdin: str | None = None, **extra: str) -> Done:
    """Run ``command`` in ``cwd`` and return how it ended."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment(**extra),
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def signalgen(cwd: Path, *arguments: str | Path, stdin: str | None = None) -> Done:
    """Run the command line in ``cwd``; a traceback is never an answer."""
    done = run([sys.executable, "-m", "signalgen", *map(str, arguments)], cwd, stdin)
    assert "Traceback (most recent call last)" not in done.err, done.text
    return done


def python(cwd: Path, *arguments: str) -> Done:
    """Run the project's Python in ``cwd``."""
    return run([PYTHON, *arguments], cwd)


def copy(project: str, target: Path) -> Path:
    """Copy an example project, as a checkout would hold it, and return the copy."""
    shutil.copytree(PROJECTS / project, target, ignore=shutil.ignore_patterns(*IGNORED))
    return target


@dataclass(frozen=True, slots=True)
class Tree:
    """Every file below a folder: its bytes, and when it was last written."""

    data: dict[str, bytes] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)

    def python(self) -> dict[str, bytes]:
        """Return the Python files only."""
        return {path: data for path, data in self.data.items() if path.endswith(".py")}


def tree(root: Path) -> Tree:
    """Read the files below ``root``, caches left out."""
    tree = Tree()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not any(part in IGNORED for part in path.relative_to(root).parts):
            tree.data[name] = path.read_bytes()
            tree.times[name] = path.stat().st_mtime_ns
    return tree


def touched(before: Tree, after: Tree) -> list[str]:
    """Return the Python files that are new or differ."""
    return [path for path, data in after.python().items() if before.data.get(path) != data]


def own_tests(example: Example, root: Path) -> Done:
    """Run the project's tests as its developers do."""
    return run([PYTHON, *example.runner], root, DATABASE_URL=database_url(example))


def database_url(example: Example) -> str:
    """Return the PostgreSQL database of this example, or nothing: then the project uses SQLite."""
    url = os.environ.get("SIGNALGEN_POSTGRES", "")
    return f"{url}/{example.name}" if url else ""


@dataclass(frozen=True, slots=True)
class Generated:
    """A project after one run: where it is, what it was before, and what the run said."""

    example: Example
    root: Path
    before: Tree
    after: Tree
    done: Done
