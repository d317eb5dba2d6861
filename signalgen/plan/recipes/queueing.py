"""Queues the tasks among the functions given to recipes. Entry: ``queued``.

``of_entry`` changes the code of one entry.
"""

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

    Change = Callable[[str], str]


def queued(ctx: Context) -> Spec:
    """Return the spec with tasks queued that recipes take as ``callable or task``.

    A recipe writes ``transaction.on_commit(partial(index, instance.pk), using=using)`` for it,
    which would run a task at once.
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
        spec = _queued(spec, use.mark.path.rpartition(".")[0], name.rpartition(".")[2], ending)
    return spec


def _queued(spec: Spec, entry: str, name: str, ending: str) -> Spec:
    call = rf"transaction\.on_commit\(partial\({name}, (.*)\), using=[\w.]+\)"
    called = re.compile(rf"{call}(?=\s*(?:#.*)?$)", re.MULTILINE)

    def in_handler(text: str) -> str:
        return called.sub(rf"{name}.delay(\1)", text)

    def in_definition(text: str) -> str:
        return re.sub(rf"\bpartial\({name}\b(?!\.)", f"partial({name}{ending}", text)

    def in_test(text: str) -> str:
        return re.sub(rf"\bcall\.{name}\(", f"call.{name}.delay(", text)

    return of_entry(spec, entry, in_handler, in_test, in_definition)


def of_entry(
    spec: Spec,
    entry: str,
    in_handler: Change,
    in_test: Change,
    in_definition: Change | None = None,
) -> Spec:
    """Return ``spec`` with the code of one entry under ``recipes``, its path ``entry``, changed."""
    change = in_definition or (lambda text: text)
    return replace(
        spec,
        handlers=tuple(
            _handler(one, in_handler) if one.mark.path.startswith(entry) else one
            for one in spec.handlers
        ),
        definitions=tuple(
            replace(one, code=_code(one.code, change))
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


def _handler(handler: HandlerSpec, change: Change) -> HandlerSpec:
    return replace(
        handler,
        body=_code(handler.body, change) if handler.body is not None else None,
        branches=_codes(handler.branches, change),
        on_change=_codes(handler.on_change, change),
    )


def _codes(codes: Mapping[str, Code], change: Change) -> dict[str, Code]:
    return {key: _code(code, change) for key, code in codes.items()}


def _code(code: Code, change: Change) -> Code:
    return replace(code, text=change(code.text))
