"""The keys of rows in a form that a task's queue accepts. Entry: ``with_plain_keys``."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.tasks import AS_TEXT, KIND_OF_FIELD, LIBRARIES, QUEUEING
from signalgen.plan.names.references import find_model
from signalgen.plan.recipes.functions import library_of
from signalgen.rewriting import Offsets, Rewrite, apply_edits
from signalgen.syntax import parse_body
from signalgen.values.spec import Code

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from signalgen.plan.context import Context
    from signalgen.values.spec import EnqueueSpec, HandlerSpec, Ref, Spec

_KEYS = ("instance.pk", "instance.id", "row.pk")
"""The expression for a row's key in recipes and their tests."""
_MANY = ("keys", "found")
"""The expression for the rows' keys in a service recipe and its tests."""


def with_plain_keys(ctx: Context) -> Spec:
    """Return the spec with ``str(…)`` around keys that a task's queue would refuse.

    It applies to values that recipes pass to a task, and to an ``enqueue`` entry without values:
    for a value written by the user SG410 is reported instead.
    """
    spec = ctx.spec
    of_entry = {name: one.model for one in spec.recipe_tests for name in one.definitions}
    return replace(
        spec,
        handlers=tuple(_handler(ctx, one) for one in spec.handlers),
        definitions=tuple(
            replace(one, code=_code(ctx, one.code, of_entry.get(one.name)))
            for one in spec.definitions
        ),
        recipe_tests=tuple(
            replace(
                one,
                tests=tuple(
                    replace(test, code=_code(ctx, test.code, one.model)) for test in one.tests
                ),
            )
            for one in spec.recipe_tests
        ),
    )


def _handler(ctx: Context, handler: HandlerSpec) -> HandlerSpec:
    enqueue = tuple(_entry(ctx, one, handler.models) for one in handler.enqueue)
    handler = replace(handler, enqueue=enqueue) if enqueue != handler.enqueue else handler
    if not handler.mark.path.startswith("recipes["):
        return handler
    return replace(
        handler,
        body=_code(ctx, handler.body, *handler.models) if handler.body is not None else None,
        branches=_codes(ctx, handler.branches, handler.models),
        on_change=_codes(ctx, handler.on_change, handler.models),
    )


def _entry(ctx: Context, entry: EnqueueSpec, models: Sequence[Ref]) -> EnqueueSpec:
    own = entry.mark.path.startswith("recipes[")
    if not entry.args and _takes_nothing(ctx, entry.task.text):
        return entry
    texts = [code.text for code in entry.args] or [_KEYS[0]]
    if not ((own or not entry.args) and _is_refused(ctx, entry.task.text, models)):
        return entry
    args = tuple(Code(f"str({text})" if text in _KEYS else text, entry.mark) for text in texts)
    return replace(entry, args=args)


def _takes_nothing(ctx: Context, task: str) -> bool:
    return any(one.name == task and not one.args for one in ctx.spec.tasks)


def _codes(ctx: Context, codes: Mapping[str, Code], models: Sequence[Ref]) -> dict[str, Code]:
    return {key: _code(ctx, code, *models) for key, code in codes.items()}


def _code(ctx: Context, code: Code, *models: Ref | None) -> Code:
    offsets = Offsets(code.text)
    edits: list[Rewrite] = []
    for node in ast.walk(parse_body(code.text)):
        if not isinstance(node, ast.Call):
            continue
        task, values = _handed(node)
        found = [value for value in values if dotted(value) in (*_KEYS, *_MANY)]
        if not found or not _is_refused(ctx, task, models):
            continue
        for value in found:
            start, end = offsets.span(value)
            many = isinstance(value, ast.Name)
            opening, closing = ("list(map(str, ", "))") if many else ("str(", ")")
            edits += [Rewrite(start, start, opening), Rewrite(end, end, closing)]
    return replace(code, text=apply_edits(code.text, edits)) if edits else code


def _handed(call: ast.Call) -> tuple[str, Sequence[ast.expr]]:
    """Return the task that a recipe's call queues, and its arguments."""
    func, values = call.func, call.args
    if dotted(func) == "partial" and values:
        func, values = values[0], values[1:]
    task, _, method = dotted(func).rpartition(".")
    return (task.removeprefix("call."), values) if method in QUEUEING else ("", ())


def _is_refused(ctx: Context, task: str, models: Iterable[Ref | None]) -> bool:
    """Tell whether a task's queue refuses the key of one of the models, but accepts it as text."""
    library = library_of(ctx, task) or LIBRARIES[ctx.task_backend]
    keys = (find_model(ctx, ref) for ref in models if ref is not None)
    fields = (model.primary_key for model in keys if model is not None)
    kinds = {KIND_OF_FIELD.get(one.type, "") for one in fields if one is not None and not one.base}
    return bool(task) and not kinds.isdisjoint(AS_TEXT & library.refuses)
