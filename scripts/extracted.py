"""How many receivers of public projects ``signalgen extract`` takes: ``python scripts/extracted.py --foreign DIR``.

DIR holds a folder for each project. Of each the specs are written into a copy, and ``new --adopt`` is run with them
there: no byte may change, nor by a second run. ``--record`` writes the tables into docs/extract.md. Exits with 1 when
a byte changed or fewer than 300 receivers were seen.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import signalgen

if TYPE_CHECKING:
    from signalgen.values.extract import Extraction

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "extract.md"
BEGIN, END = "<!-- made by scripts/extracted.py -->", "<!-- end of extracted -->"
ENOUGH = 300
RECORD = ".signalgen"
KINDS = (
    ("it is connected under a condition or in a loop", "connected under a condition or in a loop"),
    ("it is decorated with", "decorated with something else too"),
    ("is known only at run time", "sender or signal known only at run time"),
    ("it is not a function of the project", "it is not a function of the project"),
    (
        "the code that signalgen would write",
        "the code that signalgen would write does something else",
    ),
    ("no model", "a sender that is not a model, or not found"),
    ("is not about a model", "post_migrate or pre_migrate of one app only"),
    ("is not defined here", "a name that signalgen cannot resolve"),
    ("has the name of the handler", "two receivers of one name in an app"),
    ("its signal is one of Celery", "a signal of Celery"),
    (
        "from one sender and others from another",
        "some signals from one sender, others from another",
    ),
    ("many-to-many", "several many-to-many fields, or all of them"),
    ("Django never calls it", "never called by Django"),
    ("it is a method", "a method, or defined inside a function"),
    ("inside another function", "a method, or defined inside a function"),
)


@dataclass(frozen=True, slots=True)
class Share:
    """What became of one project's receivers, and the files that ``new --adopt`` changed."""

    project: str
    found: Extraction
    changed: tuple[str, ...]


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder but signalgen's own record."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and RECORD not in path.parts
    }


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    """Return the files that differ."""
    return {path for path in {*before, *after} if before.get(path) != after.get(path)}


def share(source: Path) -> Share:
    """Extract the specs of a project and adopt them in a copy of it."""
    with TemporaryDirectory() as folder:
        root = Path(folder) / source.name
        skipped = shutil.ignore_patterns("node_modules", ".git")
        shutil.copytree(source.resolve(), root, ignore=skipped, symlinks=True)
        found = signalgen.extract(root)
        before = contents(root)
        specs = [signalgen.load_spec(spec.text, source=f"{spec.app}.yaml") for spec in found.specs]
        if specs:
            signalgen.generate(specs, root, adopt=True).apply()
        once = changed(before, contents(root))
        record = {path: path.read_bytes() for path in (root / RECORD).rglob("*.json")}
        if specs:
            signalgen.generate(specs, root).apply()
        again = {str(path) for path, data in record.items() if path.read_bytes() != data}
        twice = changed(before, contents(root)) | again
        return Share(source.name, found, tuple(sorted(once | twice)))


def kind(reason: str) -> str:
    """Return the kind of a reason, for the table."""
    plain = re.sub(r"'[^']*'", "…", reason)
    return next((name for words, name in KINDS if words in reason), plain)


def tables(shares: list[Share]) -> str:
    """Return the figures by project and the reasons, in Markdown."""
    lines = ["| project | receivers | in a spec | share | bytes changed |", "|---|--:|--:|--:|--:|"]
    rows = [(one.project, len(one.found.taken), len(one.found.left), one.changed) for one in shares]
    everything = (
        "**all**",
        sum(row[1] for row in rows),
        sum(row[2] for row in rows),
        tuple(path for row in rows for path in row[3]),
    )
    for name, taken, left, files in (*rows, everything):
        if taken + left:
            percent = f"{100 * taken / (taken + left):.0f} %"
            lines.append(f"| {name} | {taken + left} | {taken} | {percent} | {len(files)} |")
    reasons = Counter(kind(left.reason) for one in shares for left in one.found.left)
    lines += ["", "| why it stays in the code | receivers |", "|---|--:|"]
    lines += [
        f"| {reason} | {count} |"
        for reason, count in sorted(reasons.items(), key=lambda p: (-p[1], p[0]))
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Measure, print, and record where that is asked for."""
    options = argparse.ArgumentParser()
    options.add_argument("--foreign", type=Path, required=True, metavar="DIR")
    options.add_argument("--record", action="store_true", help="write docs/extract.md")
    asked = options.parse_args()
    shares = []
    for source in sorted(path for path in asked.foreign.iterdir() if path.is_dir()):
        one = share(source)
        shares.append(one)
        print(
            f"{one.project}: {len(one.found.taken)} taken, {len(one.found.left)} left",
            file=sys.stderr,
        )
        for path in one.changed:
            print(f"{one.project}: {path} changed", file=sys.stderr)
    text = tables(shares)
    print(text)
    if asked.record:
        page = PAGE.read_text()
        head, rest = page.split(BEGIN)[0], page.split(END)[1]
        PAGE.write_text(f"{head}{BEGIN}\n\n{text}\n{END}{rest}")
    seen = sum(len(one.found.taken) + len(one.found.left) for one in shares)
    return int(seen < ENOUGH or any(one.changed for one in shares))


if __name__ == "__main__":
    sys.exit(main())
