"""The work of ``signalgen explain``: a rule's docstring as text, or as JSON."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING

from signalgen.check import all_rules
from signalgen.check.engine.docs import rule_page, rule_text
from signalgen.cli.outcome import Outcome
from signalgen.errors import Problem, UsageError

if TYPE_CHECKING:
    from signalgen.check import Rule


def explain(name: str | None, *, json_wanted: bool) -> Outcome:
    """Return the text of one rule, or a list of all."""
    rules = all_rules() if name is None else (_rule(name),)
    if json_wanted:
        text = json.dumps([_data(rule) for rule in rules], indent=2) + "\n"
    elif name is None:
        text = "".join(_line(rule) for rule in rules)
    else:
        text = rule_page(rules[0], heading="")
    return Outcome("explain", text=text, verbatim=True)


def _rule(name: str) -> Rule:
    for rule in all_rules():
        if name.upper() == rule.code or name.lower() == rule.name:
            return rule
    names = [word for rule in all_rules() for word in (rule.code, rule.name)]
    near = difflib.get_close_matches(name, names, 1) or difflib.get_close_matches(
        name.upper(), names, 1
    )
    hint = f"did you mean {near[0]}?" if near else "signalgen explain lists the rules"
    raise UsageError(Problem("", 0, 0, "", "unknown-rule", f"there is no rule {name!r}", hint))


def _line(rule: Rule) -> str:
    off = "" if rule.default else " (off by default)"
    return f"{rule.code}  {rule.severity:8}{rule.name:28}{rule_text(rule).title}{off}\n"


def _data(rule: Rule) -> dict[str, object]:
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
