"""Write the table "What was tried" of docs/promises.md: python scripts/tried.py.

The counts are those of the test cases that pytest collects, parameters included.
``tests/docs/test_docs_tried.py`` compares the page with them.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "promises.md"
START, END = "<!-- made by scripts/tried.py -->\n", "<!-- end of tried -->\n"
PLACES = (
    "tests/hostile",
    "tests/runs/test_runs_crowd.py",
    "tests/runs/test_runs_faults.py",
    "tests/write/test_write_faults.py",
)
PROMISES = {
    "test_hostile_output": "nothing leaks (P12)",
    "test_hostile_places": "nothing leaks (P10)",
    "test_hostile_cache": "nothing leaks (P8)",
    "test_hostile_start": "nothing leaks (P10)",
    "test_hostile_rights": "nothing is lost (P3, P4)",
    "test_hostile_baselines": "nothing is lost (P12)",
    "test_hostile_circles": "nothing hangs",
    "test_hostile_depth": "nothing hangs",
    "test_hostile_endings": "nothing is lost (P2, P7)",
    "test_hostile_files": "nothing hangs",
    "test_hostile_growth": "nothing hangs",
    "test_hostile_growth_check": "nothing hangs",
    "test_hostile_names": "nothing is lost (P12)",
    "test_hostile_surroundings": "nothing is lost (P12)",
    "test_hostile_templates": "nothing hangs",
    "test_runs_crowd": "nothing is lost (P6)",
    "test_runs_faults": "nothing is lost (P6)",
    "test_write_faults": "nothing is lost (P6)",
}
ANY = "nothing hangs, leaks or is lost"


def table() -> str:
    """Return the table: a row for each module of tests, by the promise that it is about."""
    rows = [
        (PROMISES.get(Path(path).stem, ANY), f"{_told(path)} (`{path}`)", count)
        for path, count in collected().items()
    ]
    total = sum(count for _, _, count in rows)
    lines = [f"| {promise} | {what} | {count} | nothing |" for promise, what, count in sorted(rows)]
    return "\n".join(
        [
            "| promise | what was tried | how often | what was lost |",
            "|---|---|---|---|",
            *lines,
            f"| | together | {total} | nothing |",
            "",
        ]
    )


@lru_cache(maxsize=1)
def collected() -> Counter[str]:
    """Return the number of cases in each module."""
    words = ["--collect-only", "-q", "-p", "no:cacheprovider", "-n", "0", *PLACES]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = (line.partition("::") for line in done.stdout.splitlines() if line.startswith("tests/"))
    return Counter(path for path, colons, _ in names if colons)


def _told(path: str) -> str:
    text = ast.get_docstring(ast.parse((ROOT / path).read_text(encoding="utf-8"))) or path
    return text.splitlines()[0].rstrip(".").replace("|", "\\|")


def page(text: str) -> str:
    """Return the page with the table of today."""
    return re.sub(
        f"(?s)({re.escape(START)}).*?({re.escape(END)})",
        lambda found: f"{found[1]}\n{table()}\n{found[2]}",
        text,
    )


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
