"""The tests that ``test_detail: full`` adds. Entry: ``rollback_tests``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.testplan.cases.told import Method, Told


def rollback_tests(told: Told) -> Iterator[Method]:
    """Yield the test that deferred calls do not run after a rollback."""
    for staged, _way, case in told.loud if told.ctx.test_detail == "full" else ():
        waits = [n for n, call in enumerate(case.calls) if call.startswith("call.commit(")]
        if not waits or case.raises or case.around or not case.calls[waits[0] + 1 :]:
            continue
        # Effects before the commit still happen.
        kept = ", ".join(case.calls[: waits[0] + 1])
        act = [*case.inside, case.act, "transaction.set_rollback(True)"]
        lines = [*case.ready, f"with {told.heard} as left, transaction.atomic():"]
        lines += [f"    {line}" for line in act]
        lines.append(f"assert left.mock_calls == [{kept}]")
        name = f"test_rollback_of_{staged.act if staged.key == 'body' else staged.key}"
        text = "Deferred calls do not run without a commit."
        yield name.replace(".", "_"), text, "\n".join(lines)
        return
