"""Receivers that people wrote -> entries of a spec: ``candidates(index)``.

Whether an entry says the same as the code is asked of the generator itself, by ``alike``.
"""

from __future__ import annotations

from signalgen.extract.candidates import Candidate, candidates
from signalgen.extract.likeness import alike

__all__ = ["Candidate", "alike", "candidates"]
