"""Specs without the parts that have problems. ``without(...)`` is the entry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from signalgen.errors import Problem
    from signalgen.values.spec import HandlerSpec, Mark, Spec


def without(specs: Sequence[Spec], problems: Sequence[Problem]) -> tuple[Spec, ...]:
    """Return ``specs`` without the handlers, tasks and recipes that ``problems`` concern.

    None is left if a problem concerns anything else, such as the app, an import or a signal:
    further problems might only follow from that one.
    """
    broken = {(problem.file, _part(problem.path)) for problem in problems}
    left = tuple(_without(spec, broken) for spec in specs)
    nameless = any(not part for _, part in broken)
    # A place outside all parts would never be removed.
    return () if nameless or left == tuple(specs) else left


def _part(path: str) -> str:
    # The handler, task or recipe that ``path`` leads into; "" for any other place.
    steps = path.split(".")
    kinds = [step.partition("[")[0] for step in steps]
    # In the old shape of a spec all parts stand below one key.
    for at, kind in enumerate(kinds[:2]):
        if kind in ("celery_tasks", "handlers", "recipes"):
            return ".".join(steps[: at + 1])
        if kinds[at : at + 2] == ["signals", "handlers"]:
            return ".".join(steps[: at + 2])
    return ""


def _without(spec: Spec, broken: Collection[tuple[str, str]]) -> Spec:
    def stays(mark: Mark) -> bool:
        return (mark.file, _part(mark.path)) not in broken

    def handlers(found: Sequence[HandlerSpec]) -> tuple[HandlerSpec, ...]:
        return tuple(handler for handler in found if stays(handler.mark))

    return replace(
        spec,
        imports=tuple(code for code in spec.imports if stays(code.mark)),
        tasks=tuple(task for task in spec.tasks if stays(task.mark)),
        handlers=handlers(spec.handlers),
        signals=tuple(replace(one, handlers=handlers(one.handlers)) for one in spec.signals),
        definitions=tuple(one for one in spec.definitions if stays(one.code.mark)),
        recipe_tests=tuple(tests for tests in spec.recipe_tests if stays(tests.mark)),
        uses=tuple(use for use in spec.uses if stays(use.mark)),
    )
