"""A disconnect that matches no connect.

Flags
-----
A `disconnect` whose receiver (or uid) is connected to that signal, but with another sender or
another `dispatch_uid`; and one that names neither a receiver nor a uid, in tests as well.

Why it matters
--------------
Django looks a registration up by both its uid (or function) and its sender. A disconnect that omits
one of them or names another finds nothing, returns False, and the receiver keeps running:
https://docs.djangoproject.com/en/stable/topics/signals/#disconnecting-signals

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order, dispatch_uid="shop.order")
def on_order_saved(sender, instance, **kwargs): ...


def pause():
    post_save.disconnect(on_order_saved, sender=Order)  # SG106
    post_save.disconnect(sender=Order)  # SG106
```

Good
----
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order, dispatch_uid="shop.order")
def on_order_saved(sender, instance, **kwargs): ...


def pause():
    post_save.disconnect(sender=Order, dispatch_uid="shop.order")
```

Stays silent when
-----------------
- nothing in the project connects that receiver or uid to the signal;
- one of its connects matches, or has an unknown sender or uid;
- the sender or uid of the disconnect is unknown.

Known misses
------------
- one class under two names that are only known to be the same at run time.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.edits import add_argument, replacing
from signalgen.dotted import dotted
from signalgen.flow.connections.identity import (
    ANY,
    are_different,
    function_key,
    keys_of,
    sender_keys,
    text_value,
    uid_of,
)
from signalgen.flow.connections.senders import names_nothing
from signalgen.flow.effects.tested import disconnects
from signalgen.flow.function.signature import short
from signalgen.index.models.senders import sender_names
from signalgen.index.reading.given import argument, given
from signalgen.index.reading.resolving import find_function, resolve
from signalgen.values.check import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.check import TextEdit
    from signalgen.values.index import Connection, SignalCall


class _Wanted(NamedTuple):
    """What a disconnect looks for.

    ``uid`` is empty for none, its text, or the unparsed expression when its value is unknown.
    """

    function: str
    senders: frozenset[str]
    uid: str
    sender: ast.expr | None


def check(index: Index) -> Iterator[Found]:
    """Yield the disconnects that find nothing."""
    for call in disconnects(index):
        if names_nothing(index, call):
            yield _nothing(call)
    for call in index.signal_calls():
        if call.method != "disconnect" or any(item.arg is None for item in call.call.keywords):
            continue
        if names_nothing(index, call):
            yield _nothing(call)
            continue
        wanted = _wanted(index, call)
        if wanted is None:
            continue
        meant = [item for item in _earlier(index, call) if _is_meant(index, item, call, wanted)]
        ways = [_difference(index, item, wanted) for item in meant]
        if ways and all(ways):
            yield _found(index, call, meant, ways[0] or "")


def _nothing(call: SignalCall) -> Found:
    return Found(
        path=call.path,
        node=call.call,
        message=f"this disconnects nothing from {short(call.signal)}: it names no receiver",
        hint="name the receiver, or the dispatch_uid that it was connected with",
        context=call.scope.qualname if call.scope is not None else short(call.signal),
    )


def _wanted(index: Index, call: SignalCall) -> _Wanted | None:
    sender = given(argument(call.call, "sender", 1))
    names = () if sender is None else sender_names(index.code, call.path, sender, call.scope)
    senders = sender_keys(index, names, sender)
    uid = _uid_text(index, call)
    handler = given(argument(call.call, "receiver", 0))
    written = dotted(handler)
    name = resolve(index.code, call.path, written, call.scope) if written else ""
    function = find_function(index.code, name) if "." in name else None
    key = (
        f"{function.path}:{function.node.lineno}:{function.node.col_offset}"
        if function is not None
        else name
    )
    return _Wanted(key, senders, uid, sender) if senders is not None else None


def _uid_text(index: Index, call: SignalCall) -> str:
    uid = given(argument(call.call, "dispatch_uid", 2))
    return _text(index, call.path, uid, text_value(index, call.path, uid, call.scope))


def _text(index: Index, path: str, uid: ast.expr | None, value: str | None) -> str:
    if uid is None or value is not None:
        return value or ""
    # An unknown value: the same expression means the same only within one file.
    return f"<{index.code.module(path)}> {ast.unparse(uid)}"


def _earlier(index: Index, call: SignalCall) -> Iterator[Connection]:
    for item in index.everything().connections:
        # A connect further down in the same function has not happened yet.
        follows = (
            item.path == call.path
            and item.scope is call.scope
            and call.scope is not None
            and getattr(item.node, "lineno", 0) > call.call.lineno
        )
        if call.signal in item.signals and not follows:
            yield item


def _is_meant(index: Index, item: Connection, call: SignalCall, wanted: _Wanted) -> bool:
    # Without a receiver, only the uid tells which connection is meant.
    if given(argument(call.call, "receiver", 0)) is None:
        return bool(wanted.uid) and _connected_uid(index, item) == wanted.uid
    return function_key(index, item) == wanted.function or (
        bool(wanted.uid) and _connected_uid(index, item) == wanted.uid
    )


def _connected_uid(index: Index, item: Connection) -> str:
    return _text(index, item.path, item.uid, uid_of(index, item))


def _difference(index: Index, item: Connection, wanted: _Wanted) -> str:
    """Return the argument that certainly differs, empty if the connection may match."""
    uid = _connected_uid(index, item)
    surely = item.tells(item.uid) and uid != wanted.uid
    if surely and not ((uid and wanted.uid) and "<" in (uid[0], wanted.uid[0])):
        return "dispatch_uid"
    keys = keys_of(index, item)
    if keys is None:
        # An unknown sender that is given is still not None.
        return "sender" if wanted.senders == {ANY} and item.tells(item.sender) else ""
    different = all(
        are_different(index, one, other) or (ANY in (one, other) and one != other)
        for one in keys
        for other in wanted.senders
    )
    return "sender" if different else ""


def _found(index: Index, call: SignalCall, meant: list[Connection], way: str) -> Found:
    item = meant[0]
    line = index.code.place(item.path, item.node).line
    return Found(
        path=call.path,
        node=call.call,
        message=f"this disconnects nothing: {item.written} is connected to {short(call.signal)} "
        f"with another {way} ({item.path}:{line})",
        hint="pass disconnect() the sender and the dispatch_uid that connect() got",
        context=call.scope.qualname if call.scope is not None else item.written,
        fix=_fix(index, call, item) if len(meant) == 1 else None,
    )


def _fix(index: Index, call: SignalCall, item: Connection) -> Fix | None:
    """Return the edits that give a disconnect the sender and uid of its only connect."""
    edits: list[TextEdit] = []
    if item.options is not None or (item.call is None and (item.sender or item.uid) is not None):
        return None  # the sender and uid are not written in this call
    for name, position, connected in (("sender", 1, item.sender), ("dispatch_uid", 2, item.uid)):
        text = _spelled(index, call, item, connected)
        if text is None:
            return None
        now = argument(call.call, name, position)
        if now is not None and ast.unparse(now) != text:
            edits.append(replacing(index, call.path, now, text))
        elif now is None and text != "None":
            edits.append(add_argument(index, call.path, call.call, f"{name}={text}"))
    if not edits:
        return None
    again = _connecting_again(index, call, item)
    if again is None:
        return None
    return Fix("disconnect what is connected", (*_joined(edits), *again))


def _connecting_again(index: Index, call: SignalCall, item: Connection) -> list[TextEdit] | None:
    """Return the edits by which the same function connects again under the same sender and uid.

    Else the receiver would come back under another key, which the next disconnect does not find.
    None if they cannot be written there.
    """
    edits: list[TextEdit] = []
    for one in index.everything().connections:
        later = (
            one is not item
            and one.path == call.path
            and one.scope is call.scope
            and call.scope is not None
            and call.signal in one.signals
            and getattr(one.node, "lineno", 0) > call.call.lineno
            and function_key(index, one) == function_key(index, item)
        )
        if not later:
            continue
        if one.call is None:
            return None
        own: list[TextEdit] = []
        for name, position, connected in (
            ("sender", 1, item.sender),
            ("dispatch_uid", 2, item.uid),
        ):
            text = _spelled(index, call, item, connected)
            now = argument(one.call, name, position)
            if text not in (None, "None") and now is None:
                own.append(add_argument(index, call.path, one.call, f"{name}={text}"))
        edits += _joined(own)
    return edits


def _joined(edits: list[TextEdit]) -> list[TextEdit]:
    # Two insertions at one place have no order of their own: they become one.
    if len(edits) == len({edit.start for edit in edits}):
        return edits
    return [replace(edits[0], new="".join(edit.new for edit in edits))]


def _spelled(index: Index, call: SignalCall, item: Connection, node: ast.expr | None) -> str | None:
    """Return the source of a connect argument, None if its names differ at the disconnect."""
    if node is None:
        return "None"
    if isinstance(node, ast.Constant):
        place = index.code.place(item.path, node)
        return index.code.data(item.path)[place.start : place.end].decode(errors="replace")
    written = dotted(node)
    if not written:
        return None
    there = resolve(index.code, item.path, written, item.scope)
    here = resolve(index.code, call.path, written, call.scope)
    return written if there == here and "." in there and there != written else None


RULE = Rule(
    "SG106",
    "disconnect-mismatch",
    "warning",
    on_project=check,
    fix="safe",
    safety="Offered if only one connect can be meant.",
)
