"""The signal code of a project as nodes and edges: ``graph``.

A model signal has one node per sender, so that no path in the picture leads from a model to the
receivers of another.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.chart.deeds import deed_of, task_of
from signalgen.chart.labels import ANY, app_of, signal_name
from signalgen.chart.registrations import registrations
from signalgen.flow.connections.senders import builtin
from signalgen.flow.function.signature import MODEL_SIGNALS
from signalgen.flow.reach.reach import reached
from signalgen.index.tasks import task_library
from signalgen.values.drawing import KINDS, Chart, ChartEdge, ChartNode

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable

    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.check import Finding
    from signalgen.values.drawing import NodeKind
    from signalgen.values.index import FunctionRef, SignalCall
    from signalgen.values.listing import Deed, Registered

_DJANGO = "django"


def graph(index: Index, findings: Iterable[Finding] = ()) -> Chart:
    """Return all models, signals, receivers and tasks that signals connect.

    Each of ``findings`` is attached to the node whose code it is about.
    """
    made = _Graph(index)
    for row in registrations(index):
        made.add_registration(row)
    made.follow()
    for call in index.signal_calls():
        if "send" in call.method:
            made.add_sender(call)
    return made.finished(findings)


class _Graph:
    def __init__(self, index: Index) -> None:
        self.index = index
        self.nodes: dict[str, ChartNode] = {}
        self.notes: dict[str, dict[str, None]] = {}
        self.edges: dict[tuple[str, str, bool], dict[str, None]] = {}
        self.spans: dict[str, list[tuple[int, int, str]]] = {}
        """For each file the lines of its nodes: first, last, key."""
        self.waiting: list[tuple[str, FunctionRef]] = []
        self.followed: set[str] = set()
        self.functions = {
            item.receiver.dotted: item.receiver
            for item in index.connections
            if item.receiver is not None
        }
        self.defined = {made.dotted: made for made in index.signal_definitions()}

    def add_registration(self, row: Registered) -> None:
        """Add what one registration connects."""
        receiver = self._receiver(row)
        signal = self._signal(row.signal, row.sender, row.app)
        of_model = _is_of_models(row.signal)
        if of_model:
            self._edge(self._model(row.sender, row.app), signal)
        from_one = not of_model and row.sender != ANY
        self._edge(signal, receiver, f"from {row.sender}" if from_one else "")
        for fate in row.fates:
            self._note(receiver, f"never called: {fate}")

    def follow(self) -> None:
        """Add what receivers do, and the tasks that they queue."""
        while self.waiting:
            key, function = self.waiting.pop()
            if key in self.followed:
                continue
            self.followed.add(key)
            for item in reached(self.index, function):
                deed = deed_of(self.index, item)
                if deed is not None:
                    self._deed(key, item, deed)

    def add_sender(self, call: SignalCall) -> None:
        """Add the function that sends a signal, unless a receiver or task sends it."""
        scope = call.scope
        name = scope.dotted if scope is not None else f"{call.path}:{call.call.lineno}"
        if {f"receiver {name}", f"task {name}"} & self.followed:
            return
        app = app_of(self.index, call.path)
        node = scope.node if scope is not None else call.call
        label = scope.qualname if scope is not None else name
        key = self._add("function", name, label, app, (call.path, node))
        self._edge(key, self._signal(signal_name(call.signal), ANY, app), "sends")

    def finished(self, findings: Iterable[Finding]) -> Chart:
        """Return the chart, sorted."""
        held: dict[str, list[Finding]] = {}
        lost = 0
        for finding in findings:
            around = [
                (last - first, key)
                for first, last, key in self.spans.get(finding.path, ())
                if first <= finding.line <= last
            ]
            if around:
                held.setdefault(min(around)[1], []).append(finding)
            else:
                lost += 1
        nodes = [
            replace(
                node,
                notes=tuple(self.notes.get(key, ())),
                findings=tuple(held.get(key, ())),
            )
            for key, node in self.nodes.items()
        ]
        edges = [
            ChartEdge(source, target, ", ".join(filter(None, labels)), waits)
            for (source, target, waits), labels in self.edges.items()
        ]
        plural = "s that are" if lost != 1 else " that is"
        hidden = (f"{lost} finding{plural} about code without a node",) if lost else ()
        return ordered(nodes, edges, hidden)

    def _deed(self, key: str, item: Reached, deed: Deed) -> None:
        verb = deed.plain.replace(f" {deed.what}", "", 1) if deed.what else deed.plain
        label = f"{verb} after the commit" if deed.waits else verb
        app = app_of(self.index, item.function.path)
        if deed.verb == "queues":
            self._edge(key, self._task(item, deed, app), label, waits=deed.waits)
        elif deed.verb == "sends" and deed.what:
            self._edge(key, self._signal(deed.what, ANY, app), label, waits=deed.waits)
        elif deed.what:
            self._edge(key, self._model(deed.what, app), label, waits=deed.waits)
        else:
            self._note(key, str(deed))

    def _receiver(self, row: Registered) -> str:
        function = self.functions.get(row.receiver)
        if function is None:
            name = f"{row.receiver} ({row.path}:{row.line})"
            key = self._add("receiver", name, row.receiver, row.app, (row.path, None), row.line)
            self.spans.setdefault(row.path, []).append((row.line, row.line, key))
            return key
        app = app_of(self.index, function.path)
        place = (function.path, function.node)
        key = self._add("receiver", function.dotted, function.qualname, app, place)
        if row.path != function.path or row.line < function.node.lineno:
            # A decorator and a call of connect() are the receiver's as well.
            self.spans.setdefault(row.path, []).append((row.line, row.line, key))
        self.waiting.append((key, function))
        return key

    def _task(self, item: Reached, deed: Deed, app: str) -> str:
        task = task_of(self.index, item)
        if task is None:
            return self._add("task", deed.what or "task", deed.what or "task", app)
        app = app_of(self.index, task.path)
        key = self._add("task", task.dotted, task.qualname, app, (task.path, task.node))
        library = task_library(self.index, task)
        if library is not None:
            self._note(key, f"task of {library.kind}")
        self.waiting.append((key, task))
        return key

    def _model(self, label: str, app: str) -> str:
        model = self.index.model(label)
        if model is None:
            head = label.partition(".")[0]
            own = head if head.isidentifier() and "." in label else app
            if label == ANY:
                return self._add("model", label, "any sender", "")
            short = label.rpartition(".")[2]
            through = label.endswith(".through")
            short = ".".join(label.split(".")[-3:-1]) if through else short
            return self._add("model", label, short, own)
        own = app_of(self.index, model.cls.path) or model.app_label
        place = (model.cls.path, model.cls.node)
        return self._add("model", model.label, model.name, own, place)

    def _signal(self, name: str, sender: str, app: str) -> str:
        if _is_of_models(name):
            at = self.nodes[self._model(sender, app)]
            return self._add("signal", f"{name} of {sender}", name, at.app)
        made = self.defined.get(name)
        short = name.rpartition(".")[2]
        if made is not None:
            own = app_of(self.index, made.path)
            return self._add("signal", name, short, own, (made.path, made.node))
        return self._add("signal", name, short, name.partition(".")[0] if "." in name else _DJANGO)

    def _add(
        self,
        kind: NodeKind,
        name: str,
        label: str,
        app: str,
        place: tuple[str, ast.AST | None] = ("", None),
        line: int = 0,
    ) -> str:
        key = f"{kind} {name}"
        if key in self.nodes:
            return key
        path, node = place
        line = getattr(node, "lineno", line)
        source = ""
        if node is not None:
            last = getattr(node, "end_lineno", line)
            above = [item.lineno for item in getattr(node, "decorator_list", ())]
            self.spans.setdefault(path, []).append((min([line, *above]), last, key))
            source = self.index.code.place(path, node).source
        self.nodes[key] = ChartNode(key, kind, label, name, app, path, line, source)
        return key

    def _edge(self, source: str, target: str, label: str = "", *, waits: bool = False) -> None:
        self.edges.setdefault((source, target, waits), {})[label] = None

    def _note(self, key: str, text: str) -> None:
        self.notes.setdefault(key, {})[text] = None


def ordered(
    nodes: Iterable[ChartNode], edges: Iterable[ChartEdge], hidden: tuple[str, ...]
) -> Chart:
    """Return a chart with its parts in the order that every format uses."""
    placed = tuple(sorted(nodes, key=lambda one: (one.app, KINDS.index(one.kind), one.name)))
    at = {node.key: position for position, node in enumerate(placed)}
    lines = sorted(edges, key=lambda one: (at[one.source], at[one.target], one.waits))
    return Chart(placed, tuple(lines), hidden)


def _is_of_models(signal: str) -> bool:
    return "." not in signal and builtin(f"{MODEL_SIGNALS}{signal}") is not None
