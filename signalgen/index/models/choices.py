"""The values that a field may have, if its ``choices`` can be read. Entry: ``choices_of``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.index.reading.code import flattened
from signalgen.index.reading.listed import PlacedExpression, assigned, class_value
from signalgen.index.reading.resolving import find_class, lineage, resolve
from signalgen.syntax import string_literal
from signalgen.values.index import ClassRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index.reading.code import Codebase

_Choices = tuple[tuple[str, str], ...]


def choices_of(code: Codebase, cls: ClassRef, node: ast.expr | None) -> _Choices:
    """Return (member or constant, value as Python literal) for each choice of a field of ``cls``.

    The first is empty for a literal value. Choices that cannot be read are left out.
    """
    if node is None:
        return ()
    if isinstance(node, (ast.List, ast.Tuple)):
        return tuple(_pairs(code, cls, node.elts))
    written = dotted(node)
    members = _class(code, cls, written.removesuffix(".choices")) if written else None
    if members is not None:
        return tuple(_members(members.node))
    value = _value(code, cls, node)
    listed = value is not None and isinstance(value.node, (ast.List, ast.Tuple))
    return choices_of(code, cls, value.node) if value is not None and listed else ()


def _pairs(code: Codebase, cls: ClassRef, items: list[ast.expr]) -> Iterator[tuple[str, str]]:
    for item in items:
        if not isinstance(item, (ast.List, ast.Tuple)) or len(item.elts) != 2:
            continue
        first, second = item.elts
        if isinstance(second, (ast.List, ast.Tuple)):  # a group with its own choices
            yield from _pairs(code, cls, second.elts)
            continue
        text = _literal(first)
        if text is None and (value := _value(code, cls, first)) is not None:
            text = _literal(value.node)
        if text is not None:
            yield dotted(first).rpartition(".")[2], text


def _value(code: Codebase, cls: ClassRef, node: ast.expr) -> PlacedExpression | None:
    # A name in a class body is one of the class, else one of the module.
    written = dotted(node)
    own = class_value(code, cls, written) if written and "." not in written else None
    if own is not None or not written:
        return own
    outer, _, name = written.rpartition(".")
    members = _class(code, cls, outer) if outer else None
    if members is not None:
        return class_value(code, members, name)
    return assigned(code, PlacedExpression(cls.path, node, None))


def _class(code: Codebase, cls: ClassRef, written: str) -> ClassRef | None:
    outer, _, name = written.rpartition(".")
    if outer and outer != cls.node.name:
        holder = find_class(code, resolve(code, cls.path, outer))
        if holder is not None:
            return _class(code, holder, name)
        return find_class(code, resolve(code, cls.path, written))
    for one in lineage(code, cls):
        for stmt in flattened(one.node.body):
            if isinstance(stmt, ast.ClassDef) and stmt.name == name:
                return ClassRef(one.path, one.module, stmt)
    return find_class(code, resolve(code, cls.path, name))


def _members(cls: ast.ClassDef) -> Iterator[tuple[str, str]]:
    text = any(dotted(base).endswith("TextChoices") for base in cls.bases)
    for stmt in flattened(cls.body):
        if not isinstance(stmt, ast.Assign) or not isinstance(stmt.targets[0], ast.Name):
            continue
        name, value = stmt.targets[0].id, stmt.value
        first = value.elts[0] if isinstance(value, ast.Tuple) and value.elts else value
        automatic = isinstance(first, ast.Call) and dotted(first.func).endswith("auto")
        literal = string_literal(name) if automatic and text else _literal(first)
        if literal is not None and not name.startswith("_"):
            yield name, literal


def _literal(node: ast.expr) -> str | None:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, (str, int)):
        return None
    return string_literal(node.value) if isinstance(node.value, str) else repr(node.value)
