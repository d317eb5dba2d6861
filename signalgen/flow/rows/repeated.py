"""Loops of a receiver and its helpers that query for each element where one query would do.

``repeated_queries(index, receiver)`` is the entry.
"""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.orm import CREATING, DELETING, RELATING, SAVING
from signalgen.flow.connections.background import runs_in_background
from signalgen.flow.function.guards import path_to
from signalgen.flow.function.loops import loops
from signalgen.flow.function.signature import names_of
from signalgen.flow.function.truth import may_run
from signalgen.flow.reach.arguments import arguments, possible
from signalgen.flow.reach.callee import callee
from signalgen.flow.reach.handed import handed
from signalgen.flow.rows.few import runs_over_few
from signalgen.flow.rows.orm import chain, manager_model
from signalgen.flow.rows.queries import queries_in
from signalgen.flow.rows.replaceable import is_replaceable
from signalgen.index.memo import answered_for_now
from signalgen.index.models.relations import RELATED_READS
from signalgen.index.reading.listed import assigned_value
from signalgen.index.reading.resolving import find_class, method
from signalgen.index.reading.walking import values_of, walk
from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.function.loops import Loop
    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver

_LEVELS = 2
_DISPLAYS = (ast.List, ast.Tuple, ast.Set, ast.Dict)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_BATCHES = pattern(r"^(?:batch|chunk)|_(?:batches|chunks)$")
_POST_SAVE = "django.db.models.signals.post_save"


@dataclass(frozen=True, slots=True, eq=False)
class Repeated:
    """A query repeated by a loop of ``function``; ``entry`` the receiver's call leading there.

    ``plain``: one query would do without another design, and the rows may be many.
    """

    function: FunctionRef
    query: ast.expr
    entry: ast.Call | None
    plain: bool

    @property
    def place(self) -> ast.expr:
        """The node of the receiver to report."""
        return self.entry or self.query


@answered_for_now
def repeated_queries(index: Index, receiver: Receiver) -> tuple[Repeated, ...]:
    """Return the first such query of a receiver and of each helper, each place once."""
    found = tuple(_repeated(index, receiver))
    # Last, as it takes longest.
    return () if found and runs_in_background(index, receiver, tasks=False) else found


def _repeated(index: Index, receiver: Receiver) -> Iterator[Repeated]:
    ways: dict[int, tuple[FunctionRef, Reached | None]] = {
        id(receiver.function.node): (receiver.function, None)
    }
    for item in possible(index, receiver.function, _LEVELS):
        # The first way to a helper counts: breadth first, it is the shortest.
        ways.setdefault(id(item.function.node), (item.function, item.via))
    seen: set[int] = set()
    for function, via in ways.values():
        told = list(_queries(index, receiver, function, via))
        if not told:
            continue
        # The first that is plainly one too many, else the first.
        query, plain = next((item for item in told if item[1]), told[0])
        found = Repeated(function, query, via.entry if via is not None else None, plain)
        if id(found.place) not in seen:
            seen.add(id(found.place))
            yield found


def _queries(
    index: Index, receiver: Receiver, function: FunctionRef, via: Reached | None
) -> Iterator[tuple[ast.expr, bool]]:
    if via is not None and (_gets_nothing(index, receiver, via) or _is_asked_once(function, via)):
        return
    given = arguments(index, via)
    # Loops that cannot repeat a query often: short, in batches, grouped, or empty.
    for loop in loops(function):
        if (
            _is_short(function, loop, given)
            or _is_in_batches(loop)
            or _is_one_group(loop, via)
            or (via is None and _is_empty(index, receiver, loop.iter, loop.node))
        ):
            continue
        told = [
            query
            for query in queries_in(index, function, loop)
            if not (given and may_run(index, function, query, given) is False)
            and not _runs_once(loop, query)
            and not _stands_alone(index, function, loop, query)
        ]
        plain = {query: is_replaceable(index, function, loop, query) for query in told}
        for query in told:
            # With one that stays, rows are written one after the other in any case.
            stays = _writes(query) and not all(plain.values())
            few = via is None and runs_over_few(index, receiver, function, loop, query)
            yield query, plain[query] and not stays and not few


def _writes(query: ast.expr) -> bool:
    func = query.func if isinstance(query, ast.Call) else None
    return isinstance(func, ast.Attribute) and func.attr in SAVING | DELETING | CREATING | RELATING


def _is_asked_once(function: FunctionRef, via: Reached) -> bool:
    path = path_to(via.function.node, via.call)
    around = path[-2] if len(path) > 1 else None
    if not isinstance(around, ast.Call) or dotted(around.func) not in ("any", "next"):
        return False
    return any(isinstance(node, ast.Yield) for node in walk(function.node))


def _is_short(function: FunctionRef, loop: Loop, given: dict[str, object]) -> bool:
    """Tell whether a loop runs over a display: there, in a local nothing adds to, or passed in."""
    if loop.is_short:
        return True
    if not isinstance(loop.iter, ast.Name):
        return False
    name = loop.iter.id
    if name in given and name not in values_of(function.node):
        return isinstance(given[name], list)
    value = assigned_value(function, name)
    return isinstance(value, _DISPLAYS) and _has_elements(value) and not _grows(function, name)


def _is_in_batches(loop: Loop) -> bool:
    if not isinstance(loop.iter, ast.Call):
        return False
    name = dotted(loop.iter.func).rpartition(".")[2]
    return _BATCHES.search(name) is not None or (name == "range" and len(loop.iter.args) == 3)


