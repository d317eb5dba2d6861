"""Hand-written receivers -> entries of a spec: ``candidates(index)``.

``alike`` compares the code generated from an entry with the existing code.
"""

from __future__ import annotations

from signalgen.extract.candidates import Candidate, candidates
from signalgen.extract.likeness import alike

__all__ = ["Candidate", "alike", "candidates"]
