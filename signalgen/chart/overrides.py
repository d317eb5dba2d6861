"""A model's overridden ``save`` and ``delete``, followed through ``super()``."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.listeners import MARKING
from signalgen.flow.objects.objects import What
from signalgen.flow.objects.own import given_row, reading_with
from signalgen.index.memo import answered_once
from signalgen.index.reading.linear import lookup_order, methods_in_order
from signalgen.index.reading.listed import assigned_value, class_value
from signalgen.index.reading.resolving import derived_from, own_method
from signalgen.index.reading.walking import nodes_in, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, ModelInfo
    from signalgen.values.trace import TraceStep

OVERRIDDEN = {"save": ("save", "save_base"), "delete": ("delete",)}
_LOOP = "for each "
_DEEPEST = 3


def overriding(index: Index, model: ModelInfo, name: str) -> Iterator[tuple[FunctionRef, bool]]:
    """Yield the methods that run for a row, in calling order, and whether each calls the next.

    A method that does not call the next one is the last, and the row is not written.
    """
    for function in methods_in_order(index.code, model.cls, name):
        goes_on = _calls_on(index, function, name)
        yield function, goes_on
        if not goes_on:
            return


def marking_base(index: Index, model: ModelInfo) -> str:
    """Return the package's base class whose ``delete()`` only marks the model's rows, or ""."""
    hard = class_value(index.code, model.cls, "_safedelete_policy")
    if hard is not None and "SOFT" not in dotted(hard.node):
        return ""
    return next((name for name, _ in derived_from(index.code, model.cls) if name in MARKING), "")


@answered_once
def _calls_on(_index: Index, function: FunctionRef, name: str) -> bool:
    """Tell whether a method may call its base's, directly or by another method of its class."""
    within: ast.AST = function.cls if function.cls is not None else function.node
    return any(_leads_on(node, name) for node in walk(within))


def _leads_on(node: ast.AST, name: str) -> bool:
    # Also ``partial(super().delete)`` and ``models.Model.delete(self)``.
    if isinstance(node, ast.Attribute):
        behind = isinstance(node.value, ast.Call) and dotted(node.value.func) == "super"
        return (behind and node.attr == name) or (name, node.attr) == ("save", "save_base")
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
        return False
    return node.func.attr == name and dotted(node.args[0]) == "self"


def is_super(call: ast.Call, name: str) -> bool:
    """Tell whether a call is ``super().name(…)``."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr != name:
        return False
    return isinstance(func.value, ast.Call) and dotted(func.value.func) == "super"


def divided(steps: Iterable[TraceStep]) -> tuple[list[TraceStep], list[TraceStep]]:
    """Return what a method does before the row is written and after it.

    A step of kind ``row`` marks the call of the next method, if what follows runs only after it:
    ``if adding: return super().save()`` gives none for the statements below it.
    """
    before: list[TraceStep] = []
    after: list[TraceStep] = []
    written: list[set[str]] = []
    for step in steps:
        if step.kind == "row":
            written.append({one for one in step.when if not one.startswith(_LOOP)})
        elif any(when <= set(step.when) for when in written):
            after.append(step)
        else:
            before.append(step)
    return before, after


def bound(index: Index, model: ModelInfo, item: Reached) -> Reached:
    """Return a call in a method or receiver whose ``self`` or ``instance`` is a ``model``."""
    func, target = item.call.func, item.target
    if isinstance(func, ast.Attribute):
        found = _target(index, model, item.function, func)
        target = found if found is not None else target
    return replace(item, target=target, row=model.dotted)


def is_of_row(index: Index, model: ModelInfo, function: FunctionRef) -> bool:
    """Tell whether a function is a method of the model or of one of its bases."""
    return any(one.node is function.cls for one in lookup_order(index.code, model.cls))


def _target(
    index: Index, model: ModelInfo, function: FunctionRef, func: ast.Attribute
) -> FunctionRef | None:
    if isinstance(func.value, ast.Call) and dotted(func.value.func) == "super":
        order = lookup_order(index.code, model.cls)
        at = next((n for n, one in enumerate(order) if one.node is function.cls), len(order))
        found = (own_method(index.code, one, func.attr) for one in order[at + 1 :])
        return next((one for one in found if one is not None), None)
    for name in _models(index, model, function, func.value, 0):
        other = index.models.get(name)
        methods = methods_in_order(index.code, other.cls, func.attr) if other is not None else ()
        if methods:
            return methods[0]
    return None


def _models(
    index: Index, model: ModelInfo, function: FunctionRef, node: ast.expr, depth: int
) -> frozenset[str]:
    """Return the models of the row that an expression in a method gives; reads properties too."""
    row = What("row", frozenset([model.dotted]))
    reading = reading_with(index, function, frozenset(given_row(index, function, row).items()))
    what = reading.what(node)
    if what is not None or depth > _DEEPEST:
        return what.models if what is not None and what.kind == "row" else frozenset()
    if isinstance(node, ast.Name):
        value = assigned_value(function, node.id)
        held = _models(index, model, function, value, depth + 1) if value is not None else None
        return held or frozenset()
    if not isinstance(node, ast.Attribute):
        return frozenset()
    owner = reading.what(node.value)
    if owner is None or owner.models != row.models:
        return frozenset()
    made_by = next(iter(methods_in_order(index.code, model.cls, node.attr)), None)
    if made_by is None:
        return frozenset()
    given = [one.value for one in nodes_in(made_by.node) if isinstance(one, ast.Return)]
    each = {_models(index, model, made_by, one, depth + 1) for one in given if one is not None}
    return each.pop() if len(each) == 1 else frozenset()
