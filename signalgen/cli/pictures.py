"""The work of ``signalgen chart``: a picture on standard output or in a file. Entry: ``show``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from signalgen.charting import change_to, charted
from signalgen.checking import inside
from signalgen.cli.checking import check_root
from signalgen.cli.outcome import Outcome
from signalgen.cli.progress import progress
from signalgen.errors import ExitCode, Problem, UsageError
from signalgen.late import dataclass
from signalgen.project.survey import survey_project

if TYPE_CHECKING:
    from signalgen.chart.narrow import Part
    from signalgen.charting import Charted
    from signalgen.cli.view import View
    from signalgen.values.change import FileChange

Format: TypeAlias = 'Literal["mermaid", "dot", "svg", "html"]'

_MARKDOWN = (".md", ".markdown")
_BY_ENDING: dict[str, Format] = {
    ".dot": "dot",
    ".gv": "dot",
    ".svg": "svg",
    ".html": "html",
    ".htm": "html",
}


@dataclass(frozen=True, slots=True)
class ChartOptions:
    """The command line's options, except for the part of the chart."""

    project: str | None = None
    format: Format = "mermaid"
    output: str | None = None
    check: str | None = None
    links: str = ""


def format_of(given: Format | None, path: str) -> Format:
    """Return the format of a chart: as ``given``, otherwise by the file's suffix."""
    return given or _BY_ENDING.get(Path(path).suffix.lower(), "mermaid")


def show(asked: ChartOptions, part: Part, view: View) -> Outcome:
    """Return the picture, or the change to the file. Raises UsageError for conflicting options."""
    _refuse_senseless(asked)
    root = check_root(asked.project, ())
    given = asked.output or asked.check
    path = inside(root, given, Path.cwd()) if given else ""
    with progress("Drawing", quiet=view.quiet):
        if asked.output:
            _settle(root)
        survey = survey_project(root)
        fenced = path.lower().endswith(_MARKDOWN)
        found = charted(survey, part, asked.format, links=asked.links, fenced=fenced)
    notes = (*found.skipped, *_hidden(found))
    if not path:
        return Outcome(
            "chart", text=found.text, notes=notes, verbatim=True, painted=True, data=True
        )
    change = change_to(survey, path, found.text)
    if asked.check:
        return _compared(change, notes)
    if change.action != "unchanged":
        _publish(root, change)
    text = f"{path} is {'as it was' if change.action == 'unchanged' else 'written'}\n"
    return Outcome("chart", files=(change,), text="" if view.quiet else text, notes=notes)


def _refuse_senseless(asked: ChartOptions) -> None:
    wrong = []
    if asked.output and asked.check:
        wrong.append(("--output cannot be combined with --check", "give one of the two"))
    if asked.links and asked.format != "html":
        wrong.append(("--links goes with --format html only", "add --format html"))
    if wrong:
        raise UsageError(Problem("", 0, 0, "", "usage", message, hint) for message, hint in wrong)


def _hidden(found: Charted) -> tuple[Problem, ...]:
    notes = [Problem("", 0, 0, "", "hidden", f"not shown: {text}") for text in found.hidden]
    if not found.chart.nodes:
        empty = "the chart is empty: there are no signals and no receivers in what it shows"
        notes.append(Problem("", 0, 0, "", "nothing-to-draw", empty))
    return tuple(notes)


def _compared(change: FileChange, notes: tuple[Problem, ...]) -> Outcome:
    if change.action == "unchanged":
        return Outcome("chart", text=f"{change.path} is up to date\n", notes=notes)
    what = "is not there" if change.action == "create" else "is out of date"
    text = f"{change.path} {what}: write it with --output {change.path}\n"
    return Outcome("chart", ExitCode.DRIFT, text=text, notes=notes)


def _settle(root: Path) -> None:
    from signalgen.write import recover

    recover(root)


def _publish(root: Path, change: FileChange) -> None:
    from signalgen.write import publish

    publish(root, [change])
