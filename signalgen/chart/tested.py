"""How the project's tests affect a receiver: ``in_tests``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.chart.deeds import deeds
from signalgen.chart.hindrances import is_about
from signalgen.flow.effects.tested import left_off, patched, test_files, unheard
from signalgen.flow.reach.reach import reached
from signalgen.index.memo import answered_once
from signalgen.late import pattern
from signalgen.values.why import IN_TESTS, ChainLink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Connection

_TEST_CASE = pattern(rb"\(\s*(?:\w+\.)?TestCase\b")
_PYTEST = pattern(rb"\bdjango_db\b(?!\s*\(\s*transaction\s*=\s*True)")


def in_tests(index: Index, item: Connection) -> Iterator[ChainLink]:
    """Yield what keeps tests from seeing a receiver's effects: patches, disconnects, no commit."""
    function = item.receiver
    for patch, receiver in patched(index):
        if function is not None and receiver.function.node is function.node:
            says = (
                f"a test patches the name {function.name}, but the signal refers to the function "
                f"itself: it still runs, and the mock is never called"
            )
            yield ChainLink(IN_TESTS, "no", says, patch.path, patch.call.lineno, "SG116")
    for call, why in left_off(index):
        if call.signal in item.signals and is_about(index, call, item):
            says = f"a test disconnects it: {why}"
            yield ChainLink(IN_TESTS, "no", says, call.path, call.call.lineno, "SG118")
    if function is not None:
        yield from _uncommitted(index, item)


def _uncommitted(index: Index, item: Connection) -> Iterator[ChainLink]:
    function = item.receiver
    done = deeds(index, function) if function is not None else ()
    if function is None or not done:
        return
    late = {one.name for one in reached(index, function) if one.deferred}
    for patch, _ in unheard(index):
        if any(f"{name}.".startswith(f"{patch.name}.") for name in late):
            says = f"{patch.name} is called only on commit, and a TestCase never commits"
            yield ChainLink(IN_TESTS, "no", says, patch.path, patch.call.lineno, "SG117")
            return
    hint = _missing_capture(index)
    if hint and all(one.waits for one in done):
        says = f"all of it waits for the commit, which a TestCase never makes: {hint}"
        yield ChainLink(IN_TESTS, "unknown", says, function.path, function.node.lineno)


@answered_once
def _missing_capture(index: Index) -> str:
    """Return what rolled-back tests need to run commit callbacks, "" if there are no such tests."""
    texts = [index.code.data(path) for path in test_files(index)]
    if any(_TEST_CASE.search(text) for text in texts):
        return "use captureOnCommitCallbacks(execute=True)"
    if any(_PYTEST.search(text) for text in texts):
        return "use the fixture django_capture_on_commit_callbacks(execute=True)"
    return ""
