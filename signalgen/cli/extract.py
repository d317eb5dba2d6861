"""``signalgen extract``: a spec from receivers that exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.cli import lookoptions as look
from signalgen.cli import options as opt
from signalgen.cli.conclude import conclude

if TYPE_CHECKING:
    from signalgen.cli.outcome import Outcome

EXAMPLES = """\
\b
Examples:
  signalgen extract
  signalgen extract orders > specs/orders.yaml
  signalgen extract --output specs
"""


def extract(
    *,
    apps: look.ExtractedApps = None,
    project: opt.ProjectDir = None,
    output: look.SpecFolder = None,
    format_: opt.OutputFormat = opt.Format.text,
    quiet: opt.Quiet = False,
    verbose: opt.Traceback = False,
    no_color: opt.NoColor = False,
) -> int:
    """Write the spec of receivers that exist: signals, senders, guards, branches and descriptions.
    new --adopt with it changes no byte of the project.

    Of one app the spec itself is printed, of all apps what fits. What does not fit stays in the
    code and is listed with the reason. Nothing of the project is imported or run."""
    view = opt.View(format_, quiet, verbose, no_color)

    def work() -> Outcome:
        from signalgen.cli import extracted

        return extracted.show(tuple(apps or ()), project, output, view)

    return conclude("extract", view, work)
