"""What ``signalgen check`` costs beside ruff: ``python benchmarks/check.py FOLDER…`` with any folders of Python code.

Rows 9 and 10 of the goals: CPU time of whole processes that run in turn, cold (``--no-cache``) and when nothing has changed, as ratios to
``ruff check --no-cache --isolated -q --select DJ`` on the same files; and the peak of memory. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from measure import Task, compare
from tools import ROOT, Tools, make_tools


def main() -> None:
    """Measure every folder that was named and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--pairs", type=int, default=11)
    options = parser.parse_args()
    work = ROOT / ".work" / "benchmarks"
    work.mkdir(parents=True, exist_ok=True)
    tools = make_tools(work)
    print("| code | Python files | cold, x ruff | unchanged, x ruff | peak memory, MiB |")
    print("|---|--:|--:|--:|--:|")
    for folder in options.folders:
        print(_row(tools, folder.resolve(), options.pairs), flush=True)


def _row(tools: Tools, folder: Path, count: int) -> str:
    with tempfile.TemporaryDirectory() as home:
        here = Path(home, "here")
        here.mkdir()
        environment = tools.environment(Path(home))
        linted = tools.words(
            "ruff", "check", "--no-cache", "--isolated", "-q", "--exit-zero", "--select", "DJ", folder
        )
        checked = tools.words("signalgen", "check", "--exit-zero", "--project", folder)
        ruff = Task(linted, here, environment)
        cold = compare(Task([*checked, "--no-cache"], here, environment), ruff, count)
        warm = compare(Task(checked, here, environment), ruff, count)
    files = sum(1 for _ in folder.rglob("*.py"))
    memory = max(cost.memory for cost in cold.a)
    return f"| {folder.name} | {files} | {cold.ratio:.2f} | {warm.ratio:.2f} | {memory:.0f} |"


if __name__ == "__main__":
    main()
