"""The part of a chart that is wanted, with a note on what is left out: ``narrowed``."""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from signalgen.chart.graph import ordered
from signalgen.errors import Problem, UsageError
from signalgen.late import dataclass
from signalgen.values.drawing import Chart, ChartEdge, ChartNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    Links = dict[str, set[str]]

DEPTH = 2


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a chart is wanted; empty fields do not filter.

    ``apps``: these, and their neighbours. ``focus``: what leads to and follows from a node, up to
    ``depth`` steps away. ``exclude``: names (``*`` is a wildcard) and apps. ``only``: nodes with
    findings and their neighbours. ``collapse``: one node per app.
    """

    apps: tuple[str, ...] = ()
    focus: str = ""
    depth: int = DEPTH
    exclude: tuple[str, ...] = ()
    collapse: bool = False
    only_findings: bool = False


def narrowed(chart: Chart, part: Part) -> Chart:
    """Return the part of ``chart`` that is wanted. Raises UsageError for unknown names."""
    _check_apps(chart, part.apps)
    if part.exclude:
        kept = {
            node.key
            for node in chart.nodes
            if not any(_is_meant(node, text) for text in part.exclude)
        }
        chart = _only(chart, kept, f"left out by name ({', '.join(part.exclude)})")
    if part.apps:
        own = {node.key for node in chart.nodes if node.app in part.apps}
        chart = _only(
            chart, _around(chart, own), f"neither in {_list(part.apps)} nor touched by it"
        )
    if part.focus:
        start = _focus(chart, part.focus)
        near = _reachable(chart, start, part.depth)
        steps = f"{part.depth} step{'s' if part.depth != 1 else ''}"
        chart = _only(chart, near, f"more than {steps} away from {part.focus}")
    if part.only_findings:
        found = {node.key for node in chart.nodes if node.findings}
        chart = _only(chart, _around(chart, found), "without findings")
    return _collapsed(chart) if part.collapse else chart


def _check_apps(chart: Chart, apps: Iterable[str]) -> None:
    missing = [app for app in apps if app not in chart.apps]
    if missing:
        known = [app for app in chart.apps if app]
        raise UsageError(_unknown("app", app, known) for app in missing)


def _unknown(what: str, text: str, known: list[str]) -> Problem:
    near = get_close_matches(text, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are {_list(known[:9])}" if known else ""
    return Problem("", 0, 0, "", f"unknown-{what}", f"there is no {what} {text} in the chart", hint)


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)


def _is_meant(node: ChartNode, text: str) -> bool:
    text = text.lower()
    patterns = (fnmatchcase(name.lower(), text) for name in (node.name, node.label))
    return node.app.lower() == text or _is_called(node, text) or any(patterns)


def _is_called(node: ChartNode, text: str) -> bool:
    # ``post_save of orders.Order`` is no Order.
    name = node.label if " of " in node.name else node.name
    return text == node.name.lower() or f".{name}".lower().endswith(f".{text}")


def _focus(chart: Chart, text: str) -> set[str]:
    found = {node.key for node in chart.nodes if _is_called(node, text.lower())}
    if not found:
        known = [name for node in chart.nodes for name in (node.name, node.label)]
        raise UsageError([_unknown("node", text, known)])
    return found


def _links(chart: Chart) -> tuple[Links, Links]:
    onward: Links = {}
    back: Links = {}
    for edge in chart.edges:
        onward.setdefault(edge.source, set()).add(edge.target)
        back.setdefault(edge.target, set()).add(edge.source)
    return onward, back


def _reachable(chart: Chart, start: set[str], depth: int) -> set[str]:
    found = set(start)
    for links in _links(chart):
        edge, seen = set(start), set(start)
        for _ in range(depth):
            edge = {key for at in edge for key in links.get(at, ())} - seen
            seen |= edge
        found |= seen
    return found


def _around(chart: Chart, own: set[str]) -> set[str]:
    # A model signal brings its model along: without it the sender is not visible.
    onward, back = _links(chart)
    near = own | {key for at in own for links in (onward, back) for key in links.get(at, ())}
    models = {
        key
        for at in near
        if at.startswith("signal ")
        for key in back.get(at, ())
        if key.startswith("model ")
    }
    return near | models


def _only(chart: Chart, kept: set[str], why: str) -> Chart:
    nodes = tuple(node for node in chart.nodes if node.key in kept)
    edges = tuple(edge for edge in chart.edges if edge.source in kept and edge.target in kept)
    gone = len(chart.nodes) - len(nodes)
    said = (f"{gone} of {len(chart.nodes)} nodes, {why}",) if gone else ()
    return Chart(nodes, edges, (*chart.hidden, *said))


def _collapsed(chart: Chart) -> Chart:
    app = {node.key: f"app {node.app}" for node in chart.nodes}
    held: dict[str, list[ChartNode]] = {}
    for node in chart.nodes:
        held.setdefault(node.app, []).append(node)
    nodes = [
        ChartNode(
            key=f"app {name}",
            kind="app",
            label=name or "outside of apps",
            name=name or "outside of apps",
            app="",
            notes=_counts(inside),
            findings=tuple(finding for node in inside for finding in node.findings),
        )
        for name, inside in held.items()
    ]
    between: dict[tuple[str, str], int] = {}
    for edge in chart.edges:
        pair = (app[edge.source], app[edge.target])
        between[pair] = between.get(pair, 0) + 1
    inner = sum(count for (one, other), count in between.items() if one == other)
    edges = [
        ChartEdge(one, other, f"{count} connection{'s' if count != 1 else ''}")
        for (one, other), count in between.items()
        if one != other
    ]
    said = (f"{inner} connections inside of apps",) if inner else ()
    return ordered(nodes, edges, (*chart.hidden, *said))


def _counts(nodes: list[ChartNode]) -> tuple[str, ...]:
    counted: dict[str, int] = {}
    for node in nodes:
        counted[node.kind] = counted.get(node.kind, 0) + 1
    return tuple(f"{count} {kind}{'s' if count != 1 else ''}" for kind, count in counted.items())
