"""The work of ``signalgen why``: chains as text or JSON. Entry: ``show``."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from signalgen.cli.checking import check_root
from signalgen.cli.console import has_colours, paint
from signalgen.cli.living import registry
from signalgen.cli.outcome import Outcome
from signalgen.cli.progress import progress
from signalgen.project.survey import survey_project
from signalgen.reasoning import explained
from signalgen.screening import one_line
from signalgen.values.why import IN_TESTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.cli.console import Colour
    from signalgen.cli.view import View
    from signalgen.reasoning import Explained
    from signalgen.values.why import Answer, Chain

_COLOURS: dict[Answer, Colour] = {"yes": "green", "no": "red", "unknown": "yellow"}


def show(
    model: str, signal: str, receiver: str, project: str | None, view: View, *, live: bool = False
) -> Outcome:
    """Return the chains between ``signal`` of ``model`` and its receivers."""
    known = registry(f"why {model} {signal}", wanted=live)
    root = check_root(project, ())
    with progress("Reading", quiet=view.quiet):
        found = explained(survey_project(root), model, signal, receiver, known)
    colour = has_colours(sys.stdout, no_color=view.no_color)
    rows = ("why", tuple(asdict(chain) for chain in found.chains))
    text = _text(found, colour=colour)
    return Outcome("why", text=text, rows=rows, notes=found.skipped, painted=True)


def _text(found: Explained, *, colour: bool) -> str:
    if not found.chains:
        return f"No receiver hears {one_line(found.signal)} of {one_line(found.model)}.\n"
    return "\n".join("".join(_lines(found, chain, colour=colour)) for chain in found.chains)


def _lines(found: Explained, chain: Chain, *, colour: bool) -> Iterator[str]:
    head = f"{chain.receiver}  {chain.path}:{chain.line}"
    yield paint(one_line(head), "bold", on=colour) + "\n"
    yield paint(one_line(_verdict(found, chain)), "bold", on=colour) + "\n"
    for link in chain.links:
        answer = paint(f"{link.answer:<7}", _COLOURS[link.answer], on=colour)
        rule = f" ({link.rule})" if link.rule else ""
        place = f"  {link.path}:{link.line}" if link.path else ""
        yield f"  {answer}  {one_line(f'{link.asks}: {link.says}{rule}')}"
        yield paint(one_line(place), "dim", on=colour) + "\n"


def _verdict(found: Explained, chain: Chain) -> str:
    broken = chain.broken
    what = f"{found.signal} of {found.model}"
    if broken is not None and broken.rule == "SG108":
        return f"{what} runs it twice: {broken.says}"
    if broken is not None and broken.asks == IN_TESTS:
        return f"{what} runs it, but not as a test expects: {broken.says}"
    if broken is not None:
        return f"{what} does not run it: {broken.says}"
    doubts = sum(link.answer == "unknown" for link in chain.links)
    open_ = f"; {doubts} question{'s are' if doubts > 1 else ' is'} open" if doubts else ""
    return f"{what}: nothing is seen that keeps it from running{open_}"
