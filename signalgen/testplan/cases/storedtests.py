"""The test that a receiver reads the stored state of the saved row. Entry: ``stored_test``.

A second database is rarely available, so a fake manager records the queries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import pattern
from signalgen.syntax import string_literal
from signalgen.values.plan import Remember

_OF_THE_CALL = pattern(r"\b(?:using|sender)\b")

if TYPE_CHECKING:
    from signalgen.plan.handlers.handler import Handled


def stored_test(handled: Handled, row: str, made: str, module: str) -> str:
    """Return the code of the test, "" for a receiver that does not read the stored row.

    ``made`` are the lines that make ``row``; ``module`` is the test's name for the receivers'
    module.
    """
    receiver = handled.receiver
    companion = next((item for item in handled.support if isinstance(item, Remember)), None)
    if receiver.is_async or not (companion or receiver.original or receiver.stored):
        return ""
    if companion is None and receiver.savepoint:
        return ""  # it would open a savepoint in a missing database
    expected, number = f'call.using("other").filter(pk={row}.pk)', 3
    if not receiver.original:
        stored = companion.stored if companion is not None else receiver.stored
        names = ", ".join(string_literal(name) for name in stored)
        expected, number = f"{expected}.values({names})", 4
    name = f"{module}.{companion.name if companion is not None else receiver.name}"
    guards = companion.guards if companion is not None else receiver.guards
    if any(_OF_THE_CALL.search(guard) for guard in guards):
        return ""  # it is called for another database, with a dummy sender
    lines = [made]
    if any("raw" in guard for guard in guards):
        lines.append(f"assert asked({name}, {row}, raw=True) == []")
    lines.append(f"expected = {expected}.first()")
    lines.append(f"assert asked({name}, {row})[:{number}] == expected.call_list()")
    return "\n".join(lines)
