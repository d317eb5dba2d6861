"""A chart as Mermaid: ``mermaid``. A large chart becomes several diagrams.

Mermaid refuses texts of more than 50,000 characters and diagrams of more than 500 edges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.chart.wording import clean, second, short
from signalgen.values.drawing import Chart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.values.drawing import ChartEdge, ChartNode, NodeKind

LONGEST, MOST_EDGES = 50_000, 500
_ROOM = 48_000
"""The room for nodes and edges; the rest is for the headers."""
_LABEL, _NAME = 60, 40
_HEAD = "flowchart LR\n"
_SHAPES: dict[NodeKind, tuple[str, str]] = {
    "model": ("[(", ")]"),
    "function": ("[/", "/]"),
    "signal": ("{{", "}}"),
    "receiver": ("[", "]"),
    "task": ("([", "])"),
    "app": ("[", "]"),
}
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _.,:()-…")
_STYLE = "  classDef found stroke:#c62828,stroke-width:3px\n"


def mermaid(chart: Chart) -> tuple[str, ...]:
    """Return a chart's diagrams, each a complete Mermaid text; only large charts need several."""
    parts = list(_parts(chart))
    ids = {node.key: f"n{at}" for at, node in enumerate(chart.nodes, 1)}
    return tuple(_diagram(part, ids, at, len(parts)) for at, part in enumerate(parts, 1))


def document(diagrams: tuple[str, ...], *, fenced: bool) -> str:
    """Return diagrams as a file: one as plain Mermaid unless ``fenced``, several as Markdown."""
    if len(diagrams) == 1 and not fenced:
        return diagrams[0]
    many = len(diagrams) > 1
    blocks = [
        (f"**Part {at} of {len(diagrams)}**\n\n" if many else "") + f"```mermaid\n{text}```\n"
        for at, text in enumerate(diagrams, 1)
    ]
    return "\n".join(blocks)


def _parts(chart: Chart) -> Iterator[Chart]:
    # Edge by edge in the order of the apps; what stands at a seam is drawn on both sides.
    nodes = {node.key: node for node in chart.nodes}
    held: dict[str, None] = {}
    edges: list[ChartEdge] = []
    size = 0
    ids = {node.key: f"n{at}" for at, node in enumerate(chart.nodes, 1)}
    for edge in chart.edges:
        ends = dict.fromkeys((edge.source, edge.target))
        more = len(_line(edge, ids)) + _sizes(nodes, ids, ends, held)
        if size + more > _ROOM or len(edges) == MOST_EDGES:
            yield _part(chart, held, edges)
            held, edges = {}, []
            size, more = 0, len(_line(edge, ids)) + _sizes(nodes, ids, ends, {})
        held |= ends
        edges.append(edge)
        size += more
    drawn = {key for edge in chart.edges for key in (edge.source, edge.target)}
    for node in chart.nodes:
        if node.key not in drawn:
            more = _sizes(nodes, ids, {node.key: None}, {})
            if size + more > _ROOM:
                yield _part(chart, held, edges)
                held, edges, size = {}, [], 0
            held[node.key] = None
            size += more
    yield _part(chart, held, edges)


def _part(chart: Chart, held: dict[str, None], edges: list[ChartEdge]) -> Chart:
    nodes = tuple(node for node in chart.nodes if node.key in held)
    return Chart(nodes, tuple(edges), chart.hidden)


def _sizes(
    nodes: dict[str, ChartNode], ids: dict[str, str], ends: dict[str, None], held: dict[str, None]
) -> int:
    # A node may open the box of its app.
    new = [nodes[key] for key in ends if key not in held]
    return sum(len(_node(node, ids)) + len(_box(node.app, 0)) + 16 for node in new)


def _diagram(chart: Chart, ids: dict[str, str], number: int, count: int) -> str:
    lines = [_HEAD]
    lines += [f"  %% part {number} of {count}\n"] if count > 1 else []
    lines += [f"  %% hidden: {_comment(text)}\n" for text in chart.hidden]
    for at, app in enumerate(chart.apps, 1):
        inside = [node for node in chart.nodes if node.app == app]
        lines += [_box(app, at)] if app else []
        lines += [_node(node, ids) for node in inside]
        lines += ["  end\n"] if app else []
    lines += [_line(edge, ids) for edge in chart.edges]
    found = [ids[node.key] for node in chart.nodes if node.findings]
    lines += [_STYLE, *(f"  class {one} found\n" for one in found)] if found else []
    return "".join(lines)


def _box(app: str, number: int) -> str:
    return f'  subgraph app{number}["{_text(short(app, _NAME))}"]\n'


def _node(node: ChartNode, ids: dict[str, str]) -> str:
    before, after = _SHAPES[node.kind]
    more = second(node, _LABEL)
    label = _text(short(node.label, _NAME)) + (f"<br>{_text(more)}" if more else "")
    return f'    {ids[node.key]}{before}"{label}"{after}\n'


def _line(edge: ChartEdge, ids: dict[str, str]) -> str:
    arrow = "-.->" if edge.waits else "-->"
    label = f'|"{_text(short(edge.label, _LABEL))}"|' if edge.label else ""
    return f"  {ids[edge.source]} {arrow}{label} {ids[edge.target]}\n"


def _text(text: str) -> str:
    # Whatever Mermaid, Markdown or HTML may read as more than text becomes its number.
    return "".join(char if char in _PLAIN else f"#{ord(char)};" for char in clean(text))


def _comment(text: str) -> str:
    # ``%%{`` would begin a directive.
    return clean(text).replace("{", "(").replace("}", ")")
