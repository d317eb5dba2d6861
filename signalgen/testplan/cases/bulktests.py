"""The reminder that bulk operations send no signal, on request. Entry: ``bulk_tests``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.testplan.cases.casewriting import fields_beside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.testplan.cases.told import Method, Told


def bulk_tests(told: Told) -> Iterator[Method]:
    """Yield the test, or note why there is none."""
    handled = told.handled
    if not handled.handler.bulk_test:
        return
    name, one = handled.receiver.name, len(handled.senders) == 1
    for staged, _way, case in told.loud if one else ():
        field = fields_beside(staged, ()) if staged.scene.family == "save" else ""
        if field and not case.raises and told.watches():
            lines = [line for line in case.ready if not line.startswith("unsave(")]
            manager = f"{staged.start['sender'].text}._base_manager"
            lines.append(f"with {told.heard} as left:")
            lines.append(f'    {manager}.bulk_update([{staged.scene.row}], ["{field}"])')
            lines.append("assert left.mock_calls == [call.commit()]")
            text = "bulk_create(), bulk_update() and update() send no signal."
            yield "test_bulk_operations_send_nothing", text, "\n".join(lines)
            return
    reason = (
        f"a test cannot see what {name} does" if one else f"{name} does not listen to one model"
    )
    mark = handled.handler.place("bulk_test")
    told.ctx.note(mark, "no-bulk-test", f"bulk_test has no test: {reason}")
