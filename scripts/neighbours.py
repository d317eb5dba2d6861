"""Generated receivers beside the packages that Django projects have: each with the real one, at the release that is pinned.

The projects ``neighbours`` and ``tenants`` have packages whose own receivers hear the same rows, ``heard`` those that send signals:
Django's in their own way, or their own. The packages go into environments of their own, ``.work/neighbours`` and ``.work/heard``;
Redis and PostgreSQL are private, and installed with apt-get where they are missing and we may. ``--record`` keeps what has held in ``tests/recipes/neighbours.json``, of which
``recipes_page.py`` makes the table in docs/recipes.md. Exits with 1 where something does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from broker import private_redis
from environment import make
from postgres import cluster

from signalgen.facts.thirdparty import CELERY, THIRD_PARTY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = Path(__file__).resolve().parents[1]
PROJECTS = ROOT / "tests" / "projects"
TABLE = "sent.json"
"""What signalgen takes for sent by packages, which the tests of ``heard`` compare with what is."""
FIGURES = ROOT / "tests" / "recipes" / "neighbours.json"
GENERATED = "generated tests"
OWN_NAMES = {"CloseOrdersTests": "bulk_service"}
"""The test class of a recipe that is named after a function of its own."""


def environment(name: str) -> Path:
    """Return the Python of a project's environment, after what it lacks has been installed."""
    folder = ROOT / ".work" / name
    python = folder / "bin" / "python"
    if not python.exists():
        make(folder)
    # The pins are those of the project: the constraints of this checkout are about other packages.
    own = {k: v for k, v in os.environ.items() if not k.endswith("_CONSTRAINT")}
    command = [str(python), "-m", "pip", "install", "--quiet", "-r", "requirements.txt"]
    subprocess.run(command, cwd=PROJECTS / name, env=own, check=True)
    return python


def generated(name: str, folder: Path) -> Path:
    """Return a copy of the project ``name`` with its receivers in it."""
    root = folder / name
    shutil.copytree(
        PROJECTS / name, root, ignore=shutil.ignore_patterns("__pycache__", "*.sqlite3")
    )
    known = {
        package: [one.name for one in given] for package, given in {**THIRD_PARTY, **CELERY}.items()
    }
    (root / TABLE).write_text(json.dumps(known))
    command = [sys.executable, "-m", "signalgen", "new", "--spec", "shop.yaml", "--quiet"]
    subprocess.run(command, cwd=root, check=True)
    return root


def slug_of(test_class: str, slugs: Iterable[str]) -> str:
    """Return the recipe that a generated test class is about, empty for none."""
    camel = {"".join(word.capitalize() for word in slug.split("_")): slug for slug in slugs}
    found = (camel[name] for name in camel if test_class.startswith(name))
    return OWN_NAMES.get(test_class) or next(found, "")


def held(lines: Iterable[str], junit: str, slugs: Iterable[str]) -> list[dict[str, object]]:
    """Return how many tests of each recipe have passed beside each neighbour.

    ``lines`` are those of ``beside/kit.py``, ``junit`` the report about the generated tests.
    """
    slugs = list(slugs)
    counts: Counter[tuple[str, str]] = Counter()
    for line in lines:
        one = json.loads(line)
        counts[one["recipe"], one["neighbour"]] += 1
    passed = re.findall(r'<testcase classname="[\w.]*?(\w+)" name="\w+" time="[\d.]+" ?/>', junit)
    for name in passed:
        counts[slug_of(name, slugs), GENERATED] += 1
    return [
        {"recipe": recipe, "neighbour": neighbour, "tests": count}
        for (recipe, neighbour), count in sorted(counts.items())
        if recipe
    ]


def table(figures: list[dict[str, object]]) -> str:
    """Return the section of docs/recipes.md about other packages."""
    recipes = sorted({str(one["recipe"]) for one in figures})
    lines = [
        "",
        "## Other packages",
        "",
        "Real packages, at the releases of `tests/projects/neighbours/requirements.txt`, with all recipes in one project and receivers of",
        "django-simple-history and django-auditlog on its models: how many of the generated tests pass there, under pytest-xdist, and how many",
        "tests each recipe has passed beside each package. `make neighbours RECORD=1` makes this table.",
        "",
        "- A refusal by a guard (`m2m_guard`, `status_transition`, `validate`) is a 500 in the admin and in REST framework, unless a form, a serializer",
        "  or a view of yours catches the ValidationError. Nothing is stored.",
        "- `bulk_service` writes no history: update() sends no signal to django-simple-history and django-auditlog either.",
        "- `file_cleanup` keeps a file that a history of django-simple-history names. Thumbnails need the call of their package, see the recipe.",
        "- `request_timing` logs each completely sent response once, streams included; a client that disconnects may leave no line.",
        "",
        f"| recipe | {GENERATED} | beside |",
        "| --- | --- | --- |",
    ]
    for recipe in recipes:
        own = {
            str(one["neighbour"]): str(one["tests"]) for one in figures if one["recipe"] == recipe
        }
        count = own.pop(GENERATED, "0")
        beside = ", ".join(f"{name} {number}" for name, number in own.items())
        lines.append(f"| {recipe} | {count} | {beside or '-'} |")
    return "\n".join([*lines, ""])


def run(python: Path, root: Path, env: Mapping[str, str], *command: str) -> bool:
    """Run a module or script in a project; tell whether it ended well."""
    print(f"\n=== {root.name}: {' '.join(command)}", flush=True)
    done = subprocess.run([str(python), *command], cwd=root, env={**os.environ, **env}, check=False)
    return not done.returncode


def main() -> int:
    """Generate, run the tests of the projects, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="write the figures for the docs")
    options = parser.parse_args()
    python, tests = environment("neighbours"), ["manage.py", "test", "--noinput"]
    with tempfile.TemporaryDirectory() as name, private_redis() as url, cluster() as server:
        folder = Path(name)
        figures, report = folder / "figures.jsonl", folder / "report.xml"
        env = {"REDIS_URL": url, "NEIGHBOUR_FIGURES": str(figures), "SIGNALGEN_POSTGRES": server}
        shop, tenants = generated("neighbours", folder), generated("tenants", folder)
        passed = run(python, shop, env, *tests)
        settings = ["--ds", "config.settings", "-o", "python_files=test_*.py"]
        xdist = ["-m", "pytest", "-q", "-n", "2", *settings]
        again = {**env, "NEIGHBOUR_FIGURES": ""}
        passed &= run(python, shop, again, *xdist, "--junitxml", str(report), "shop")
        muted = "MutedTests or WorkerTests or HistoryTests"
        passed &= run(python, shop, again, *xdist, "-k", muted, "beside/test_neighbours.py")
        migrations = ["manage.py", "makemigrations", "customers", "shop", "--verbosity", "0"]
        passed &= run(python, tenants, env, "-W", "ignore", *migrations)
        passed &= run(python, tenants, env, *tests, "beside")
        passed &= run(environment("heard"), generated("heard", folder), env, *tests)
        lines, junit_text = figures.read_text().splitlines(), report.read_text()
    if options.record and passed:
        slugs = [path.stem for path in (ROOT / "templates" / "recipes").glob("*.yaml")]
        found = held(lines, junit_text, sorted(slugs, key=len, reverse=True))
        text = ",\n".join(json.dumps(one, sort_keys=True) for one in found)
        FIGURES.write_text(f"[\n{text}\n]\n", encoding="utf-8")
    print("\nall of it holds" if passed else "\nred")
    return not passed


if __name__ == "__main__":
    sys.exit(main())
