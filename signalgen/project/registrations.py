"""The receivers that exist: ``@receiver`` in all its spellings, and ``.connect()`` on what is known to be a signal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.facts.signals import BUILTIN
from signalgen.project.literals import elements, string
from signalgen.project.resolve import Index, find_class, origin, resolve, split
from signalgen.values.project import Registration, SignalObject

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.values.project import App
    from signalgen.values.source import Call, Decorator, Function, Module

_RECEIVERS = frozenset(
    {"django.dispatch.receiver", "django.dispatch.dispatcher.receiver", "receiver"}
)
_SIGNALS = frozenset(
    {
        "django.dispatch.Signal",
        "django.dispatch.dispatcher.Signal",
        "django.db.models.signals.ModelSignal",
        "Signal",
    }
)
_IGNORED = re.compile(r"(?:^|/)(?:migrations|tests?)/|(?:^|/)(?:tests|test_[^/]*|conftest)\.py$")
_SIGNAL_MODULE = re.compile(r"(?:^|\.)signals?(?:\.|$)")
_DERIVED = re.compile(rb"^class[ \t]+(\w+)\([^)]*Signal\)", re.MULTILINE)
_DEEPEST = 8


def registrations(index: Index, path: str) -> Iterator[Registration]:
    """Yield the registrations in one file, in the order of its functions, then of its connect calls."""
    module = index.module(path)
    decorating = set()
    for function in module.functions:
        for decorator in function.decorators:
            if decorator.call is not None:
                decorating.add(decorator.call.span)
            made = _decorated(index, path, function, decorator)
            if made is not None:
                yield made
    for call in module.calls:
        if call.callee.endswith(".connect") and call.span not in decorating:
            made = _connected(index, path, call)
            if made is not None:
                yield made


def _decorated(
    index: Index, path: str, function: Function, decorator: Decorator
) -> Registration | None:
    call = decorator.call
    if call is not None and _meaning(index, path, decorator.name) in _RECEIVERS:
        signals = call.argument("signal", 0)
        if signals is None:
            return None
        names = tuple(_meaning(index, path, text) for text in elements(signals.text))
        return _registration(index, path, call, names, style="receiver", function=function.qualname)
    signal, _, last = decorator.name.rpartition(".")
    if last != "connect" or not is_signal(index, path, signal):
        return None
    names = (_meaning(index, path, signal),)
    if call is not None:
        return _registration(index, path, call, names, style="connect", function=function.qualname)
    return Registration(function.qualname, path, decorator.span.line, "connect", names)


def _connected(index: Index, path: str, call: Call) -> Registration | None:
    signal = call.callee.rpartition(".")[0]
    handler = call.argument("receiver", 0)
    if handler is None or not is_signal(index, path, signal):
        return None
    name = resolve(index, path, handler.text) if _is_dotted(handler.text) else handler.text
    return _registration(
        index, path, call, (_meaning(index, path, signal),), style="connect", function=name
    )


def _registration(
    index: Index, path: str, call: Call, signals: tuple[str, ...], *, style: str, function: str
) -> Registration:
    sender = call.argument("sender", 1 if style == "connect" else None)
    uid = call.argument("dispatch_uid")
    senders: tuple[str, ...] = ()
    if sender is not None and sender.text != "None":
        text = sender.text
        senders = (string(text) or (resolve(index, path, text) if _is_dotted(text) else text),)
    return Registration(
        function=function,
        path=path,
        line=call.span.line,
        style="receiver" if style == "receiver" else "connect",
        signals=signals,
        senders=senders,
        dispatch_uid=None if uid is None else string(uid.text) or uid.text,
    )


def is_signal(index: Index, path: str, written: str) -> bool:
    """Tell whether a name is known to be a signal; ``connect`` is also what sockets and databases do."""
    if not _is_dotted(written):
        return False
    dotted = origin(index, resolve(index, path, written))
    module, _, name = dotted.rpartition(".")
    if module == written.rpartition(".")[0] and "." not in written:
        return name in BUILTIN
    inside, rest = split(index, dotted)
    if inside and rest:
        return any(item.name == rest for item in signal_objects(index, index.names.by_name[inside]))
    return bool(_SIGNAL_MODULE.search(module)) or (name in BUILTIN and bool(module))


def signal_objects(index: Index, path: str) -> Iterator[SignalObject]:
    """Yield the signals that a module defines at its top level: calls of Signal, of a subclass, or of a factory beside them."""
    module = index.module(path)
    for assignment in module.assignments:
        if assignment.scope or assignment.call is None:
            continue
        if _makes_signal(index, path, assignment.call.callee, module, 0):
            yield SignalObject(assignment.target, index.name(path), path, assignment.span.line)


def _makes_signal(index: Index, path: str, callee: str, module: Module, depth: int) -> bool:
    if not _is_dotted(callee) or depth > _DEEPEST:
        return False
    if resolve(index, path, callee) in _SIGNALS:
        return True
    factory = next((f for f in module.functions if f.name == callee and not f.scope), None)
    if factory is not None:
        return any(
            call.scope == callee and _makes_signal(index, path, call.callee, module, depth + 1)
            for call in module.calls
        )
    found = find_class(index, path, callee)
    return found is not None and any(
        _makes_signal(index, found.path, base, index.module(found.path), depth + 1)
        for base in found.definition.bases
    )


def _meaning(index: Index, path: str, written: str) -> str:
    """Return where a name is really defined, the text itself when it is no name."""
    return origin(index, resolve(index, path, written)) if _is_dotted(written) else written


def signal_needles(index: Index) -> tuple[bytes, ...]:
    """Return the texts of which one is in every file that makes a signal: ``Signal``, and what the project derives from it."""
    derived = {
        name
        for path in index.sources.containing(b"Signal)")
        for name in _DERIVED.findall(index.sources.data(path))
    }
    return (b"Signal", *sorted(derived))


def _is_dotted(text: str) -> bool:
    return all(part.isidentifier() for part in text.split("."))


def holds_receivers(data: bytes) -> bool:
    """Tell whether a file may register receivers, from its bytes alone."""
    return b"receiver" in data or b".connect" in data


def is_ignored(app: App, path: str) -> bool:
    """Tell whether a file of an app is a test or a migration, whose receivers serve other ends."""
    return _IGNORED.search(path[len(app.path) + 1 :]) is not None


def receiver_modules(index: Index, app: App, found: Sequence[Registration]) -> tuple[str, ...]:
    """Return the modules inside the app that hold receiver functions, those with most first.

    A function connected from elsewhere (``ready()``, mostly) counts where it is defined.
    """
    counts: dict[str, int] = {}
    for registration in found:
        module = index.name(registration.path)
        if registration.style == "connect":
            target, rest = split(index, origin(index, registration.function))
            module = target if target and rest else module
        if module.startswith(app.name + "."):
            inside = module[len(app.name) + 1 :]
            counts[inside] = counts.get(inside, 0) + 1
    return tuple(sorted(counts, key=lambda name: (-counts[name], name)))
