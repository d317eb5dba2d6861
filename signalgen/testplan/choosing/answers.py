"""What the doubles of the project's own functions return. Entries: ``answer`` and ``suited``.

The path of such a value is ``=name``.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.state import NotForeseenError, State, Term

if TYPE_CHECKING:
    from signalgen.values.index import ModelField

_ANY = "answer"


def answer(value: Term, result: object, kind: str, state: State) -> Term:
    """Let the double behind ``value`` return ``result``; raises if it returns something else."""
    name, text = value.path.removeprefix("="), repr(result)
    if state.stood_in.get(name) not in (None, f'"{_ANY}"', text):
        raise NotForeseenError(f"{name}()")
    state.stood_in[name] = text
    found = Term(ast.Constant(result), kind, path=value.path, value=result)  # type: ignore[arg-type]
    for key, known in state.names.items():
        if known.path == value.path:
            state.names[key] = found
    for place, known in state.answers.items():
        if known.path == value.path:
            state.answers[place] = found
    return found


def suited(value: Term, field: ModelField | None, state: State) -> Term:
    """Return ``value``, or the answer of a double that ``field`` can hold.

    Raises NotForeseenError if it is unknown which one.
    """
    if not value.path.startswith("=") or field is None:
        return value
    kind = kinds.OF_FIELDS.get(field.type, kinds.ANY)
    if value.kind == kind and kind != kinds.ANY:
        return value
    length = field.options.get("max_length", "")
    fitting: dict[str, object] = {
        kinds.NUMBER: 7,
        kinds.FLAG: True,
        kinds.TEXT: _ANY[: int(length)] if length.isdigit() else _ANY,
    }
    if kind not in fitting:
        raise NotForeseenError(field.name)
    return answer(value, fitting[kind], kind, state)
