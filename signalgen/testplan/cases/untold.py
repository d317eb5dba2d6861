"""The notes that say which branches have no test, and why. Entry: ``note_untold``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.syntax import parse_body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.testplan.cases.told import Told
    from signalgen.values.spec import Code, Mark

_WIDTH = 60


def note_untold(told: Told) -> None:
    """Note each branch without a test, at the spec's code that prevents it."""
    codes = told.handled.handler.codes()
    for key, reason in told.untold.items():
        mark = told.handled.handler.place("on_change" if key.startswith("on_change.") else key)
        places = (place for code in codes.values() for place in _places(code, reason))
        message = f"{key} of {told.handled.receiver.name} has no test: {_why(reason)}"
        told.ctx.note(next(places, mark), "no-test", message)


def _why(reason: str) -> str:
    # A reason is a sentence, or the code that is not understood.
    try:
        ast.parse(reason)
    except SyntaxError:
        return reason
    short = reason if len(reason) <= _WIDTH else f"{reason[: _WIDTH - 1]}…"
    return f"signalgen cannot tell what {short} evaluates to"


def _places(code: Code, text: str) -> Iterator[Mark]:
    for node in ast.walk(parse_body(code.text)):
        if isinstance(node, ast.expr | ast.stmt) and ast.unparse(node).partition("\n")[0] == text:
            yield code.at_byte(node.lineno, node.col_offset)
