"""Sends inside a transaction, whose receivers run before its commit: ``sent_before_commit``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.flow.commit.deferral import defers
from signalgen.flow.function.guards import enclosing
from signalgen.flow.function.signature import ROWS, all_parameters, has_signal
from signalgen.flow.reach.arguments import arguments
from signalgen.flow.reach.reach import own_calls, reached
from signalgen.index.memo import answered_once
from signalgen.index.models.relations import same_model
from signalgen.index.queues import requests_are_atomic
from signalgen.index.reading.resolving import find_class, resolve
from signalgen.late import pattern

if TYPE_CHECKING:
    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver, SignalCall

_ATOMIC = "django.db.transaction.atomic"
_SENDING = ("send", "send_robust", "asend", "asend_robust")
_VIEWS = pattern(r"(?:^|/)\w*views?\w*(?:\.py$|/)")


def sent_before_commit(index: Index, receiver: Receiver) -> SignalCall | None:
    """Return a send of one of the receiver's signals in a transaction, None if none is certain.

    That is a send in an ``atomic`` block or function, or one that a receiver of a row signal makes,
    itself or through helpers, without waiting for the commit. Sends for another sender do not
    count.
    """
    own = [name for name in receiver.signals if index.signals.definition(name) is not None]
    if not own:
        return None
    inside = _sends(index.everything())
    return next(
        (
            call
            for name in own
            for call in inside.get(name, ())
            if _may_reach(index, receiver, call)
        ),
        None,
    )


@answered_once
def _sends(index: Index) -> dict[str, list[SignalCall]]:
    calls = [item for item in index.signal_calls() if item.method in _SENDING]
    # Expensive, so only if the project sends signals at all.
    by_rows = _made_by_rows(index) if calls else set()
    found: dict[str, list[SignalCall]] = {}
    for item in calls:
        if id(item.call) in by_rows or (
            item.scope is not None
            and (_is_atomic(index, item.scope, item.call) or _is_in_view(index, item))
        ):
            found.setdefault(item.signal, []).append(item)
    return found


def _made_by_rows(index: Index) -> set[int]:
    return {
        id(item.call)
        for receiver in index.receivers
        if has_signal(receiver, ROWS)
        for item in reached(index, receiver.function)
        if not item.deferred and not _says_which(index, item)
    }


def _says_which(index: Index, item: Reached) -> bool:
    """Tell whether a send passes on a flag given as a literal, which may choose a branch."""
    given = arguments(index, item.via)
    return any(
        isinstance(key.value, ast.Name) and isinstance(given.get(key.value.id), bool)
        for key in item.call.keywords
    )


def _is_atomic(index: Index, scope: FunctionRef, call: ast.Call) -> bool:
    # What is around the call comes first: most sends are in no transaction, and to follow all
    # other calls of their functions takes long.
    if not _is_inside_atomic(index, scope, call) or defers(index, scope):
        return False
    return any(item.call is call and not item.deferred for item in own_calls(index, scope))


def _is_in_view(index: Index, item: SignalCall) -> bool:
    """Tell whether a send is in a view, and requests run in a transaction.

    A view is taken for one by its argument ``request`` and its module.
    """
    scope = item.scope
    if scope is None or not _VIEWS.search(item.path) or not requests_are_atomic(index):
        return False
    decorators = getattr(scope.node, "decorator_list", [])
    if any("non_atomic" in dotted(getattr(node, "func", node)) for node in decorators):
        return False
    asked = any(one.arg == "request" for one in all_parameters(scope))
    return asked and any(
        one.call is item.call and not one.deferred for one in own_calls(index, scope)
    )


def _is_inside_atomic(index: Index, scope: FunctionRef, call: ast.Call) -> bool:
    # `@method_decorator(transaction.atomic)` is that decorator, on a method.
    decorators = [
        inner
        for item in getattr(scope.node, "decorator_list", [])
        for inner in (
            item.args[:1]
            if isinstance(item, ast.Call)
            and dotted(item.func).rpartition(".")[2] == "method_decorator"
            else [item]
        )
    ]
    blocks = enclosing(scope, call, (ast.With, ast.AsyncWith))
    opened = [
        item.context_expr
        for block in blocks
        if isinstance(block, (ast.With, ast.AsyncWith))
        for item in block.items
    ]
    return any(
        resolve(
            index.code, scope.path, dotted(node.func if isinstance(node, ast.Call) else node), scope
        )
        == _ATOMIC
        for node in (*decorators, *opened)
    )


def _may_reach(index: Index, receiver: Receiver, call: SignalCall) -> bool:
    if not receiver.senders:
        return True
    given = [
        *call.call.args[:1],
        *(item.value for item in call.call.keywords if item.arg == "sender"),
    ]
    written = dotted(given[0]) if given else ""
    named = (
        find_class(index.code, resolve(index.code, call.path, written, call.scope))
        if written
        else None
    )
    return named is None or any(
        same_model(index, named.dotted, sender) for sender in receiver.senders
    )
