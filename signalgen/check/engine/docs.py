"""A rule's docstring as data, for ``explain``, pages and tests: ``rule_text``, ``rule_page``."""

from __future__ import annotations

import inspect
import re
import sys
from typing import TYPE_CHECKING

from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signalgen.check.engine.rule import Rule

HEADINGS = ("Flags", "Why it matters", "Bad", "Good", "Stays silent when", "Known misses")
_FENCE = pattern(r"```python\n(.*?)```", re.DOTALL)
_FILE = pattern(r"^# file: (\S+)\n", re.MULTILINE)
_OFFERS = {
    "none": "none",
    "safe": "safe (`--fix`)",
    "unsafe": "unsafe (`--unsafe-fixes`)",
    "both": "safe (`--fix`), some unsafe (`--unsafe-fixes`)",
}
_SHORT = {"none": "", "safe": "safe", "unsafe": "unsafe", "both": "safe, some unsafe"}
DEFAULT_FILE = "shop/signals.py"


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule's docstring: its first line, and the text below each heading."""

    title: str
    sections: dict[str, str]

    def examples(self, heading: str) -> tuple[str, ...]:
        """Return the code blocks below a heading."""
        return tuple(_FENCE.findall(self.sections.get(heading, "")))


def rule_text(rule: Rule) -> RuleText:
    """Return the docstring of a rule's module as data."""
    check = rule.on_receiver or rule.on_project or rule.on_unused
    module = sys.modules[check.__module__] if check is not None else None
    return parse_text(inspect.cleandoc(module.__doc__ or "") if module is not None else "")


def parse_text(text: str) -> RuleText:
    """Return a docstring split at its headings, which are underlined with dashes."""
    title, _, rest = text.partition("\n")
    parts = re.split(r"^([A-Z][^\n]*)\n-{3,}\n", rest, flags=re.MULTILINE)
    sections = {head: body.strip() for head, body in zip(parts[1::2], parts[2::2], strict=True)}
    return RuleText(title.strip(), sections)


def example_files(block: str) -> dict[str, str]:
    """Return an example's files by path: ``# file: path`` starts one; first ``shop/signals.py``."""
    parts = _FILE.split(block)
    files = dict(zip(parts[1::2], parts[2::2], strict=True))
    if parts[0].strip():
        files[DEFAULT_FILE] = parts[0]
    return files


def rule_page(rule: Rule, heading: str = "#") -> str:
    """Return a rule as a page; ``heading`` starts the title and section lines, "" is plain text."""
    text = rule_text(rule)
    state = "on" if rule.default else "off"
    mark = f"{heading} " if heading else ""
    lines = [
        f"{mark}{rule.code} {rule.name}",
        "",
        text.title,
        "",
        f"Severity: {rule.severity}. By default: {state}.",
        "",
        fix_line(rule),
    ]
    for head, body in text.sections.items():
        shown = _marks_dropped(body)
        lines += [
            "",
            f"{heading}{mark}{head}" if mark else head,
            "" if mark else "-" * len(head),
            shown,
        ]
    return "\n".join(lines) + "\n"


def fix_line(rule: Rule) -> str:
    """Return one line on a rule's fixes: the option that applies them, and their safety."""
    return f"Fix: {_OFFERS[rule.fix]}. {rule.safety}".rstrip()


def rule_table(rules: Iterable[Rule]) -> str:
    """Return the table of the rules in Markdown."""
    rows = [
        f"| [{rule.code}](rules/{rule.code.lower()}.md) | `{rule.name}` "
        f"| {rule.severity} | {'yes' if rule.default else 'no'} "
        f"| {_SHORT[rule.fix]} | {rule_text(rule).title.rstrip('.')} |"
        for rule in rules
    ]
    return (
        "\n".join(
            ["| code | name | severity | on | fix | finds |", "|---|---|---|---|---|---|", *rows]
        )
        + "\n"
    )


def _marks_dropped(text: str) -> str:
    # The marks tell the test of the examples where findings are due; readers do not need them.
    return re.sub(r"  # SG\d{3}$", "", text, flags=re.MULTILINE)
