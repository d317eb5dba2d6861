"""The positions of a chart's nodes in a drawing: ``drawn``.

Each app is a frame with a column for each layer: models and functions that send, signals,
receivers, tasks. Frames are stacked vertically. The order in a column follows the neighbours of its
nodes (the barycentre heuristic of Sugiyama), which leaves few crossings; collapsed apps get their
layer from the longest path to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.chart.wording import second
from signalgen.late import dataclass

if TYPE_CHECKING:
    from signalgen.values.drawing import Chart, ChartNode

    Links = dict[str, set[str]]

BOX, GAP, PADDING, HEAD, MARGIN = 264, 104, 16, 26, 20
_LOW, _HIGH, _BETWEEN = 30, 46, 12
_LAYERS = {"model": 0, "function": 0, "signal": 1, "receiver": 2, "task": 3}
_SWEEPS = 6


@dataclass(frozen=True, slots=True)
class Box:
    """The place of a node: its upper left corner and its height; all are ``BOX`` wide."""

    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Frame:
    """The place of an app."""

    app: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """The places of all nodes by key and of the frames around them, and the total size."""

    boxes: dict[str, Box]
    frames: tuple[Frame, ...]
    width: float
    height: float


def drawn(chart: Chart) -> Drawing:
    """Return the drawing of a chart; the same chart gives the same drawing."""
    near = _neighbours(chart)
    layers = _layers(chart)
    boxes: dict[str, Box] = {}
    frames = []
    top = float(MARGIN)
    by_app: dict[str, list[ChartNode]] = {}
    for node in chart.nodes:
        by_app.setdefault(node.app, []).append(node)
    for app, nodes in by_app.items():
        columns = _columns(nodes, layers, near)
        heights = {node.key: _HIGH if second(node) else _LOW for node in nodes}
        tops = _tops(columns, heights, near)
        for at, column in enumerate(columns):
            x = MARGIN + PADDING + at * (BOX + GAP)
            for key in column:
                boxes[key] = Box(x, top + HEAD + tops[key], heights[key])
        height = max(tops[node.key] + heights[node.key] for node in nodes) + HEAD + PADDING
        width = len(columns) * (BOX + GAP) - GAP + 2 * PADDING
        frames.append(Frame(app, MARGIN, top, width, height))
        top += height + MARGIN
    whole = max((frame.width for frame in frames), default=BOX) + 2 * MARGIN + GAP
    return Drawing(boxes, tuple(frames), whole, top)


def _neighbours(chart: Chart) -> Links:
    near: Links = {}
    for edge in chart.edges:
        near.setdefault(edge.source, set()).add(edge.target)
        near.setdefault(edge.target, set()).add(edge.source)
    return near


def _layers(chart: Chart) -> dict[str, int]:
    layers = {node.key: _LAYERS.get(node.kind, 0) for node in chart.nodes}
    onward: dict[str, list[str]] = {}
    for edge in chart.edges:
        onward.setdefault(edge.source, []).append(edge.target)
    apps = [node.key for node in chart.nodes if node.kind == "app"]
    order = {key: at for at, key in enumerate(_sorted_by_ways(apps, onward))}
    for key, place in order.items():
        for target in onward.get(key, ()):
            if order[target] > place:
                layers[target] = max(layers[target], layers[key] + 1)
    return layers


def _sorted_by_ways(apps: list[str], onward: dict[str, list[str]]) -> list[str]:
    # Depth first, last finished first: an edge that leads back in this order closes a circle.
    done: dict[str, None] = {}
    begun: set[str] = set()
    for start in apps:
        stack = [(start, iter(onward.get(start, ())))] if start not in begun else []
        begun.add(start)
        while stack:
            key, targets = stack[-1]
            following = next((one for one in targets if one not in begun), None)
            if following is None:
                done[key] = None
                stack.pop()
            else:
                begun.add(following)
                stack.append((following, iter(onward.get(following, ()))))
    return list(done)[::-1]


def _columns(nodes: list[ChartNode], layers: dict[str, int], near: Links) -> list[list[str]]:
    last = max(layers[node.key] for node in nodes)
    columns: list[list[str]] = [[] for _ in range(last + 1)]
    for node in nodes:
        columns[layers[node.key]].append(node.key)
    for sweep in range(_SWEEPS):
        numbers = range(1, last + 1) if sweep % 2 == 0 else range(last - 1, -1, -1)
        step = -1 if sweep % 2 == 0 else 1
        for at in numbers:
            fixed = {key: place for place, key in enumerate(columns[at + step])}
            columns[at] = _reordered(columns[at], fixed, near)
    return columns


def _reordered(column: list[str], fixed: dict[str, int], near: Links) -> list[str]:
    wanted: dict[str, float] = {}
    for place, key in enumerate(column):
        beside = [fixed[one] for one in near.get(key, ()) if one in fixed]
        wanted[key] = sum(beside) / len(beside) if beside else float(place)
    return sorted(column, key=lambda key: wanted[key])  # sorting is stable


def _tops(columns: list[list[str]], heights: dict[str, int], near: Links) -> dict[str, float]:
    # The fullest column stands close; the others follow it outwards, each beside its neighbours.
    fullest = max(range(len(columns)), key=lambda at: (len(columns[at]), -at))
    tops = _stacked(columns[fullest], heights, {})
    for step in (-1, 1):
        end = -1 if step < 0 else len(columns)
        for at in range(fullest + step, end, step):
            beside = set(columns[at - step])
            wanted: dict[str, float] = {}
            for key in columns[at]:
                ys = [tops[one] for one in near.get(key, ()) if one in beside]
                if ys:
                    wanted[key] = sum(ys) / len(ys)
            tops |= _stacked(columns[at], heights, wanted)
    return tops


def _stacked(
    column: list[str], heights: dict[str, int], wanted: dict[str, float]
) -> dict[str, float]:
    tops: dict[str, float] = {}
    free = 0.0
    for key in column:
        tops[key] = round(max(free, wanted.get(key, free)), 1)
        free = tops[key] + heights[key] + _BETWEEN
    return tops
