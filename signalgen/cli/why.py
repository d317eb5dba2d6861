"""``signalgen why``: why a receiver did not run, or ran twice."""

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
  signalgen why orders.Order post_save
  signalgen why Order post_save send_invoice
  signalgen why orders.Order order_paid --format json
"""


@looking("why", conclude)
def why(
    looked: Looking,
    *,
    model: look.Sender,
    signal: look.OfThisSignal,
    receiver: look.ThisReceiver = None,
    live: look.LiveReceivers = False,
) -> Outcome:
    """Show each link between a signal of a model and its receivers: whether the app is installed,
    the module loaded, the registration effective, which senders fit, which writes reach it, and
    which conditions it has.

    Nothing of the project is imported or run."""
    from signalgen.cli import chainlinks

    return chainlinks.show(model, signal, receiver or "", looked.project, looked.view, live=live)
