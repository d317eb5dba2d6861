"""Small edits to a user's file, with the imports and hook they need: ``touch(...)``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.late import dataclass
from signalgen.merge import edits, result
from signalgen.merge.edits import Edit
from signalgen.merge.head import read_head
from signalgen.merge.hooks import plan_hook
from signalgen.merge.imports import plan_imports
from signalgen.merge.layout import lay
from signalgen.merge.modules import place_of
from signalgen.source import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.merge.modules import ModulePlace
    from signalgen.values.fragment import ImportNeed, ReadyHook
    from signalgen.values.project import Style
    from signalgen.values.source import Module


@dataclass(frozen=True, slots=True)
class TouchedLines:
    """The context of a file: top-level packages and code style."""

    package: str
    first_party: frozenset[str]
    style: Style


def touch(
    path: str,
    before: bytes,
    changes: Sequence[tuple[int, int, str]],
    around: TouchedLines,
    *,
    imports: Sequence[ImportNeed] = (),
    hook: ReadyHook | None = None,
) -> bytes | None:
    """Return ``before`` with ``changes`` (start, end, new text) made, None if not safe.

    It is not safe if the file does not parse, a name to import is already bound otherwise, no place
    for the hook is certain, or the result would not parse.
    """
    module = parse(before)
    if result.unreadable(path, module) is not None:
        return None
    here = place_of(path, around.package, around.first_party, around.style)
    planned = _imports(module, path, imports, here, around.style)
    if planned is None:
        return None
    # Text that a fix moves has the line endings of the file.
    own = [
        Edit(start, end, edits.encode(module, text.replace("\r\n", "\n")))
        for start, end, text in changes
    ]
    data = edits.apply(before, [*planned, *own])
    if hook is not None:
        hooked = _hooked(path, data, hook, here, around.style)
        if hooked is None:
            return None
        data = hooked
    return None if data == before or result.broken(path, before, data) is not None else data


def _imports(
    module: Module, path: str, needs: Sequence[ImportNeed], here: ModulePlace, style: Style
) -> list[Edit] | None:
    if not needs:
        return []
    head = read_head(module, here, style)
    plan = plan_imports(module, path, needs, head, here, style)
    if plan.problems:
        return None
    laid = lay(module, here, plan.pieces, spaced=head.spaced)
    inserts = [
        Edit(
            item.piece.offset,
            item.piece.offset,
            edits.encode(module, item.lead + item.piece.text + item.tail),
        )
        for item in laid
    ]
    return [*plan.joins, *inserts]


def _hooked(
    path: str, data: bytes, hook: ReadyHook, here: ModulePlace, style: Style
) -> bytes | None:
    own = replace(here, suffixes=(hook.package, *(s for s in here.suffixes if s != hook.package)))
    done = plan_hook(parse(data), path, hook, own, style)
    return None if done.problem is not None or done.edit is None else edits.apply(data, [done.edit])
