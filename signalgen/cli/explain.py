"""``signalgen explain``: a rule of ``check``, with examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.cli import options as opt
from signalgen.cli.conclude import conclude

if TYPE_CHECKING:
    from signalgen.cli.outcome import Outcome

EXAMPLES = """\
\b
Examples:
  signalgen explain
  signalgen explain SG101
  signalgen explain no-kwargs --format json
"""


def explain(
    *,
    rule: opt.RuleName = None,
    format_: opt.OutputFormat = opt.Format.text,
    quiet: opt.Quiet = False,
    verbose: opt.Traceback = False,
    no_color: opt.NoColor = False,
) -> int:
    """Explain a rule of check: what it flags, why that matters, bad and good code, and when it
    stays silent.
    """

    def work() -> Outcome:
        from signalgen.cli import explaining

        return explaining.explain(rule, json_wanted=format_ is opt.Format.json)

    return conclude("explain", opt.View(format_, quiet, verbose, no_color), work)
