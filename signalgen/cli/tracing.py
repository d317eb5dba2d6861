"""``signalgen trace``: what happens when a row is saved or deleted, or a signal is sent."""

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
  signalgen trace orders.Order
  signalgen trace orders.Order delete
  signalgen trace Product m2m:tags
  signalgen trace order_paid --format markdown
  signalgen trace Order create --to send_invoice
"""


def trace(
    *,
    subject: look.Subject,
    event: look.Event = "save",
    project: opt.ProjectDir = None,
    depth: look.Depth = 6,
    to: look.Towards = None,
    live: look.LiveReceivers = False,
    format_: look.TraceOutputFormat = look.TraceFormat.text,
    quiet: opt.Quiet = False,
    verbose: opt.Traceback = False,
    no_color: opt.NoColor = False,
) -> int:
    """Show what happens, in order, when a row of a model is saved or deleted or a signal is sent:
    receivers, what they write and send, whose receivers that calls, and what runs after the
    commit.

    Nothing of the project is imported or run."""
    shown = opt.Format.json if format_ is look.TraceFormat.json else opt.Format.text
    view = opt.View(shown, quiet, verbose, no_color)

    def work() -> Outcome:
        from signalgen.cli import trees

        asked = trees.TraceOptions(subject, event, project, depth, to or "", live, format_.value)
        return trees.show(asked, view)

    return conclude("trace", view, work)
