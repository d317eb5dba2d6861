"""Modules that the project imports under two names, which register twice: ``twins``.

``shop`` is on ``sys.path`` as well as ``apps``: Python then loads ``apps/shop/receivers.py`` as
``shop.receivers`` and once more as ``apps.shop.receivers``.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.dotted import absolute_import
from signalgen.flow.connections.identity import is_hooking
from signalgen.flow.function.guards import conditions_at
from signalgen.index.apps.django_settings import read_settings
from signalgen.index.apps.finding import apps_of
from signalgen.index.memo import answered_once
from signalgen.index.reading.importlines import read_import
from signalgen.index.reading.scopes import Scoped, scoped
from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index

_LEAST = 2
"""The least number of parts of a name: ``import receivers`` may mean anything."""
_IMPORTED = (
    pattern(rb"from[ \t]+(\w[\w.]*)[\s\\]+import\b"),
    pattern(rb"import(?<!\S import)[ \t]+(\w[\w.]*)"),
)
"""Matches possible imports: matching at line starts takes four times as long.

The names of ``from a import b`` are left out: they are not packages by themselves.
"""


@dataclass(frozen=True, slots=True)
class NamedImport:
    """A statement that imports a module, and the name that the module then has."""

    name: str
    path: str
    line: int


@answered_once
def twins(index: Index, path: str) -> tuple[NamedImport, NamedImport] | None:
    """Return two imports that load the module at ``path`` under two names, None if none do.

    Only imports that run when a module is loaded or an app is ready count.
    """
    names = _names(path)
    if len(names) < _LEAST:
        return None
    said = {name for name in names if name.rpartition(".")[0] in _said(index)}
    # Relative imports do not say the name that they give.
    package = _package(index, path)
    said |= {name for name in names if package and name.rpartition(".")[0] == package}
    if len(said) < _LEAST:
        return None
    found: dict[str, NamedImport] = {}
    for item in _imports(index, path, names):
        found.setdefault(item.name, item)
    two = sorted(found.values(), key=lambda one: (one.path, one.line))
    return (two[0], two[1]) if len(two) > 1 else None


def _names(path: str, least: int = _LEAST) -> list[str]:
    """Return the names that a module may have, the longest first."""
    parts = path.removesuffix(".py").split("/")
    if parts[-1] == "__init__":
        parts.pop()
    names = (parts[start:] for start in range(len(parts) - least + 1))
    return [".".join(name) for name in names if all(part.isidentifier() for part in name)]


@answered_once
def _said(index: Index) -> frozenset[str]:
    """Return the packages that some import may begin with, by the texts of all files."""
    written = {
        name
        for path in index.paths
        for imported in _IMPORTED
        for name in imported.findall(index.code.data(path))
    }
    found: set[str] = set()
    for name in written:
        package = name.decode()
        while package and package not in found:
            found.add(package)
            package = package.rpartition(".")[0]
    return frozenset(found)


def _imports(index: Index, path: str, names: list[str]) -> Iterator[NamedImport]:
    for other, item in _importing(index, names[0].rpartition(".")[2].encode()):
        node = item.node
        if other == path or not isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        if item.scope is not None and not is_hooking(item.scope):
            continue
        meant = [name for name in _meant(index, other, node) if name in names]
        if meant and not conditions_at(index, other, node, item.scope):
            yield NamedImport(meant[0], other, node.lineno)


def _importing(index: Index, name: bytes) -> Iterator[tuple[str, Scoped]]:
    """Yield the imports whose text has a name.

    A name such as ``models`` is in most statements of a project. Only those are parsed that seem to
    import it: all others would stay in memory for nothing.
    """
    line, lines = rb"(?:[^\n(\\]|\\\r?\n)*", rb"(?:#[^\n]*\n|[^)#])*"
    word = re.escape(name)
    begin = rb"(?m:^|[;:])[ \t]*(?:from|import)\b"
    seeming = re.compile(rb"%b%b(?:\(%b)?%b" % (begin, line, lines, word))
    for path in index.containing(name):
        outline = index.code.outline(path)
        buffer = outline.text.buffer
        for chunk in outline.having(name):
            plain = read_import(outline.source(chunk)) if chunk.kind == "import" else None
            if plain is not None:
                plain.lineno = chunk.line
                yield path, Scoped(plain, None, None)
            elif buffer.find(b"import", chunk.start, chunk.end) >= 0 and (
                at := outline.lines(chunk, seeming)
            ):
                stmts = index.code.parsed(path, chunk)
                wanted = (ast.Import, ast.ImportFrom)
                for item in scoped(index.code, path, stmts, wanted=wanted, lines=at):
                    yield path, item


def _meant(index: Index, path: str, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        package = _package(index, path)
        base = absolute_import(base, package, node.level) if package else ""
    if base:
        yield base
        yield from (f"{base}.{alias.name}" for alias in node.names)


def _package(index: Index, path: str) -> str:
    """Return the package from which relative imports of a file start, as INSTALLED_APPS names it.

    "" if it does not: then the name of the importer is unknown.
    """
    around = [app for app in apps_of(index.code).found if path.startswith(f"{app.path}/")]
    app = max(around, key=lambda one: len(one.path), default=None)
    if app is None:
        return ""
    settings = read_settings(index.code)
    entries = settings.installed or sorted(settings.seen)
    for name in _names(f"{app.path}/__init__.py", 1):
        if any(f"{entry}.".startswith(f"{name}.") for entry in entries):
            inside = path[len(app.path) :].rpartition("/")[0].replace("/", ".")
            return f"{name}{inside}"
    return ""
