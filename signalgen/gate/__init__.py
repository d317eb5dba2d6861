"""The gate: rules of ``signalgen check`` on new code, located in the spec: ``examine(...)``."""

from __future__ import annotations

from signalgen.gate.examine import Objections, examine

__all__ = ["Objections", "examine"]
