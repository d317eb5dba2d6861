"""``signalgen trace``: what happens when a row is saved or deleted, or a signal is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.cli import lookoptions as look
from signalgen.cli.conclude import conclude
from signalgen.cli.looking import looking

if TYPE_CHECKING:
    from signalgen.cli.looking import Looking
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


@looking("trace", conclude)
def trace(
    looked: Looking,
    *,
    subject: look.Subject,
    event: look.Event = "save",
    depth: look.Depth = 6,
    to: look.Towards = None,
    live: look.LiveReceivers = False,
    format_: look.TraceOutputFormat = look.TraceFormat.text,
) -> Outcome:
    """Show what happens, in order, when a row of a model is saved or deleted or a signal is sent:
    receivers, what they write and send, the receivers that this calls, and what runs after the
    commit.

    Nothing of the project is imported or run."""
    from signalgen.cli import trees

    project = looked.project
    asked = trees.TraceOptions(subject, event, project, depth, to or "", live, format_.value)
    return trees.show(asked, looked.view)
