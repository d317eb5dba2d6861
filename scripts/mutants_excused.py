"""Breaks that no generated test finds, and why."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mutants import Mutant

EQUAL = "the code does the same"

EXCUSED: tuple[tuple[str, str], ...] = (
    (
        r": (_ask: line \d+: (if signal in|cls\._asked)|__call__: line \d+: (_Function|cache\.delete|getattr))",
        EQUAL,
    ),
    # Only a fixture has nothing remembered, and it is left alone whatever is found.
    (r": argument changed: \w+: line \d+: None of vars\(instance\)\.pop", EQUAL),
    # Its companion remembers nothing of a fixture, so there is nothing to compare with.
    (r"guard removed: (keep_status_history|follow_payment_status): .* if raw", EQUAL),
    # A query for the rows of an empty set finds none.
    (
        r"(blog|doctors): part of a condition removed: (count_tags|guard_departments): .* pk_set of",
        EQUAL,
    ),
    (
        r": _ask: line \d+: (sender|found) of audible",
        "it is for versions of Django other than the one that ran it",
    ),
)
"""A pattern of ``project: kind: function: where``, and the reason."""


def reason_for(project: str, mutant: Mutant) -> str:
    """Return why ``mutant`` lives, or nothing."""
    said = f"{project}: {mutant.kind}: {mutant.function}: {mutant.where}"
    return next((reason for pattern, reason in EXCUSED if re.search(pattern, said)), "")