def _is_one_group(loop: Loop, via: Reached | None) -> bool:
    grouping = loop.iter
    if via is None or via.target is None or not isinstance(grouping, ast.Call):
        return False
    keys = [*grouping.args[1:], *(item.value for item in grouping.keywords if item.arg == "key")]
    if (
        dotted(grouping.func).rpartition(".")[2] != "groupby"
        or not keys
        or not isinstance(keys[0], ast.Lambda)
    ):
        return False
    field = keys[0].body.attr if isinstance(keys[0].body, ast.Attribute) else ""
    names = {node.id for node in walk(grouping.args[0]) if isinstance(node, ast.Name)}
    return any(
        isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") == "filter"
        and field in {item.arg for item in node.keywords}
        for name, rows in handed(via.call, via.target)
        if name in names
        for node in walk(rows)
    )


def _has_elements(node: ast.List | ast.Tuple | ast.Set | ast.Dict) -> bool:
    """Tell whether a display is not empty (to be filled) and takes no elements from elsewhere."""
    if isinstance(node, ast.Dict):
        return bool(node.keys) and None not in node.keys
    return bool(node.elts) and not any(isinstance(item, ast.Starred) for item in node.elts)


def _grows(function: FunctionRef, name: str) -> bool:
    for node in walk(function.node):
        if (
            isinstance(node, ast.AugAssign)
            and isinstance(node.target, ast.Name)
            and node.target.id == name
        ):
            return True
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == name
            and node.attr in ("append", "extend", "insert", "add", "update", "setdefault")
        ):
            return True
    return False


def _gets_nothing(index: Index, receiver: Receiver, via: Reached) -> bool:
    entry = via.entry
    handed = [*entry.args, *(item.value for item in entry.keywords)]
    return any(_is_empty(index, receiver, item, entry) for item in handed)


def _is_empty(index: Index, receiver: Receiver, rows: ast.expr, place: ast.AST) -> bool:
    function = receiver.function
    if set(receiver.signals) != {_POST_SAVE} or not isinstance(rows, ast.Call):
        return False
    parts = chain(rows)
    if len(parts) < 3 or parts[2] not in RELATED_READS or not _is_instance(function, parts[0]):
        return False
    return may_run(index, function, place, {"created": False}) is False


def _is_instance(function: FunctionRef, name: str) -> bool:
    names = names_of(function, "instance")
    value = assigned_value(function, name)
    return name in names or (isinstance(value, ast.Name) and value.id in names)


def _runs_once(loop: Loop, query: ast.expr) -> bool:
    """Tell whether a statement after the query certainly leaves the loop in its first iteration."""
    if not isinstance(loop.node, _LOOPS):
        return False
    path = path_to(loop.node, query)
    if any(isinstance(node, _LOOPS) for node in path[1:]):
        return False
    for parent, child in pairwise(path):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if not isinstance(block, list) or child not in block:
                continue
            for stmt in block[block.index(child) :]:
                if isinstance(stmt, (ast.Return, ast.Break)):
                    return True
                # A continue before the leaving statement lets the loop go on.
                if any(isinstance(node, ast.Continue) for node in walk(stmt)):
                    return False
    return False


def _stands_alone(index: Index, function: FunctionRef, loop: Loop, query: ast.expr) -> bool:
    """Tell whether one query cannot replace the loop's: other models or fields, own ``delete``."""
    if _is_by_another_field(function, loop, query):
        return True
    func = query.func if isinstance(query, ast.Call) else None
    if not isinstance(func, ast.Attribute) or not isinstance(query, ast.Call):
        return False
    parts = chain(func)
    if (
        len(parts) > 2
        and parts[0] in _bound(loop)
        and manager_model(index, function, query) == parts[0]
    ):
        return True
    only = loop.body[0] if len(loop.body) == 1 else None
    if func.attr != "delete" or not isinstance(only, ast.Expr) or only.value is not query:
        return False
    cls = find_class(index.code, _model_of_rows(index, function, loop.iter))
    return cls is not None and method(index.code, cls, "delete") is not None


def _is_by_another_field(function: FunctionRef, loop: Loop, query: ast.expr) -> bool:
    rows = values_of(function.node).get(query.id, []) if isinstance(query, ast.Name) else [query]
    for node in (node for value in rows for node in walk(value)):
        for word in node.keywords if isinstance(node, ast.Call) else ():
            keys = word.value.keys if word.arg is None and isinstance(word.value, ast.Dict) else []
            if any(isinstance(key, ast.Name) and key.id in _bound(loop) for key in keys):
                return True
    return False


def _bound(loop: Loop) -> set[str]:
    nodes = [item for node in (loop.target, *loop.body) for item in walk(node)]
    return {
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _model_of_rows(index: Index, function: FunctionRef, node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        value = assigned_value(function, node.id)
        return _model_of_rows(index, function, value) if isinstance(value, ast.Call) else ""
    while isinstance(node, ast.Call):
        model = manager_model(index, function, node)
        if model:
            return model
        target = callee(index, function, node.func)[1]
        for item in walk(target.node) if target is not None else ():
            if (
                target is not None
                and isinstance(item, ast.Return)
                and isinstance(item.value, ast.Call)
            ):
                return manager_model(index, target, item.value)
        if not isinstance(node.func, ast.Attribute):
            return ""
        node = node.func.value
    return ""
