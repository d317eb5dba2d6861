"""The importers of a module, searched backwards: whether Django ever loads it.

``is_loaded`` and ``importers`` are the entries; files are searched as bytes. Imports in functions
count as well, those of tests and migrations do not: code that is loaded late is still loaded.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from functools import partial
from typing import TYPE_CHECKING

from signalgen.dotted import absolute_import
from signalgen.index.reading.importlines import read_import
from signalgen.index.reading.walking import walk
from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.index import Index
    from signalgen.index.reading.code import Codebase
    from signalgen.source.outline import Chunk, Outline

_DYNAMIC = pattern(
    rb"autodiscover_modules|import_module|import_string|__import__|module_loading|walk_packages"
    rb"|iter_modules|\bget_class(?:es)?\s*\("
)
_IMPORT = pattern(rb"import\b[ \t]*(?:\((?:[^)#]|#[^\n]*)*\)|(?:[^\n]*\\\r?\n)*[^\n]*)")
_STARTING = pattern(
    r"(?:^|/)(?:apps|models|__init__|settings\w*|urls|wsgi|asgi|celery|manage|admin|conftest)\.py$"
    r"|(?:^|/)(?:models|settings|templatetags)/"
)


def is_loaded(index: Index, path: str) -> bool:
    """Tell whether Django's startup leads to the module at ``path``, by import or by a string.

    A chain that ends in another module (a view, a command) counts as well: whether that one is
    loaded cannot be known here.
    """
    if _STARTING.search(path):
        return True
    return next(importers(index, path), None) is not None


def importers(index: Index, path: str, *, lazy: bool = False) -> Iterator[str]:
    """Yield the production files that import ``path`` or name it in a string, nearest first.

    After them come files that import all modules of its package. With ``lazy``, those that import
    it lazily and never use the names, which loads nothing.
    """
    code = index.code
    module = code.module(path)
    # A folder of ``sys.path`` that is also in a package gives its modules two names.
    names = {module, *code.survey.names.names_of(path)}
    last = module.rpartition(".")[2]
    needle = last.encode("utf-8", "surrogateescape")
    nearest = partial(_nearest, path=path)
    for other in index.words().files(needle, nearest):
        if other == path:
            continue
        named = not lazy and any(is_named(code.data(other), name) for name in names)
        if named or not names.isdisjoint(imported_names(code, other, needle, lazy=lazy)):
            yield other
    for other in () if lazy else nearest(index.containing(b"walk_packages", b"iter_modules")):
        if (
            other != path
            and needle not in code.data(other)
            and _is_inside(code.package(other), module)
        ):
            yield other


def _nearest(paths: Sequence[str], path: str) -> Iterator[str]:
    folder = path
    # Nearest folders first, as an importer is likely near; paths are sorted.
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
    """Return the dotted names, with their packages, that statements with ``needle`` import.

    With ``lazy``, those of lazy imports (Python 3.15) that are never used, else all others.
    """
    found: set[str] = set()
    outline = code.outline(path)
    for chunk in importing_chunks(outline, needle):
        plain = read_import(outline.source(chunk)) if chunk.kind == "import" else None
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


def importing_chunks(outline: Outline, needle: bytes) -> Iterator[Chunk]:
    """Yield the statements of a file that are, or contain, an import with ``needle``."""
    for chunk in outline.having(needle):
        # Only if the needle is in an import: most matches are calls.
        if any(needle in line for line in _imports(outline.source(chunk))):
            yield chunk


def _start(outline: Outline, node: ast.stmt) -> int:
    return outline.text.starts[node.lineno - 1] + node.col_offset


def _is_idle(outline: Outline, node: ast.Import | ast.ImportFrom) -> bool:
    names = (alias.asname or alias.name.rpartition(".")[2] for alias in node.names)
    return all(
        len(re.findall(rb"\b" + re.escape(name.encode()) + rb"\b", outline.data)) < 2
        for name in names
    )


def _imports(source: bytes) -> Iterator[bytes]:
    for found in _IMPORT.finditer(source):
        start = source.rfind(b"\n", 0, found.start()) + 1
        # Back over continued lines: `from x \` has its "import" on the next one.
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


def is_named(data: bytes, module: str) -> bool:
    """Tell whether a string names a module, by its last part if imports are by name."""
    last = module.rpartition(".")[2]
    name = module.encode("utf-8", "surrogateescape")
    if name in data and re.search(rb"[\"']" + re.escape(name) + rb"[\"'.:]", data):
        return True
    quoted = re.search(
        rb"[\"'.]" + re.escape(last.encode("utf-8", "surrogateescape")) + rb"[\"']", data
    )
    return quoted is not None and _DYNAMIC.search(data) is not None
