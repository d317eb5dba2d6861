"""A parameter that the signal does not send.

Flags
-----
A required parameter of a receiver that one of its signals never sends, or does not send in some
versions of Django or in some calls, including calls in which the project itself sends one of
Django's signals. Without a target version, an argument counts as sent if every supported version
sends it.

Why it matters
--------------
Signals call their receivers with keyword arguments only. A parameter without a default that is not
sent raises a TypeError in the middle of a `save()`. The arguments of each signal:
https://docs.djangoproject.com/en/stable/ref/signals/

Bad
---
```python
from django.db.models.signals import m2m_changed, post_migrate, post_save, pre_save
from django.dispatch import receiver

from shop.models import Order


@receiver([pre_save, post_save], sender=Order)
def note(sender, created, instance, **kwargs):  # SG302
    ...


@receiver(m2m_changed, sender=Order.tags.through)
def note_tags(sender, instance, raw, **kwargs):  # SG302
    ...


@receiver(post_migrate)
def fill(sender, apps, **kwargs):  # SG302
    ...
```

Good
----
```python
from django.db.models.signals import m2m_changed, post_migrate, post_save, pre_save
from django.dispatch import receiver

from shop.models import Order


@receiver([pre_save, post_save], sender=Order)
def note(sender, instance, created=None, **kwargs): ...


@receiver(m2m_changed, sender=Order.tags.through)
def note_tags(sender, instance, **kwargs):
    raw = kwargs.get("raw")


@receiver(post_migrate)
def fill(sender, apps=None, **kwargs): ...
```

Stays silent when
-----------------
- the parameter has a default;
- a decorator between `@receiver` and the function may change the signature, or a partial supplies
  it;
- the signal comes from a package, or every known `send` of the project sends it with the
  argument;
- it is the `environ` of `request_started`, and nothing in the project runs under ASGI.

Known misses
------------
- signals of packages: what they send only sometimes, or in other versions;
- functions that are registered as unbound methods by a call.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.edits import after
from signalgen.facts.signals import SUPPORTED, arguments_for
from signalgen.facts.thirdparty import THIRD_PARTY
from signalgen.flow.connections.senders import builtin
from signalgen.flow.function.signature import required, short
from signalgen.flow.function.wrapping import decorators_below, is_wrapped
from signalgen.flow.rows.unheard import derives, sent_class
from signalgen.index.models.senders import sender_names
from signalgen.index.reading.given import argument
from signalgen.values.check import Fix, TextEdit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.facts.signals import BuiltinSignal
    from signalgen.index import Index
    from signalgen.values.index import (
        ClassRef,
        Connection,
        ModelInfo,
        Receiver,
        SignalCall,
    )

_ALWAYS = frozenset({"signal", "sender"})
_SENDS = frozenset({"send", "send_robust", "asend", "asend_robust"})
_ASGI = (b"ASGI_APPLICATION", b"get_asgi_application")


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield each required parameter that a signal of the receiver may leave out."""
    function = receiver.function
    if is_wrapped(receiver) or any(
        item.partial or isinstance(item.target, ast.Call) for item in receiver.connections
    ):
        return
    for parameter in _required(receiver):
        if parameter.arg in _ALWAYS:
            continue
        reasons = dict.fromkeys(
            reason
            for item in receiver.connections
            for signal in item.signals
            if (reason := _missing(index, item, signal, parameter.arg))
        )
        if not reasons:
            continue
        known = parameter.arg.strip("_")
        yield Found(
            path=function.path,
            node=parameter,
            message=f"{function.name} requires {parameter.arg}, but {'; '.join(reasons)}",
            hint=f"rename it to {known}"
            if known in _ALWAYS
            else f"give {parameter.arg} a default, or drop it",
            context=function.qualname,
            fix=None if known in _ALWAYS else _fix(index, receiver, parameter),
        )


def _required(receiver: Receiver) -> list[ast.arg]:
    function = receiver.function
    found = required(function)
    arguments = function.node.args
    plain = [*arguments.posonlyargs, *arguments.args]
    # Registered in the class body, a method is a plain function: nobody binds its ``self``.
    in_class = function.cls is not None and any(
        item.style == "receiver" and item.scope is None for item in receiver.connections
    )
    bare = len(arguments.defaults) < len(plain)
    if in_class and bare and not decorators_below(receiver) and plain[0] not in found:
        return [plain[0], *found]
    return found


