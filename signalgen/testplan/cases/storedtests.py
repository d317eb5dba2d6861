"""The test that a receiver reads what is stored of the row that is saved. Entry: ``stored_test``.

A second database is rarely there to save to, so a manager in its place tells what it was asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.syntax import string_literal
from signalgen.values.plan import Remember

if TYPE_CHECKING:
    from signalgen.plan.handlers.handler import Handled


def stored_test(handled: Handled, row: str, made: str, module: str) -> str:
    """Return the code of the test, "" for a receiver that compares with nothing stored.

    ``made`` are the lines that make ``row``; ``module`` is what the test calls their module.
    """
    receiver = handled.receiver
    companion = next((item for item in handled.support if isinstance(item, Remember)), None)
    if receiver.is_async or not (companion or receiver.original or receiver.stored):
        return ""
    if companion is None and receiver.savepoint:
        return ""  # it would ask a database that is not there for a savepoint
    expected = ['call.using("other")', f"call.using().filter(pk={row}.pk)"]
    if not receiver.original:
        stored = companion.stored if companion is not None else receiver.stored
        names = ", ".join(string_literal(name) for name in stored)
        expected.append(f"call.using().filter().values({names})")
    name = f"{module}.{companion.name if companion is not None else receiver.name}"
    guards = companion.guards if companion is not None else receiver.guards
    lines = [made]
    if any("raw" in guard for guard in guards):
        lines.append(f"assert asked({name}, {row}, raw=True) == []")
    lines.append(f"assert asked({name}, {row})[:{len(expected)}] == [{', '.join(expected)}]")
    return "\n".join(lines)
