"""An outcome as text: the result on stdout, messages for the person on stderr. Entry: ``show``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal

from signalgen.cli.console import (
    Colour,
    has_colours,
    is_terminal,
    paint,
    write_err,
    write_out,
)
from signalgen.cli.problems import CLASH_ADVICE, clash_text, problem_text, terminal_diff
from signalgen.errors import ExitCode
from signalgen.screening import one_line, printable, screened

if TYPE_CHECKING:
    from signalgen.cli.outcome import Outcome
    from signalgen.cli.view import View
    from signalgen.values.change import FileChange

Verb = Literal["create", "update", "delete"]

GENERATING = ("new", "signal", "remove")

_PAST: dict[str, str] = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "unchanged": "unchanged",
}
_COLOURS: dict[str, Colour] = {
    "create": "green",
    "update": "yellow",
    "delete": "red",
    "unchanged": "dim",
}


def show(outcome: Outcome, diff: str, view: View) -> None:
    """Print ``outcome`` for a person; ``diff`` is the unified diff if one was asked for."""
    out = has_colours(sys.stdout, no_color=view.no_color)
    err = has_colours(sys.stderr, no_color=view.no_color)
    _result(outcome)
    if outcome.details and view.verbose:
        write_err(outcome.details)
    stopped = bool(outcome.clashes or outcome.problems)
    if outcome.sinks.diff and not stopped:
        # Outside a terminal it is a patch, and escapes would damage it.
        patch = not is_terminal(sys.stdout)
        write_out(diff if patch else terminal_diff(diff, colour=out), raw=patch)
    _files(outcome, view, stopped=stopped)
    if not view.quiet:
        write_err("".join(problem_text(note, "note", colour=err) for note in outcome.notes))
    write_err("".join(clash_text(clash, colour=err) for clash in outcome.clashes))
    write_err(CLASH_ADVICE if outcome.clashes else "")
    write_err("".join(problem_text(problem, "error", colour=err) for problem in outcome.problems))
    if stopped and not view.quiet:
        write_err(_closing(outcome))
    if outcome.written and outcome.changed and not view.quiet:
        write_out(_next_steps(outcome))


def shown_text(outcome: Outcome) -> str:
    """Return the text of ``outcome`` for anything but a terminal."""
    if outcome.data:
        return outcome.text
    return screened(outcome.text if outcome.painted else printable(outcome.text))


def unchanged_text(outcome: Outcome, view: View) -> tuple[str, str]:
    """Return what ``show`` prints for a run that changed nothing and met no problem.

    The two texts are for stdout and stderr, without colours.
    """
    if view.quiet:
        return "", ""
    notes = "".join(problem_text(note, "note", colour=False) for note in outcome.notes)
    said = _drift(outcome) if outcome.sinks.check else _summary(outcome, view, colour=False)
    return screened(said), screened(notes)


def _result(outcome: Outcome) -> None:
    if outcome.painted or not is_terminal(sys.stdout):
        write_out(shown_text(outcome), raw=True)
    else:
        write_out(printable(outcome.text), raw=outcome.data)


def _files(outcome: Outcome, view: View, *, stopped: bool) -> None:
    # The list is a result, unless a diff is the result: then it is a message.
    sinks = outcome.sinks
    wanted = sinks.writes or sinks.dry_run or sinks.check
    if view.quiet or stopped or not wanted or outcome.command not in GENERATING:
        return
    stream = sys.stderr if sinks.diff else sys.stdout
    colour = has_colours(stream, no_color=view.no_color)
    text = (
        _drift(outcome)
        if sinks.check and not sinks.dry_run
        else _summary(outcome, view, colour=colour)
    )
    (write_err if sinks.diff else write_out)(text)


def _summary(outcome: Outcome, view: View, *, colour: bool) -> str:
    shown = [
        change
        for change in outcome.files
        if _is_news(change) or (view.verbose and _is_there(change))
    ]
    would = "" if outcome.sinks.writes else "would "
    lines: list[str] = []
    for change in shown:
        verb = change.action if change.action == "unchanged" else would + change.action
        lines.append(
            f"{paint(f'{verb:<12}', _COLOURS.get(change.action, 'dim'), on=colour)} "
            f"{one_line(change.path)}"
        )
        lines += [f"{'':<15}{one_line(note)}" for note in change.notes]
    return "\n".join([*lines, _counts(outcome)]) + "\n"


def _is_news(change: FileChange) -> bool:
    return change.action != "unchanged" and not change.internal


def _is_there(change: FileChange) -> bool:
    return change.action != "unchanged" or change.before is not None


def _counts(outcome: Outcome) -> str:
    if not outcome.changed:
        count = _visible([change for change in outcome.files if change.before is not None])
        state = (
            f": {_plural(count, 'file')} {'is' if count == 1 else 'are'} up to date"
            if count
            else ""
        )
        return f"Nothing to do{state}."
    counts = {verb: _visible([f for f in outcome.files if f.action == verb]) for verb in _PAST}
    said = ", ".join(f"{count} {_PAST[verb]}" for verb, count in counts.items() if count)
    if not said:
        said = "Only signalgen's own record of what it generated changes"
    return f"{said}." if outcome.written else f"{said}. Nothing was written."


def _visible(files: tuple[FileChange, ...] | list[FileChange]) -> int:
    return sum(1 for change in files if not change.internal)


def _drift(outcome: Outcome) -> str:
    lines = [f"would {change.action} {one_line(change.path)}" for change in outcome.changed]
    return "\n".join(lines) + "\n" if lines else ""


def _closing(outcome: Outcome) -> str:
    count = len(outcome.problems) + len(outcome.clashes)
    if outcome.code is ExitCode.INTERNAL or {p.code for p in outcome.problems} == {"usage"}:
        return ""
    what = "conflict" if outcome.clashes and not outcome.problems else "problem"
    written = "" if outcome.command not in GENERATING else " Nothing was written."
    return f"{_plural(count, what)}.{written}\n"


def _next_steps(outcome: Outcome) -> str:
    if not outcome.next_steps:
        return ""
    return "\nNext:\n" + "".join(f"  {one_line(step)}\n" for step in outcome.next_steps)


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
