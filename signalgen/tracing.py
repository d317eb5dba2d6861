"""The run of ``signalgen trace``: from a name and an event to the tree of what happens.

``traced(...)`` is the entry.
"""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from signalgen.chart.search import DEEPEST, EVENTS, MOST_READ, Effort
from signalgen.chart.subjects import is_called, model_called, signals_called, unknown_subject
from signalgen.chart.trace import trace, trace_signal
from signalgen.errors import Problem, UsageError
from signalgen.flow.connections.identity import sender_key
from signalgen.index import build_index
from signalgen.late import dataclass
from signalgen.roomy import roomy

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.project.survey import Survey
    from signalgen.values.index import ModelInfo
    from signalgen.values.live import LiveRegistry
    from signalgen.values.trace import TraceStep

_M2M = "m2m:"


@dataclass(frozen=True, slots=True)
class Traced:
    """The tree, and notes about what is missing: unread files, or endless recursion."""

    root: TraceStep
    skipped: tuple[Problem, ...] = ()


@roomy
def traced(
    survey: Survey,
    subject: str,
    event: str = "save",
    depth: int = DEEPEST,
    to: str = "",
    live: LiveRegistry | None = None,
) -> Traced:
    """Return what happens in the project of ``survey`` when ``event`` happens to ``subject``.

    ``subject`` is a model (``orders.Order``, ``Order``, an import path) or a custom signal; a
    signal's only event is being sent. ``depth`` limits how many events may lead to one another.
    With ``to``, only the branches that lead to a step of that name are kept. ``live`` is what the
    running project has connected: it gives the receivers and their order, and the code says what
    they do. Raises UsageError for a subject or an event that does not exist.
    """
    index = build_index(survey)
    effort = Effort(live)
    root = _root(index, subject, event, depth, effort)
    if to:
        kept = _towards(root, to.lower())
        if kept is None:
            raise UsageError([_problem("not-reached", f"{root.text}: that leads to no {to}", "")])
        root = kept
    return Traced(root, (*index.broken(), *([_TOO_LARGE] if effort.is_over else ())))


def _root(index: Index, subject: str, event: str, depth: int, effort: Effort) -> TraceStep:
    found = model_called(index, subject)
    if found is not None:
        name, model = found
        _check_event(event, model)
        return trace(index, sender_key(index, name), event, depth, effort)
    signals = signals_called(index, subject)
    if len(signals) == 1:
        return trace_signal(index, signals[0], depth, effort)
    if signals:
        hint = f"write one of {', '.join(signals)}"
        raise UsageError([_problem("ambiguous", f"{len(signals)} signals: {subject}", hint)])
    raise UsageError([unknown_subject(index, subject)])


def _check_event(event: str, model: ModelInfo | None) -> None:
    if event in EVENTS:
        return
    fields = [item.name for item in model.fields if item.kind == "m2m"] if model else []
    if event.startswith(_M2M) and (model is None or event[len(_M2M) :] in fields):
        return
    known = [*EVENTS, *(f"{_M2M}{name}" for name in fields)]
    near = get_close_matches(event, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(known)}"
    raise UsageError([_problem("unknown-event", f"there is no event {event!r}", hint)])


def _problem(code: str, message: str, hint: str) -> Problem:
    return Problem("", 0, 0, "", code, message, hint)


_TOO_LARGE = _problem(
    "too-large",
    f"the tree is endless, or nearly so: only {MOST_READ:,} calls were followed",
    "give a smaller --depth, or trace an event further down",
)


def _towards(step: TraceStep, wanted: str) -> TraceStep | None:
    if is_called(step.name, wanted) and step.kind != "event":
        return step
    kept = tuple(found for one in step.steps if (found := _towards(one, wanted)) is not None)
    return replace(step, steps=kept) if kept else None
