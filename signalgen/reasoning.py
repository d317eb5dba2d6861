"""The run of ``signalgen why``: from a model and a signal to the chains that lead to receivers.

``explained`` is the entry.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from signalgen.chart.labels import sender_name, signal_name
from signalgen.chart.registry import settled
from signalgen.chart.subjects import is_called, model_called, signals_called, unknown_subject
from signalgen.chart.unconnected import unconnected
from signalgen.chart.why import chains
from signalgen.errors import Problem, UsageError
from signalgen.flow.connections.identity import sender_key
from signalgen.flow.connections.senders import builtin
from signalgen.flow.function.signature import MODEL_SIGNALS
from signalgen.index import build_index
from signalgen.late import dataclass
from signalgen.roomy import roomy

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.project.survey import Survey
    from signalgen.values.live import LiveRegistry
    from signalgen.values.why import Chain

_USUAL = tuple(
    f"{moment}_{kind}" for moment in ("pre", "post") for kind in ("save", "delete", "init")
)


@dataclass(frozen=True, slots=True)
class Explained:
    """A chain for each registration, and the unread files, which may hide more."""

    model: str
    signal: str
    chains: tuple[Chain, ...]
    skipped: tuple[Problem, ...] = ()


@roomy
def explained(
    survey: Survey,
    subject: str,
    signal: str,
    receiver: str = "",
    live: LiveRegistry | None = None,
) -> Explained:
    """Return why receivers of ``signal`` from the model ``subject`` do or do not run.

    ``receiver``: only this function, whatever it is connected to. ``live`` is what the running
    project has connected; it answers what the code leaves open. Raises UsageError for a model, a
    signal or a receiver that does not exist.
    """
    index = build_index(survey)
    found = model_called(index, subject) or _heard(index, subject)
    if found is None:
        raise UsageError([unknown_subject(index, subject)])
    model, ours = found
    name = _signal(index, signal)
    made = (
        *chains(index, model, ours, name, receiver),
        *unconnected(index, name.rpartition(".")[2], model.rpartition(".")[2], receiver),
    )
    if live is not None:
        own = sender_key(index, model)
        made = settled(index, made, live, name, own, asked=bool(receiver))
        if receiver:
            made = tuple(one for one in made if is_called(one.receiver, receiver))
    if receiver and not made:
        raise UsageError([_unconnected(index, receiver)])
    return Explained(sender_name(index, model), signal_name(name), made, index.broken())


def _heard(index: Index, subject: str) -> tuple[str, None] | None:
    # A model of a package, known by the receivers that it is the sender of.
    names = {name for item in index.connections for name in item.senders}
    named = sorted(name for name in names if is_called(sender_name(index, name), subject))
    return (named[0], None) if len(named) == 1 else None


def _signal(index: Index, text: str) -> str:
    if builtin(f"{MODEL_SIGNALS}{text}") is not None:
        return f"{MODEL_SIGNALS}{text}"
    own = signals_called(index, text)
    if len(own) == 1:
        return own[0]
    if own:
        hint = f"write one of {', '.join(own)}"
        raise UsageError(Problem("", 0, 0, "", "ambiguous", f"{len(own)} signals: {text}", hint))
    known = [*_USUAL, "m2m_changed", *(made.dotted for made in index.signal_definitions())]
    near = get_close_matches(text, known, 1)
    hint = f"did you mean {near[0]}?" if near else "signalgen list --signals names them"
    message = f"there is no signal {text!r} in this project"
    raise UsageError(Problem("", 0, 0, "", "unknown-signal", message, hint))


def _unconnected(index: Index, receiver: str) -> Problem:
    names = {
        item.receiver.name if item.receiver is not None else item.written.rpartition(".")[2]
        for item in index.connections
    }
    near = get_close_matches(receiver.rpartition(".")[2], sorted(names), 1)
    hint = f"did you mean {near[0]}?" if near else "connect it with @receiver(...)"
    message = f"nothing connects {receiver} to a signal, so it never runs"
    return Problem("", 0, 0, "", "not-connected", message, hint)
