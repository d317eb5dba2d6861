"""The import graph of the project, from the text of its files: parsing would take seconds.

``import_graph(sources, names)`` is the entry. Only imports that run when a module is imported
count: unindented, or in blocks outside functions, classes and TYPE_CHECKING. Unindented text in a
string that looks like an import counts too; an extra edge only makes signalgen more careful.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.dotted import absolute_import, package_of
from signalgen.index.reading.code import flattened
from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from signalgen.index.reading.code import Codebase
    from signalgen.project.roots import ModuleNames
    from signalgen.project.sources import Sources

# An import to the end of its logical line, or the head of a block, whose indent counts.
_LINE = pattern(
    rb"^(?P<indent>[ \t]*)(?:"
    rb"from[ \t]+(?P<module>[.\w]+)[ \t]+import[ \t]*(?P<names>\([^)]*\)|(?:[^\n\\#]|\\\r?\n)*)"
    rb"|import[ \t]+(?P<modules>(?:[^\n\\#]|\\\r?\n)*)"
    rb"|(?P<block>(?:async[ \t]+)?def|class|if|elif|else|try|except|finally|with|for|while|match)"
    rb"\b(?P<rest>[^\n]*)"
    rb")",
    re.MULTILINE,
)
_NAME = pattern(rb"^[ \t\r\n]*([\w.]+)", re.MULTILINE)
_COMMENT = pattern(rb"#[^\n]*")
_IGNORED = pattern(r"(?:^|/)(?:migrations|tests?|conftest\.py|test_[^/]*\.py)(?:/|$)")
_CLOSED = (b"def", b"class")


def import_graph(sources: Sources, names: ModuleNames) -> dict[str, tuple[str, ...]]:
    """Return, for each module of the project, the project's modules that it imports when loaded."""
    graph = {}
    for path, name in names.by_path.items():
        if _IGNORED.search(path):
            continue
        package = package_of(name, path)
        found = {
            target
            for target in imported(sources.data(path), package, names.by_name)
            if target != name
        }
        graph[name] = tuple(sorted(found))
    return graph


def imported(data: bytes, package: str, known: Mapping[str, str]) -> Iterator[str]:
    """Yield the modules in ``known`` that a file of ``package`` imports at module level."""
    if b"import" not in data:
        return
    data = data.removeprefix(b"\xef\xbb\xbf")
    # The indent of the function, class or TYPE_CHECKING block that we are in.
    closed: bytes | None = None
    for line in _LINE.finditer(
        data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data
    ):
        indent = line["indent"]
        if closed is not None and len(indent) <= len(closed):
            closed = None
        if closed is not None:
            continue
        if line["block"]:
            if line["block"].endswith(_CLOSED) or b"TYPE_CHECKING" in line["rest"]:
                closed = indent
        elif line["modules"] is not None:
            for name in _names(line["modules"]):
                yield from _known(name, known)
        else:
            yield from _from(
                line["module"].decode("utf-8", "replace"), _names(line["names"]), package, known
            )


def _names(text: bytes) -> Iterator[str]:
    cleaned = _COMMENT.sub(b"", text).strip(b"()\\ \t\n").replace(b"\\\n", b" ")
    for part in cleaned.split(b","):
        if found := _NAME.match(part):
            yield found.group(1).decode("utf-8", "replace")


def _from(
    module: str, names: Iterator[str], package: str, known: Mapping[str, str]
) -> Iterator[str]:
    dots = len(module) - len(module.lstrip("."))
    if dots > 1 and dots > len(package.split(".")):
        return  # it leads above the top package: Python refuses that
    base = absolute_import(module, package)
    yield from _known(base, known)
    for name in names:
        if f"{base}.{name}" in known:
            yield f"{base}.{name}"


def _known(name: str, known: Mapping[str, str]) -> Iterator[str]:
    while name:
        if name in known:
            yield name
            return
        name = name.rpartition(".")[0]


def import_origins(code: Codebase, path: str) -> dict[str, str]:
    """Return the origins of a module's imported top-level names, as ``module:name``."""
    found = {}
    for chunk in code.outline(path).chunks:
        if chunk.kind not in ("import", "block"):
            continue
        for stmt in flattened(code.parsed(path, chunk)):
            if isinstance(stmt, ast.Import):
                for alias in stmt.names:
                    found[alias.asname or alias.name.partition(".")[0]] = f"{alias.name}:"
            elif isinstance(stmt, ast.ImportFrom):
                for alias, (_, target) in zip(stmt.names, code.imported(path, stmt), strict=True):
                    module = target.removesuffix(f".{alias.name}") if alias.name != "*" else target
                    found[alias.asname or alias.name] = f"{module}:{alias.name}"
    return found
