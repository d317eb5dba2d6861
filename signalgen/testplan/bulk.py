"""The reminder that bulk operations send no signal, on request. Entry: ``bulk_test``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.testplan.casewriting import fields_beside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.handler import Handled
    from signalgen.testplan.casewriting import Case
    from signalgen.testplan.scenes import Staged


def bulk_test(
    ctx: Context, handled: Handled, told: Sequence[tuple[Staged, Case]], heard: str
) -> Iterator[tuple[str, str, str]]:
    """Yield the test, or note why there is none.

    ``told`` are the other tests of ``handled``, ``heard`` the call in which only it hears.
    """
    if not handled.handler.bulk_test:
        return
    name, one = handled.receiver.name, len(handled.senders) == 1
    for staged, case in told if one else ():
        field = fields_beside(staged, ()) if staged.scene.family == "save" else ""
        if field and not case.raises and any(call != "call.commit()" for call in case.calls):
            lines = [line for line in case.ready if not line.startswith("unsave(")]
            manager = f"{staged.start['sender'].text}._base_manager"
            lines.append(f"with {heard} as left:")
            lines.append(f'    {manager}.bulk_update([{staged.scene.row}], ["{field}"])')
            lines.append("assert left.mock_calls == [call.commit()]")
            text = "bulk_create(), bulk_update() and update() send no signal."
            yield "test_bulk_operations_send_nothing", text, "\n".join(lines)
            return
    reason = (
        f"a test cannot see what {name} does" if one else f"{name} does not listen to one model"
    )
    ctx.note(handled.handler.place("bulk_test"), "no-bulk-test", f"bulk_test has no test: {reason}")
