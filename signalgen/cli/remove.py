"""``signalgen remove``: take generated code out again."""

from __future__ import annotations

from signalgen.cli import options as opt
from signalgen.cli.conclude import conclude
from signalgen.cli.outcome import Outcome, Sinks

EXAMPLES = """\
\b
Examples:
  signalgen remove orders.yaml --diff
  signalgen remove orders.yaml
  signalgen remove orders.yaml --keep-edited
  signalgen remove --app payments --signal payment_completed
"""


def remove(
    *,
    specs: opt.NamedSpecs = None,
    spec: opt.MoreSpecs = None,
    app: opt.AppNameIfAny = None,
    name: opt.SignalNameIfAny = None,
    project: opt.ProjectDir = None,
    dry_run: opt.DryRun = False,
    diff: opt.ShowDiff = False,
    check: opt.Check = False,
    keep_edited: opt.KeepEdited = False,
    format_: opt.OutputFormat = opt.Format.text,
    quiet: opt.Quiet = False,
    verbose: opt.Verbose = False,
    no_color: opt.NoColor = False,
) -> int:
    """Take out what a spec generated, and give back the bytes from before.

    Name the spec, or the app and the signal that 'signalgen signal' was told.

    Where somebody has edited generated code since, nothing is removed and the run ends with exit
    code 3, unless --keep-edited says what is to happen to it.
    """

    def work() -> Outcome:
        from signalgen.cli import stages

        run = stages.Run("remove", project, Sinks(dry_run, diff, check), quiet)
        named = [*(specs or ()), *(spec or ())]
        return stages.remove(run, named, app, name, keep_edited=keep_edited)

    return conclude("remove", opt.View(format_, quiet, verbose, no_color), work)
