"""Functions given to recipes that turn out to be tasks are queued. Entry: ``queued``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.facts.tasks import LIBRARIES
from signalgen.plan.recipes.functions import library_of
from signalgen.values.uses import FunctionUse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from signalgen.plan.context import Context
    from signalgen.values.spec import Code, HandlerSpec, Spec


def queued(ctx: Context) -> Spec:
    """Return the spec with each task queued that a recipe takes as ``callable or task``.

    A recipe writes ``transaction.on_commit(partial(index, instance.pk), using=using)`` for it,
    which would run a task on the spot.
    """
    spec = ctx.spec
    declared = {task.name for one in ctx.specs for task in one.tasks}
    for use in spec.uses:
        if not isinstance(use, FunctionUse) or use.kind != "callable or task":
            continue
        name = use.name.text
        library = library_of(ctx, name)
        if library is None and name not in declared:
            continue
        ending = (library or LIBRARIES[ctx.task_backend]).written or ""
        spec = _of_entry(spec, use.mark.path.rpartition(".")[0], name.rpartition(".")[2], ending)
    return spec


def _of_entry(spec: Spec, entry: str, name: str, ending: str) -> Spec:
    call = rf"transaction\.on_commit\(partial\({name}, (.*)\), using=[\w.]+\)"
    called = re.compile(rf"{call}(?=\s*(?:#.*)?$)", re.MULTILINE)

    def in_handler(text: str) -> str:
        return called.sub(rf"{name}.delay(\1)", text)

    def in_definition(text: str) -> str:
        return re.sub(rf"\bpartial\({name}\b(?!\.)", f"partial({name}{ending}", text)

    def in_test(text: str) -> str:
        return re.sub(rf"\bcall\.{name}\(", f"call.{name}.delay(", text)

    return replace(
        spec,
        handlers=tuple(
            _handler(one, in_handler) if one.mark.path.startswith(entry) else one
            for one in spec.handlers
        ),
        definitions=tuple(
            replace(one, code=_code(one.code, in_definition))
            if one.code.mark.path.startswith(entry)
            else one
            for one in spec.definitions
        ),
        recipe_tests=tuple(
            replace(
                one,
                tests=tuple(replace(test, code=_code(test.code, in_test)) for test in one.tests),
            )
            if one.mark.path.startswith(entry)
            else one
            for one in spec.recipe_tests
        ),
    )


def _handler(handler: HandlerSpec, change: Callable[[str], str]) -> HandlerSpec:
    return replace(
        handler,
        body=_code(handler.body, change) if handler.body is not None else None,
        branches=_codes(handler.branches, change),
        on_change=_codes(handler.on_change, change),
    )


def _codes(codes: Mapping[str, Code], change: Callable[[str], str]) -> dict[str, Code]:
    return {key: _code(code, change) for key, code in codes.items()}


def _code(code: Code, change: Callable[[str], str]) -> Code:
    return replace(code, text=change(code.text))
