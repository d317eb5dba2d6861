"""Writes an import statement (``render``), or adds names to one in its own layout (``join``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import dataclass, pattern
from signalgen.merge import edits
from signalgen.merge.edits import Edit
from signalgen.merge.modules import ModulePlace, SortKey, import_key, sorted_place
from signalgen.values.source import Import, Module, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.values.fragment import ImportNeed
    from signalgen.values.project import Style

__all__ = ["Import", "Joined", "inside_block", "join", "render"]
_ROW = pattern(rb"[ \t]*,[ \t]*(?:#[^\r\n]*)?(?=[\r\n])")
_LAST_ROW = pattern(rb"[ \t]*(?:,[ \t]*)?(?:#[^\r\n]*)?(?=[\r\n])")
_COMMENT = pattern(r"[ \t]*(#.*)?$")


@dataclass(frozen=True, slots=True)
class Joined:
    """The edits that add names to a statement, and the statement's whole lines before and after."""

    edits: tuple[Edit, ...]
    before: str
    after: str


def render(needs: Sequence[ImportNeed], style: Style, indent: str) -> str:
    """Return the statement that imports ``needs`` (one module, sorted), wrapped if too long."""
    first = needs[0]
    if not first.name:
        alias = f" as {first.alias}" if first.alias else ""
        return f"{indent}import {first.module}{alias}\n"
    names = [f"{need.name} as {need.alias}" if need.alias else need.name for need in needs]
    return _from_import(indent, first.module, names, "", style)


def _from_import(indent: str, module: str, names: Sequence[str], comment: str, style: Style) -> str:
    line = f"{indent}from {module} import {', '.join(names)}"
    tail = f"  {comment}" if comment else ""
    if len(line + tail) <= style.line_length:
        return f"{line}{tail}\n"
    rows = "".join(f"{indent}    {name},\n" for name in names)
    return f"{indent}from {module} import ({tail}\n{rows}{indent})\n"


def join(module: Module, statement: Import, names: Sequence[str], style: Style) -> Joined:
    """Return the edits that add ``names`` to a from-import, each at its sorted place."""
    data = module.data
    start = edits.line_start(data, statement.span.start)
    end = edits.next_line(data, statement.span.end)
    before = data[start:end].decode(module.encoding)
    inserts = _inserts(module, statement, names)
    after = edits.apply(
        data[start:end], [Edit(e.start - start, e.end - start, e.new) for e in inserts]
    ).decode(module.encoding)
    if _needs_wrapping(module, statement, before, after, style):
        wrapped = _wrapped(module, statement, names, start, end, style)
        if wrapped is not None:
            new = edits.encode(module, wrapped)
            new = new if edits.ends_line(data, end) else new[: -len(module.newline)]
            return Joined((Edit(start, end, new),), before, new.decode(module.encoding))
    return Joined(tuple(inserts), before, after)


def _inserts(module: Module, statement: Import, names: Sequence[str]) -> list[Edit]:
    listed = [item.name for item in statement.names]
    rows = _row_indent(module, statement)
    if rows is None:
        return [_inline(statement, sorted_place(listed, name), name, module) for name in names]
    found: list[Edit] = []
    last = statement.names[-1].span.end
    # Without a comma after the last row, a new last row needs one before it instead.
    bare = not _ROW.match(module.data, last)
    if bare and sorted_place(listed, names[-1]) == len(listed):
        found.append(Edit(last, last, edits.encode(module, ",")))
    for name in names:
        comma = "" if bare and name == names[-1] and found else ","
        found.append(
            _as_row(module, statement, sorted_place(listed, name), f"{rows}{name}{comma}\n")
        )
    return found


def _inline(statement: Import, place: int, name: str, module: Module) -> Edit:
    if place == 0:
        at = statement.names[0].span.start
        return Edit(at, at, edits.encode(module, f"{name}, "))
    at = statement.names[place - 1].span.end
    return Edit(at, at, edits.encode(module, f", {name}"))


def _row_indent(module: Module, statement: Import) -> str | None:
    """Return the indentation of the names if each is on its own line, otherwise None."""
    # The last name may lack its comma.
    data = module.data
    if not statement.parenthesized:
        return None
    for item in statement.names:
        start = edits.line_start(data, item.span.start)
        row = _LAST_ROW if item is statement.names[-1] else _ROW
        if data[start : item.span.start].strip() or not row.match(data, item.span.end):
            return None
    first = statement.names[0].span.start
    return data[edits.line_start(data, first) : first].decode("ascii")


def _as_row(module: Module, statement: Import, place: int, row: str) -> Edit:
    if place == 0:
        at = edits.line_start(module.data, statement.names[0].span.start)
    else:
        at = edits.next_line(module.data, statement.names[place - 1].span.end)
    return Edit(at, at, edits.encode(module, row))


def _needs_wrapping(
    module: Module, statement: Import, before: str, after: str, style: Style
) -> bool:
    if _row_indent(module, statement) is not None:
        return False
    longest = max(map(len, after.splitlines()), default=0)
    was = max(map(len, before.splitlines()), default=0)
    # A statement that was too long already is left as the person wrote it.
    return longest > style.line_length >= was


def _wrapped(
    module: Module, statement: Import, names: Sequence[str], start: int, end: int, style: Style
) -> str | None:
    """Return the statement with one name per line; None if comments or neighbours would be lost."""
    data = module.data
    inside = data[statement.span.start : statement.span.end]
    rest = data[statement.span.end : end].decode(module.encoding).rstrip("\r\n")
    comment = _COMMENT.fullmatch(rest)
    # Comments, backslashes or a second statement on the line would be lost.
    if b"#" in inside or b"\\" in inside or comment is None:
        return None
    indent = data[start : statement.span.start].decode(module.encoding)
    if indent.strip():
        return None
    listed = [(item.name, item.alias) for item in statement.names]
    for name in names:
        listed.insert(sorted_place([item for item, _ in listed], name), (name, None))
    shown = [f"{name} as {alias}" if alias else name for name, alias in listed]
    return _from_import(indent, statement.module, shown, comment.group(1) or "", style)


def inside_block(
    module: Module,
    block: Statement,
    inside: Sequence[Import],
    key: SortKey,
    section: int,
    place: ModulePlace,
    style: Style,
) -> tuple[int, str]:
    """Return offset and indentation of a new import line in the ``if TYPE_CHECKING:`` block."""
    data = module.data
    if not inside:
        at = edits.next_line(data, data.index(b":", block.span.start))
        return at, module.indent
    first = edits.line_start(data, inside[0].span.start)
    indent = data[first : inside[0].span.start].decode("ascii", "replace")
    order = (section, key)
    earlier = [
        imp for imp in inside if (place.section(imp.module), import_key(imp, style)) <= order
    ]
    return (edits.next_line(data, earlier[-1].span.end) if earlier else first), indent
