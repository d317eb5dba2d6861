"""What it costs to see a project, ``signalgen list`` and ``chart``, beside a check: rows 14 to 16 of the goals.

``look_rows`` measures one project; ``python benchmarks/look.py FOLDER`` prints the rows for a folder.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from measure import Task, compare, run
from report import table
from rows import SETTLED, Row
from tools import ROOT, make_tools

if TYPE_CHECKING:
    from measure import Pairs
    from tools import Tools


def look_rows(tools: Tools, project: Path, count: int) -> list[Row]:
    """Measure ``list`` and ``chart`` of a project; a cold ``list`` finds no notes."""
    with tempfile.TemporaryDirectory() as home:
        here = Path(home, "here")
        here.mkdir()
        environment = tools.environment(Path(home))
        notes = Path(environment["XDG_CACHE_HOME"], "signalgen")

        def task(*words: str) -> Task:
            return Task(tools.words("signalgen", *words, "--project", project), here, environment)

        def forget() -> None:
            shutil.rmtree(notes, ignore_errors=True)

        check = task("check", "--exit-zero", "--no-cache")
        listed = task("list")
        cold = compare(replace(listed, prepare=forget), check, count)
        drawn = compare(task("chart", "--format", "html"), check, count)
        time.sleep(SETTLED)
        run(listed)
        nothing = Task(tools.words("python", "-c", "pass"), here, environment)
        again = compare(listed, nothing, count)
    return [
        _row("18", f"`list`, cold, {project.name}", "`check`, cold", 1.0, cold),
        _row("19", "`list`, nothing changed", "`python -c pass`", 3.0, again),
        _row("20", f"`chart --format html`, {project.name}", "`check`, cold", 1.5, drawn),
    ]


def _row(number: str, a: str, b: str, goal: float, pairs: Pairs) -> Row:
    spread = (min(pairs.ratios), max(pairs.ratios))
    return Row(number, a, b, goal, pairs.ratio, "x", len(pairs.ratios), spread)


def main() -> None:
    """Measure a folder and print the rows."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path, metavar="FOLDER")
    options.add_argument("--pairs", type=int, default=5)
    asked = options.parse_args()
    work = ROOT / ".work" / "benchmarks" / "look"
    work.mkdir(parents=True, exist_ok=True)
    print(table(look_rows(make_tools(work, ()), asked.folder.resolve(), asked.pairs)))


if __name__ == "__main__":
    main()
