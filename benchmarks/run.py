"""Measure signalgen against its goals and its peers: ``make benchmarks``, or ``python benchmarks/run.py``.

Everything happens below ``.work/benchmarks``: an environment of its own, the projects, the results (JSON and SVG). Ratios of CPU
time (user and system) of whole processes that ran in turn; never absolute times, never a test.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys

from report import as_json, line, plot, table
from rows import Plan, measure
from tools import ROOT, make_tools, versions


def main() -> None:
    """Measure, print the table, and write it down."""
    options = _options()
    work = ROOT / ".work" / "benchmarks"
    work.mkdir(parents=True, exist_ok=True)
    tools = make_tools(work)
    about = {
        "date": dt.datetime.now(dt.timezone.utc).date().isoformat(),
        "cpus": str(os.cpu_count()),
    }
    rows = []
    for row in measure(tools, Plan(options.pairs, options.large_pairs, not options.small)):
        print(line(row), file=sys.stderr, flush=True)
        rows.append(row)
    print(table(rows))
    (work / "result.json").write_text(as_json(rows, about | versions(tools)))
    (work / "result.svg").write_text(plot(rows))
    print(f"Written: {work / 'result.json'} and result.svg beside it.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--pairs", type=int, default=11, help="pairs of each small row (default: 11)"
    )
    parser.add_argument(
        "--large-pairs", type=int, default=11, help="pairs of the rows with 1,000 handlers"
    )
    parser.add_argument("--small", action="store_true", help="leave 10,000 handlers out")
    return parser.parse_args()


if __name__ == "__main__":
    main()
