"""The edit that imports a name which a fix needs: ``name_for`` is the entry."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.index.reading.resolving import binds, resolve
from signalgen.values.check import TextEdit

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef


def name_for(
    index: Index, path: str, module: str, name: str, scope: FunctionRef | None = None
) -> tuple[str, tuple[TextEdit, ...]]:
    """Return the name of ``module.name`` in ``scope``, and the edit that imports it if needed.

    The name is empty if the file uses it for something else.
    """
    if resolve(index.code, path, name, scope) == f"{module}.{name}":
        return name, ()
    if binds(scope, name) or name in index.code.bindings(path).bound:
        return "", ()
    at = _first_import(index, path)
    if at is None:
        return "", ()
    newline = "\r\n" if b"\r\n" in index.code.data(path) else "\n"
    return name, (TextEdit(path, at, at, f"from {module} import {name}{newline}"),)


def _first_import(index: Index, path: str) -> int | None:
    """Return the byte offset of the first import except ``__future__``, None if there is none."""
    outline = index.code.outline(path)
    for chunk in outline.chunks:
        if chunk.kind == "import":
            for stmt in index.code.parsed(path, chunk):
                if not (isinstance(stmt, ast.ImportFrom) and stmt.module == "__future__"):
                    return index.code.place(path, stmt).start
    return None
