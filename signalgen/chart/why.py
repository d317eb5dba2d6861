"""Whether a signal from a model reaches its receivers, link by link: ``chains``."""

from __future__ import annotations

import ast
from difflib import get_close_matches
from typing import TYPE_CHECKING

from signalgen.chart.conditions import asked_words, connected_if
from signalgen.chart.deeds import deed_of
from signalgen.chart.hindrances import before, disconnected, returns_nothing, sent
from signalgen.chart.labels import receiver_name, sender_name, sender_names, signal_name
from signalgen.chart.loads import loaded
from signalgen.chart.tested import in_tests
from signalgen.check import Choice, analyse
from signalgen.facts.orm import BULK, CREATING, DELETING, SAVING
from signalgen.flow.connections.identity import ANY, is_hooking, keys_of, sender_key
from signalgen.flow.connections.senders import builtin
from signalgen.flow.function.guards import conditions
from signalgen.flow.function.signature import DELETE, SAVE
from signalgen.flow.reach.reach import own_calls
from signalgen.flow.rows.orm import manager_model
from signalgen.flow.rows.writes import write_of
from signalgen.index.apps.finding import apps_of
from signalgen.index.memo import answered_once
from signalgen.late import dataclass
from signalgen.values.why import Chain, ChainLink

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.index import Index
    from signalgen.values.check import Finding
    from signalgen.values.index import Connection, FunctionRef, ModelInfo
    from signalgen.values.why import Answer

_FATAL = (
    *("SG104", "SG105", "SG109", "SG110", "SG301", "SG302", "SG303", "SG304", "SG306"),
    *("SG307", "SG308"),
)
_CALLABLE = ("SG301", "SG302")
_TWICE, _SWAPPED = "SG108", "SG306"
_FITS, _REAL, _ONCE = "the sender fits", "the registration is effective", "it is registered once"
_SHOWN = 3
_RAW, _NEARLY = "raw", 0.85


@dataclass(frozen=True, slots=True)
class _Subject:
    """The model whose signal is asked about: its dotted name, and its class if known."""

    name: str
    label: str
    own: ModelInfo | None


def chains(
    index: Index, name: str, model: ModelInfo | None, signal: str, receiver: str = ""
) -> tuple[Chain, ...]:
    """Return a chain for each registration that listens, or is meant to listen, to ``signal``.

    ``name`` is the dotted model, ``model`` its class if the project has it; ``signal`` is dotted.
    With ``receiver``, a function's name or its last parts: all registrations of that function, for
    any signal.
    """
    subject = _Subject(name, sender_name(index, name), model)
    every = index.connections
    found = [item for item in every if _is_meant(index, item, subject, signal, receiver)]
    return tuple(_chain(index, item, subject, signal) for item in found)


def _is_meant(index: Index, item: Connection, model: _Subject, signal: str, receiver: str) -> bool:
    if receiver:
        return f".{receiver_name(index, item)}".lower().endswith(f".{receiver.lower()}")
    if signal not in item.signals and not _is_namesake(signal, item.signals):
        return False
    fits = _fit(index, item, model).answer != "no"
    return fits or bool(_kin(index, item, model)) or _is_nearly(index, item, model)


def _is_namesake(signal: str, heard: Iterable[str]) -> bool:
    # Another signal of the same name, which is imported from somewhere else.
    last = signal.rpartition(".")[2]
    return builtin(signal) is None and any(name.rpartition(".")[2] == last for name in heard)


def _is_nearly(index: Index, item: Connection, model: _Subject) -> bool:
    # ``"shop.Ordr"`` and ``"Order"`` name no model, and probably mean this one.
    names = [name.lower() for name in item.senders if index.model(name) is None]
    return bool(get_close_matches(model.label.lower(), names, 1, _NEARLY)) or (
        model.label.lower().rpartition(".")[2] in names
    )


def _chain(index: Index, item: Connection, model: _Subject, signal: str) -> Chain:
    line = getattr(item.call or item.node, "lineno", 1)
    loads = loaded(index, item.path)
    found = tuple(_findings(index, item))
    links = [
        *_installed(index, item, loads.answer),
        loads,
        _registered(index, item),
        *(link for link in found if link.asks != _ONCE),
        *disconnected(index, item),
        _hears(item, signal),
        _fit(index, item, model),
        # It runs twice, if it runs.
        *(link for link in found if link.asks == _ONCE),
        *(_writes(index, model.own, signal) if model.own is not None else ()),
        *sent(index, signal, model.name),
        *before(index, item, signal, model.name),
        *_guards(index, item),
        *in_tests(index, item),
    ]
    sender = ", ".join(sender_names(index, item))
    heard = ", ".join(map(signal_name, item.signals)) or "an unknown signal"
    return Chain(receiver_name(index, item), heard, sender, item.path, line, tuple(links))


