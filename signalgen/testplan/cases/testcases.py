"""The common parts of a receiver's tests: mocks, the call, the arguments that differ.

``start_case(...)`` begins a test, ``finish_case(...)`` adds the call.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.syntax import parse_body
from signalgen.testplan.cases.scenario import FollowedWay, Scenario, sender_text
from signalgen.values.plan import CaseKind, TestCasePlan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.plan.handlers.handler import Handled
    from signalgen.testplan.cases.scenario import FollowedWay, Scenario


# Test methods are indented twice, in lines of 79 characters.
_LONGEST = 71
_SENT = {
    "raw": "False",
    "using": '"default"',
    "update_fields": "None",
    "reverse": "False",
    "created": "True",
    "action": '"post_add"',
    "pk_set": "{1}",
}


def default_arguments(handled: Handled) -> tuple[str, ...]:
    """Return what Django sends to the receiver: the keyword arguments every test starts from."""
    arguments = [f"signal={handled.uses[0].name}", f"sender={sender_text(handled)}"]
    arguments += [f"{name}={_SENT.get(name, 'mock.MagicMock()')}" for name in _sent_names(handled)]
    return tuple(arguments)


def _sent_names(handled: Handled) -> list[str]:
    sent = [argument.name for argument in handled.uses[0].arguments] + [
        p.name for p in handled.parameters
    ]
    return [
        name for name in dict.fromkeys(sent) if name not in ("signal", "sender", "args", "kwargs")
    ]


def _call(
    handled: Handled, scenario: Scenario, lines: Sequence[str], **changes: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    # A mock gets a name in the test only when one of ``lines`` mentions it.
    known = {key: repr(value).replace("'", '"') for key, value in scenario.known if "." not in key}
    arguments: list[str] = []
    mocks: list[str] = []
    if scenario.sender:
        arguments.append(f"sender={scenario.sender}")
    elif not handled.senders and any(re.search(r"\bsender\b", line) for line in lines):
        mocks.append("sender = mock.MagicMock()")
        arguments.append("sender=sender")
    for name in _sent_names(handled):
        value = changes.get(name) or known.get(name)
        if value is not None and value != _SENT.get(name):
            arguments.append(f"{name}={value}")
        elif (
            value is None
            and name not in _SENT
            and any(re.search(rf"\b{name}\b", line) for line in lines)
        ):
            if not any(line.startswith(f"{name} = ") for line in lines):
                mocks.append(f"{name} = mock.MagicMock()")
            arguments.append(f"{name}={name}")
    return tuple(arguments), tuple(mocks)


def start_case(
    handled: Handled,
    patches: Sequence[str],
    outcome: FollowedWay,
    *,
    name: str,
    docstring: str,
    kind: CaseKind,
) -> TestCasePlan:
    """Start a test of the way that ``outcome`` followed: its mocks, and the preparing lines."""
    of_row = [
        line
        for line in outcome.setup
        if line.startswith("instance.")
        # Stored values may mention the mocks.
    ]
    others = [line for line in outcome.setup if line not in of_row]
    setup = (*_await_setup(outcome, patches), *of_row, *outcome.scenario.setup, *others)
    return TestCasePlan(
        name, docstring, kind, tuple(patches), awaited(handled, patches), setup=setup
    )


def finish_case(
    handled: Handled, scenario: Scenario, case: TestCasePlan, **changes: str
) -> TestCasePlan:
    """Add the call to ``case``: its arguments, and the mocks that its lines mention."""
    lines = [*case.setup, *case.assertions, *(e.arguments or "" for e in case.expectations)]
    lines += [e.mock for e in case.expectations if e.mock not in case.patches]
    lines += [mock for mock, _ in case.quiet if mock not in case.patches]
    for name in ("original", "stored"):
        if sum(bool(re.search(rf"\b{name}\b", line)) for line in lines) == 1:
            lines = [line for line in lines if not line.startswith(f"{name} =")]
            case = replace(case, setup=tuple(line for line in case.setup if line in lines))
    arguments, mocks = _call(handled, scenario, lines, **changes)
    setup = (*mocks, *(part for line in _bound_first(case.setup) for part in _short(line)))
    return replace(case, setup=setup, arguments=arguments)


def _bound_first(lines: Sequence[str]) -> list[str]:
    # A stable topological order: each line after those that bind the names that it reads.
    waiting, out = list(lines), []
    while waiting:
        made = [line.partition(" = ")[0] for line in waiting]
        ready = next((line for line in waiting if not _reads(line, made)), waiting[0])
        waiting.remove(ready)
        out.append(ready)
    return out


def _reads(line: str, names: Sequence[str]) -> bool:
    own = line.partition(" = ")[0]
    return any(name.isidentifier() and name != own and name in _names_of(line) for name in names)


def _names_of(line: str) -> set[str]:
    return {node.id for node in ast.walk(parse_body(line)) if isinstance(node, ast.Name)}


def _short(line: str) -> list[str]:
    # A chain of calls that is too long for one line is cut in two: no formatter can do that.
    ends = [match.end() for match in re.finditer(r"\.return_value(?=\.)", line.partition(" = ")[0])]
    fitting = [end for end in ends if end <= _LONGEST - len("found = ")]
    if len(line) <= _LONGEST or not fitting:
        return [line]
    return [f"found = {line[: fitting[-1]]}", f"found{line[fitting[-1] :]}"]


def awaited(handled: Handled, patches: Sequence[str]) -> tuple[str, ...]:
    """Return the patched names that a body awaits directly."""
    return tuple(sorted(name for name in _awaited_paths(handled) if name in patches))


def _await_setup(outcome: FollowedWay, patches: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{path} = mock.AsyncMock()" for path in outcome.awaited if path not in patches)


def _awaited_paths(handled: Handled) -> set[str]:
    return {
        dotted(node.value.func)
        for piece in handled.pieces
        for node in ast.walk(parse_body(piece.source))
        if isinstance(node, ast.Await) and isinstance(node.value, ast.Call)
    }


def calls_of(outcome: FollowedWay, patches: Sequence[str]) -> list[str]:
    """Return the paths of the collaborators' mocks that the way may call."""
    return [seen.path for seen in outcome.seen if seen.path.partition(".")[0] in patches]


def quiet_paths(
    paths: Sequence[str], outcome: FollowedWay | None = None
) -> tuple[tuple[str, str], ...]:
    """Return the mocks that must not be called.

    Mocks that were handed on are left out: unknown code may call them.
    """
    escaped = outcome.escaped if outcome is not None else frozenset()
    return tuple(
        sorted({split_path(path) for path in paths if path.partition(".")[0] not in escaped})
    )


def split_path(path: str) -> tuple[str, str]:
    """Return the patched name of a call's path, and the rest of it."""
    root, _, rest = path.partition(".")
    return root, rest


def still_mock(path: str, outcome: FollowedWay, patches: Sequence[str]) -> bool:
    """Tell whether ``path`` leads through mocks only.

    An attribute that was set to make a condition false is no mock.
    """
    known = path.partition(".")[0] in (*patches, "instance")
    return known and not any(path.startswith(f"{name}.") for name, _ in outcome.settings)
