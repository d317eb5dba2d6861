"""Imports of receivers whose ImportError is caught: ``swallowed_imports``."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.index.reading.scopes import scoped
from signalgen.index.reading.walking import walk
from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from signalgen.index.build import Index
    from signalgen.index.reading.code import Codebase
    from signalgen.index.reading.scopes import Scoped
    from signalgen.values.index import FunctionRef

_CAUGHT = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_RELATIVE = pattern(rb"\bfrom[ \t]+\.")
_TRY = (ast.Try, *((ast.TryStar,) if hasattr(ast, "TryStar") else ()))


@dataclass(frozen=True, slots=True, eq=False)
class Swallowed:
    """An import of a module with receivers, in a ``try`` that hides that it failed.

    ``missing`` is a name that the module certainly cannot import, empty where it may work.
    """

    path: str
    node: ast.stmt
    module: str
    scope: FunctionRef | None
    missing: str = ""


def swallowed_imports(index: Index) -> Iterator[Swallowed]:
    """Yield the imports of the project's modules with receivers whose failure nobody sees."""
    code = index.code
    receiving = {item.module for item in index.connections if item.scope is None}
    receiving |= {item.module for item in index.connections if item.style == "receiver"}
    for path, item in _tries(index, receiving):
        node = item.node
        if not isinstance(node, _TRY) or not any(map(_hides, node.handlers)) or node.orelse:
            continue
        for stmt in node.body:
            if not isinstance(stmt, (ast.Import, ast.ImportFrom)):
                continue
            for module in _modules(code, path, stmt):
                if module in receiving and code.path(module) != path:
                    missing = _missing(code, code.path(module) or "")
                    yield Swallowed(path, stmt, module, item.scope, missing)
                    break


def _tries(index: Index, modules: Collection[str]) -> Iterator[tuple[str, Scoped]]:
    """Yield the ``try`` statements of the project, where they may import one of ``modules``."""
    last = {module.rpartition(".")[2].encode("utf-8", "surrogateescape") for module in modules}
    for path in index.containing(b"except") if modules else ():
        outline = index.code.outline(path)
        for chunk in outline.having(b"except"):
            source = outline.source(chunk)
            # Nearly every statement with an ``except`` imports nothing: it need not be parsed.
            if b"import" in source and (
                _RELATIVE.search(source) or any(name in source for name in last)
            ):
                stmts = index.code.parsed(path, chunk)
                for item in scoped(index.code, path, stmts, wanted=_TRY):
                    yield path, item


def _hides(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    caught = handler.type is None or any(dotted(kind) in _CAUGHT for kind in kinds)
    # Another import is a fallback, and what is raised or assigned is seen.
    seen = (ast.Raise, ast.Import, ast.ImportFrom, ast.Assign, ast.If, ast.Return)
    told = any(isinstance(one, seen) for stmt in handler.body for one in walk(stmt))
    return caught and not told


def _modules(code: Codebase, path: str, stmt: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(stmt, ast.Import):
        yield from (alias.name for alias in stmt.names)
        return
    for _, target in code.imported(path, stmt):
        yield target if code.path(target) is not None else target.rpartition(".")[0]


def _missing(code: Codebase, path: str) -> str:
    outline = code.outline(path)
    for chunk in outline.chunks:
        if chunk.kind != "import":
            continue
        for stmt in code.parsed(path, chunk):
            if isinstance(stmt, ast.ImportFrom):
                for alias, (_, target) in zip(stmt.names, code.imported(path, stmt), strict=True):
                    if alias.name != "*" and _is_absent(code, target):
                        return target
    return ""


def _is_absent(code: Codebase, target: str) -> bool:
    module, _, name = target.rpartition(".")
    where = code.path(module)
    if where is None or code.path(target) is not None:
        return False
    names = code.bindings(where)
    return (
        not names.stars
        and name not in names.bound
        and not name.startswith("__")
        # A module may answer by itself, or get its names in other ways.
        and not any(word in code.data(where) for word in (b"__getattr__", b"globals()", b"exec("))
        and not re.search(rb"\b" + re.escape(name.encode()) + rb"\b", code.data(where))
    )