def _installed(index: Index, item: Connection, loads: Answer) -> Iterator[ChainLink]:
    apps = apps_of(index.code)
    around = [app for app in apps.found if item.path.startswith(f"{app.path}/")]
    app = max(around, key=lambda one: len(one.path), default=None)
    asks = "the app is installed"
    if app is None:
        yield ChainLink(asks, "unknown", "the module is not in an app")
        return
    told: dict[bool | None, tuple[Answer, str]] = {
        True: ("yes", f"INSTALLED_APPS has {app.name}"),
        False: ("no", f"INSTALLED_APPS does not contain {app.name}"),
        None: ("unknown", "INSTALLED_APPS cannot be read from the code"),
    }
    answer, says = told[app.installed]
    if answer == "no" and loads == "yes":
        answer, says = "unknown", f"{says}, but its module is loaded anyway"
    yield ChainLink(asks, answer, says, f"{app.path}/__init__.py", 1)
    asks = "which AppConfig Django uses"
    if app.config is not None:
        config = app.config
        yield ChainLink(asks, "yes", config.name, config.path, config.line)
    elif app.configs:
        names = " or ".join(config.name for config in app.configs)
        first = app.configs[0]
        yield ChainLink(asks, "unknown", names, first.path, first.line)


def _registered(index: Index, item: Connection) -> ChainLink:
    line = getattr(item.call or item.node, "lineno", 1)
    if item.receiver is None and not item.written:
        return ChainLink(_REAL, "unknown", "the receiver is not known", item.path, line)
    if called := returns_nothing(index, item):
        says = (
            f"it connects the return value of {called}(), which is None: leave out the parentheses"
        )
        return ChainLink(_REAL, "no", says, item.path, line)
    if not is_hooking(item.scope) and item.scope is not None:
        says = f"it is connected when {item.scope.qualname}() is called"
        return ChainLink(_REAL, "unknown", says, item.path, line)
    if condition := connected_if(index, item):
        return ChainLink(_REAL, "unknown", f"only if {condition}", item.path, line)
    return ChainLink(_REAL, "yes", "it is connected when the module is loaded", item.path, line)


@answered_once
def _found(index: Index) -> tuple[Finding, ...]:
    # Naming Django's user model is wrong only if the project has another.
    own = (_SWAPPED,) if index.auth_user_model() is None else ()
    return analyse(index, Choice(select=(*_FATAL, _TWICE), ignore=own)).findings


def _findings(index: Index, item: Connection) -> Iterator[ChainLink]:
    lines = set(_lines(item.node))
    function = item.receiver
    own: set[int] = set()
    if function is not None:
        own = {index.code.place(function.path, index.header(function)).line}
    for one in _found(index):
        here = one.path == item.path and one.line in lines
        there = function is not None and one.path == function.path and one.line in own
        if here or there:
            known = one.code == _TWICE
            answer: Answer = "unknown" if known and one.severity == "info" else "no"
            asks = _ONCE if known else _REAL if one.code.startswith("SG1") else _FITS
            asks = "the function can be called" if one.code in _CALLABLE else asks
            yield ChainLink(asks, answer, one.message, one.path, one.line, one.code)


def _lines(node: ast.AST) -> range:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return range(node.lineno, node.lineno + 1)
    first = getattr(node, "lineno", 0)
    return range(first, getattr(node, "end_lineno", first) + 1)


def _hears(item: Connection, signal: str) -> ChainLink:
    asks = f"it listens to {signal_name(signal)}"
    line = getattr(item.call or item.node, "lineno", 1)
    heard = ", ".join(map(signal_name, item.signals))
    if signal in item.signals:
        return ChainLink(asks, "yes", heard, item.path, line)
    if not item.signals:
        return ChainLink(asks, "unknown", "its signal is not known", item.path, line)
    return ChainLink(asks, "no", f"it is connected to {heard}", item.path, line)


def _fit(index: Index, item: Connection, model: _Subject) -> ChainLink:
    line = getattr(item.sender, "lineno", getattr(item.call or item.node, "lineno", 1))
    keys, label = keys_of(index, item), model.label
    names = ", ".join(sender_names(index, item))
    if keys is None:
        says = f"its sender is known only at run time: {names}"
        return ChainLink(_FITS, "unknown", says, item.path, line)
    through = f"{model.name}."
    if ANY in keys:
        return ChainLink(_FITS, "yes", "it listens to every sender", item.path, line)
    own = sender_key(index, model.name)
    if own in keys or any(f"{key}.".startswith(through) for key in keys):
        return ChainLink(_FITS, "yes", f"its sender is {names}", item.path, line)
    kin = _kin(index, item, model)
    more = f", {kin}, and a signal names the class that is saved" if kin else ""
    says = f"its sender is {names}{more}, not {label}"
    return ChainLink(_FITS, "no", says, item.path, line, "SG305" if kin else "")


