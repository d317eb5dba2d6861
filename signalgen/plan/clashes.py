"""Finds names that one file would need for two things.

``name_clashes(...)`` is the entry. Without it the later import would silently win.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.errors import Problem
from signalgen.plan.context import absolute_module

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from signalgen.plan.context import Context
    from signalgen.values.plan import Item
    from signalgen.values.spec import Mark

Meaning = tuple[str, str]
"""The absolute module of a name, and its name there."""


def name_clashes(
    parts: Sequence[tuple[Context, Sequence[Item]]], marks: Mapping[str, Mark]
) -> Iterator[Problem]:
    """Yield a problem for each name that an app's items need for two things in one file."""
    known: dict[tuple[str, str], Meaning] = {}
    for ctx, items in parts:
        for item in items:
            for name, meaning in _meanings(ctx, item):
                first = known.setdefault((item.path, name), meaning)
                if not _same(first, meaning):
                    mark = marks.get(getattr(item, "id", ""), ctx.spec.app.mark)
                    one, other = (
                        f"{module}.{there}".strip(".") for module, there in (first, meaning)
                    )
                    message = f"{name!r} would be both {one} and {other} in {item.path}"
                    hint = (
                        f"import one under another name: imports: [from {meaning[0]} "
                        f"import {meaning[1] or name} as other_{name}]"
                    )
                    yield Problem(
                        *(
                            mark.file,
                            mark.line,
                            mark.column,
                            mark.path,
                            "name-taken",
                            message,
                            hint,
                        ),
                        source=ctx.spec.source_line(mark),
                    )


def _meanings(ctx: Context, item: Item) -> Iterator[tuple[str, Meaning]]:
    # Every name that ``item`` binds in its file, with what each means.
    module = _module_of(ctx, item.path)
    yield item.name, (module, item.name)
    for need in item.imports:
        yield need.bound, (absolute_module(ctx, need.module, module), need.name)


def _same(one: Meaning, other: Meaning) -> bool:
    # A package may re-export what one of its modules defines: that is the same thing.
    near = any(f"{a[0]}.".startswith(f"{b[0]}.") for a, b in ((one, other), (other, one)))
    return one[1] == other[1] and near


def _module_of(ctx: Context, path: str) -> str:
    targets = ctx.targets
    own = (targets.receivers, targets.signals, targets.senders, targets.tasks, targets.tests)
    modules = dict((*own, targets.helpers))
    by_path = (module for module, known in ctx.project.modules.items() if known == path)
    return modules.get(path) or next(by_path, path.removesuffix(".py").replace("/", "."))
