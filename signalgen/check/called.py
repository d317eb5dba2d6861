"""A rule by its code or name: ``rule_called``; and a rule as data: ``rule_data``."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from signalgen.check.engine.docs import rule_text
from signalgen.check.engine.rule import all_rules
from signalgen.errors import Problem, UsageError

if TYPE_CHECKING:
    from signalgen.check.engine.rule import Rule


def rule_called(name: str) -> Rule:
    """Return the rule with a code or a name. Raises UsageError that suggests the likely one."""
    for rule in all_rules():
        if name.upper() == rule.code or name.lower() == rule.name:
            return rule
    names = [word for rule in all_rules() for word in (rule.code, rule.name)]
    near = difflib.get_close_matches(name, names, 1) or difflib.get_close_matches(
        name.upper(), names, 1
    )
    hint = f"did you mean {near[0]}?" if near else "signalgen explain lists the rules"
    raise UsageError(Problem("", 0, 0, "", "unknown-rule", f"there is no rule {name!r}", hint))


def rule_data(rule: Rule) -> dict[str, object]:
    """Return a rule as data, its docstring split at the headings."""
    text = rule_text(rule)
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "default": rule.default,
        "fix": rule.fix,
        "title": text.title,
        "sections": text.sections,
    }
