"""The analyser: rules over the index of a project.

``analyse`` runs them; it sees text and the index, and leaves reading and printing to others.
"""

from __future__ import annotations

from signalgen.check.engine.rule import Rule, all_rules
from signalgen.check.engine.run import analyse, located
from signalgen.check.engine.select import Choice

__all__ = ["Choice", "Rule", "all_rules", "analyse", "located"]
