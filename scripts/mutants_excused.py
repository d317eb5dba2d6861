"""Breaks that no generated test finds, and why."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mutants import Mutant

CUT = "cuts a text where no text of a test is long enough, or a mock, which is the same however it is cut"
TAKEN = "in the tests no slug is taken, and every row has a name"
EQUAL = "the code does the same"
LOOSE = "the elements come from a loop over texts that mocks do not have"

EXCUSED: tuple[tuple[str, str], ...] = (
    (r"constant changed: (prepare_post|prepare_order|set_slug): line \d+: (140|12|100)$", CUT),
    (r"set_slug.*('doctor'|taken|line \d+: '-'|line \d+: 2$|line \d+: $)", TAKEN),
    (r"doctors: .*: normalize_doctor:", LOOSE),
    (
        r": (_ask: line \d+: (if signal in|cls\._asked)|__call__: line \d+: (_Function|cache\.delete|getattr))",
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
