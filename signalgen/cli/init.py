"""``signalgen init``: a first spec for an app."""

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
  signalgen init
  signalgen init orders
  signalgen init orders --model Order --signal post_delete --task none
  signalgen init orders --output - --no-input
"""


def init(
    *,
    app: look.StartApp = None,
    model: look.StartModel = None,
    signal: look.StartSignal = None,
    task: look.StartTask = None,
    tests: look.StartTests = None,
    no_input: look.NoInput = False,
    output: look.SpecFile = None,
    project: opt.ProjectDir = None,
    format_: opt.OutputFormat = opt.Format.text,
    quiet: opt.Quiet = False,
    verbose: opt.Traceback = False,
    no_color: opt.NoColor = False,
) -> int:
    """Write a first spec for an app, with comments, and say what to run next.

    It fits the project: its models, its task library and how its tests are written. On a terminal
    at most five questions are asked, none if an option answers it or there is only one answer. A
    file that exists is never overwritten. Nothing of the project is imported or run.
    """
    view = opt.View(format_, quiet, verbose, no_color)

    def work() -> Outcome:
        from signalgen.cli import starting

        given = starting.Chosen(
            app or "",
            model or "",
            signal.value if signal else "",
            task or "",
            tests.value if tests else "",
        )
        return starting.start(given, project, output, view, ask=not no_input)

    return conclude("init", view, work)
