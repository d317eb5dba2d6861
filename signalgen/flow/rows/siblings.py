"""What a receiver does with other rows than its own: ``loops_over_own``, ``never_saved``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.orm import WRITING
from signalgen.flow.function.signature import (
    DELETE,
    MODEL_SIGNALS,
    mentions_argument,
    names_of,
)
from signalgen.flow.reach.reach import own_calls
from signalgen.flow.reach.readings import reading_of
from signalgen.flow.rows.traps import Trap
from signalgen.index.models.relations import cascades, owning, sender_model
from signalgen.index.reading.walking import nodes_in, own_nodes, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver

_POST_SAVE = MODEL_SIGNALS + "post_save"
_AROUND = ("enumerate", "reversed", "list")
_LOOPS = (ast.For, ast.AsyncFor, ast.comprehension)


def loops_over_own(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield where a receiver of deletions loops over rows of the model that it is connected to.

    Only where a cascade deletes them, so that each of them runs it for all that are left. ``field``
    is the key with the cascade.
    """
    function = receiver.function
    if not receiver.signals or not {*receiver.signals} <= DELETE:
        return
    # Before the models: most receivers of deletions have no loop.
    loops = [node for node in own_nodes(function.node) if isinstance(node, _LOOPS)]
    model = sender_model(index, receiver) if loops else None
    if model is None or mentions_argument(function.node, function, "origin"):
        return
    keys = [one.name for one in model.fields if one.kind in ("fk", "one_to_one")]
    found = [(name, owning(index, model, name)) for name in keys]
    cascading = [name for name, relation in found if relation and cascades(relation.call)]
    calls = [item for item in own_calls(index, function) if item.function is function]
    if not cascading or not calls:
        return
    reading = reading_of(index, calls[0])
    for node in loops:
        rows = reading.what(_gone_over(node.iter))
        many = rows is not None and rows.kind in ("rows", "list")
        own = rows is not None and rows.models == frozenset([model.dotted])
        if many and own and not _is_by_key(node.iter):
            yield Trap(node.iter, model, cascading[0], ast.unparse(node.iter))


def _gone_over(node: ast.expr) -> ast.expr:
    """Return the argument of ``enumerate(…)`` or ``reversed(…)``, otherwise the node."""
    while isinstance(node, ast.Call) and dotted(node.func) in _AROUND and node.args:
        node = node.args[0]
    return node


def _is_by_key(node: ast.AST) -> bool:
    # ``filter(pk__in=parents)`` gives those rows, however many are left.
    return any(
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "filter"
        and any(word.arg in ("pk__in", "id__in", "pk", "id") for word in call.keywords)
        for call in walk(node)
    )


def never_saved(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield where ``post_save`` sets a field of the row, and nothing stores it.

    Nothing where the receiver writes at all, or passes the row on.
    """
    function = receiver.function
    model = sender_model(index, receiver)
    if model is None or receiver.signals != (_POST_SAVE,):
        return
    rows = names_of(function, "instance")
    looked_at = _looked_at(function)
    set_here: list[ast.Attribute] = []
    for node in nodes_in(function.node):
        if isinstance(node, ast.Call) and _may_store(node, rows):
            return
        if isinstance(node, ast.Name) and node.id in rows and id(node) not in looked_at:
            return
        stored = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        if stored and isinstance(node, ast.Attribute) and dotted(node.value) in rows:
            set_here.append(node)
    for node in set_here:
        field = model.field(node.attr)
        if field is not None and field.kind != "m2m":
            yield Trap(node, model, field.name)


def _may_store(call: ast.Call, rows: frozenset[str]) -> bool:
    func = call.func
    if isinstance(func, ast.Attribute):
        if func.attr in WRITING or func.attr in ("update", "refresh_from_db", "save_base"):
            return True
        # Any method of the row itself may save it.
        if isinstance(func.value, ast.Name) and func.value.id in rows:
            return True
    given = [*call.args, *(word.value for word in call.keywords)]
    return any(isinstance(one, ast.Name) and one.id in rows for one in given) or any(
        word.arg is None for word in call.keywords
    )


def _looked_at(function: FunctionRef) -> set[int]:
    """Return the ids of nodes of which only an attribute is read, or that are compared."""
    nodes = nodes_in(function.node)
    return {id(node.value) for node in nodes if isinstance(node, ast.Attribute)} | {
        id(node.left) for node in nodes if isinstance(node, ast.Compare)
    }
