"""Finds generated symbols in an edited file: ``read_index(module)``, then ``locate(...)``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from signalgen.late import dataclass, pattern
from signalgen.merge import edits

if TYPE_CHECKING:
    from signalgen.values.change import BaselineEntry
    from signalgen.values.source import ClassDef, Function, Module, Span

Uids = Mapping[str, Sequence[tuple[str, "Span"]]]

_BINDS = pattern(r"^(?:(?:async[ \t]+)?def[ \t]+|class[ \t]+)?(\w+)", re.MULTILINE)
_UID = pattern(r"""dispatch_uid\s*=\s*[rRuU]?(""" r""""[^"\n]*"|'[^'\n]*')""")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol of a file: bytes ``start`` to ``end`` (before its last line end), text and place.

    ``text`` uses LF, ends with one, and is not indented: ``prefix`` is its indentation in the file.
    """

    name: str
    start: int
    end: int
    line: int
    column: int
    prefix: str
    text: str


@dataclass(frozen=True, slots=True)
class SymbolTable:
    """The definitions of a module's top-level names, possibly several for one name."""

    module: Module
    names: Mapping[str, Sequence[Span]]
    imported: Mapping[str, Span]

    def uids(self) -> Mapping[str, Sequence[tuple[str, Span]]]:
        """Return the names and places of the functions registered under each dispatch_uid."""
        found: dict[str, list[tuple[str, Span]]] = {}
        for function in self.module.functions:
            if function.scope:
                continue
            for decorator in function.decorators:
                for uid in uids_of(self.module.text(decorator.span)):
                    found.setdefault(uid, []).append((function.name, function.span))
        return found


def uids_of(text: str) -> list[str]:
    """Return the dispatch_uid strings in ``text``."""
    return [match[1:-1] for match in _UID.findall(text)] if "dispatch_uid" in text else []


def bound(text: str) -> str:
    """Return the name that the text of a symbol binds, "" for none."""
    found = _BINDS.search(text)
    return found.group(1) if found is not None else ""


def read_index(module: Module) -> SymbolTable:
    """Return the symbol table of ``module``."""
    names: dict[str, list[Span]] = {}
    definitions: tuple[Function | ClassDef, ...] = (*module.functions, *module.classes)
    for definition in definitions:
        if not definition.scope:
            names.setdefault(definition.name, []).append(definition.span)
    for assignment in module.assignments:
        if not assignment.scope:
            names.setdefault(assignment.target, []).append(assignment.span)
    imported: dict[str, Span] = {}
    for statement in module.imports:
        if statement.scope:
            continue
        if not statement.is_from:
            imported.setdefault(
                statement.alias or statement.module.partition(".")[0], statement.span
            )
        for item in statement.names:
            imported.setdefault(item.alias or item.name, statement.span)
    return SymbolTable(module, names, imported)


def locate(
    index: SymbolTable, entry: BaselineEntry, uids: Mapping[str, Sequence[tuple[str, Span]]]
) -> Symbol | None:
    """Return the current symbol of ``entry``: by name, else by its dispatch_uid (renamed).

    A symbol that kept its old name when the spec changed it may have been renamed by hand since.
    """
    by_name = [(entry.name, span) for span in index.names.get(entry.name, ())]
    if not by_name:
        name = bound(entry.text)
        by_name = [(name, span) for span in index.names.get(name, ())]
    if len(by_name) == 1 and _stands_as(index.module, entry.text, by_name[0][1]):
        return symbol_at(index.module, *by_name[0], entry.text)
    # Preferably the function with both name and uid, then the uid alone, then the name alone.
    own = uids_of(entry.text)
    by_uid = [found for uid in own for found in uids.get(uid, ())]
    both = [found for found in by_name if found in by_uid]
    if not both and by_uid and own:
        both = by_uid
    for name, span in [*both, *by_name]:
        if _stands_as(index.module, entry.text, span):
            return symbol_at(index.module, name, span, entry.text)
    for name, span in [*both, *by_name]:
        return symbol_at(index.module, name, span, entry.text)
    return None


def symbol_at(module: Module, name: str, span: Span, model: str) -> Symbol:
    """Return the symbol at ``span``; with comments above it when ``model`` starts with one."""
    data = module.data
    start, end = edits.line_start(data, span.start), span.end
    # Something else is on the line, such as ``a = 1; b = 2``.
    if data[start : span.start].strip(b" \t\f"):
        start = span.start
    if data[end : edits.line_end(data, end)].lstrip(b" \t\f")[:1] in (b"", b"#"):
        end = edits.line_end(data, end)
    if model.startswith("#"):
        start = _with_comments(module, start)
    prefix = re.match(rb"[ \t\f]*", data[start:end])
    indent = prefix.group().decode("ascii") if prefix else ""
    text = edits.decode(module, start, end)
    if indent:
        text = "\n".join(line.removeprefix(indent) for line in text.split("\n"))
    return Symbol(name, start, end, span.line, span.column, indent, text.rstrip("\n") + "\n")


def _stands_as(module: Module, text: str, span: Span) -> bool:
    return symbol_at(module, "", span, text).text == text


def _with_comments(module: Module, start: int) -> int:
    data = module.data
    while start > edits.first_offset(data):
        above = edits.previous_line(data, start)
        if not data[above:start].lstrip(b" \t\f").startswith(b"#"):
            break
        start = above
    return start
