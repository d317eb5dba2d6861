"""A chart as SVG, laid out here so that no other program is needed: ``svg``."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from signalgen.chart.layout import BOX, drawn
from signalgen.chart.wording import clean, full, second, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.chart.layout import Box, Drawing, Frame
    from signalgen.values.drawing import Chart, ChartEdge, ChartNode

STYLE = """\
svg{font:12px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace}
svg{background:#fff;color:#1b1f24}
.frame{fill:#f6f8fa;stroke:#d0d7de}
.title{font-weight:bold;fill:#57606a}
.node rect{fill:#fff;stroke:#57606a;stroke-width:1.3}
.node text{fill:#1b1f24}
.node .more{font-size:10px;fill:#57606a}
.model rect{fill:#ddf4ff;stroke:#0969da}
.function rect{fill:#fff;stroke:#57606a;stroke-dasharray:3 2}
.signal rect{fill:#fff8c5;stroke:#9a6700}
.receiver rect{fill:#dafbe1;stroke:#1a7f37}
.task rect{fill:#fbefff;stroke:#8250df}
.found rect{stroke:#cf222e;stroke-width:3}
.edge{fill:none;stroke:#6e7781;stroke-width:1.2}
.edge.waits{stroke-dasharray:5 4}
.tip{fill:#6e7781}
.says{font-size:10px;fill:#57606a}
.hidden{fill:#57606a}
@media(prefers-color-scheme:dark){
svg{background:#0d1117;color:#e6edf3}
.frame{fill:#161b22;stroke:#30363d}
.title,.node .more,.says,.hidden{fill:#9198a1}
.node text{fill:#e6edf3}
.node rect,.function rect{fill:#0d1117;stroke:#9198a1}
.model rect{fill:#0c2d4d;stroke:#58a6ff}
.signal rect{fill:#3b2e05;stroke:#d29922}
.receiver rect{fill:#0f2f1a;stroke:#3fb950}
.task rect{fill:#2c1d47;stroke:#bc8cff}
.found rect{stroke:#ff7b72}
}
"""
_ARROW = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>\n'
)
_LINE = 18


def svg(chart: Chart) -> str:
    """Return a chart as an SVG file."""
    return picture(chart, f"<style>\n{STYLE}</style>\n", alone=True)


def picture(chart: Chart, style: str, *, alone: bool) -> str:
    """Return a chart as an svg element; ``alone``: as a file, which also says what it hides."""
    placed = drawn(chart)
    said = [f"hidden: {text}" for text in chart.hidden] if alone else []
    tall = placed.height + _LINE * len(said)
    size = f"{_n(placed.width)} {_n(tall)}"
    space = ' xmlns="http://www.w3.org/2000/svg"' if alone else ""
    wide = f' width="{_n(placed.width)}" height="{_n(tall)}"'
    role = "img" if alone else "group"
    head = f'<svg{space} id="map" viewBox="0 0 {size}"{wide} role="{role}" '
    parts = [f'{head}aria-label="Signal map">\n', style, _ARROW]
    if not any(node.kind == "app" for node in chart.nodes):
        parts += [_frame(frame) for frame in placed.frames]
    numbers = {node.key: at for at, node in enumerate(chart.nodes)}
    parts += [_edge(edge, placed, numbers) for edge in chart.edges]
    parts += [_node(node, placed.boxes[node.key], numbers, alone=alone) for node in chart.nodes]
    parts += _said(said, placed)
    return "".join([*parts, "</svg>\n"])


def _frame(frame: Frame) -> str:
    text = _text(short(frame.app, 80)) if frame.app else "outside of apps"
    return (
        f'<rect class="frame" x="{_n(frame.x)}" y="{_n(frame.y)}" width="{_n(frame.width)}" '
        f'height="{_n(frame.height)}" rx="8"/>\n'
        f'<text class="title" x="{_n(frame.x + 12)}" y="{_n(frame.y + 17)}">{text}</text>\n'
    )


def _node(node: ChartNode, box: Box, numbers: dict[str, int], *, alone: bool) -> str:
    found = " found" if node.findings else ""
    told = _text(full(node))
    more = second(node, 40)
    use = "" if alone else f' tabindex="0" role="button" aria-label="{told}"'
    first = _n(box.y + (19 if not more else 18))
    radius = {"signal": 15, "task": 15}.get(node.kind, 4)
    below = (
        f'<text class="more" x="{_n(box.x + 10)}" y="{_n(box.y + 35)}">{_text(more)}</text>'
        if more
        else ""
    )
    return (
        f'<g class="node {node.kind}{found}" data-n="{numbers[node.key]}"{use}>'
        f"<title>{told}</title>"
        f'<rect x="{_n(box.x)}" y="{_n(box.y)}" width="{BOX}" height="{_n(box.height)}" '
        f'rx="{radius}"/>'
        f'<text x="{_n(box.x + 10)}" y="{first}">{_text(short(node.label))}</text>{below}</g>\n'
    )


def _edge(edge: ChartEdge, placed: Drawing, numbers: dict[str, int]) -> str:
    path, x, y = _curve(placed.boxes[edge.source], placed.boxes[edge.target])
    waits = " waits" if edge.waits else ""
    ends = f'data-a="{numbers[edge.source]}" data-b="{numbers[edge.target]}"'
    words = _text(short(edge.label, 40))
    says = (
        f'<text class="says" {ends} text-anchor="middle" x="{_n(x)}" y="{_n(y)}">{words}</text>'
        if words
        else ""
    )
    return f'<path class="edge{waits}" {ends} d="{path}" marker-end="url(#tip)"/>{says}\n'


def _curve(one: Box, other: Box) -> tuple[str, float, float]:
    # The path, and where its words go: a third of the way, where the lines of a node part.
    top, bottom = one.y + one.height / 2, other.y + other.height / 2
    if other.x > one.x:
        start, end = one.x + BOX, other.x
        bend = min(80.0, (end - start) / 2)
        pull = (bend, -bend)
    elif other.x < one.x:
        start, end = one.x, other.x + BOX
        bend = min(80.0, (start - end) / 2)
        pull = (-bend, bend)
    else:
        start = end = one.x + BOX
        pull = (70.0, 70.0)
    path = (
        f"M{_n(start)} {_n(top)}C{_n(start + pull[0])} {_n(top)} "
        f"{_n(end + pull[1])} {_n(bottom)} {_n(end)} {_n(bottom)}"
    )
    shares = (0.3, 0.44, 0.21, 0.05)  # of a curve at 0.33
    xs = (start, start + pull[0], end + pull[1], end)
    ys = (top, top, bottom, bottom)
    at = [sum(share * v for share, v in zip(shares, values, strict=True)) for values in (xs, ys)]
    return path, at[0], at[1] - 3


def _said(said: list[str], placed: Drawing) -> Iterator[str]:
    for at, text in enumerate(said):
        y = placed.height + _LINE * at
        yield f'<text class="hidden" x="20" y="{_n(y)}">{_text(short(text, 160))}</text>\n'


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _text(text: str) -> str:
    return escape(clean(text), quote=True)
