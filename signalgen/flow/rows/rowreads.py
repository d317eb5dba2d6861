"""Queries by reading rows in a loop: of a foreign key, a property, a method of their model.

``foreign_reads``, ``row_functions`` and ``related_calls`` are the entries.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.orm import QUERYING, RELATING
from signalgen.flow.function.loops import element
from signalgen.flow.function.naming import assigned_values
from signalgen.flow.reach.callee import callee
from signalgen.flow.rows.writes import model_of
from signalgen.index.models.managers import fetches_peers, has_manager, joins_relations
from signalgen.index.models.relations import points_at, relations
from signalgen.index.reading.resolving import method, resolve
from signalgen.index.reading.walking import walk
from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.function.loops import Loop
    from signalgen.index import Index
    from signalgen.index.models.relations import Relation
    from signalgen.values.index import FunctionRef, ModelInfo

_PLAIN = frozenset(
    {"all", "exclude", "filter", "iterator", "order_by", "distinct", "annotate", "reverse"}
)
_OTHERWISE = frozenset(
    {"select_related", "prefetch_related", "values", "values_list", "first", "get", "only", "union"}
)
_COPIES = frozenset({"list", "sorted", "tuple", "set", "reversed", "enumerate"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class _Rows:
    """The model of rows, and the field by which they point back at their owner, which is known.

    ``peers``: a foreign key of one is fetched for all of them at once.
    """

    model: ModelInfo
    back: str = ""
    peers: bool = False


def foreign_reads(index: Index, function: FunctionRef, loop: Loop) -> Iterator[ast.Attribute]:
    """Yield where a loop reads a foreign key of its rows that was not fetched along with them."""
    name, iterated = element(loop.target, loop.iter)
    read = list(_attributes(loop, name)) if name else []
    called = {id(call.func) for call in loop.calls()} if read else set()
    # Cheap test first: keys and method calls read no related row.
    if all(node.attr in ("pk", "id") or id(node) in called for node in read):
        return
    rows = _rows(index, function, iterated, 0)
    stored = {node.attr for node in read if not isinstance(node.ctx, ast.Load)}
    for node in read:
        if (
            rows
            and node.attr not in stored
            and all(_is_foreign_key(item, node.attr) for item in rows)
            and not any(item.peers or joins_relations(index, item.model) for item in rows)
        ):
            yield node


def row_functions(
    index: Index, function: FunctionRef, loop: Loop
) -> Iterator[tuple[ast.expr, FunctionRef]]:
    """Yield the properties that a loop reads and the methods it calls on rows, with functions."""
    name, iterated = element(loop.target, loop.iter)
    read = list(_attributes(loop, name)) if name else []
    rows = _rows(index, function, iterated, 0) if read else ()
    if len(rows) != 1:
        return
    called = {id(call.func): call for call in loop.calls()}
    for node in read:
        found = method(index.code, rows[0].model.cls, node.attr)
        if found is None or not isinstance(node.ctx, ast.Load):
            continue
        decorators = [dotted(item) for item in getattr(found.node, "decorator_list", [])]
        call = called.get(id(node))
        if call is not None and "property" not in decorators:
            yield call, found
        elif decorators == ["property"]:
            yield node, found


def related_calls(index: Index, function: FunctionRef, loop: Loop) -> Iterator[ast.Call]:
    """Yield where a loop queries a relation of its rows: ``row.tags.add(tag)``."""
    name, iterated = element(loop.target, loop.iter)
    for call in loop.calls():
        func = call.func
        owner = (
            func.value
            if isinstance(func, ast.Attribute) and func.attr in QUERYING | RELATING
            else None
        )
        if (
            isinstance(owner, ast.Attribute)
            and isinstance(owner.value, ast.Name)
            and owner.value.id == name
        ):
            rows = _rows(index, function, iterated, 0)
            if rows and all(any(_of_model(index, item.model, owner.attr)) for item in rows):
                yield call


def _attributes(loop: Loop, name: str) -> Iterator[ast.Attribute]:
    stack = list(reversed(loop.body))
    while stack:
        node = stack.pop()
        if isinstance(node, _FUNCTIONS):
            continue
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == name
        ):
            yield node
        stack.extend(reversed(list(ast.iter_child_nodes(node))))


def _is_foreign_key(rows: _Rows, name: str) -> bool:
    field = rows.model.field(name)
    if field is None or field.kind not in ("fk", "one_to_one") or name == rows.back:
        return False
    return field.target.rpartition(".")[2] != "ContentType"


def _rows(index: Index, function: FunctionRef, node: ast.expr, depth: int) -> tuple[_Rows, ...]:
    if depth > _DEEPEST:
        return ()
    if isinstance(node, ast.Name):
        values = list(assigned_values(function, node.id))
        return _rows(index, function, values[0], depth + 1) if len(values) == 1 else ()
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        return _rows(index, function, node.value, depth + 1)
    if not isinstance(node, ast.Call):
        return ()
    func = node.func
    # `list(rows)` holds the same rows.
    if isinstance(func, ast.Name) and func.id in _COPIES and len(node.args) == 1:
        return _rows(index, function, node.args[0], depth + 1)
    if not isinstance(func, ast.Attribute) or not (
        func.attr in _PLAIN or _is_own_filter(index, function, func)
    ):
        return ()
    owner = func.value
    if not isinstance(owner, ast.Attribute):
        return _rows(index, function, owner, depth + 1)
    written = dotted(owner.value)
    model = (
        index.models.get(resolve(index.code, function.path, written, function)) if written else None
    )
    if model is not None:
        if not has_manager(index, model, owner.attr):
            return ()
        return (_Rows(model, peers=fetches_peers(index, model, owner.attr)),)
    return tuple(_related(index, function, owner))


def _is_own_filter(index: Index, function: FunctionRef, func: ast.Attribute) -> bool:
    target = callee(index, function, func)[1]
    if target is None or target.cls is None or isinstance(target.node, ast.Lambda):
        return False
    names = {node.attr for node in walk(target.node) if isinstance(node, ast.Attribute)}
    return bool(names & _PLAIN) and not names & _OTHERWISE


def _related(index: Index, function: FunctionRef, node: ast.Attribute) -> Iterator[_Rows]:
    """Yield the rows of ``order.lines``.

    The model of ``order`` is known, or its name is that of a model that relations of this name
    point at, or no other relation has the name.
    """
    model = model_of(index, function, node.value)
    if model is not None:
        yield from _of_model(index, model, node.attr)
        return
    # An unknown owner: its name, or a relation name used only once, has to tell.
    named = list(_named(index, node.attr))
    for item in named:
        owner = index.models.get(item.model)
        if owner is not None and (
            len(named) == 1 or _is_called_like(dotted(node.value), item.targets)
        ):
            yield _Rows(owner, item.name)


def _of_model(index: Index, model: ModelInfo, name: str) -> Iterator[_Rows]:
    field = model.field(name)
    if field is not None:
        other = index.model(field.target) if field.kind == "m2m" and field.target else None
        if other is not None:
            yield _Rows(other)
        return
    for item in _named(index, name):
        owner = index.models.get(item.model)
        if owner is not None and any(points_at(index, item, each) for each in _line(model)):
            yield _Rows(owner, item.name)


def _named(index: Index, name: str) -> Iterator[Relation]:
    for quote in ("'", '"'):
        for item in relations(index, f"related_name={quote}{name}{quote}".encode()):
            if item.accessor == name and item.type != "OneToOneField":
                yield item


def _line(model: ModelInfo) -> Iterator[str]:
    yield model.dotted
    for parent in model.parents:
        yield from _line(parent)


def _is_called_like(written: str, targets: tuple[str, ...]) -> bool:
    name = written.rpartition(".")[2].replace("_", "").lower()
    return bool(name) and name in {target.rpartition(".")[2].lower() for target in targets}
