"""Edits that insert an early return: ``if raw: return``, ``if user is None: return``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.fixes.edits import add_named_parameter
from signalgen.dotted import dotted
from signalgen.flow.function.guards import path_to
from signalgen.flow.function.signature import SAVE, all_parameters, is_kwarg
from signalgen.flow.function.wrapping import decorators_above, is_wrapped
from signalgen.index.reading.walking import walk
from signalgen.values.check import Fix, TextEdit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver

_ARGUMENTS = ("created", "update_fields", "using", "origin")


def return_before(
    index: Index, function: FunctionRef, stmt: ast.stmt, test: str
) -> TextEdit | None:
    """Return the edit that puts ``if test: return`` before a statement and its comments.

    The statement must be in the function's own block. None if it does not start its line.
    """
    text = index.code.outline(function.path).text
    first = min([stmt.lineno, *(item.lineno for item in getattr(stmt, "decorator_list", []))])
    indent = _indent(text.data, text.starts, first)
    outer = _indent(text.data, text.starts, getattr(function.node, "lineno", first))
    if (
        indent is None
        or outer is None
        or not indent.startswith(outer)
        or first <= function.node.lineno
    ):
        return None
    body = function.node.body if isinstance(function.node.body, list) else []
    above = max(
        [function.node.lineno, *(item.end_lineno or 0 for item in body[: body.index(stmt)])]
    )
    at = first
    # Comments right above belong to the statement, down from the end of the one before it.
    while at - 1 > above and _line(text.data, text.starts, at - 1).startswith(indent + b"#"):
        at -= 1
    start = text.starts[at - 1]
    margin, step = indent.decode(), indent[len(outer) :].decode()
    return TextEdit(function.path, start, start, f"{margin}if {test}:\n{margin}{step}return\n")


def _line(data: bytes, starts: Sequence[int], number: int) -> bytes:
    return data[starts[number - 1] : starts[number] if number < len(starts) else len(data)]


def _indent(data: bytes, starts: Sequence[int], number: int) -> bytes | None:
    line = _line(data, starts, number)
    before = data[: starts[number - 1]].rstrip(b"\r\n")
    return None if before.endswith(b"\\") else line[: len(line) - len(line.lstrip(b" \t"))]


def statement_of(function: FunctionRef, node: ast.AST) -> ast.stmt | None:
    """Return the statement around a node in a function's own block, None in the function's head."""
    path = path_to(function.node, node)
    body = function.node.body
    found = path[1] if len(path) > 1 else None
    return (
        found if isinstance(body, list) and isinstance(found, ast.stmt) and found in body else None
    )


def begins_line(index: Index, path: str, stmt: ast.stmt) -> bool:
    """Tell whether only white space is before a statement on its line."""
    text = index.code.outline(path).text
    return not text.data[text.starts[stmt.lineno - 1] : index.code.place(path, stmt).start].strip()


def raw_fix(index: Index, receiver: Receiver) -> Fix | None:
    """Return the fix that makes a receiver of save signals return while fixtures are loaded.

    A receiver that names arguments of its signals gets a parameter ``raw``; one that reads
    ``kwargs``, or is also called by other code, gets ``kwargs.get("raw")``.
    """
    function = receiver.function
    node = function.node
    if isinstance(node, ast.Lambda) or is_wrapped(receiver) or decorators_above(receiver):
        return None
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    if not body or not begins_line(index, function.path, body[0]):
        return None
    kwargs = node.args.kwarg
    only_saves = bool(receiver.signals) and all(signal in SAVE for signal in receiver.signals)
    named = any(item.arg in _ARGUMENTS for item in all_parameters(function))
    if kwargs is not None and not (only_saves and named and not _is_called(index, function)):
        test, edit = f'{kwargs.arg}.get("raw")', None
    else:
        test = "raw"
        edit = add_named_parameter(
            index, function.path, node, "raw", default="" if only_saves else "False"
        )
        if edit is None or _is_called(index, function):
            return None
    guard = return_before(index, function, body[0], test)
    edits = tuple(item for item in (edit, guard) if item is not None)
    return None if guard is None else Fix("return while fixtures are loaded", edits, safe=False)


def _is_called(index: Index, function: FunctionRef) -> bool:
    """Tell whether the function is called by name: callers would have to pass ``raw``."""
    name = getattr(function.node, "name", "")
    needle = name.encode()
    return any(
        isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == name
        for path in index.words().files(needle)
        for chunk in index.code.outline(path).having(needle)
        for stmt in index.code.parsed(path, chunk)
        for node in walk(stmt)
    )


def none_fix(index: Index, function: FunctionRef, used: ast.Attribute, argument: str) -> Fix | None:
    """Return the fix that returns before the first use of an argument if it is None."""
    stmt = statement_of(function, used)
    if stmt is None or not begins_line(index, function.path, stmt):
        return None
    kwargs = function.node.args.kwarg
    value = used.value
    # Written twice, `kwargs.pop(…)` would not find the key again.
    popped = any(isinstance(item, ast.Attribute) and item.attr == "pop" for item in walk(value))
    if popped or not (
        isinstance(value, ast.Name)
        or (kwargs is not None and is_kwarg(value, kwargs.arg, argument))
    ):
        return None
    place = index.code.place(function.path, value)
    written = index.code.outline(function.path).text.decode(place.start, place.end)
    guard = return_before(index, function, stmt, f"{written} is None")
    return None if guard is None else Fix(f"return when {argument} is None", (guard,), safe=False)
