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
    """Remove generated code, and restore the earlier bytes.

    Name the spec, or the app and the signal of 'signalgen signal'.

    If generated code has been edited, nothing is removed and the exit code is 3, unless you say
    --keep-edited.
    """

    def work() -> Outcome:
        from signalgen.cli import stages

        run = stages.Run("remove", project, Sinks(dry_run, diff, check), quiet)
        named = [*(specs or ()), *(spec or ())]
        return stages.remove(run, named, app, name, keep_edited=keep_edited)

    return conclude("remove", opt.View(format_, quiet, verbose, no_color), work)
