"""Recipes pass a function the row or its key, as it expects. Entry: ``with_what_is_taken``."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.plan.names.references import find_model
from signalgen.plan.recipes.functions import definition_of, library_of
from signalgen.plan.recipes.queueing import of_entry
from signalgen.syntax import parse_body, snake_words
from signalgen.values.uses import FunctionUse

if TYPE_CHECKING:
    from collections.abc import Callable

    from signalgen.plan.context import Context
    from signalgen.values.project import Model
    from signalgen.values.spec import Spec

_KEYS = frozenset({"int", "str", "UUID"})
_ROWS = frozenset({"instance", "obj", "row"})
_ONE = (".index", ".remove")
"""Parameters whose functions get one value: the row or its key."""
_GONE = ".remove"


def with_what_is_taken(ctx: Context) -> Spec:
    """Return the spec with the row instead of its key for functions of recipes that take a row.

    A function that cannot be called with one of the two is reported.
    """
    spec = ctx.spec
    for use in spec.uses:
        if not isinstance(use, FunctionUse) or not use.mark.path.endswith(_ONE):
            continue
        entry, _, key = use.mark.path.rpartition(".")
        model = _model_of(ctx, entry)
        function = definition_of(ctx, use.name.text)
        if function is None or model is None:
            continue
        task = library_of(ctx, use.name.text) is not None
        wants = _wanted(function, model, task=task)
        last = use.name.text.rpartition(".")[2]
        if wants == "other":
            message = f"{last} is called with one value, the key of a row, and cannot be"
            hint = f"let it take only the key: def {last}(pk)"
            ctx.problem(use.mark, "wrong-function", message, hint)
        elif wants == "row" and (task or key == _GONE[1:]):
            what = "a task gets the key of a row" if task else "a deleted row has no key"
            message = f"{last} takes a row, and {what}"
            ctx.problem(use.mark, "wrong-function", message, f"let it take the key: def {last}(pk)")
        elif wants == "row":
            spec = of_entry(spec, entry, *_with_row(last))
    return spec


def _with_row(name: str) -> tuple[Callable[[str], str], Callable[[str], str]]:
    def in_handler(text: str) -> str:
        return re.sub(rf"\bpartial\({name}, instance\.pk\)", f"partial({name}, instance)", text)

    def in_test(text: str) -> str:
        return re.sub(rf"\bcall\.{name}\(row\.pk\)", f"call.{name}(row)", text)

    return in_handler, in_test


def _model_of(ctx: Context, entry: str) -> Model | None:
    own = (one for one in ctx.spec.handlers if one.mark.path.startswith(entry))
    ref = next((ref for one in own for ref in one.models), None)
    return None if ref is None else find_model(ctx, ref)


def _wanted(function: ast.FunctionDef, model: Model, *, task: bool) -> str:
    """Return what a call passes: ``row``, ``key``, or ``other`` if it fails.

    Empty if unknown.
    """
    given = function.args
    bound = any("bind" in ast.unparse(one) for one in function.decorator_list)
    if function.decorator_list and (bound or not task):
        return ""
    places = [*given.posonlyargs, *given.args]
    required = len(places) - len(given.defaults)
    named = sum(default is None for default in given.kw_defaults)
    if required > 1 or named or (not places and given.vararg is None):
        return "other"
    return _kind(places[0], model) if places else ""


def _kind(parameter: ast.arg, model: Model) -> str:
    hint = parameter.annotation
    if isinstance(hint, ast.Constant) and isinstance(hint.value, str):
        hint = _expression(hint.value)
    if hint is not None:
        last = dotted(hint).rpartition(".")[2]
        return "row" if last in (model.name, "Model") else "key" if last in _KEYS else ""
    return "row" if parameter.arg in {*_ROWS, snake_words(model.name)} else "key"


def _expression(text: str) -> ast.expr | None:
    try:
        (statement,) = parse_body(text).body
    except (SyntaxError, ValueError):
        return None
    return statement.value if isinstance(statement, ast.Expr) else None
