"""What follows from a known sender: ``by_sender`` and ``heard_model``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.flow.function.signature import names_of
from signalgen.index.members.targets import settled
from signalgen.index.reading.resolving import derived_from, find_class, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, ModelInfo

_SAME = (ast.Is, ast.Eq, ast.In)
_OTHER = (ast.IsNot, ast.NotEq, ast.NotIn)


def by_sender(index: Index, function: FunctionRef, test: ast.expr, sender: str) -> bool | None:
    """Evaluate a receiver's condition for rows of ``sender``; None if it does not decide it.

    Known are ``sender is Order``, ``sender in (Order, Line)``, ``isinstance(instance, Order)`` and
    ``issubclass(sender, Order)``, and combinations of them with ``not``, ``and`` and ``or``.
    """
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = by_sender(index, function, test.operand, sender)
        return None if inner is None else not inner
    if isinstance(test, ast.BoolOp):
        decisive = isinstance(test.op, ast.Or)
        found = [by_sender(index, function, one, sender) for one in test.values]
        if decisive in found:
            return decisive
        return None if None in found else not decisive
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return _compared(index, function, test, sender)
    if not isinstance(test, ast.Call) or len(test.args) != 2:
        return None
    subject, asked = test.args[0], dotted(test.func)
    of_row = asked == "isinstance" and _is_named(function, subject, "instance")
    of_class = asked == "issubclass" and _is_sender(function, subject)
    if not of_row and not of_class:
        return None
    return _any(_derives(index, sender, name) for name in _classes(index, function, test.args[1]))


def heard_model(index: Index, given: Mapping[str, object]) -> ModelInfo | None:
    """Return the model of the row that an event's receivers get, None if unknown.

    ``given`` has the values that the event fixes, its sender key under ``sender``.
    """
    sender = given.get("sender")
    return index.model(sender) if isinstance(sender, str) else None


def _compared(index: Index, function: FunctionRef, test: ast.Compare, sender: str) -> bool | None:
    op = test.ops[0]
    if not isinstance(op, (*_SAME, *_OTHER)) or not _is_sender(function, test.left):
        return None
    names = _classes(index, function, test.comparators[0])
    found = _any(_is_same(index, sender, name) for name in names)
    return found if found is None else found == isinstance(op, _SAME)


def _is_named(function: FunctionRef, node: ast.expr, argument: str) -> bool:
    return isinstance(node, ast.Name) and node.id in names_of(function, argument)


def _is_sender(function: FunctionRef, node: ast.expr) -> bool:
    # ``type(instance)`` and ``instance.__class__`` are the sender of a row's signals.
    if isinstance(node, ast.Call):
        one = dotted(node.func) == "type" and len(node.args) == 1
        return one and _is_named(function, node.args[0], "instance")
    if isinstance(node, ast.Attribute):
        return node.attr == "__class__" and _is_named(function, node.value, "instance")
    return _is_named(function, node, "sender")


def _classes(index: Index, function: FunctionRef, node: ast.expr) -> list[str]:
    nodes = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]
    written = [dotted(one) for one in nodes]
    return [resolve(index.code, function.path, one, function) if one else "" for one in written]


def _any(found: Iterable[bool | None]) -> bool | None:
    known = list(found)
    if True in known:
        return True
    return None if None in known or not known else False


def _is_same(index: Index, sender: str, name: str) -> bool | None:
    own, other = settled(index, sender), settled(index, name)
    return own == other if own and other else None


def _derives(index: Index, sender: str, name: str) -> bool | None:
    model, cls = index.model(sender), find_class(index.code, name)
    same = _is_same(index, sender, name)
    if same or model is None:
        return same
    above = {base for base, _ in derived_from(index.code, model.cls)}
    if name in above:
        return True
    # A class of the project that is none of the bases; of packages not all bases are known.
    return False if cls is not None or same is False else None
