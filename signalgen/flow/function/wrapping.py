"""Decorators between a receiver and its function, which may change the signature."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signalgen.values.index import Receiver


def decorators_below(receiver: Receiver) -> list[ast.expr]:
    """Return the decorators applied before the function is registered, registrations excluded."""
    decorators: list[ast.expr] = getattr(receiver.function.node, "decorator_list", [])
    own = {id(item.node) for item in receiver.connections}
    first = next((at for at, item in enumerate(decorators) if id(item) in own), -1)
    return [item for item in decorators[first + 1 :] if id(item) not in own]


def decorators_above(receiver: Receiver) -> list[ast.expr]:
    """Return the decorators above the topmost registration: their wrapper is not connected."""
    decorators: list[ast.expr] = getattr(receiver.function.node, "decorator_list", [])
    own = {id(item.node) for item in receiver.connections}
    first = next((at for at, item in enumerate(decorators) if id(item) in own), 0)
    return decorators[:first]


def is_wrapped(receiver: Receiver) -> bool:
    """Tell whether the connected object may have another signature than the function."""
    return any(
        not (isinstance(item, ast.Name) and item.id in ("staticmethod", "classmethod"))
        for item in decorators_below(receiver)
    )
