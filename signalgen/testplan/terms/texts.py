"""Texts that a body makes of other values. Entries: ``joined`` and ``shows_gone``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.attributes import filled
from signalgen.testplan.terms.state import NotForeseenError, State, Term

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Reader = Callable[[ast.expr, State], Term]


def shows_gone(shown: Sequence[ast.expr], state: State) -> bool:
    """Tell whether one of the values in a text is the deleted row itself.

    Its text may hold the key, which is gone when the test looks.
    """
    known = [state.names.get(one.id) for one in shown if isinstance(one, ast.Name)]
    return state.scene.family == "delete" and any(
        one is not None and one.kind == kinds.ROW and one.path == "instance" for one in known
    )


def joined(node: ast.JoinedStr, state: State, read: Reader) -> Term:
    """Return the text of an f-string; raises NotForeseenError."""
    values: list[ast.expr] = []
    for part in node.values:
        if not isinstance(part, ast.FormattedValue):
            values.append(part)
            continue
        shown = read(part.value, state)
        if part.format_spec is not None:
            if shown.nullable:
                shown = filled(shown, state)
            if shown.kind not in _FORMATTED:
                raise NotForeseenError(ast.unparse(node))
        if shown.node is None or shows_gone([part.value], state):
            return Term(None, kinds.TEXT)
        values.append(ast.FormattedValue(shown.node, part.conversion, part.format_spec))
    return Term(ast.JoinedStr(values), kinds.TEXT)


_FORMATTED = (kinds.TEXT, kinds.NUMBER, kinds.MOMENT, kinds.DAY)
