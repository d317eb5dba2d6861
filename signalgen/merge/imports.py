"""Adds a file's missing imports in its own order: ``plan_imports(...)``. Nothing is reordered."""

from __future__ import annotations

import itertools
from dataclasses import field
from typing import TYPE_CHECKING

from signalgen.errors import Problem
from signalgen.late import dataclass
from signalgen.merge import edits, statements
from signalgen.merge.edits import Edit
from signalgen.merge.head import Head, ImportLine, type_checking_block
from signalgen.merge.layout import TextPiece
from signalgen.merge.modules import (
    BoundName,
    ModulePlace,
    as_spelled,
    bindings,
    member_key,
    same_thing,
    statement_key,
    target_of,
)
from signalgen.values.fragment import ImportNeed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from signalgen.values.project import Style
    from signalgen.values.source import ClassDef, Function, Module, Span

_TYPE_CHECKING = ImportNeed("typing", "TYPE_CHECKING")
_CONSTRUCTIVE = ("", "try")


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """How imports are added: edits (``joins``), their undo pairs, and new lines.

    ``added`` are the imports that the file lacked; ``refused`` are the ones that ``problems`` are
    about, one each.
    """

    joins: tuple[Edit, ...] = ()
    pieces: tuple[TextPiece, ...] = ()
    added: tuple[ImportNeed, ...] = ()
    problems: tuple[Problem, ...] = ()
    refused: tuple[ImportNeed, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Work:
    joins: list[Edit] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    pieces: list[TextPiece] = field(default_factory=list)


def plan_imports(
    module: Module,
    path: str,
    needs: Iterable[ImportNeed],
    head: Head,
    place: ModulePlace,
    style: Style,
) -> ImportPlan:
    """Return how to import ``needs`` in ``module``; a problem if a name is already taken."""
    bound: dict[str, list[BoundName]] = {}
    for binding in bindings(module, place):
        bound.setdefault(binding.name, []).append(binding)
    wanted = sorted(set(needs))
    # A runtime import also serves annotations.
    if any(need.type_checking for need in wanted):
        runtime = {(n.module, n.name, n.alias) for n in wanted if not n.type_checking}
        wanted = [
            n for n in wanted if not n.type_checking or (n.module, n.name, n.alias) not in runtime
        ]
    missing = [
        need for need in wanted if not _is_met(module, need, bound.get(need.bound, []), place)
    ]
    if any(need.type_checking for need in missing) and not bound.get("TYPE_CHECKING"):
        missing = sorted({*missing, _TYPE_CHECKING})
    taken = _taken(module, path, missing, bound, place)
    if taken:
        return ImportPlan(problems=tuple(taken.values()), refused=tuple(taken))
    work = _Work()
    _add_runtime(work, module, [n for n in missing if not n.type_checking], head, place, style)
    _add_typing(work, module, [n for n in missing if n.type_checking], head, place, style)
    return ImportPlan(
        tuple(work.joins), tuple(work.pieces), tuple(missing), pairs=tuple(work.pairs)
    )


def _is_met(
    module: Module, need: ImportNeed, found: Sequence[BoundName], place: ModulePlace
) -> bool:
    # ``import a.b`` is met by any import of ``a.b`` or of a module below it.
    if not need.name and not need.alias and "." in need.module:
        loaded = (
            imp for imp in module.imports if not imp.scope and not imp.is_from and not imp.alias
        )
        return any(f"{imp.module}.".startswith(f"{need.module}.") for imp in loaded)
    if not found and _is_looked_up(module, need):
        return True
    same = [b for b in found if same_thing(b.target, target_of(need, place))]
    if need.type_checking:
        return bool(same)
    # Both branches of an if may import the same name; one branch alone proves nothing.
    guarded = [b for b in same if b.statement.guard in ("if", "other")]
    return len(guarded) > 1 or any(b.statement.guard in _CONSTRUCTIVE for b in same)


def _is_looked_up(module: Module, need: ImportNeed) -> bool:
    for assignment in module.assignments:
        call = assignment.call
        if assignment.target != need.bound or assignment.scope or assignment.guard or call is None:
            continue
        if call.callee.rpartition(".")[2] == "get_model" and call.arguments:
            last = call.arguments[-1].text.strip("\"'").rpartition(".")[2]
            return last.lower() == need.name.lower()
    return False


def _taken(
    module: Module,
    path: str,
    missing: Sequence[ImportNeed],
    bound: dict[str, list[BoundName]],
    place: ModulePlace,
) -> dict[ImportNeed, Problem]:
    if not missing:
        return {}
    own: dict[str, Span] = {}
    definitions: tuple[Function | ClassDef, ...] = (*module.functions, *module.classes)
    for item in definitions:
        if not item.scope:
            own.setdefault(item.name, item.span)
    for assignment in module.assignments:
        if not assignment.scope:
            own.setdefault(assignment.target, assignment.span)
    problems = {}
    for need in missing:
        others = [
            b.span
            for b in bound.get(need.bound, [])
            if not same_thing(b.target, target_of(need, place))
        ]
        where = others[0] if others else own.get(need.bound)
        if where is not None:
            problems[need] = _name_taken(module, path, need, where)
    return problems


def _name_taken(module: Module, path: str, need: ImportNeed, where: Span) -> Problem:
    line = edits.decode(
        module, edits.line_start(module.data, where.start), edits.line_end(module.data, where.start)
    )
    return Problem(
        file=path,
        line=where.line,
        column=where.column,
        path="",
        code="name-taken",
        message=(
            f"{need.bound!r} means something else in {path}:{where.line}, "
            f"but generated code needs `{need.line}`"
        ),
        hint=f"give the {need.bound!r} there another name",
        source=line,
    )


def _add_runtime(
    work: _Work,
    module: Module,
    needs: Sequence[ImportNeed],
    head: Head,
    place: ModulePlace,
    style: Style,
) -> None:
    # Only imports that run before the first definition may be extended.
    limit = max(head.end, head.code)
    fits = [
        imp
        for imp in module.imports
        if not imp.scope
        and not imp.guard
        and imp.span.start < limit
        and edits.line_start(module.data, imp.span.start) == imp.span.start
    ]
    spelled = [as_spelled(module, need, place) for need in needs]
    for statement in _join(work, module, spelled, fits, place, style):
        text = statements.render(statement, style, "")
        first = statement[0]
        section = place.section(first.module)
        key = _key(statement, style)
        offset = _offset(module, head, first.module, section, key)
        work.pieces.append(
            TextPiece(offset, (0, section, key), "import", text, first.line, section)
        )


def _join(
    work: _Work,
    module: Module,
    needs: Sequence[ImportNeed],
    fits: Sequence[statements.Import],
    place: ModulePlace,
    style: Style,
) -> list[list[ImportNeed]]:
    """Add needs to existing statements of the same module; return the rest, grouped."""
    new: dict[tuple[str, str], list[ImportNeed]] = {}
    joined: dict[int, tuple[statements.Import, list[ImportNeed]]] = {}
    for need in needs:
        target = None
        if need.name and not need.alias and not style.force_single_line:
            target = _statement_of(need, fits, place)
        if target is not None:
            joined.setdefault(target.span.start, (target, []))[1].append(need)
        elif need.name and not need.alias and not style.force_single_line:
            new.setdefault((need.module, ""), []).append(need)
        else:
            new.setdefault((need.module, need.line), []).append(need)
    for target, members in joined.values():
        edit = statements.join(
            module, target, sorted((need.name for need in members), key=member_key), style
        )
        work.joins += edit.edits
        work.pairs.append((edit.before, edit.after))
    return [sorted(members, key=lambda need: member_key(need.name)) for members in new.values()]


def _statement_of(
    need: ImportNeed, fits: Sequence[statements.Import], place: ModulePlace
) -> statements.Import | None:
    wanted = place.absolute(need.module)
    same = [
        imp
        for imp in fits
        if imp.is_from
        and place.absolute(imp.module) == wanted
        and any(item.name != "*" and not item.alias for item in imp.names)
    ]
    return next((imp for imp in same if imp.module == need.module), same[0] if same else None)


def _key(statement: Sequence[ImportNeed], style: Style) -> tuple[object, ...]:
    first = statement[0]
    return statement_key(
        first.module, is_from=bool(first.name), first=first.name, alias=first.alias, style=style
    )


def _offset(module: Module, head: Head, name: str, section: int, key: tuple[object, ...]) -> int:
    """Return where a new line of ``section`` goes: after the last line that sorts before it.

    If the lines are unsorted, as under headings, it joins the lines of its top-level package.
    """
    lines = head.lines
    if not lines:
        return head.opening
    same = [line for line in lines if line.section == section]
    if same:
        # The lines of a section that is not sorted: keep to those of the same top-level package.
        near = [
            line for line in same if line.first.module.partition(".")[0] == name.partition(".")[0]
        ]
        if near and not _in_order(same):
            ahead = [line for line in near if line.key <= key] if _in_order(near) else near
            return ahead[-1].end if ahead else near[0].start
        stars = [
            line
            for line in same
            if line.first.module == name
            and line.first.names[:1]
            and line.first.names[0].name == "*"
        ]
        earlier = [line for line in same if line.key <= key] or stars
        return earlier[-1].end if earlier else _above(module, head, same[0])
    lower = [line for line in lines if line.section < section]
    return lower[-1].end if lower else _above(module, head, lines[0])


def _in_order(lines: Sequence[ImportLine]) -> bool:
    return all(one.key <= other.key for one, other in itertools.pairwise(lines))


def _above(module: Module, head: Head, line: ImportLine) -> int:
    """Return the offset above an import line and the comments attached to it."""
    at = line.start
    comments = {
        edits.line_start(module.data, s.span.start): s
        for s in module.statements
        if s.kind == "comment"
    }
    while at > head.opening and (previous := edits.previous_line(module.data, at)) in comments:
        if previous != comments[previous].span.start or previous < head.opening:
            break
        at = previous
    # Comments that reach up to the start of the file are its own, not the line's.
    return at if at > edits.first_offset(module.data) else line.start


def _add_typing(
    work: _Work,
    module: Module,
    needs: Sequence[ImportNeed],
    head: Head,
    place: ModulePlace,
    style: Style,
) -> None:
    if not needs:
        return
    block = type_checking_block(module)
    if block is None:
        text = "if TYPE_CHECKING:\n" + _typing_lines(needs, place, style, "    ")
        work.pieces.append(TextPiece(head.end, (1,), "block", text, "TYPE_CHECKING"))
        return
    inside = [
        imp
        for imp in module.imports
        if imp.guard == "type_checking"
        and not imp.scope
        and block.span.start < imp.span.start < block.span.end
    ]
    for statement in _join(work, module, needs, inside, place, style):
        at, indent = statements.inside_block(
            module,
            block,
            inside,
            _key(statement, style),
            place.section(statement[0].module),
            place,
            style,
        )
        text = statements.render(statement, style, indent)
        work.pairs.append(("", text))
        work.joins.append(Edit(at, at, edits.encode(module, text)))


def _typing_lines(
    needs: Sequence[ImportNeed], place: ModulePlace, style: Style, indent: str
) -> str:
    groups: dict[tuple[str, str], list[ImportNeed]] = {}
    for need in needs:
        single = not need.name or need.alias or style.force_single_line
        groups.setdefault((need.module, need.line if single else ""), []).append(need)
    listed = [
        sorted(members, key=lambda need: member_key(need.name)) for members in groups.values()
    ]
    listed.sort(key=lambda members: (place.section(members[0].module), _key(members, style)))
    # An empty line between sections, as isort wants it.
    text, last = "", -1
    for members in listed:
        section = place.section(members[0].module)
        text += "\n" if last not in (-1, section) else ""
        text += statements.render(members, style, indent)
        last = section
    return text
