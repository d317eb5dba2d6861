"""The head of a file: docstring, comments, leading imports. ``read_head(...)`` is the entry."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from signalgen.late import dataclass, pattern
from signalgen.merge import edits
from signalgen.merge.modules import ModulePlace, SortKey, import_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.values.project import Style
    from signalgen.values.source import ClassDef, Function, Import, Module, Statement

_IMPORTS = ("import_statement", "import_from_statement", "future_import_statement")
_DUNDER = pattern(r"__\w+__\s*(?::[^=]+)?\+?=")
_FIRST_LINES = pattern(r"#!|#.*coding[:=]|#.*(?:copyright|licen[cs]e|spdx)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import statement of the run, alone on its lines; ``end`` is after the line ending."""

    imports: tuple[Import, ...]
    section: int
    key: SortKey
    start: int
    end: int

    @property
    def first(self) -> Import:
        """The statement, or its first part in ``import a, b``."""
        return self.imports[0]


@dataclass(frozen=True, slots=True)
class Head:
    """The run of imports at the top of a file; ``opening`` is where a first import would go.

    ``end`` is where the first line of code below the imports goes; ``code`` the offset of the first
    definition.
    """

    lines: tuple[ImportLine, ...]
    opening: int
    end: int
    code: int
    spaced: bool


def read_head(module: Module, place: ModulePlace, style: Style) -> Head:
    """Return the head of ``module``."""
    by_start: dict[int, list[Import]] = {}
    for statement in module.imports:
        if not statement.scope:
            by_start.setdefault(statement.span.start, []).append(statement)
    opening = _opening(module)
    lines: list[ImportLine] = []
    end = opening
    for item in module.statements:
        if item.kind == "comment" or item.span == module.docstring:
            continue
        if item.kind in _IMPORTS:
            line = _import_line(module, by_start.get(item.span.start, []), item, place, style)
            if line is not None:
                lines.append(line)
            end = edits.next_line(module.data, item.span.end)
        elif _only_imports(module, item, by_start):
            end = edits.next_line(module.data, item.span.end)
        # Assignments such as ``__all__`` may stand between imports.
        elif not _DUNDER.match(module.text(item.span)[:200]):
            break
    if edits.is_blank(module.data, end, len(module.data)):
        # Then all insertions are in one place, and the white space at the end stays as it is.
        end = len(module.data)
        opening = end if edits.is_blank(module.data, opening, end) else opening
    return Head(tuple(lines), opening, end, _first_definition(module), _is_spaced(module, lines))


def _import_line(
    module: Module, found: Sequence[Import], item: Statement, place: ModulePlace, style: Style
) -> ImportLine | None:
    start = edits.line_start(module.data, item.span.start)
    # Not alone on its line, or conditional: nothing can be placed relative to it.
    if start != item.span.start or not found or found[0].guard:
        return None
    end = edits.next_line(module.data, item.span.end)
    return ImportLine(
        tuple(found), place.section(found[0].module), import_key(found[0], style), start, end
    )


def _only_imports(module: Module, item: Statement, by_start: dict[int, list[Import]]) -> bool:
    """Return whether a try or if statement only imports, such as for ``except ImportError``."""
    if item.kind not in ("try_statement", "if_statement"):
        return False
    if _is_type_checking(module, item):
        return True
    inside = [start for start in by_start if item.span.start < start < item.span.end]
    definitions: tuple[Function | ClassDef, ...] = (*module.functions, *module.classes)
    defines = any(item.span.start < found.span.start < item.span.end for found in definitions)
    return bool(inside) and not defines


def _is_type_checking(module: Module, item: Statement) -> bool:
    return re.match(r"if\s+(?:\w+\.)?TYPE_CHECKING\s*:", module.text(item.span)[:60]) is not None


def type_checking_block(module: Module) -> Statement | None:
    """Return the top-level ``if TYPE_CHECKING:`` statement, None if there is none."""
    blocks = (item for item in module.statements if item.kind == "if_statement")
    return next((item for item in blocks if _is_type_checking(module, item)), None)


def _opening(module: Module) -> int:
    """Return the offset after docstring, cookie, shebang and licence comments."""
    data = module.data
    at = edits.first_offset(data)
    comments = []
    for item in module.statements:
        if item.kind != "comment":
            if item.span == module.docstring:
                return edits.next_line(data, item.span.end)
            break
        comments.append(item)
    # Shebang, cookie and licence lines belong to the opening without an empty line below, too.
    block_start = True
    for index, comment in enumerate(comments):
        after = edits.next_line(data, comment.span.end)
        loose = _is_loose(module, comments, index)
        if loose or (block_start and _FIRST_LINES.match(module.text(comment.span))):
            at = after
        block_start = block_start and at == after
    return at


def _is_loose(module: Module, comments: Sequence[Statement], index: int) -> bool:
    """Return whether the comment block of ``index`` is followed by an empty line or the end."""
    data = module.data
    for number in range(index, len(comments)):
        after = edits.next_line(data, comments[number].span.end)
        if edits.blanks_after(data, after) or edits.is_blank(data, after, len(data)):
            return True
        if number + 1 == len(comments):
            return False
    return False


def _first_definition(module: Module) -> int:
    for item in module.statements:
        if item.kind in ("function_definition", "class_definition", "decorated_definition"):
            return item.span.start
    return len(module.data)


def _is_spaced(module: Module, lines: Sequence[ImportLine]) -> bool:
    """Return whether empty lines separate the import sections; true for a single section."""
    pairs = [(a, b) for a, b in itertools.pairwise(lines) if a.section != b.section]
    return not pairs or any(
        edits.blanks_before(module.data, _with_comments(module, b.start)) for _, b in pairs
    )


def _with_comments(module: Module, start: int) -> int:
    while start > edits.first_offset(module.data):
        above = edits.previous_line(module.data, start)
        if not module.data[above:start].startswith(b"#"):
            break
        start = above
    return start
