"""Measure signalgen against its goals and its peers: ``make benchmarks``, or ``python benchmarks/run.py``.

Everything happens below ``.work/benchmarks``: an environment of its own, the projects, the results (JSON and SVG). Ratios of CPU
time (user and system) of whole processes that ran in turn; never absolute times, never a test. With ``--record`` the
results become docs/performance.md and its picture.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from typing import TYPE_CHECKING

from check import LINTERS, check_rows, peer_rows
from growth import of_check, of_handlers, of_target
from look import look_rows
from packages import default_folder, fetch
from report import as_json, line, page, plot, table
from rows import Plan, idle, large, small
from tools import PACKAGES, ROOT, Tools, make_tools, versions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rows import Row


def main() -> None:
    """Measure, print the table, and write it down."""
    options = _options()
    work = ROOT / ".work" / "benchmarks"
    work.mkdir(parents=True, exist_ok=True)
    tools = make_tools(work, (*PACKAGES, *(LINTERS if options.peer_pairs else ())))
    about = {
        "date": dt.datetime.now(dt.timezone.utc).date().isoformat(),
        "cpus": str(os.cpu_count()),
    }
    about |= versions(tools)
    rows = []
    for row in _measured(tools, options):
        print(line(row), file=sys.stderr, flush=True)
        rows.append(row)
    rows.sort(key=lambda row: (int(row.number.rstrip("b")), row.number))
    print(table(rows))
    (work / "result.json").write_text(as_json(rows, about))
    (work / "result.svg").write_text(plot(rows))
    print(f"Written: {work / 'result.json'} and result.svg beside it.")
    if options.record:
        (ROOT / "docs" / "performance.md").write_text(page(rows, about, options.note))
        (ROOT / "docs" / "performance.svg").write_text(plot(rows))
        print("Written: docs/performance.md and docs/performance.svg")


def _measured(tools: Tools, options: argparse.Namespace) -> Iterator[Row]:
    only = frozenset(options.only.split(",")) if options.only else frozenset()
    for numbers, rows in _parts(tools, options):
        # What is not asked for is never begun: the rows of a part come one by one.
        if not only or not only.isdisjoint(numbers.split()):
            yield from (row for row in rows if not only or row.number in only)


def _parts(tools: Tools, options: argparse.Namespace) -> Iterator[tuple[str, Iterator[Row]]]:
    plan = Plan(options.pairs, options.large_pairs)
    yield "1 8 12", idle(tools, plan)
    yield "2 3 4", small(tools, plan)
    yield "5 6", large(tools, plan)
    yield "13 14 15", of_check(tools, options.pairs)
    yield "16 17", of_target(tools, options.pairs)
    if not options.small:
        yield "7", of_handlers(tools)
    yield "9 9b 10 12", _of_five(tools, options.pairs)
    yield "18 19 20", _of_looking(tools, options.pairs)
    if options.peer_pairs:
        yield "11", _of_linters(tools, options.peer_pairs)


def _of_five(tools: Tools, pairs: int) -> Iterator[Row]:
    cache = default_folder()
    yield from check_rows(tools, fetch(cache), cache, pairs)[1]


def _of_looking(tools: Tools, pairs: int) -> Iterator[Row]:
    folders = fetch(default_folder())
    yield from look_rows(tools, next(one for one in folders if "nautobot" in one.name), pairs)


def _of_linters(tools: Tools, pairs: int) -> Iterator[Row]:
    yield from peer_rows(tools, fetch(default_folder()), pairs)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--pairs", type=int, default=11, help="pairs of each small row (default: 11)"
    )
    parser.add_argument(
        "--large-pairs", type=int, default=11, help="pairs of the rows with 1,000 handlers"
    )
    parser.add_argument(
        "--peer-pairs", type=int, default=3, help="pairs with flake8 and semgrep; 0 leaves them out"
    )
    parser.add_argument("--small", action="store_true", help="leave 5,000 handlers out")
    parser.add_argument(
        "--only", default="", metavar="ROWS", help="measure these rows alone: 6 or 9,9b"
    )
    parser.add_argument("--record", action="store_true", help="write docs/performance.md")
    parser.add_argument("--note", default="", help="a paragraph about this recording for the page")
    options = parser.parse_args()
    if options.only and options.record:
        parser.error("the page is made of all rows: --only and --record exclude each other")
    return options


if __name__ == "__main__":
    main()