def _kin(index: Index, item: Connection, subject: _Subject) -> str:
    model = subject.own
    if model is None:
        return ""
    for name in item.senders:
        other = index.model(name)
        if other is None or other.dotted == model.dotted:
            continue
        if _descends(model, other):
            return f"of which {model.name} is a {'proxy' if model.proxy else 'child'}"
        if _descends(other, model):
            return f"which is a {'proxy' if other.proxy else 'child'} of {model.name}"
    return ""


def _descends(model: ModelInfo, other: ModelInfo) -> bool:
    return any(one.dotted == other.dotted or _descends(one, other) for one in model.parents)


def _writes(index: Index, model: ModelInfo, signal: str) -> Iterator[ChainLink]:
    if signal not in SAVE | DELETE:
        return
    deletes = signal in DELETE
    reach: list[tuple[str, int]] = []
    miss: list[tuple[str, int]] = []
    names = DELETING if deletes else SAVING | CREATING | BULK
    needles = tuple(f".{name}".encode() for name in sorted(names))
    for path, item in index.nodes(*needles, wanted=(ast.Call,)):
        node, scope = item.node, item.scope
        if scope is None or not isinstance(node, ast.Call):
            continue
        func = node.func
        if not isinstance(func, ast.Attribute) or func.attr not in names:
            continue
        if func.attr in BULK:
            written = index.model(manager_model(index, scope, node) or "")
            miss += [(path, node.lineno)] if written is not None and _same(written, model) else []
            continue
        write = write_of(index, scope, node)
        if write is not None and _same(write.model, model):
            reach.append((path, node.lineno))
    what = "deletions" if deletes else "writes"
    yield _reaching(reach, miss, what, elsewhere=_has_forms(index, model))


def _same(one: ModelInfo, other: ModelInfo) -> bool:
    return one.dotted == other.dotted


def _has_forms(index: Index, model: ModelInfo) -> bool:
    """Tell whether a form, a serializer or the admin may save rows of a model."""
    name = model.name.encode()
    return bool(index.containing(b"model = " + name, b"register(" + name, b"model=" + name))


def _reaching(
    reach: list[tuple[str, int]], miss: list[tuple[str, int]], what: str, *, elsewhere: bool
) -> ChainLink:
    asks = f"{what} of the project reach it"
    place = (reach or miss or [("", 0)])[0]
    if miss and not reach:
        says = f"those in {_places(miss)} send no signal"
        if elsewhere:
            says += "; forms, serializers and the admin may create others"
        return ChainLink(asks, "unknown" if elsewhere else "no", says, *place, "SG601")
    if miss:
        says = f"those in {_places(reach)} do, those in {_places(miss)} send no signal"
        return ChainLink(asks, "unknown", says, *miss[0], "SG601")
    if reach:
        return ChainLink(asks, "yes", f"those in {_places(reach)}", *place)
    return ChainLink(
        asks, "unknown", "none was found: forms, the admin and packages may write rows"
    )


def _places(places: list[tuple[str, int]]) -> str:
    shown = ", ".join(f"{path}:{line}" for path, line in places[:_SHOWN])
    more = len(places) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _guards(index: Index, item: Connection) -> Iterator[ChainLink]:
    function = item.receiver
    if function is None or isinstance(function.node, ast.Lambda):
        return
    asks = "its code runs"
    line = function.node.lineno
    needed = _needed(index, function)
    if _RAW in needed:
        says = "only while fixtures are loaded: raw must be true"
        yield ChainLink(asks, "no", says, function.path, line)
    elif needed:
        says = f"only if {' and '.join(needed)}"
        yield ChainLink(asks, "unknown", says, function.path, line)
    else:
        yield ChainLink(asks, "yes", "there is no condition before it", function.path, line)


def _needed(index: Index, function: FunctionRef) -> list[str]:
    # The conditions that all of its effects share, or all of its calls if no effect is known.
    calls = list(own_calls(index, function))
    done = [one for one in calls if deed_of(index, one) is not None] or calls
    shared: list[str] | None = None
    for one in done:
        words = [asked_words(found) for found in conditions(function, one.call)]
        shared = words if shared is None else [word for word in shared if word in words]
    return list(dict.fromkeys(shared or ()))
