"""Breaks that no test can or shall find, and why."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mutants import Mutant

EXCUSED: tuple[tuple[str, str], ...] = ()
"""A pattern of ``project: kind: function: where``, and the reason: no code that anybody can tell apart, or not worth it."""


def reason_for(project: str, mutant: Mutant) -> str:
    """Return why ``mutant`` may live, or nothing."""
    said = f"{project}: {mutant.kind}: {mutant.function}: {mutant.where}"
    return next((reason for pattern, reason in EXCUSED if re.search(pattern, said)), "")
