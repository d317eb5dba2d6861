"""Temporary files that a function creates and removes: ``is_temporary``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.index.reading.resolving import resolve
from signalgen.index.reading.walking import nodes_in, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef


def is_temporary(index: Index, function: FunctionRef, call: ast.Call) -> bool:
    """Tell whether the first argument of a call is a file or folder of ``tempfile``.

    The same function must have created it: ``os.unlink(file.name)``, ``shutil.rmtree(folder)``.
    """
    if not call.args:
        return False
    names = {part.id for part in walk(call.args[0]) if isinstance(part, ast.Name)}
    return bool(names) and any(
        _is_made(index, function, value)
        for target, value in _bound(function)
        for part in walk(target)
        if isinstance(part, ast.Name) and part.id in names
    )


def _bound(function: FunctionRef) -> Iterator[tuple[ast.expr, ast.expr]]:
    for node in nodes_in(function.node):
        if isinstance(node, ast.Assign):
            yield from ((target, node.value) for target in node.targets)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            yield node.optional_vars, node.context_expr


def _is_made(index: Index, function: FunctionRef, value: ast.expr) -> bool:
    # Also ``Path(folder)`` of such a folder's name, and ``file.name``.
    return any(
        isinstance(part, ast.Call)
        and resolve(index.code, function.path, dotted(part.func), function).startswith("tempfile.")
        for part in walk(value)
    )
