"""``signalgen new``: generate or update everything that specs say."""

from __future__ import annotations

import typer  # noqa: TC002  # it reads the annotations

from signalgen.cli import options as opt
from signalgen.cli.conclude import conclude
from signalgen.cli.outcome import Outcome, Sinks

EXAMPLES = """\
\b
Examples:
  signalgen new orders.yaml
  signalgen new orders.yaml --diff
  signalgen new orders.yaml billing.yaml --check
  cat orders.yaml | signalgen new - --project shop
"""


def new(
    context: typer.Context,
    *,
    specs: opt.NamedSpecs = None,
    spec: opt.MoreSpecs = None,
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
    """Generate receivers, the ready() hook, sender functions, task stubs and tests from a spec.

    Run it again after you changed the spec, or your code: what you edited is kept, and what neither
    of you changed stays as it is, byte for byte.
    """
    view = opt.View(format_, quiet, verbose, no_color)

    def work() -> Outcome:
        from signalgen.cli import stages

        run = stages.Run("new", project, Sinks(dry_run, diff, check), quiet)
        call = stages.call(context.obj, view, run.sinks)
        chosen = stages.options(conflict, restore, templates, target_django, adopt=adopt)
        return stages.new(run, [*(specs or ()), *(spec or ())], chosen, call)

    return conclude("new", view, work)
