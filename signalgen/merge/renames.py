"""Handlers that a spec has renamed since the last run: ``new_ids(...)`` is the entry.

A handler without an ``id`` is identified by its name, so a new name looks like a removed handler
and a new one. An edit of the first would then stay beside the second, and both would run. A handler
that differs only by name keeps its edit.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from signalgen import canon
from signalgen.merge.partners import BEFORE
from signalgen.values.plan import PlannedReceiver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from signalgen.values.change import Baseline, BaselineEntry
    from signalgen.values.fragment import Fragment
    from signalgen.values.plan import AppPlan

_ALIKE = 0.6
"""How similar two bodies must be to belong to one handler, from 0 to 1."""
_USUAL = frozenset({"if raw:", "return", "if created:", "else:", "if not created:"})
"""Lines that are common to all receivers."""


def new_ids(
    plan: AppPlan, baseline: Baseline, render: Callable[[], Sequence[Fragment]]
) -> dict[str, str]:
    """Return the new ids of the symbols of renamed handlers, by their ids of the last run.

    ``render`` returns the code of ``plan``; it is called only if a handler was removed and another
    added.
    """
    asked = {item.id for item in plan.items if isinstance(item, PlannedReceiver)}
    gone = [
        entry
        for entry in baseline.entries.values()
        if entry.kind == "receiver"
        and entry.source in plan.sources
        and entry.id not in asked
        and not entry.id.endswith(BEFORE)
    ]
    if not gone or asked <= baseline.entries.keys():
        return {}
    new = [one for one in render() if one.id in asked and one.id not in baseline.entries]
    found: dict[str, str] = {}
    for _, old_id, new_id in sorted(_pairs(gone, new), key=lambda pair: pair[0], reverse=True):
        if old_id not in found and new_id not in found.values():
            found[old_id] = new_id
    return {old: now for pair in found.items() for old, now in _with_its_own(*pair)}


def _with_its_own(old: str, new: str) -> Iterator[tuple[str, str]]:
    yield old, new
    yield f"{old}{BEFORE}", f"{new}{BEFORE}"
    yield f"test:{old.partition(':')[2]}", f"test:{new.partition(':')[2]}"


def _pairs(
    gone: Sequence[BaselineEntry], new: Sequence[Fragment]
) -> Iterator[tuple[float, str, str]]:
    for entry in gone:
        head, body = _parts(entry.text, entry.name)
        for fragment in new:
            other_head, other_body = _parts(fragment.text, fragment.name)
            if head != other_head or fragment.source != entry.source:
                continue
            alike = SequenceMatcher(None, body, other_body, autojunk=False).ratio()
            if alike >= _ALIKE:
                yield alike, entry.id, fragment.id


def _parts(text: str, name: str) -> tuple[tuple[str, ...], list[str]]:
    """Return the tokens of the decorators, and the tokens of a receiver's body."""
    nameless = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", "_", text)
    head, _, body = nameless.partition("def _(")
    lines = [line.strip() for line in body.split("\n")[1:]]
    kept = [line for line in lines if line not in _USUAL and '"""' not in line]
    words = [word for line in kept for word in re.findall(r"\w+", line)]
    return canon.words(re.sub(r"dispatch_uid=[^,)]+", "", head)) or (), words
