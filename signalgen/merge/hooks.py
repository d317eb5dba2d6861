"""Adds the import of a receivers module to ``ready()``: ``plan_hook(...)`` is the entry.

It follows the style of the file; if adding it is not safe, the result says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.errors import Problem
from signalgen.late import dataclass
from signalgen.merge import edits, spelling
from signalgen.merge.edits import Edit
from signalgen.merge.loaded import class_at, is_loaded, sometimes
from signalgen.merge.loading import plan_loading
from signalgen.merge.modules import ModulePlace, module_key
from signalgen.merge.untie import as_key

if TYPE_CHECKING:
    from signalgen.merge.spelling import HookLine
    from signalgen.values.fragment import ReadyHook
    from signalgen.values.project import Style
    from signalgen.values.source import ClassDef, Function, Import, Module, Span, Statement

_IMPORTS = ("import_statement", "import_from_statement", "future_import_statement")
_EMPTY = ("pass", "...")


@dataclass(frozen=True, slots=True)
class HookEdit:
    """The edit for a hook and its undo pair, or a problem; both None: already loaded.

    ``note`` says that this depends on a condition. ``imports``: it is undone as an import is.
    """

    edit: Edit | None = None
    pair: tuple[str, str] = ("", "")
    problem: Problem | None = None
    note: Problem | None = None
    imports: tuple[str, ...] = ()


def plan_hook(
    module: Module, path: str, hook: ReadyHook, place: ModulePlace, style: Style
) -> HookEdit:
    """Return the edit that makes ``ready()`` of the hook's class import the hook's module.

    A hook without a class is at module level.
    """
    if is_loaded(module, hook, place):
        return HookEdit(note=_conditional(module, path, hook, place))
    if not hook.class_name:
        made = plan_loading(module, hook, place, style)
        return HookEdit(made.edit, made.pair, imports=(as_key(made.need),))
    line = spelling.hook_line(module, hook, place)
    owner = class_at(module, hook.class_name)
    if owner is None:
        return _refuse(
            path, hook, line, None, f"the class {hook.class_name} is not in this file exactly once"
        )
    why, where = _obstacle(module, owner)
    if why:
        return _refuse(path, hook, line, where, why)
    ready = next((f for f in module.functions if f.scope == owner.name and f.name == "ready"), None)
    edit = (
        _into_class(module, owner, line)
        if ready is None
        else _typed(module, ready, hook, _into_ready(module, ready, line, place))
    )
    return HookEdit(edit, pair_of(module, edit))


def _conditional(module: Module, path: str, hook: ReadyHook, place: ModulePlace) -> Problem | None:
    # The condition may be intended: it is noted once.
    found = sometimes(module, hook, place) if hook.first else None
    if found is None:
        return None
    return Problem(
        file=path,
        line=found.span.line,
        column=found.span.column,
        path="",
        code="ready-hook",
        message=f"{hook.class_name}.ready() imports {hook.module} under a condition: "
        "without it no receiver is connected",
        hint="move the import to the top of ready() if that is not meant",
    )


def pair_of(module: Module, edit: Edit) -> tuple[str, str]:
    """Return the lines that ``edit`` changes, before and after, with lines above until unique."""
    data = module.data
    start, end = edit.start, edit.end
    if not edits.ends_line(data, start) or (
        start == end and not edits.ends_line(edit.new, len(edit.new))
    ):
        start = edits.line_start(data, start)
    if end > edit.start or start < edit.start:
        end = end if edits.ends_line(data, end) and end > start else edits.next_line(data, end)
    whole = edits.apply(data, [edit])

    def after() -> bytes:
        return data[start : edit.start] + edit.new + data[edit.end : end]

    while whole.count(after()) > 1 and start > edits.first_offset(data):
        start = edits.previous_line(data, start)
    return data[start:end].decode(module.encoding), after().decode(module.encoding)


def _obstacle(module: Module, owner: ClassDef) -> tuple[str, Span]:
    """Return why the hook cannot be added to the class, and where; "" if it can."""
    for assignment in module.assignments:
        if assignment.scope == owner.name and assignment.target == "ready":
            return "ready is assigned, not defined", assignment.span
    found = [f for f in module.functions if f.scope == owner.name and f.name == "ready"]
    if len(found) > 1:
        return "ready() is defined more than once", found[1].span
    for ready in found:
        strange = [d.name for d in ready.decorators if d.name.rpartition(".")[2] != "override"]
        if strange:
            return f"ready() is decorated with {strange[0]}", ready.span
        if ready.guard or ready.is_async:
            return "ready() is conditional or async", ready.span
        if not ready.statements:
            return "ready() has no body that could be read", ready.span
    return "", owner.span


def _refuse(path: str, hook: ReadyHook, line: HookLine, where: Span | None, why: str) -> HookEdit:
    problem = Problem(
        file=path,
        line=where.line if where else 0,
        column=where.column if where else 0,
        path="",
        code="ready-hook",
        message=(
            f"{hook.class_name}.ready() must import {hook.module}, "
            f"and signalgen cannot add that safely: {why}"
        ),
        hint=f"add this by hand:\n\n    def ready(self):\n        {line.text}",
    )
    return HookEdit(problem=problem)


def _into_class(module: Module, owner: ClassDef, line: HookLine) -> Edit:
    data = module.data
    first = owner.statements[0]
    outer = _indent_at(module, owner.span.start)
    # ``class A(AppConfig): name = "a"``
    one_line = not edits.is_blank(data, edits.line_start(data, first.span.start), first.span.start)
    inner = outer + module.indent if one_line else _indent_at(module, first.span.start)
    method = spelling.new_ready(module, owner, line, inner)
    body = [s for s in owner.statements if s.kind != "comment"]
    if one_line:
        return _split_class(module, owner, inner, method, body)
    only = body[0] if len(body) == 1 and not owner.docstring else None
    if only is not None and module.text(only.span) in _EMPTY and _alone(module, only):
        start = edits.line_start(data, only.span.start)
        return Edit(start, edits.next_line(data, only.span.end), edits.encode(module, method))
    end = edits.next_line(data, owner.span.end)
    lead = "\n" if edits.ends_line(data, end) else "\n\n"
    return Edit(end, end, edits.encode(module, lead + method))


def _split_class(
    module: Module, owner: ClassDef, inner: str, method: str, body: list[Statement]
) -> Edit:
    # The body follows the colon on one line: it moves to lines of its own.
    data = module.data
    start, end = body[0].span.start, edits.next_line(data, owner.span.end)
    while data[start - 1 : start] in (b" ", b"\t"):
        start -= 1
    text = edits.decode(module, body[0].span.start, end).rstrip("\n")
    kept = "" if len(body) == 1 and text in _EMPTY else f"{inner}{text}\n\n"
    return Edit(start, end, edits.encode(module, f"\n{kept}{method}"))


def _into_ready(module: Module, ready: Function, line: HookLine, place: ModulePlace) -> Edit:
    data = module.data
    first = ready.statements[0]
    if not edits.is_blank(data, edits.line_start(data, first.span.start), first.span.start):
        return _split_ready(module, ready, line)
    indent = _indent_at(module, first.span.start)
    body = [s for s in ready.statements if s.kind != "comment" and s.span != ready.docstring]
    if len(body) == 1 and module.text(body[0].span) in _EMPTY and _alone(module, body[0]):
        return Edit(body[0].span.start, body[0].span.end, edits.encode(module, line.text))
    at = edits.next_line(data, (ready.docstring or ready.signature).end)
    # Below the docstring and ``super().ready()``, above all other code.
    if body and spelling.calls_base_ready(module, body[0]):
        at = edits.next_line(data, body.pop(0).span.end)
    block = _leading_imports(module, body)
    new = f"{indent}{line.text}\n"
    section = place.section(line.module)
    sections = {place.section(imp.module) for imp in block}
    if block and section > max(sections):
        # A section of its own below the others, as import sorters want it.
        at, new = edits.next_line(data, block[-1].span.end), f"\n{new}"
    elif block and section < min(sections):
        at, new = edits.line_start(data, block[0].span.start), f"{new}\n"
    elif block:
        at = _sorted_offset(module, block, line)
    if not edits.ends_line(data, at):
        return Edit(at, at, edits.encode(module, "\n" + new.rstrip("\n")))
    if not block and body and not edits.blanks_after(data, at):
        new += "\n"
    return Edit(at, at, edits.encode(module, new))


def _typed(module: Module, ready: Function, hook: ReadyHook, edit: Edit) -> Edit:
    """Return ``edit`` with a return annotation for ``ready`` if mypy requires one."""
    data, end = module.data, ready.signature.end
    colon = data.rfind(b":", ready.signature.start, end)
    if not hook.checked or ready.returns is not None or not ready.signature.start < colon < end:
        return edit
    return Edit(colon, edit.end, b" -> None" + data[colon : edit.start] + edit.new)


def _split_ready(module: Module, ready: Function, line: HookLine) -> Edit:
    # One line after the colon here as well; its comment goes with its code.
    data = module.data
    start, end = ready.signature.end, edits.line_end(data, ready.span.end)
    indent = _indent_at(module, ready.span.start) + module.indent
    body = edits.decode(module, ready.statements[0].span.start, end).rstrip()
    code, hash_, comment = body.partition("#")
    if code.strip().rstrip(";").strip() in _EMPTY:
        note = f"  {hash_}{comment}" if hash_ else ""
        return Edit(start, end, edits.encode(module, f"{note}\n{indent}{line.text}"))
    if ready.docstring is not None or spelling.calls_base_ready(module, ready.statements[0]):
        return Edit(start, end, edits.encode(module, f"\n{indent}{body}\n{indent}{line.text}"))
    return Edit(start, end, edits.encode(module, f"\n{indent}{line.text}\n\n{indent}{body}"))


def _leading_imports(module: Module, body: list[Statement]) -> list[Import]:
    """Return the block of imports that the body starts with, up to the first empty line."""
    block: list[Import] = []
    end = None
    by_start = {imp.span.start: imp for imp in module.imports}
    for item in body:
        if item.kind not in _IMPORTS or item.span.start not in by_start:
            break
        if end is not None and edits.blanks_after(module.data, end):
            break
        if not edits.is_blank(
            module.data, edits.line_start(module.data, item.span.start), item.span.start
        ):
            break
        block.append(by_start[item.span.start])
        end = edits.next_line(module.data, item.span.end)
    return block


def _sorted_offset(module: Module, block: list[Import], line: HookLine) -> int:
    def key(*, is_from: bool, name: str, member: str) -> tuple[object, ...]:
        return (is_from, module_key(name), member.lower())

    new = key(is_from=line.is_from, name=line.module, member=line.name)
    keys = [
        key(is_from=i.is_from, name=i.module, member=min((n.name for n in i.names), default=""))
        for i in block
    ]
    earlier = [imp for imp, k in zip(block, keys, strict=True) if k <= new]
    if earlier:
        return edits.next_line(module.data, earlier[-1].span.end)
    return edits.line_start(module.data, block[0].span.start)


def _alone(module: Module, item: Statement) -> bool:
    """Return whether a statement has its line to itself, without a comment."""
    data = module.data
    return edits.is_blank(
        data, edits.line_start(data, item.span.start), item.span.start
    ) and edits.is_blank(data, item.span.end, edits.line_end(data, item.span.end))


def _indent_at(module: Module, at: int) -> str:
    line = module.data[edits.line_start(module.data, at) : at]
    return line[: len(line) - len(line.lstrip(b" \t\f"))].decode("ascii")
