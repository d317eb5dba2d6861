"""``signalgen chart``: the signal map of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.cli import lookoptions as look  # noqa: TC001 - read when it runs
from signalgen.cli.conclude import conclude
from signalgen.cli.looking import looking

if TYPE_CHECKING:
    from signalgen.cli.looking import Looking
    from signalgen.cli.outcome import Outcome

EXAMPLES = """\
\b
Examples:
  signalgen chart
  signalgen chart --output docs/signals.html
  signalgen chart --focus orders.Order --depth 3 --format svg > order.svg
  signalgen chart --app orders --exclude "*audit*"
  signalgen chart --collapse apps --format dot
  signalgen chart --check docs/signals.md
"""


@looking("chart", conclude)
def chart(
    looked: Looking,
    *,
    app: look.OfApps = None,
    focus: look.Focus = None,
    depth: look.Away = 2,
    exclude: look.Exclude = None,
    collapse: look.Collapse = None,
    only: look.Only = None,
    check: look.CompareFile = None,
    output: look.ChartFile = None,
    format_: look.ChartOutputFormat = None,
    links: look.CodeLinks = None,
) -> Outcome:
    """Draw the signal map of the project: models, signals, receivers and tasks, by app, with what
    leads to what.

    Nothing of the project is imported or run. It says what it leaves out.
    """
    from signalgen.chart.narrow import Part
    from signalgen.cli import pictures

    part = Part(
        apps=tuple(app or ()),
        focus=focus or "",
        depth=depth,
        exclude=tuple(exclude or ()),
        collapse=collapse is not None,
        only_findings=only is not None,
    )
    chosen = pictures.format_of(format_.value if format_ else None, output or check or "")
    asked = pictures.ChartOptions(looked.project, chosen, output, check, links or "")
    return pictures.show(asked, part, looked.view)
