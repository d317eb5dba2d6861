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
_TELLING = frozenset(
    {"print", "info", "warning", "warn", "error", "exception", "critical", "log", "write"}
)
# A pattern that begins with letters is found many times faster than one that begins with ``\b``.
_TRYING = pattern(
    rb"try(?<!\wtry)[ \t]*:[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*(?:from|import)\b"
)
_WORD = pattern(rb"\btry\b")
_RELATIVE = pattern(rb"\bfrom[ \t]+\.")
_TRY = (ast.Try, *((ast.TryStar,) if hasattr(ast, "TryStar") else ()))


@dataclass(frozen=True, slots=True, eq=False)
class Swallowed:
    """An import of a module with receivers, in a ``try`` that hides its failure.

    ``missing`` is a name that certainly cannot be imported, empty if the import may work. ``seen``:
    the handler prints or logs the failure, or the import brings a function that the ``try`` uses.
    """

    path: str
    node: ast.stmt
    module: str
    scope: FunctionRef | None
    missing: str = ""
    seen: bool = False


def swallowed_imports(index: Index) -> Iterator[Swallowed]:
    """Yield the imports of modules with receivers whose failure is hidden."""
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
                    seen = all(map(_tells, node.handlers)) or _is_used(code, path, node, stmt)
                    yield Swallowed(path, stmt, module, item.scope, missing, seen)
                    break


def _tries(index: Index, modules: Collection[str]) -> Iterator[tuple[str, Scoped]]:
    """Yield the ``try`` statements of the project that may import one of ``modules``."""
    last = {module.rpartition(".")[2].encode("utf-8", "surrogateescape") for module in modules}
    for path in index.containing(b"except") if modules else ():
        if not _TRYING.search(index.code.data(path)):
            continue
        outline = index.code.outline(path)
        for chunk in outline.having(b"except"):
            source = outline.source(chunk)
            # Few ``try`` statements begin with an import, and the others need not be parsed.
            if _TRYING.search(source) and (
                _RELATIVE.search(source) or any(name in source for name in last)
            ):
                stmts = index.code.parsed(path, chunk)
                lines = outline.lines(chunk, _WORD)
                for item in scoped(index.code, path, stmts, wanted=_TRY, lines=lines):
                    yield path, item


def _hides(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    caught = handler.type is None or any(dotted(kind) in _CAUGHT for kind in kinds)
    # Another import is a fallback, and what is raised or assigned is seen.
    seen = (ast.Raise, ast.Import, ast.ImportFrom, ast.Assign, ast.If, ast.Return)
    told = any(isinstance(one, seen) for stmt in handler.body for one in walk(stmt))
    return caught and not told


def _tells(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler prints or logs: it has a call with text, as ``logger.error("…")``."""
    return any(
        isinstance(one, ast.Call)
        and dotted(one.func).rpartition(".")[2] in _TELLING
        and (one.args or one.keywords)
        for stmt in handler.body
        for one in walk(stmt)
    )


def _is_used(code: Codebase, path: str, node: ast.Try, stmt: ast.stmt) -> bool:
    """Tell whether an import brings a name that is not a module, and the ``try`` uses it."""
    if not isinstance(stmt, ast.ImportFrom):
        return False
    bound = {name for name, target in code.imported(path, stmt) if code.path(target) is None}
    return any(
        isinstance(one, ast.Name) and one.id in bound for part in node.body for one in walk(part)
    )


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
        # A module may define ``__getattr__``, or get its names in other ways.
        and not any(word in code.data(where) for word in (b"__getattr__", b"globals()", b"exec("))
        and not re.search(rb"\b" + re.escape(name.encode()) + rb"\b", code.data(where))
    )
