"""Which receivers of a project a spec could describe, and how: ``candidates(index)``."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

from signalgen.chart.fates import fates_of
from signalgen.chart.labels import UNKNOWN, sender_names, signal_name
from signalgen.check import Choice, located
from signalgen.extract.bodies import variants
from signalgen.flow.connections.identity import uid_of
from signalgen.flow.function.guards import path_to
from signalgen.index.apps.finding import apps_of
from signalgen.index.memo import answered_once
from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from signalgen.index import Index
    from signalgen.values.index import Connection, FunctionRef
    from signalgen.values.project import App

_ANY = "any"
_RAW = {"pre_save", "post_save", "m2m_changed"}
_LAZY = "<"
_CELERY = "celery."
Entry = dict[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A receiver and the entries that may describe it, the most specific first.

    ``reason`` says why there is none. ``app`` is None outside apps, ``function`` None if the
    receiver is not a function of the project.
    """

    path: str
    line: int
    receiver: str
    app: App | None
    function: FunctionRef | None = None
    entries: tuple[Entry, ...] = ()
    reason: str = ""


def candidates(index: Index) -> Iterator[Candidate]:
    """Yield every receiver of the project, in file order."""
    found: dict[str, list[Connection]] = defaultdict(list)
    for item in index.connections:
        found[item.receiver.dotted if item.receiver is not None else item.written].append(item)
    for name, connections in found.items():
        yield _candidate(index, name, connections)


def _candidate(index: Index, name: str, connections: Sequence[Connection]) -> Candidate:
    first = connections[0]
    function = first.receiver
    if function is None:
        line = getattr(first.call or first.node, "lineno", 1)
        app = _app(index, first.path)
        return Candidate(first.path, line, name, app, reason="it is not a function of the project")
    app = _app(index, function.path)
    line = function.node.lineno
    reason = _misfit(index, function, connections, app)
    if reason or app is None or isinstance(function.node, ast.Lambda):
        return Candidate(function.path, line, name, app, function, reason=reason)
    head = _head(index, function, connections, app)
    if isinstance(head, str):
        return Candidate(function.path, line, name, app, function, reason=head)
    signals = frozenset(str(one) for one in _listed(head["signal"]))
    text = index.code.data(function.path).decode("utf-8", "replace")
    bodies = variants(function.node, text, signals)
    made = tuple(_entry(head, body, signals) for body in bodies)
    reason = "" if made else "it has no body"
    return Candidate(function.path, line, name, app, function, made, reason)


def _app(index: Index, path: str) -> App | None:
    around = [app for app in apps_of(index.code).found if path.startswith(f"{app.path}/")]
    return max(around, key=lambda app: len(app.path), default=None)


def _misfit(
    index: Index, function: FunctionRef, connections: Sequence[Connection], app: App | None
) -> str:
    node = function.node
    if app is None:
        return "it is not in an app"
    if function.cls is not None:
        return "it is a method"
    if function.outer is not None or isinstance(node, ast.Lambda):
        return "it is defined inside another function"
    if not function.module.startswith(f"{app.name}."):
        return "it is in the app's own __init__.py"
    calls = {id(one) for item in connections for one in (item.call, item.node, item.target)}
    other = [one for one in node.decorator_list if id(one) not in calls]
    if other:
        return f"it is decorated with @{' '.join(ast.unparse(other[0]).split())} too"
    fates = dict.fromkeys(fate for item in connections for fate in fates_of(index, item))
    if fates:
        return f"Django never calls it: {', '.join(fates)}"
    lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
    if any(path == function.path and line in lines for path, line in _endless(index)):
        return "it saves its own sender, over and over (SG201)"
    conditional = next((item for item in connections if _is_conditional(index, item)), None)
    if conditional is not None:
        return "it is connected under a condition or in a loop"
    return ""


@answered_once
def _endless(index: Index) -> frozenset[tuple[str, int]]:
    found = located(index, Choice(select=("SG201",)), frozenset())
    return frozenset((finding.path, finding.line) for finding, _ in found)


def _is_conditional(index: Index, item: Connection) -> bool:
    node = item.call or item.node
    roots: list[ast.AST] = [item.scope.node] if item.scope is not None else []
    if not roots:
        outline = index.code.outline(item.path)
        for chunk in outline.chunks:
            inside = chunk.line <= getattr(node, "lineno", 1)
            roots += index.code.parsed(item.path, chunk) if inside else ()
    around = [one for root in roots for one in path_to(root, node)]
    return any(isinstance(one, (ast.If, ast.For, ast.While, ast.Try)) for one in around)


def _head(
    index: Index, function: FunctionRef, connections: Sequence[Connection], app: App
) -> Entry | str:
    """Return the keys that say what a receiver listens to, or why no key can."""
    pairs = {
        (signal_name(signal), sender)
        for item in connections
        for signal in item.signals or (UNKNOWN,)
        for sender in sender_names(index, item)
    }
    signals = sorted({signal for signal, _ in pairs})
    senders = sorted({sender for _, sender in pairs})
    if UNKNOWN in signals:
        return "its signal is known only at run time"
    unknown = next((sender for sender in senders if sender.startswith(_LAZY)), "")
    if unknown:
        return f"its sender, {unknown[1:-1]}, is known only at run time"
    if pairs != {(signal, sender) for signal in signals for sender in senders}:
        return "it listens to some signals from one sender and others from another"
    if _ANY in senders and len(senders) > 1:
        return "it is connected for every sender and for some as well"
    listening = _listening([sender for sender in senders if sender != _ANY])
    if isinstance(listening, str):
        return listening
    if any(signal.startswith(_CELERY) for signal in signals):
        return "its signal is one of Celery, not of Django"
    # Several uids distinguish the registrations of one function, and so do their senders.
    uids = {uid for item in connections if (uid := uid_of(index, item))}
    module = function.module.removeprefix(f"{app.name}.")
    head: Entry = {"name": function.name, "module": module}
    head["signal"] = signals[0] if len(signals) == 1 else signals
    return {**head, **listening, **({"dispatch_uid": uids.pop()} if len(uids) == 1 else {})}


def _listening(senders: Sequence[str]) -> Entry | str:
    through = [sender for sender in senders if sender.endswith(".through")]
    if not through:
        plain = len(senders) == 1
        key = "model" if plain else "models"
        return {key: senders[0] if plain else list(senders)} if senders else {}
    parts = [sender.removesuffix(".through").rpartition(".") for sender in through]
    fields = {field for _, _, field in parts}
    if len(through) != len(senders) or len(fields) > 1:
        return "it listens to several many-to-many fields, or models beside one"
    models = sorted(model for model, _, _ in parts)
    one = {"model": models[0]} if len(models) == 1 else {"models": models}
    return {**one, "field": fields.pop()}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _entry(head: Entry, body: Mapping[str, object], signals: frozenset[str]) -> Entry:
    runs = {"raw": "run"} if signals & _RAW and "raw" not in body else {}
    kept = {key: value for key, value in body.items() if value != "skip"}
    return {**head, **runs, **kept}
