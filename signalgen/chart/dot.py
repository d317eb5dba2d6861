"""A chart in the DOT language of Graphviz: ``dot``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.chart.wording import clean, full, second, short

if TYPE_CHECKING:
    from signalgen.values.drawing import Chart, ChartEdge, ChartNode, NodeKind

_SHAPES: dict[NodeKind, str] = {
    "model": "cylinder",
    "function": "note",
    "signal": "hexagon",
    "receiver": "box",
    "task": "component",
    "app": "tab",
}


def dot(chart: Chart) -> str:
    """Return a chart as a digraph with a cluster for each app."""
    ids = {node.key: f"n{at}" for at, node in enumerate(chart.nodes, 1)}
    lines = ["digraph signals {", "  rankdir=LR;", '  node [fontname="sans-serif", fontsize=11];']
    lines.append('  edge [fontname="sans-serif", fontsize=9];')
    if chart.hidden:
        lines.append(f"  label={_quoted('hidden: ' + '; '.join(chart.hidden))};")
    for at, app in enumerate(chart.apps, 1):
        inside = [_node(node, ids) for node in chart.nodes if node.app == app]
        if app:
            inside = [f"  {line}" for line in inside]
            inside = [f"  subgraph cluster_{at} {{", f"    label={_quoted(app)};", *inside, "  }"]
        lines += inside
    lines += [_edge(edge, ids) for edge in chart.edges]
    return "\n".join([*lines, "}", ""])


def _node(node: ChartNode, ids: dict[str, str]) -> str:
    more = second(node)
    label = _inside(short(node.label, 60)) + (f"\\n{_inside(more)}" if more else "")
    colour = ", color=red, penwidth=2" if node.findings else ""
    shape = _SHAPES[node.kind]
    tip = _quoted(full(node))
    return f'  {ids[node.key]} [label="{label}", shape={shape}, tooltip={tip}{colour}];'


def _edge(edge: ChartEdge, ids: dict[str, str]) -> str:
    told = [f"label={_quoted(edge.label)}"] if edge.label else []
    told += ["style=dashed"] if edge.waits else []
    more = f" [{', '.join(told)}]" if told else ""
    return f"  {ids[edge.source]} -> {ids[edge.target]}{more};"


def _quoted(text: str) -> str:
    return f'"{_inside(clean(text))}"'


def _inside(text: str) -> str:
    # Graphviz reads entities in labels, and backslashes as orders.
    return text.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
