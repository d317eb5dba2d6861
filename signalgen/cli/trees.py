"""The work of ``signalgen trace``: a tree as text, Markdown or JSON. Entry: ``show``."""

from __future__ import annotations

import sys
from dataclasses import asdict, replace
from itertools import islice
from typing import TYPE_CHECKING

from signalgen.cli.checking import check_root
from signalgen.cli.console import has_colours, paint
from signalgen.cli.living import registry
from signalgen.cli.markdown import escaped
from signalgen.cli.outcome import Outcome
from signalgen.cli.progress import progress
from signalgen.late import dataclass
from signalgen.project.survey import survey_project
from signalgen.screening import one_line
from signalgen.tracing import traced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.cli.view import View
    from signalgen.values.trace import TraceStep

_LONG = 3
"""The number of lines from which a branch is shown only once."""
_CONDITIONS = 3
"""How many of the innermost conditions a line shows; JSON has them all."""


@dataclass(frozen=True, slots=True)
class TraceOptions:
    """What the command line said."""

    subject: str
    event: str = "save"
    project: str | None = None
    depth: int = 6
    to: str = ""
    live: bool = False
    format: str = "text"


def show(asked: TraceOptions, view: View) -> Outcome:
    """Return the tree of what an event on a subject leads to."""
    live = registry(f"trace {asked.subject}", wanted=asked.live)
    root = check_root(asked.project, ())
    with progress("Reading", quiet=view.quiet):
        survey = survey_project(root)
        found = traced(survey, asked.subject, asked.event, asked.depth, asked.to, live)
    colour = has_colours(sys.stdout, no_color=view.no_color)
    shown = found.root if asked.format == "json" else _folded(found.root, set())
    text = "" if asked.format == "json" else _text(shown, colour=colour)
    text = _markdown(shown) if asked.format == "markdown" else text
    rows = ("trace", (asdict(found.root),))
    return Outcome("trace", text=text, rows=rows, notes=found.skipped, painted=True)


def _folded(step: TraceStep, seen: set[tuple[str, tuple[TraceStep, ...]]]) -> TraceStep:
    """Return a step in which the part below a repeated step is shown only once."""
    told = (step.name, step.steps)
    if step.kind != "signal" and len([*islice(step.walk(), _LONG)]) == _LONG:
        if told in seen:
            return replace(step, steps=(), again=True)
        seen.add(told)
    return replace(step, steps=tuple(_folded(one, seen) for one in step.steps))


def _text(root: TraceStep, *, colour: bool) -> str:
    lines = [paint(one_line(root.text), "bold", on=colour), *_lines(root, "", colour=colour)]
    if not root.steps or all(step.kind == "row" for step in root.steps):
        lines.append("   nothing else happens, as far as the code shows")
    return "\n".join(lines) + "\n"


def _lines(step: TraceStep, before: str, *, colour: bool) -> Iterator[str]:
    for position, one in enumerate(step.steps):
        last = position == len(step.steps) - 1
        yield f"{before}{'└─' if last else '├─'} {_line(one, colour=colour)}"
        yield from _lines(one, f"{before}{'   ' if last else '│  '}", colour=colour)


def _line(step: TraceStep, *, colour: bool) -> str:
    text = one_line(_words(step))
    if step.kind in ("signal", "commit", "row"):
        return paint(text, "bold" if step.kind != "row" else "dim", on=colour)
    parts = [text]
    if condition := _condition(step):
        parts.append(paint(one_line(condition), "yellow", on=colour))
    if step.path and step.kind in ("receiver", "method", "effect", "bulk", "write", "send", "task"):
        parts.append(paint(one_line(f"{step.path}:{step.line}"), "dim", on=colour))
    return "  ".join(parts)


def _words(step: TraceStep) -> str:
    return f"{step.text} (see above)" if step.again else step.text


def _condition(step: TraceStep) -> str:
    shown = step.when[-_CONDITIONS:]
    more = "… and " if len(step.when) > len(shown) else ""
    parts = [_bracketed(one) if len(step.when) > 1 else one for one in shown]
    return f"[if {more}{' and '.join(parts)}]" if parts else ""


def _bracketed(condition: str) -> str:
    is_one = " or " not in condition or condition.startswith(("not (", "for each "))
    return condition if is_one else f"({condition})"


def _markdown(root: TraceStep) -> str:
    def bullets(step: TraceStep, depth: int) -> Iterator[str]:
        condition = f" {_condition(step)}" if step.when else ""
        where = f" ({step.path}:{step.line})" if step.path and step.kind == "receiver" else ""
        yield f"{'  ' * depth}- {escaped(_words(step) + condition + where)}"
        for one in step.steps:
            yield from bullets(one, depth + 1)

    return "\n".join(bullets(root, 0)) + "\n"
