"""The gate: the rules of ``signalgen check`` on what a run is about to write, told at the lines of the spec that it comes from."""

from __future__ import annotations

from signalgen.gate.examine import Objections, examine

__all__ = ["Objections", "examine"]
