"""Every recipe on SQLite, PostgreSQL and MariaDB: migrations, generated tests, traps, and races of many threads.

``python scripts/databases.py --record`` keeps the figures of the races in ``tests/recipes/races.json``, of which
``recipes_page.py`` makes the table in docs/recipes.md. Both servers are private: Debian's packages (installed with apt-get
where they are missing and we may), a folder and a port of their own. Exits with 1 where something does not hold.
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
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import mariadb
import postgres

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "tests" / "projects" / "recipes"
FIGURES = ROOT / "tests" / "recipes" / "races.json"
COMMITTED, REPEATABLE = "read committed", "repeatable read"
SILENT = {
    "exception_log": "writes no rows",
    "post_migrate_data": "runs in one process, after `migrate`",
    "request_timing": "writes no rows",
    "setting_reload": "writes no rows",
}
"""The recipes that have no race, and why."""


class Place(NamedTuple):
    """A database at one isolation level; ``title`` stands in the table."""

    title: str
    url: str
    isolation: str = COMMITTED

    @property
    def key(self) -> str:
        """The name of its database, and of its column in the figures."""
        return self.title.lower().replace(" ", "_")


def places(postgresql: str, maria: str) -> list[Place]:
    """Return the places, in the order of the table, for the URLs of the two servers."""
    return [
        Place("SQLite", ""),
        Place("PostgreSQL", postgresql),
        Place("PostgreSQL repeatable read", postgresql, REPEATABLE),
        Place("MariaDB", maria),
        Place("MariaDB repeatable read", maria, REPEATABLE),
    ]


def logged(spec: str) -> str:
    """Return the spec with ``on_error: log`` on each recipe that has receivers."""
    return re.sub(
        r"^  - recipe: (?!bulk_service)(\w+)\n",
        r"  - recipe: \1\n    on_error: log\n",
        spec,
        flags=re.MULTILINE,
    )


def generated(root: Path, *, logs: bool = False) -> Path:
    """Return ``root``, a copy of the project with every recipe and its migrations in it."""
    shutil.copytree(PROJECT, root, ignore=shutil.ignore_patterns("__pycache__", "*.sqlite3"))
    if logs:
        spec = root / "shop.yaml"
        spec.write_text(logged(spec.read_text()))
    for command in (
        ["-m", "signalgen", "new", "--spec", "shop.yaml", "--quiet"],
        ["manage.py", "makemigrations", "shop", "--verbosity", "0"],
    ):
        subprocess.run([sys.executable, *command], cwd=root, check=True)
    return root


def run(
    root: Path, place: Place, operations: int, wanted: Sequence[str] = ()
) -> tuple[bool, list[dict[str, object]]]:
    """Run tests at ``place``; tell whether they passed, and return the figures of the races.

    What the traps force, one transaction that waits for another, ends otherwise under REPEATABLE READ.
    """
    figures = root.parent / f"{place.key}.jsonl"
    env = {
        **os.environ,
        "DATABASE_URL": f"{place.url}/{place.key}" if place.url else "",
        "ISOLATION": place.isolation,
        "RACE_OPERATIONS": str(operations),
        "RACE_FIGURES": str(figures),
    }
    wanted = wanted or ["shop", "races", *(["traps"] if place.isolation == COMMITTED else [])]
    command = [sys.executable, "manage.py", "test", "--noinput", *wanted]
    done = subprocess.run(command, cwd=root, env=env, check=False)
    lines = figures.read_text().splitlines() if figures.exists() else []
    return not done.returncode, [{**json.loads(line), "place": place.title} for line in lines]


def cell(figures: list[dict[str, object]], row: tuple[str, bool], title: str) -> str:
    """Return the figures of one race at one place: raised, lost, wrong."""
    for one in figures:
        if (one["recipe"], one["atomic"], one["place"]) == (*row, title):
            return f"{one['raised']} · {one['lost']} · {one['wrong']}"
    return ""


def table(figures: list[dict[str, object]]) -> str:
    """Return the section of docs/recipes.md about databases."""
    titles = [place.title for place in places("", "")]
    rows = sorted({(str(one["recipe"]), bool(one["atomic"])) for one in figures})
    count = max(int(str(one["operations"])) for one in figures)
    lines = [
        "",
        "## Databases and threads",
        "",
        f"The results of {count} operations in four threads, each on its own or in a transaction: how many **raised** an error, rows that were",
        "**lost** without an error, and rows with a **wrong** total, count or message. `make databases RECORD=1` makes this table; PostgreSQL",
        "and MariaDB are at READ COMMITTED, which Django sets on MariaDB too, unless the column says otherwise. The generated tests pass on all.",
        "",
        "- An error costs nothing: the caller can try again. Guards are meant to raise (`m2m_guard`, `status_transition`, `validate`); other errors",
        "  are SQLite's *database is locked*, deadlocks, conflicts under REPEATABLE READ, and `slug` if two rows take the same one.",
        "- What is wrong *on its own* and right *in a transaction* needs one: a lock lasts as long as a transaction. Use `ATOMIC_REQUESTS`, or",
        "  `transaction.atomic()` around the save. Under REPEATABLE READ of PostgreSQL a total may stay wrong after an error *on its own*: the row",
        "  was stored before its receiver failed.",
        "- " + "; ".join(f"`{name}` {why}" for name, why in SILENT.items()) + ".",
        "",
        "| recipe | | " + " | ".join(titles) + " |",
        "| --- | --- |" + " --- |" * len(titles),
    ]
    for name, atomic in rows:
        cells = [cell(figures, (name, atomic), title) for title in titles]
        how = "in a transaction" if atomic else "on its own"
        lines.append(f"| {name} | {how} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def main() -> int:
    """Run everything everywhere; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="write the figures for the docs")
    parser.add_argument("--operations", type=int, default=200, help="how many in each race")
    options = parser.parse_args()
    red, figures = [], []
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres.cluster() as postgresql,
        mariadb.cluster() as maria,
    ):
        root = generated(Path(folder) / "shop")
        logs = generated(Path(folder) / "logged", logs=True)
        for place in places(postgresql, maria):
            print(f"\n=== {place.title}", flush=True)
            passed, found = run(root, place, options.operations)
            passed &= run(logs, place, 0, ["traps.test_swallowed"])[0]
            figures += found
            red += [] if passed else [place.title]
    if options.record and not red:
        text = ",\n".join(json.dumps(one, sort_keys=True) for one in figures)
        FIGURES.write_text(f"[\n{text}\n]\n", encoding="utf-8")
    print(f"\nred: {', '.join(red)}" if red else f"\nall {len(places('', ''))} are green")
    return bool(red)


if __name__ == "__main__":
    sys.exit(main())
