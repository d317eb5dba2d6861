"""``signalgen list``: every receiver of a project, every signal or every task, as a table."""

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
  signalgen list
  signalgen list --sender orders.Order --signal post_save
  signalgen list shop/billing --unloaded
  signalgen list --signals --format markdown
  signalgen list --tasks --format csv > tasks.csv
"""


@looking("list", conclude)
def list_(
    looked: Looking,
    *,
    paths: look.ListPaths = None,
    signals: look.ListSignals = False,
    tasks: look.ListTasks = False,
    app: look.OfApp = None,
    signal: look.OfSignal = None,
    sender: look.OfSender = None,
    receiver: look.OfReceiver = None,
    unloaded: look.Unloaded = False,
    live: look.Live = False,
    format_: look.ListOutputFormat = look.ListFormat.text,
) -> Outcome:
    """List every registration of the project: signal, sender, receiver, what the receiver does,
    and whether Django will ever call it.

    Nothing of the project is imported or run."""
    from signalgen.cli import tables

    asked = tables.ListOptions(
        paths=tuple(paths or ()),
        project=looked.project,
        signals=signals,
        tasks=tasks,
        app=app or "",
        signal=signal or "",
        sender=sender or "",
        receiver=receiver or "",
        unloaded=unloaded,
        live=live,
        format=format_.value,
    )
    return tables.show(asked, looked.view, looked.origin)
