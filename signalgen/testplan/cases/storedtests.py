"""The test that a receiver reads what is stored of the row that is saved. Entry: ``stored_test``.

A second database is rarely there to save to, so the manager is replaced and asked what it was told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.syntax import string_literal
from signalgen.values.plan import Remember

if TYPE_CHECKING:
    from signalgen.plan.handlers.handler import Handled

_ASKED = ("call.using('other')", "call.using().filter(pk={row}.pk)")


def stored_test(handled: Handled, row: str, made: str, module: str, *, typed: bool) -> str:
    """Return the code of the test, "" for a receiver that compares with nothing stored.

    ``made`` is the line that makes ``row``; ``module`` is how the test calls the receivers' module.
    """
    receiver = handled.receiver
    companion = next((item for item in handled.support if isinstance(item, Remember)), None)
    if receiver.is_async or not (companion or receiver.original or receiver.stored):
        return ""
    asked = [text.format(row=row) for text in _ASKED]
    if not receiver.original:
        stored = companion.stored if companion is not None else receiver.stored
        names = ", ".join(string_literal(name) for name in stored)
        asked.append(f"call.using().filter().values({names})")
    name = companion.name if companion is not None else receiver.name
    guards = companion.guards if companion is not None else receiver.guards
    given = ['"sender": mock.Mock(_base_manager=manager)', f'"instance": {row}', '"using": "other"']
    given += ['"update_fields": None']
    hint = ": dict[str, Any]" if typed else ""
    lines = [made, "manager = mock.MagicMock()"]
    if companion is None:
        found = "values.return_value.first" if not receiver.original else "first"
        lines.append(f"manager.using.return_value.filter.return_value.{found}.return_value = None")
    lines.append(f"sent{hint} = {{{', '.join(given)}}}")
    if companion is not None and any("raw" in guard for guard in guards):
        lines += [
            f"{module}.{name}(raw=True, **sent)",
            f"assert {string_literal(companion.key)} not in vars({row})",
        ]
    lines += [
        f"{module}.{name}(raw=False, **sent)",
        f"assert manager.mock_calls[:{len(asked)}] == [{', '.join(asked)}]",
    ]
    return "\n".join(lines)
