"""What a comprehension of a body gives while every collaborator is a mock: ``comprehend``."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from signalgen.testplan.follow.mockvalues import (
    UNKNOWN,
    Endless,
    NotSafeError,
    Value,
    World,
    known,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
Evaluate: TypeAlias = Callable[[ast.expr, World], Value]
_FEW = 20


def comprehend(node: Comprehension, world: World, evaluate: Evaluate) -> Value:
    """Return what a comprehension gives.

    Iterating over a mock yields nothing; over a few known elements, each is tried.
    """
    first = node.generators[0]
    source = evaluate(first.iter, world)
    unpacks = isinstance(getattr(node, "elt", None), ast.Starred)  # Python 3.15, as no value is
    if world.yields(source) or unpacks or getattr(node, "value", node) is None:
        raise NotSafeError
    if source.kind == "mock":
        empty: dict[type[ast.expr], object] = {
            ast.ListComp: [],
            ast.SetComp: set(),
            ast.DictComp: {},
        }
        return known(empty[type(node)]) if type(node) in empty else UNKNOWN
    simple = isinstance(first.target, ast.Name) and len(node.generators) == 1 and not first.is_async
    if (
        not simple
        or source.kind != "known"
        or not isinstance(source.value, (list, tuple, range, str))
    ):
        raise NotSafeError
    if len(source.value) > _FEW:
        raise NotSafeError
    found = list(_elements(node, list(source.value), world, evaluate))
    unsure = any(value.kind != "known" for pair in found for value in pair)
    if unsure or (isinstance(node, ast.GeneratorExp) and not isinstance(source.value, Endless)):
        return UNKNOWN
    if isinstance(node, ast.DictComp):
        return known({key.value: value.value for key, value in found})
    values = [pair[0].value for pair in found]
    if isinstance(source.value, Endless):
        return Value("known", Endless(values))
    return known(values if isinstance(node, ast.ListComp) else set(values))


def _elements(
    node: Comprehension, elements: list[object], world: World, evaluate: Evaluate
) -> Iterator[tuple[Value, ...]]:
    # A generator may be left early, so no call in its element is certain.
    first = node.generators[0]
    name = first.target.id if isinstance(first.target, ast.Name) else ""
    before, hidden = world.certain, world.locals.get(name)
    world.certain = before and not isinstance(node, ast.GeneratorExp)
    for one in elements:
        world.locals[name] = known(one)
        answers = [truth(evaluate(test, world)) for test in first.ifs]
        if None in answers:
            raise NotSafeError
        if all(answers):
            parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
            yield tuple(evaluate(part, world) for part in parts)
    world.certain = before
    del world.locals[name]
    if hidden is not None:
        world.locals[name] = hidden
