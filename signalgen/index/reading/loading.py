"""Who imports a module: the question whether Django ever loads it, answered backwards from the module with byte needles.

Every import counts, in functions as well, apart from those of tests and migrations: what is reached only late is still reached.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from signalgen.dotted import absolute_import
from signalgen.index.reading.importlines import read_import
from signalgen.index.reading.walking import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.index.reading.code import Codebase
    from signalgen.source.outline import Outline

_DYNAMIC = re.compile(
    rb"autodiscover_modules|import_module|import_string|__import__|module_loading|walk_packages|iter_modules|\bget_class(?:es)?\s*\("
)
_IMPORT = re.compile(rb"import\b[ \t]*(?:\((?:[^)#]|#[^\n]*)*\)|(?:[^\n]*\\\r?\n)*[^\n]*)")
_STARTING = re.compile(
    r"(?:^|/)(?:apps|models|__init__|settings\w*|urls|wsgi|asgi|celery|manage|admin|conftest)\.py$|(?:^|/)(?:models|settings)/"
)


def is_loaded(code: Codebase, paths: Iterable[str], path: str) -> bool:
    """Tell whether anything that Django starts with leads to the module at ``path``, by import or by its name in a string.

    A chain that ends in another module (a view, a command) counts as well: whether that one is loaded is not for us to say.
    """
    if _STARTING.search(path):
        return True
    return next(importers(code, paths, path), None) is not None


def importers(
    code: Codebase, paths: Iterable[str], path: str, *, lazy: bool = False
) -> Iterator[str]:
    """Yield the production files that import the module at ``path`` or name it in a string, the nearest first.

    With ``lazy``, those that import it lazily and never use what they import, which loads nothing.
    """
    module = code.module(path)
    last = module.rpartition(".")[2]
    needle = last.encode()
    for other in _nearest(sorted(paths), path):
        if other == path:
            continue
        data = code.data(other)
        if needle in data:
            named = not lazy and _named(data, module, last)
            if named or module in imported_names(code, other, needle, lazy=lazy):
                yield other
        elif (
            not lazy
            and (b"walk_packages" in data or b"iter_modules" in data)
            and _is_inside(code.package(other), module)
        ):
            yield other


def _nearest(paths: list[str], path: str) -> Iterator[str]:
    """Yield sorted paths, those first that share the most folders with ``path``: an importer is most likely near."""
    folder = path
    first = last = bisect_left(paths, path)
    while folder:
        folder = folder.rpartition("/")[0]
        start = bisect_left(paths, f"{folder}/") if folder else 0
        end = bisect_left(paths, f"{folder}0") if folder else len(paths)  # "0" follows "/"
        yield from paths[start:first]
        yield from paths[last:end]
        first, last = start, end


def _is_inside(package: str, module: str) -> bool:
    return bool(package) and module.startswith(f"{package}.")


def imported_names(
    code: Codebase, path: str, needle: bytes, *, lazy: bool = False
) -> frozenset[str]:
    """Return the dotted names that those statements import in which ``needle`` stands, the packages around each included.

    With ``lazy``, those of lazy imports (Python 3.15) of which nothing is used, and else all others.
    """
    found: set[str] = set()
    outline = code.outline(path)
    for chunk in outline.chunks:
        source = outline.source(chunk)
        if needle not in source or not any(needle in line for line in _imports(source)):
            continue
        plain = read_import(source) if chunk.kind == "import" else None
        for stmt in [plain] if plain is not None else code.parsed(path, chunk):
            for node in walk(stmt):
                if not isinstance(node, (ast.Import, ast.ImportFrom)):
                    continue
                start = chunk.start if node is plain else _start(outline, node)
                if lazy != (outline.data.startswith(b"lazy", start) and _is_idle(outline, node)):
                    continue
                if isinstance(node, ast.Import):
                    found.update(alias.name for alias in node.names)
                else:
                    found.update(_from(code, path, node))
    return frozenset(part for name in found for part in _packages(name))


def _start(outline: Outline, node: ast.stmt) -> int:
    return outline.text.starts[node.lineno - 1] + node.col_offset


def _is_idle(outline: Outline, node: ast.Import | ast.ImportFrom) -> bool:
    """Tell whether none of the names that an import binds stands anywhere else in its file."""
    names = (alias.asname or alias.name.rpartition(".")[2] for alias in node.names)
    return all(
        len(re.findall(rb"\b" + re.escape(name.encode()) + rb"\b", outline.data)) < 2
        for name in names
    )


def _imports(source: bytes) -> Iterator[bytes]:
    """Yield what looks like an import, from the beginning of its line to its end, wherever it stands."""
    for found in _IMPORT.finditer(source):
        start = source.rfind(b"\n", 0, found.start()) + 1
        while source.endswith((b"\\\n", b"\\\r\n"), 0, start):
            start = source.rfind(b"\n", 0, start - 1) + 1
        yield source[start : found.end()]


def _from(code: Codebase, path: str, node: ast.ImportFrom) -> Iterator[str]:
    base = absolute_import(node.module or "", code.package(path), node.level)
    yield base
    for alias in node.names:
        yield f"{base}.{alias.name}"


def _packages(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]


def _named(data: bytes, module: str, last: str) -> bool:
    """Tell whether a file names a module in a string: its full name, or its last part where modules are imported by name."""
    name = module.encode()
    if name in data and re.search(rb"[\"']" + re.escape(name) + rb"[\"'.:]", data):
        return True
    quoted = re.search(rb"[\"'.]" + re.escape(last.encode()) + rb"[\"']", data)
    return quoted is not None and _DYNAMIC.search(data) is not None
