"""``signalgen signal``: one custom signal without a spec file."""

from __future__ import annotations

from signalgen.cli import options as opt
from signalgen.cli.conclude import conclude
from signalgen.cli.outcome import Outcome, Sinks

EXAMPLES = """\
\b
Examples:
  signalgen signal --app payments --signal payment_completed \\
      --args "payment, amount: Decimal, transaction_id" --sender Payment
  signalgen signal --app shop.apps.orders --signal order_shipped \\
      --args "order: Order" --description "Sent when it has left." --diff
"""


def signal(
    *,
    app: opt.AppName,
    name: opt.SignalName,
    args: opt.SignalArgs = "",
    sender: opt.Sender = None,
    description: opt.Description = None,
    project: opt.ProjectDir = None,
    templates: opt.TemplatesDir = None,
    target_django: opt.TargetDjango = None,
    dry_run: opt.DryRun = False,
    diff: opt.ShowDiff = False,
    check: opt.Check = False,
    conflict: opt.Conflict = opt.ConflictChoice.stop,
    restore: opt.Restore = None,
    adopt: opt.Adopt = False,
    format_: opt.OutputFormat = opt.Format.text,
    quiet: opt.Quiet = False,
    verbose: opt.Verbose = False,
    no_color: opt.NoColor = False,
) -> int:
    """Generate one custom signal: its definition, a sender function, an example receiver and a
    test.
    """

    def work() -> Outcome:
        from signalgen.cli import stages

        run = stages.Run("signal", project, Sinks(dry_run, diff, check), quiet)
        chosen = stages.options(conflict, restore, templates, target_django, adopt=adopt)
        return stages.signal(
            run, app, name, args, sender=sender, description=description, options=chosen
        )

    return conclude("signal", opt.View(format_, quiet, verbose, no_color), work)
