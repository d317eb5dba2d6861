"""The tests of the generated lines around a body. Entries: ``error_tests``, ``stored_tests``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.testplan.cases.casewriting import rows_apart, sent_directly
from signalgen.testplan.cases.storedtests import stored_test
from signalgen.testplan.terms.attributes import has_own_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.testplan.cases.casewriting import Case
    from signalgen.testplan.cases.scenes import Staged
    from signalgen.testplan.cases.told import Method, Told


def error_tests(told: Told, alias: str) -> Iterator[Method]:
    """Yield the tests of ``on_error: log``; ``alias`` names the receivers' module in tests."""
    receiver = told.handled.receiver
    tries = any(re.search(r"^\s*try:", piece.source, re.MULTILINE) for piece in told.handled.pieces)
    found = next(_failing(told), None) if receiver.log_errors and not tries else None
    if found is None:
        return
    staged, case, name = found
    row = f", {_pk(staged)}" if receiver.what else ""
    said = f'"{receiver.name} failed{" for %s" if row else ""}"{row}'
    ready = [*case.ready]
    if row == ", pk" and not any(line.startswith("pk = ") for line in ready):
        ready.append(f"pk = {staged.scene.row}.pk")
    watch, using = told.heard, '"default"' if receiver.has_using else ""
    spied = " as savepoints" if receiver.savepoint else ""
    lines = [
        *ready,
        f'with {case.settings}{watch} as left, breaking({alias}, "{name}"){spied}:',
        *(f"    {line}" for line in (*case.inside, case.act)),
        f"assert call.{receiver.logger}.exception({said}) in left.mock_calls",
    ]
    if receiver.savepoint:
        named = f"using={using}" if using else ""
        lines.append(f"assert call({named}) in savepoints.mock_calls")
    yield (
        "test_errors_are_logged",
        "An error is logged, and the caller continues.",
        "\n".join(lines),
    )
    told.logs = True
    if receiver.savepoint and staged.act != "m2m":
        yield _lost(told, staged, case, using)


def _lost(told: Told, staged: Staged, case: Case, using: str) -> Method:
    heard = f"{told.heard}{' as left' if case.inside else ''}"
    lines = [
        *case.ready,
        f'with raises(RuntimeError, "lost"), {case.settings}{heard}, losing() as get_connection:',
        *(f"    {line}" for line in (*case.inside, sent_directly(staged) or case.act)),
        f"get_connection.assert_any_call({using})",
    ]
    text = "An error that broke the transaction reaches the caller."
    return "test_a_lost_transaction_is_raised", text, "\n".join(lines)


def _failing(told: Told) -> Iterator[tuple[Staged, Case, str]]:
    # A name in the receivers' module without which the body fails at once.
    for staged, way, case in told.loud:
        for effect in way.state.effects:
            meaning = staged.scene.meanings.get(effect.name)
            known = meaning is not None and effect.name != told.handled.receiver.logger
            if effect.name and known and not effect.deferred and not case.raises:
                yield staged, case, effect.name


def stored_tests(told: Told, alias: str) -> Iterator[Method]:
    """Yield the test that the receiver reads the stored row; ``alias`` as above."""
    made = told.made()
    if not made or told.loud[0][0].scene.family != "save":
        return
    row = told.loud[0][0].scene.row
    cases = [case for _, _, case in (*told.loud, *told.quiet)]
    ready = next(case.ready for case in cases if made in case.ready)
    # A condition may ask for what the row is changed to.
    changes = [line for line in ready if re.match(rf"{row}\.\w+ = ", line)]
    made = "\n".join([*rows_apart(told.ctx, told.loud[0][0]), made, *changes])
    code = stored_test(told.handled, row, made, alias)
    if code:
        text = "Stored values are read from the row's own database."
        yield "test_reads_what_is_stored", text, code


def _pk(staged: Staged) -> str:
    # The key that the receiver logs with an error.
    scene = staged.scene
    if staged.act == "delete":
        return "pk"
    new = scene.before and staged.act == "create"
    own = scene.model is not None and has_own_key(scene.model)
    return "None" if new and not own else f"{scene.row}.pk"
