"""Who imports a module: the question whether Django ever loads it, answered backwards from the module with byte needles.

Every import counts, in functions as well, apart from those of tests and migrations: what is reached only late is still reached.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.index.code import Code

_DYNAMIC = re.compile(
    rb"autodiscover_modules|import_module|import_string|__import__|module_loading|walk_packages|iter_modules"
)
_STARTING = re.compile(
    r"(?:^|/)(?:apps|models|__init__|settings\w*|urls|wsgi|asgi|celery|manage|admin|conftest)\.py$|(?:^|/)(?:models|settings)/"
)


def is_loaded(code: Code, paths: Iterable[str], path: str) -> bool:
    """Tell whether anything that Django starts with leads to the module at ``path``, by import or by its name in a string.

    A chain that ends in another module (a view, a command) counts as well: whether that one is loaded is not for us to say.
    """
    if _STARTING.search(path):
        return True
    return next(importers(code, paths, path), None) is not None


def importers(code: Code, paths: Iterable[str], path: str) -> Iterator[str]:
    """Yield the production files that import the module at ``path`` or name it in a string."""
    module = code.module(path)
    last = module.rpartition(".")[2]
    needle = last.encode()
    for other in paths:
        if other == path:
            continue
        data = code.data(other)
        if (needle in data and (module in imported_names(code, other) or _named(data, module, last))) or (
            (b"walk_packages" in data or b"iter_modules" in data) and _is_inside(code.package(other), module)
        ):
            yield other


def _is_inside(package: str, module: str) -> bool:
    return bool(package) and module.startswith(f"{package}.")


def imported_names(code: Code, path: str) -> frozenset[str]:
    """Return every dotted name that a file imports, at any depth, the packages around each included."""
    key = f"imported {path}"
    known = code.remembered.get(key)
    if isinstance(known, frozenset):
        return known
    found: set[str] = set()
    outline = code.outline(path)
    for chunk in outline.chunks:
        if b"import" not in outline.source(chunk):
            continue
        for stmt in code.parsed(path, chunk):
            for node in ast.walk(stmt):
                if isinstance(node, ast.Import):
                    found.update(alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom):
                    found.update(_from(code, path, node))
    result = code.remembered[key] = frozenset(part for name in found for part in _packages(name))
    return result


def _from(code: Code, path: str, node: ast.ImportFrom) -> Iterator[str]:
    base = node.module or ""
    if node.level:
        parts = code.package(path).split(".")
        kept = parts[: len(parts) - node.level + 1] if node.level <= len(parts) else []
        base = ".".join([*kept, *([base] if base else [])])
    yield base
    for alias in node.names:
        yield f"{base}.{alias.name}"


def _packages(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]


def _named(data: bytes, module: str, last: str) -> bool:
    """Tell whether a file names a module in a string: its full name, or its last part where modules are imported by name."""
    if re.search(rb"[\"']" + re.escape(module.encode()) + rb"[\"'.:]", data):
        return True
    return bool(_DYNAMIC.search(data)) and bool(
        re.search(rb"[\"'.]" + re.escape(last.encode()) + rb"[\"']", data)
    )
