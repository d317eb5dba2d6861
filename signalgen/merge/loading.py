"""Makes a package load one more of its modules, next to the others: ``plan_loading(...)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import dataclass
from signalgen.merge import edits, statements
from signalgen.merge.edits import Edit
from signalgen.merge.modules import import_key, statement_key
from signalgen.merge.spelling import lint_comment
from signalgen.values.fragment import ImportNeed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.merge.modules import ModulePlace
    from signalgen.values.fragment import ReadyHook
    from signalgen.values.project import Style
    from signalgen.values.source import Import, Module


@dataclass(frozen=True, slots=True)
class Loading:
    """The edit that adds an import, its undo pair, and the import."""

    edit: Edit
    pair: tuple[str, str]
    need: ImportNeed


def plan_loading(module: Module, hook: ReadyHook, place: ModulePlace, style: Style) -> Loading:
    """Return the edit that makes ``module`` import the hook's module.

    It goes after the last import of its siblings: code above them, such as signals that they import
    in turn, must run first.
    """
    siblings = _siblings(module, hook, place)
    name = hook.module.rpartition(".")[2]
    joined = _joinable(siblings, hook, place)
    if joined is not None and not style.force_single_line:
        made = statements.join(module, joined, [name], style)
        need = ImportNeed(joined.module, name)
        return Loading(_one_edit(module, made.edits), (made.before, made.after), need)
    # A comment on a star import says nothing about a module.
    plain = [imp for imp in siblings if all(item.name != "*" for item in imp.names)]
    comment = lint_comment(module, plain)
    tail = f"  {comment}\n" if comment else "\n"
    source = _source(siblings, hook)
    need = ImportNeed(source, name) if source else ImportNeed(hook.module)
    key = statement_key(need.module, is_from=bool(source), first=need.name, alias="", style=style)
    at = _offset(module, siblings, key, style)
    lead = "" if edits.ends_line(module.data, at) else "\n"
    text = edits.encode(module, f"{lead}{need.line}{tail}")
    return Loading(Edit(at, at, text), ("", text.decode(module.encoding)), need)


def _siblings(module: Module, hook: ReadyHook, place: ModulePlace) -> list[Import]:
    """Return the last run of module-level imports from the package."""
    starts = {imp.span.start: imp for imp in module.imports if not imp.scope and not imp.guard}
    found: list[Import] = []
    last: list[Import] = []
    for statement in module.statements:
        if statement.kind == "comment":
            continue
        imp = starts.get(statement.span.start)
        own = imp is not None and f"{place.absolute(imp.module)}.".startswith(f"{hook.package}.")
        if imp is not None and own:
            found.append(imp)
        elif imp is None:
            last, found = found or last, []
    return found or last


def _joinable(siblings: Sequence[Import], hook: ReadyHook, place: ModulePlace) -> Import | None:
    same = [
        imp
        for imp in siblings
        if imp.is_from
        and place.absolute(imp.module) == hook.package
        and all(item.name != "*" and not item.alias for item in imp.names)
    ]
    # If each is on its own line, so is the new one.
    single = len(same) > 1 and all(len(imp.names) == 1 for imp in same)
    return None if single or not same else same[-1]


def _source(siblings: Sequence[Import], hook: ReadyHook) -> str:
    """Return the package as the siblings spell it in from-imports; "" if they use none."""
    dotted = [imp.module for imp in siblings if imp.is_from]
    if siblings and not dotted:
        return ""
    if not dotted:
        return "." if hook.relative else hook.package
    return "." if dotted[-1].startswith(".") else hook.package


def _offset(
    module: Module, siblings: Sequence[Import], key: tuple[object, ...], style: Style
) -> int:
    if not siblings:
        return len(module.data)
    earlier = [imp for imp in siblings if import_key(imp, style) <= key]
    if earlier:
        return edits.next_line(module.data, earlier[-1].span.end)
    return edits.line_start(module.data, siblings[0].span.start)


def _one_edit(module: Module, made: Sequence[Edit]) -> Edit:
    first, last = min(edit.start for edit in made), max(edit.end for edit in made)
    data = edits.apply(module.data, list(made))
    return Edit(first, last, data[first : len(data) - (len(module.data) - last)])
