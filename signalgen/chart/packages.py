"""Receivers of installed packages that listen to a model of the project: ``package_steps(...)``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.chart.labels import sender_name
from signalgen.chart.order import Called, position
from signalgen.dotted import dotted
from signalgen.facts.listeners import LISTENERS
from signalgen.flow.connections.identity import sender_key
from signalgen.index.apps.finding import apps_of
from signalgen.index.memo import answered_once
from signalgen.index.reading.resolving import derived_from, find_class, method, resolve
from signalgen.values.trace import TraceStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.facts.listeners import PackageListener
    from signalgen.index import Index
    from signalgen.values.index import ClassRef, ModelInfo

_EARLY = -1


def package_steps(index: Index, signal: str, sender: str) -> Iterator[tuple[Called, TraceStep]]:
    """Yield a step for each receiver of a package, with its sort key.

    ``signal`` is the plain name of a Django signal, ``sender`` a sender key.
    """
    for item in LISTENERS:
        if signal in item.signals and _is_there(index, item) and _hears(index, item, sender):
            when = (item.maybe,) if item.maybe else ()
            steps = tuple(_written(index, item, sender))
            text, path, line = _named(index, item, sender)
            step = TraceStep("receiver", text, text, path, line, when, steps=steps)
            yield _key(index, item), step


def is_kept(index: Index, signal: str, sender: str) -> bool:
    """Return whether a package's receiver listens to this model in particular, not to all."""
    return any(
        signal in item.signals
        and (item.file or item.register or item.attribute or item.base)
        and _is_there(index, item)
        and _hears(index, item, sender)
        for item in LISTENERS
    )


def _key(index: Index, item: PackageListener) -> Called:
    if item.moment == "with the class":
        return False, _EARLY, 0, "", 0
    return item.moment == "in ready()", position(index, item.package), 0, "", 0


def _is_there(index: Index, item: PackageListener) -> bool:
    seen = apps_of(index.code).settings.seen
    installed = any(f"{entry}.".startswith(f"{item.package}.") for entry in seen)
    if item.package and not installed:
        return False
    return not item.setting or _is_set(index, item.setting)


@answered_once
def _is_set(index: Index, value: str) -> bool:
    sources = index.code.survey.sources
    likely = (path for path in sources.paths if "settings" in path)
    return any(value.encode() in sources.data(path) for path in likely)


def _hears(index: Index, item: PackageListener, sender: str) -> bool:
    model = index.model(sender)
    if item.attribute:
        return model is not None and not _makers(index, model).keys().isdisjoint(item.attribute)
    if item.file:
        return model is not None and any(field.kind == "file" for field in model.fields)
    if item.base:
        found = derived_from(index.code, model.cls) if model is not None else ()
        return any(name in item.base for name, _ in found)
    if item.register:
        return any(sender in _registered(index, name) for name in item.register)
    return True


def _named(index: Index, item: PackageListener, sender: str) -> tuple[str, str, int]:
    """Return a receiver's name and place: in the project if the project's class overrides it."""
    model = index.model(sender)
    makers = _makers(index, model) if item.attribute and model is not None else {}
    for name in item.attribute:
        cls = makers.get(name)
        own = method(index.code, cls, item.receiver.rpartition(".")[2]) if cls else None
        if own is not None:
            return own.dotted, own.path, own.node.lineno
    return item.receiver, "", 0


def _makers(index: Index, model: ModelInfo) -> dict[str, ClassRef | None]:
    """Return what creates the attributes of a model and its parents: classes, bases, functions.

    Each comes with its class if the project defines it.
    """
    found: dict[str, ClassRef | None] = {}
    for parent in model.parents:
        found |= _makers(index, parent) if parent.abstract else {}
    for stmt in model.cls.node.body:
        if isinstance(stmt, (ast.Assign, ast.AnnAssign)) and isinstance(stmt.value, ast.Call):
            name = resolve(index.code, model.cls.path, dotted(stmt.value.func))
            cls = find_class(index.code, name)
            bases = derived_from(index.code, cls) if cls is not None else ()
            found |= {name: cls} | {base: cls for base, _ in bases}
    return found


@answered_once
def _registered(index: Index, name: str) -> frozenset[str]:
    """Return the sender keys of the models passed to a package's register function."""
    found: set[str] = set()
    word = name.rpartition(".")[2]
    for path, item in index.nodes(word.encode(), wanted=(ast.Call,)):
        call = item.node
        if not isinstance(call, ast.Call) or not call.args:
            continue
        if resolve(index.code, path, dotted(call.func)) == name:
            model = resolve(index.code, path, dotted(call.args[0]))
            found.add(sender_key(index, model))
    return frozenset(found)


def _written(index: Index, item: PackageListener, sender: str) -> Iterator[TraceStep]:
    if item.writes:
        app, _, name = sender_name(index, sender).rpartition(".")
        label = item.writes.format(app=app, name=name)
        when = (item.only_if,) if item.only_if else ()
        yield TraceStep("write", f"creates {label}", label, when=when)
