"""``signalgen extract``: a spec from receivers that exist."""

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
  signalgen extract
  signalgen extract orders > specs/orders.yaml
  signalgen extract --output specs
"""


@looking("extract", conclude)
def extract(
    looked: Looking,
    *,
    apps: look.ExtractedApps = None,
    output: look.SpecFolder = None,
) -> Outcome:
    """Write a spec of existing receivers: signals, senders, guards, branches and descriptions.
    Running new --adopt with it does not change a byte.

    For one app the spec itself is printed, for several a summary. A receiver that does not fit
    stays in the code and is listed with the reason. Nothing of the project is imported or run.
    """
    from signalgen.cli import extracted

    return extracted.show(tuple(apps or ()), looked.project, output, looked.view)
