"""The results as a table, as JSON and as a picture."""

from __future__ import annotations

import json
from dataclasses import asdict
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rows import Row

WIDTH, BAR, TOP, LABEL = 860, 26, 56, 380


def table(rows: Sequence[Row]) -> str:
    """Return the rows in Markdown."""
    lines = ["| # | A | B | goal | measured | verdict |", "|---|---|---|---|---|---|"]
    return "\n".join([*lines, *map(line, rows)]) + "\n"


def line(row: Row) -> str:
    """Return one row in Markdown."""
    unit = " MiB" if row.unit == "MiB" else ""
    spread = (
        f" ({row.spread[0]:.2f}-{row.spread[1]:.2f}, {row.pairs} pairs)" if row.unit == "x" else ""
    )
    remark = f"; {row.remark}" if row.remark else ""
    value = f"{row.value:.0f}" if unit else f"{row.value:.2f}"
    verdict = "met" if row.met else "**missed**"
    return f"| {row.number} | {row.a} | {row.b or '-'} | <= {row.goal:g}{unit} | {value}{unit}{spread}{remark} | {verdict} |"


def page(rows: Sequence[Row], about: Mapping[str, str], note: str = "") -> str:
    """Return docs/performance.md; ``note`` tells what is special about this recording."""
    tools = ", ".join(
        f"{name} {version}" for name, version in about.items() if name not in ("date", "cpus")
    )
    return f"""# Speed, memory and growth

Made by `make benchmarks RECORD=1` on {about["date"]} ({about["cpus"]} CPUs; {tools}).

Every figure is a ratio: the CPU time (user and system) of the whole process A divided by that of B, which run in turn, A B A B …, in one
clean environment, after a warm-up. The table has the median of the pairwise ratios, with the smallest and the largest, next to the
goal. Memory is the peak of the whole process. The peers' own small templates are in `benchmarks/peers`; they neither parse a spec
nor format. None of this is a test: other tests count calls to check that work does not grow faster than its input
(`tests/hostile/test_hostile_growth.py` and `tests/hostile/test_hostile_growth_check.py`).

Rows 7 and 13 to 17 are about growth: the same run on a larger and a smaller input. Rows 9 to 12 check wagtail, nautobot, geonode,
pretix and Django, each on its own and all as one project.
{note and f"{chr(10)}{note}{chr(10)}"}
{table(sorted(rows, key=_place))}
![Each value as a share of its goal](performance.svg)
"""


def _place(row: Row) -> tuple[int, str]:
    digits = "".join(char for char in row.number if char.isdigit())
    return int(digits), row.number


def as_json(rows: Sequence[Row], about: Mapping[str, str]) -> str:
    """Return all results."""
    return (
        json.dumps(
            {"about": about, "rows": [asdict(row) | {"met": row.met} for row in rows]}, indent=2
        )
        + "\n"
    )


def plot(rows: Sequence[Row]) -> str:
    """Return an SVG: each value as a share of its goal, which is the line."""
    height = TOP + BAR * len(rows) + 20
    room = (WIDTH - LABEL - 90) / 2
    bars = [_bar(row, TOP + index * BAR, room) for index, row in enumerate(rows)]
    goal = LABEL + room
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="13">',
            f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
            '<text x="12" y="24" font-size="16">signalgen: measured, as a share of the goal</text>',
            f'<text x="{goal - 14}" y="{TOP - 8}">goal</text>',
            *bars,
            f'<line x1="{goal}" x2="{goal}" y1="{TOP - 4}" y2="{height - 16}" stroke="black" stroke-dasharray="4"/>',
            "</svg>\n",
        ]
    )


def _bar(row: Row, y: int, room: float) -> str:
    share = row.value / row.goal
    width = min(share, 2.0) * room
    colour = "#3a923a" if row.met else "#c44536"
    words = escape(f"{row.number}  {row.a}" + (f" / {row.b}" if row.b else "")).replace("`", "")
    return (
        f'<text x="12" y="{y + 15}">{words}</text>'
        f'<rect x="{LABEL}" y="{y + 3}" width="{width:.0f}" height="{BAR - 10}" fill="{colour}"/>'
        f'<text x="{LABEL + width + 6:.0f}" y="{y + 15}">{share:.2f}</text>'
    )
