"""The work of ``signalgen explain``: a rule's docstring as text, or as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from signalgen.check import all_rules
from signalgen.check.called import rule_called, rule_data
from signalgen.check.engine.docs import rule_page, rule_text
from signalgen.cli.outcome import Outcome

if TYPE_CHECKING:
    from signalgen.check import Rule


def explain(name: str | None, *, json_wanted: bool) -> Outcome:
    """Return the text of one rule, or a list of all."""
    rules = all_rules() if name is None else (rule_called(name),)
    if json_wanted:
        text = json.dumps([rule_data(rule) for rule in rules], indent=2) + "\n"
    elif name is None:
        text = "".join(_line(rule) for rule in rules)
    else:
        text = rule_page(rules[0], heading="")
    return Outcome("explain", text=text, verbatim=True)


def _line(rule: Rule) -> str:
    off = "" if rule.default else " (off by default)"
    return f"{rule.code}  {rule.severity:8}{rule.name:28}{rule_text(rule).title}{off}\n"
