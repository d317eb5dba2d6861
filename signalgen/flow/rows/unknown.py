"""Names of rows that are certainly wrong: ``unknown_names(reading)``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.rownames import MANAGER_NAMES
from signalgen.flow.objects.objects import ObjectReading
from signalgen.flow.rows import queried
from signalgen.flow.rows.enumerated import missing_member
from signalgen.flow.rows.paths import Missing, missing
from signalgen.flow.rows.spelling import likely
from signalgen.index.members.added import is_added, stores
from signalgen.index.members.rownames import accessors, back_of, gives, may_have
from signalgen.index.memo import answered_for_now, answered_once
from signalgen.index.reading.walking import children, nodes_in, walk
from signalgen.late import dataclass
from signalgen.treewalk import LEAVES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.flow.objects.objects import What
    from signalgen.flow.rows.queried import AskedFor
    from signalgen.index import Index
    from signalgen.index.members.rownames import RowNames
    from signalgen.values.index import FunctionRef

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_APART = frozenset([*_FUNCTIONS, ast.ClassDef, ast.Try, ast.With, ast.AsyncWith])
"""Nodes with their own names, or that may expect a missing one."""
_EXCUSING = frozenset({"AttributeError", "FieldError", "FieldDoesNotExist"})
_WITHOUT_DEFAULT = 2
_SHORTCUTS = ("get_object_or_404", "aget_object_or_404", "get_list_or_404", "aget_list_or_404")


@dataclass(frozen=True, slots=True, eq=False)
class Unknown:
    """A name that no row has: its place, what is wrong, and what was probably meant.

    ``hint`` says more if nothing is ``near``.
    """

    function: FunctionRef
    node: ast.AST
    message: str
    near: str
    hint: str = ""


def unknown_names(reading: ObjectReading) -> Iterator[Unknown]:
    """Yield the names in a function and those nested in it that are certainly wrong."""
    yield from _Judge(reading.index).function(reading)


class _Judge:
    def __init__(self, index: Index) -> None:
        self.index = index

    def function(self, reading: ObjectReading) -> Iterator[Unknown]:
        node = reading.function.node
        every = nodes_in(node)
        if not any(item.__class__ in _APART for item in every):
            for item in every:
                yield from self._node(reading, item)
            return
        body = node.body if isinstance(node.body, list) else [node.body]
        yield from self._below(reading, body)

    def _node(self, reading: ObjectReading, node: ast.AST) -> Iterable[Unknown]:
        if isinstance(node, ast.Attribute):
            return self._attribute(reading, node)
        return self._call(reading, node) if isinstance(node, ast.Call) else ()

    def _below(self, reading: ObjectReading, nodes: Iterable[ast.AST]) -> Iterator[Unknown]:
        stack = list(nodes)
        stack.reverse()
        while stack:
            node = stack.pop()
            if isinstance(node, _FUNCTIONS):
                ref = self.index.code.function_ref(
                    reading.function.path, node, outer=reading.function
                )
                yield from self.function(ObjectReading(self.index, ref, {}, reading))
                stack += node.args.defaults
                continue
            if node.__class__ in LEAVES or isinstance(node, ast.ClassDef) or _is_excused(node):
                continue
            yield from self._node(reading, node)
            stack += reversed(children(node))

    def _attribute(self, reading: ObjectReading, node: ast.Attribute) -> Iterator[Unknown]:
        if node.attr.startswith("_") or isinstance(node.ctx, ast.Del):
            return
        owner = reading.what(node.value)
        if owner is None:
            member = missing_member(reading, node)
            if member is not None:
                yield Unknown(reading.function, node, *member)
            return
        if not owner.models:
            return
        if owner.kind == "rows":
            near = self._method(owner, node.attr)
            message = f"the manager of {_or(reading.names_of(owner))} has no {node.attr!r}"
        elif owner.kind in ("row", "class"):
            names = reading.names_of(owner)
            near = self._near(reading, names, node.attr, is_read=isinstance(node.ctx, ast.Load))
            message = f"{_or(names)} has no attribute {node.attr!r}"
        else:
            return
        if near:
            yield Unknown(reading.function, node, message, near)

    def _method(self, owner: What, name: str) -> str:
        own = owner.managed.methods
        if own is None or not owner.managed.whole or name in MANAGER_NAMES | own:
            return ""
        near = likely(name, MANAGER_NAMES | own)
        # Who adds it comes last: the whole project is searched for that.
        return near if near and not is_added(self.index, name) else ""

    def _near(
        self, reading: ObjectReading, names: list[RowNames], attr: str, *, is_read: bool
    ) -> str:
        index = self.index
        if not names or any(_has(index, item, attr) for item in names):
            return ""
        if is_read:
            given = is_added(index, attr)
        else:
            stored = stores(index, attr)
            given = stored is None or not stored <= _ids_below(index, reading.function.node)
        # The known names come last: to list them all, every model is read.
        if given:
            return ""
        return next((word for n in names if (word := _meant(index, n, attr))), "")

    def _call(self, reading: ObjectReading, call: ast.Call) -> Iterator[Unknown]:
        func = call.func
        owner = reading.what(func.value) if isinstance(func, ast.Attribute) else None
        if isinstance(func, ast.Attribute) and owner is not None:
            if owner.kind in ("rows", "values"):
                own = owner.managed.methods
                if own is not None and func.attr not in own:
                    yield from self._asked(reading, owner, queried.of_rows(call, func.attr))
                return
            if owner.kind == "row":
                yield from self._asked(reading, owner, queried.of_row(call, func.attr))
                return
        name = dotted(func).rpartition(".")[2]
        if name == "getattr":
            yield from self._got(reading, call)
            return
        if name in _SHORTCUTS and call.args:
            rows = reading.what(call.args[0])
            if rows is not None and rows.kind in ("rows", "class"):
                yield from self._asked(reading, rows, queried.of_rows(call, name))
            return
        made = reading.what(func)
        if made is not None and made.kind == "class" and not _has_init(reading.names_of(made)):
            yield from self._asked(reading, made, queried.of_class(call))

    def _got(self, reading: ObjectReading, call: ast.Call) -> Iterator[Unknown]:
        """Judge ``getattr(row, "name")``; with a default it expects that the name is missing."""
        if len(call.args) != _WITHOUT_DEFAULT or not isinstance(call.args[1], ast.Constant):
            return
        owner, attr = reading.what(call.args[0]), call.args[1].value
        if owner is None or owner.kind not in ("row", "class") or not isinstance(attr, str):
            return
        names = reading.names_of(owner)
        near = "" if attr.startswith("_") else self._near(reading, names, attr, is_read=True)
        if near:
            message = f"{_or(names)} has no attribute {attr!r}"
            yield Unknown(reading.function, call.args[1], message, near)

    def _asked(
        self, reading: ObjectReading, owner: What, asked: Iterable[AskedFor]
    ) -> Iterator[Unknown]:
        names = reading.names_of(owner)
        for item in asked:
            found = [_missing(self.index, each, item) for each in names]
            first = next((each for each in found if each is not None), None)
            if first is not None and None not in found:
                yield Unknown(reading.function, item.node, first.message, first.near)


@answered_for_now
def _ids_below(_index: Index, node: ast.AST) -> frozenset[int]:
    return frozenset(id(item) for item in walk(node))


@answered_once
def _meant(index: Index, names: RowNames, attr: str) -> str:
    return likely(attr, accessors(index, names))


def _has(index: Index, names: RowNames, attr: str) -> bool:
    if attr in names.told or back_of(index, names, attr) is not None:
        return True
    return may_have(index, names, attr) or gives(index, names, attr)


def _missing(index: Index, names: RowNames, item: AskedFor) -> Missing | None:
    if not item.path and "__" in item.name:
        return None
    return missing(index, names, item.name, accessors=item.accessors)


def _or(names: list[RowNames]) -> str:
    return " or ".join(item.name for item in names)


def _has_init(names: list[RowNames]) -> bool:
    return any(
        item.info is not None and not item.told.isdisjoint(("__init__", "__new__"))
        for item in names
    )


def _is_excused(node: ast.AST) -> bool:
    """Tell whether a block expects that an attribute is missing."""
    if isinstance(node, ast.Try):
        return any(_names(item.type) & _EXCUSING for item in node.handlers if item.type)
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return any(
            dotted(getattr(item.context_expr, "func", item.context_expr)).endswith("suppress")
            for item in node.items
        )
    return False


def _names(node: ast.expr) -> set[str]:
    return {
        dotted(item).rpartition(".")[2]
        for item in walk(node)
        if isinstance(item, (ast.Name, ast.Attribute))
    }
