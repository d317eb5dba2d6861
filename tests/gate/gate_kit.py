"""Specs in which the lines that the gate must name end with ``!SG101``; the marks are taken out before they are read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generate_kit import build, run, spec_text

if TYPE_CHECKING:
    from pathlib import Path

    from generate_kit import Outcome

_MARK = re.compile(r" *!(SG\d+)$", re.MULTILINE)
RULE = re.compile(r"SG\d+")
ADVICE = "SG901"


def unmarked(spec: str) -> str:
    """Return a spec without its marks."""
    return _MARK.sub("", spec)


def marked(spec: str) -> list[tuple[int, str]]:
    """Return the lines of a spec that are marked, each with its rule."""
    lines = spec_text(spec).splitlines()
    return sorted(
        (number, found[1]) for number, line in enumerate(lines, 1) if (found := _MARK.search(line))
    )


def said(outcome: Outcome) -> list[tuple[int, str]]:
    """Return what the gate says, errors and warnings alike, by line of the spec; its advice is left out."""
    notes = outcome.result.notes if outcome.result is not None else ()
    return sorted(
        (one.line, one.code)
        for one in (*outcome.problems, *notes)
        if RULE.fullmatch(one.code) and one.code != ADVICE
    )


def judge(root: Path, spec: str, files: dict[str, str] | None = None) -> Outcome:
    """Generate from a spec with marks into the shop; the gate names the marked lines and no others."""
    outcome = run(build(root, files), unmarked(spec))
    others = [one for one in outcome.problems if not RULE.fullmatch(one.code)]
    assert others == []
    assert said(outcome) == marked(spec)
    return outcome
