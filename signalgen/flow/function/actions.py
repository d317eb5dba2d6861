"""How a receiver of m2m_changed tests ``action``: ``unknown_actions``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.facts.signals import M2M_ACTIONS
from signalgen.flow.function.signature import is_kwarg, names_of
from signalgen.index.reading.walking import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.values.index import FunctionRef

_SENT = frozenset(M2M_ACTIONS.values())
_OPS = (ast.Eq, ast.NotEq, ast.In, ast.NotIn)


def unknown_actions(function: FunctionRef) -> Iterator[ast.Constant]:
    """Yield the words that ``action`` is compared with and that Django never sends."""
    names, kwargs = names_of(function, "action"), function.node.args.kwarg
    for node in nodes_in(function.node):
        if not isinstance(node, ast.Compare) or len(node.ops) != 1:
            continue
        left, right = node.left, node.comparators[0]
        named = (isinstance(left, ast.Name) and left.id in names) or (
            kwargs is not None and is_kwarg(left, kwargs.arg, "action")
        )
        if not named or not isinstance(node.ops[0], _OPS):
            continue
        given = right.elts if isinstance(right, (ast.Tuple, ast.List, ast.Set)) else [right]
        words = [one for one in given if isinstance(one, ast.Constant)]
        if isinstance(right, ast.Constant) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            continue  # a part of a text
        yield from (one for one in words if isinstance(one.value, str) and one.value not in _SENT)
