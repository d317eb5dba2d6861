"""The run of ``signalgen chart``: from a project to a picture of its signal code as text.

``charted`` is the entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from signalgen.chart.dot import dot
from signalgen.chart.graph import graph
from signalgen.chart.mermaid import document, mermaid
from signalgen.chart.narrow import narrowed
from signalgen.chart.page import is_link, page
from signalgen.chart.svg import svg
from signalgen.check import analyse
from signalgen.check.engine.select import configured
from signalgen.errors import Problem, UsageError
from signalgen.index import build_index
from signalgen.late import dataclass
from signalgen.project import read_file
from signalgen.project.check_config import check_settings
from signalgen.roomy import roomy
from signalgen.values.change import FileChange

if TYPE_CHECKING:
    from signalgen.chart.narrow import Part
    from signalgen.project.survey import Survey
    from signalgen.values.change import Action
    from signalgen.values.drawing import Chart

PictureFormat = Literal["mermaid", "dot", "svg", "html"]


@dataclass(frozen=True, slots=True)
class Charted:
    """The chart, its text in the requested format, and the files that were not read."""

    chart: Chart
    text: str
    skipped: tuple[Problem, ...] = ()

    @property
    def hidden(self) -> tuple[str, ...]:
        """What the chart leaves out."""
        return self.chart.hidden


@roomy
def charted(
    survey: Survey,
    part: Part,
    format_: PictureFormat = "mermaid",
    *,
    links: str = "",
    fenced: bool = False,
) -> Charted:
    """Return the picture of the project of ``survey``, or the ``part`` of it that is wanted.

    ``links`` is an address with ``{path}`` and ``{line}`` for the places in a page. ``fenced``:
    Mermaid goes into a Markdown file. Raises UsageError for unknown apps and nodes and for an
    invalid address.
    """
    if links and not is_link(links):
        hint = "as https://github.com/me/shop/blob/main/{path}#L{line}"
        raise UsageError(
            Problem("", 0, 0, "", "no-link", f"{links} is not an address with a path", hint)
        )
    index = build_index(survey)
    report = analyse(index, configured(check_settings(survey.pyproject)))
    chart = narrowed(graph(index, report.findings), part)
    return Charted(chart, _text(chart, format_, links, fenced=fenced), report.skipped)


def _text(chart: Chart, format_: PictureFormat, links: str, *, fenced: bool) -> str:
    if format_ == "mermaid":
        return document(mermaid(chart), fenced=fenced)
    if format_ == "html":
        return page(chart, links)
    return dot(chart) if format_ == "dot" else svg(chart)


def change_to(survey: Survey, path: str, text: str) -> FileChange:
    """Return the change that gives a file this text; line endings are not compared."""
    before = read_file(survey.sources.root, path)
    after = text.encode("utf-8")
    if before is not None and before.replace(b"\r\n", b"\n") == after:
        return FileChange(path, "unchanged", before, before)
    action: Action = "create" if before is None else "update"
    return FileChange(path, action, before, after)
