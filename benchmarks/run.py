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
from growth import growth
from look import look_rows
from packages import default_folder, fetch
from report import as_json, line, page, plot, table
from rows import Plan, measure
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
    print(table(rows))
    (work / "result.json").write_text(as_json(rows, about))
    (work / "result.svg").write_text(plot(rows))
    print(f"Written: {work / 'result.json'} and result.svg beside it.")
    if options.record:
        (ROOT / "docs" / "performance.md").write_text(page(rows, about, options.note))
        (ROOT / "docs" / "performance.svg").write_text(plot(rows))
        print("Written: docs/performance.md and docs/performance.svg")


def _measured(tools: Tools, options: argparse.Namespace) -> Iterator[Row]:
    yield from measure(tools, Plan(options.pairs, options.large_pairs))
    yield from growth(tools, options.pairs, 0 if options.small else 5000)
    cache = default_folder()
    folders = fetch(cache)
    _, rows = check_rows(tools, folders, cache, options.pairs)
    yield from rows
    yield from look_rows(
        tools, next(one for one in folders if one.name.startswith("nautobot")), options.pairs
    )
    if options.peer_pairs:
        yield from peer_rows(tools, folders, options.peer_pairs)


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
    parser.add_argument("--record", action="store_true", help="write docs/performance.md")
    parser.add_argument("--note", default="", help="a paragraph about this recording for the page")
    return parser.parse_args()


if __name__ == "__main__":
    main()
