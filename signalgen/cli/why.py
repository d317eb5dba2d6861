"""``signalgen why``: why a receiver did not run, or ran twice."""

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
  signalgen why orders.Order post_save
  signalgen why Order post_save send_invoice
  signalgen why orders.Order order_paid --format json
"""


def why(
    *,
    model: look.Sender,
    signal: look.OfThisSignal,
    receiver: look.ThisReceiver = None,
    live: look.LiveReceivers = False,
    project: opt.ProjectDir = None,
    format_: opt.OutputFormat = opt.Format.text,
    quiet: opt.Quiet = False,
    verbose: opt.Traceback = False,
    no_color: opt.NoColor = False,
) -> int:
    """Show what lies between a signal of a model and its receivers, link by link: whether the app
    is installed, the module loaded, the registration real, which senders fit, which writes reach
    it, and what must hold.

    Nothing of the project is imported or run."""
    view = opt.View(format_, quiet, verbose, no_color)

    def work() -> Outcome:
        from signalgen.cli import chainlinks

        return chainlinks.show(model, signal, receiver or "", project, view, live=live)

    return conclude("why", view, work)
