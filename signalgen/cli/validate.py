"""``signalgen validate``: the problems of specs, without a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.cli import options as opt
from signalgen.cli.conclude import conclude

if TYPE_CHECKING:
    from signalgen.cli.outcome import Outcome

EXAMPLES = """\
\b
Examples:
  signalgen validate specs/*.yaml
  signalgen validate orders.yaml --format json
  signalgen validate old.yaml --upgrade > new.yaml
"""


def validate(
    *,
    specs: opt.SpecFiles,
    project: opt.RecipesProject = None,
    upgrade: opt.Upgrade = False,
    format_: opt.OutputFormat = opt.Format.text,
    quiet: opt.Quiet = False,
    verbose: opt.Traceback = False,
    no_color: opt.NoColor = False,
) -> int:
    """Find all problems in specs, each with its line and column. No project is needed."""

    def work() -> Outcome:
        from signalgen.cli import reading

        if upgrade:
            return reading.upgraded(specs)
        return reading.validate(specs, project, quiet=quiet)

    return conclude("validate", opt.View(format_, quiet, verbose, no_color), work)
