"""What ``signalgen check`` costs beside ruff, flake8 and semgrep: ``python benchmarks/check.py``, with folders of code or without.

Rows 9 to 12 of the goals. Without folders it is measured on five big packages, which pip brings into the user's cache folder.
CPU time (user and system, of children too) of whole processes that run in turn, cold (``--no-cache``) and when nothing has
changed, as ratios to what runs between them; and the peak of memory. Prints Markdown, writes JSON below ``.work/benchmarks``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from measure import Pairs, Task, compare, run
from packages import default_folder, fetch
from report import table
from rows import SETTLED, Row
from tools import PEERS, ROOT, Tools, make_tools, versions

if TYPE_CHECKING:
    from collections.abc import Sequence

RUFF = "`ruff check --select DJ`, no cache"
LINTERS = ("flake8", "flake8-django", "semgrep")


@dataclass(frozen=True, slots=True)
class Measured:
    """One folder of code: its Python files, and the pairs of a cold and of an unchanged run with ruff."""

    name: str
    files: int
    cold: Pairs
    warm: Pairs

    @property
    def memory(self) -> float:
        """The highest peak of the cold runs, in MiB."""
        return max(cost.memory for cost in self.cold.a)


def main() -> None:
    """Measure every folder and print the results."""
    options = _options()
    work = ROOT / ".work" / "benchmarks" / "check"
    work.mkdir(parents=True, exist_ok=True)
    tools = make_tools(work, () if options.no_peers else LINTERS)
    folders = [folder.resolve() for folder in options.folders] or fetch(options.cache)
    whole = None if options.folders else options.cache
    found, rows = check_rows(tools, folders, whole, options.pairs)
    if not options.no_peers:
        rows += peer_rows(tools, folders, options.peer_pairs)
    print("\n" + table(rows))
    about = {
        "date": dt.datetime.now(dt.timezone.utc).date().isoformat(),
        "cpus": str(os.cpu_count()),
    }
    result = {"about": about | versions(tools), "code": [asdict(item) for item in found]}
    result["rows"] = [asdict(row) | {"met": row.met} for row in rows]
    (work / "result.json").write_text(json.dumps(result, indent=2) + "\n")
    print(f"Written: {work / 'result.json'}")


def check_rows(
    tools: Tools, folders: Sequence[Path], whole: Path | None, pairs: int
) -> tuple[list[Measured], list[Row]]:
    """Measure a check of each folder, and of ``whole`` that holds them all; print each as it comes."""
    print("| code | Python files | cold, x ruff | unchanged, x ruff | peak memory, MiB |")
    print("|---|--:|--:|--:|--:|")
    found = []
    for folder in folders:
        found.append(_measured(tools, [folder], folder, pairs))
        print(_line(found[-1]), flush=True)
    rows = list(_rows(found))
    if whole is not None:
        # As one project: what is looked up in all files is looked up in five times as many.
        one = _measured(tools, folders, whole, pairs)
        print(_line(one), flush=True)
        rows.append(_together("9b", "`check`, cold, all as one project", RUFF, 2.2, [one.cold]))
        rows.append(_memory("all as one project", one, 150))
    return found, rows


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folders", nargs="*", type=Path, metavar="FOLDER", help="default: the five packages"
    )
    parser.add_argument("--pairs", type=int, default=11, help="pairs with ruff (default: 11)")
    parser.add_argument(
        "--peer-pairs", type=int, default=3, help="pairs with flake8 and semgrep (default: 3)"
    )
    parser.add_argument("--no-peers", action="store_true", help="leave flake8 and semgrep out")
    parser.add_argument(
        "--cache", type=Path, default=default_folder(), help="where the five are kept"
    )
    return parser.parse_args()


def _check(tools: Tools, folder: Path, *words: str) -> list[str]:
    return tools.words("signalgen", "check", "--exit-zero", "--project", folder, *words)


def _measured(tools: Tools, folders: Sequence[Path], project: Path, count: int) -> Measured:
    """Measure a check of ``project``, whose code is in ``folders``."""
    with tempfile.TemporaryDirectory() as home:
        here = Path(home, "here")
        here.mkdir()
        environment = tools.environment(Path(home))
        words = ("check", "--no-cache", "--isolated", "-q", "--exit-zero", "--select", "DJ")
        ruff = Task(tools.words("ruff", *words, *folders), here, environment)
        cold = compare(Task(_check(tools, project, "--no-cache"), here, environment), ruff, count)
        warm = Task(_check(tools, project), here, environment)
        time.sleep(SETTLED)
        run(warm)
        unchanged = compare(warm, ruff, count)
    files = sum(1 for folder in folders for _ in folder.rglob("*.py"))
    return Measured(project.name, files, cold, unchanged)


def _line(item: Measured) -> str:
    ratios = f"{item.cold.ratio:.2f} | {item.warm.ratio:.2f}"
    return f"| {item.name} | {item.files} | {ratios} | {item.memory:.0f} |"


def _rows(found: Sequence[Measured]) -> list[Row]:
    files = sum(item.files for item in found)
    each = [_together("9", f"`check`, cold, {item.name}", RUFF, 3.0, [item.cold]) for item in found]
    return [
        _together("9", f"`check`, cold, {files} files", RUFF, 2.0, [item.cold for item in found]),
        *each,
        _together("10", "`check`, nothing changed", RUFF, 0.08, [item.warm for item in found]),
        _memory("the largest of them", max(found, key=lambda item: item.memory), 80),
    ]


def _memory(name: str, item: Measured, goal: float) -> Row:
    what = f"memory: `check`, cold, {name}"
    return Row("12", what, "", goal, item.memory, "MiB", len(item.cold.a))


def _together(number: str, a: str, b: str, goal: float, pairs: Sequence[Pairs]) -> Row:
    """Return the row for several pieces of code, as if each round were one run over all of them."""
    rounds = zip(*(zip(item.a, item.b, strict=True) for item in pairs), strict=True)
    ratios = [
        sum(one.cpu for one, _ in item) / sum(other.cpu for _, other in item) for item in rounds
    ]
    return Row(number, a, b, goal, median(ratios), "x", len(ratios), (min(ratios), max(ratios)))


def peer_rows(tools: Tools, folders: Sequence[Path], count: int) -> list[Row]:
    """Measure the linters, which take a minute or more for each run."""
    with tempfile.TemporaryDirectory() as home:
        here = Path(home, "here")
        here.mkdir()
        environment = tools.environment(Path(home))
        flake8 = tools.words("python", "-m", "flake8", "--isolated", "--exit-zero", "--select=DJ")
        semgrep = tools.words(
            "semgrep", "scan", "--quiet", "--metrics=off", "--disable-version-check"
        )
        semgrep += ["--no-git-ignore", "--config", str(PEERS / "semgrep.yaml")]
        rows = []
        for name, words, goal in (
            ("flake8-django", flake8, 0.01),
            ("semgrep, one rule", semgrep, 0.1),
        ):
            for state, option in (("cold", ["--no-cache"]), ("nothing changed", [])):
                pairs = []
                for folder in folders:
                    peer = Task([*words, str(folder)], here, environment)
                    ours = Task(_check(tools, folder, *option), here, environment)
                    run(ours)
                    pairs.append(compare(ours, peer, count, warm_up=False))
                rows.append(_together("11", f"`check`, {state}", name, goal, pairs))
    return rows


if __name__ == "__main__":
    main()