def _missing(index: Index, item: Connection, signal: str, name: str) -> str:
    """Return why an argument may be missing, empty if it is always sent or the signal unknown."""
    known = builtin(signal)
    missing = _missing_in_django(index, known, name) if known is not None else ""
    packaged = THIRD_PARTY.get(signal)
    if packaged is not None and name not in {item.name for item in packaged}:
        return f"{short(signal)} of {signal.partition('.')[0]} never sends it"
    if missing or (known is None and index.signals.definition(signal) is None):
        return missing
    for call in index.everything().signal_calls():
        if (
            call.signal == signal
            and call.method in _SENDS
            and _omits(call, name)
            and _reaches(index, call, item)
        ):
            return f"{short(signal)} is sent without it at {call.path}:{call.call.lineno}"
    return ""


def _missing_in_django(index: Index, known: BuiltinSignal, name: str) -> str:
    sent = {item.name: item.always for item in arguments_for(known, index.django)}
    if sent.get(name):
        return ""
    if name not in sent:
        newer = next(
            (item.since for item in known.arguments if item.name == name and item.since), None
        )
        since = f" before Django {newer[0]}.{newer[1]}" if newer is not None else ""
        return f"{known.name} does not send it{since}"
    if name == "environ" and not any(index.containing(*_ASGI)):
        return ""
    return f"{known.name} {_gap(known, name)}"


def _gap(known: BuiltinSignal, name: str) -> str:
    """Return the case in which Django leaves out an argument that it otherwise sends."""
    if known.name == "post_migrate":
        return "does not send it after a flush, which ends every TransactionTestCase"
    if known.name == "request_started":
        return f"sends it under {'WSGI' if name == 'environ' else 'ASGI'} only"
    without = [
        f"{a}.{b}"
        for a, b in SUPPORTED
        if name not in {i.name for i in arguments_for(known, (a, b))}
    ]
    return f"does not send it in Django {', '.join(without)}"


def _omits(call: SignalCall, name: str) -> bool:
    given = {item.arg for item in call.call.keywords}
    starred = any(isinstance(item, ast.Starred) for item in call.call.args)
    return None not in given and not starred and name not in given


def _reaches(index: Index, call: SignalCall, item: Connection) -> bool:
    if item.sender is None:
        return True
    sender = argument(call.call, "sender", 0)
    given = sender_names(index.code, call.path, sender, call.scope) if sender is not None else ()
    # Certain only if every possible sender is one of the receiver's.
    if given:
        return set(given) <= set(item.senders)
    own = sent_class(index, call)
    return own is not None and any(_inherits(index, call, own, name) for name in item.senders)


def _inherits(index: Index, call: SignalCall, own: tuple[ClassRef, bool], sender: str) -> bool:
    """Tell whether a sender is the class that sends ``type(self)``, or has its method from it."""
    model, (cls, below) = index.model(sender), own
    if model is None or model.dotted == cls.dotted:
        return model is not None
    name = call.scope.name if call.scope is not None else ""
    return below and derives(index, model.cls, cls.dotted) and name not in _own_methods(model)


def _own_methods(model: ModelInfo) -> set[str]:
    return {getattr(stmt, "name", "") for stmt in model.cls.node.body}


def _fix(index: Index, receiver: Receiver, parameter: ast.arg) -> Fix | None:
    """Return the edit that gives the parameter a default, None if none is allowed."""
    arguments = receiver.function.node.args
    plain = [*arguments.posonlyargs, *arguments.args]
    path = receiver.function.path
    spaced = " = None" if parameter.annotation is not None else "=None"
    default = after(index, path, parameter, spaced)
    if parameter in arguments.kwonlyargs:
        return Fix(f"give {parameter.arg} a default", (default,))
    at = plain.index(parameter)
    if at == 0 or arguments.posonlyargs:
        return None
    if at + 1 >= len(plain) - len(arguments.defaults):
        return Fix(f"give {parameter.arg} a default", (default,))
    # It has to move behind parameters without a default; only positional callers notice.
    last = plain[len(plain) - len(arguments.defaults) - 1]
    start, end = (index.code.place(path, node).start for node in (parameter, plain[at + 1]))
    removed = TextEdit(path, start, end, "")
    added = after(index, path, last, f", {ast.unparse(parameter)}{spaced}")
    return Fix(f"give {parameter.arg} a default", (removed, added), safe=False)


RULE = Rule(
    "SG302",
    "signal-args",
    "error",
    on_receiver=check,
    fix="both",
    safety="The parameter gets a default. Not safe if it has to move behind others for that: "
    "callers that pass it by position break.",
)
