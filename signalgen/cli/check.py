"""``signalgen check``: what is wrong with signal code, whoever wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer  # noqa: TC002  # it reads the annotations

from signalgen.cli import options as opt
from signalgen.cli.conclude import conclude

if TYPE_CHECKING:
    from signalgen.cli.outcome import Outcome

EXAMPLES = """\
\b
Examples:
  signalgen check
  signalgen check shop/orders --select SG1,SG201
  signalgen check --fix --diff
  signalgen check --since origin/main
  signalgen check --baseline known.json --write-baseline
  signalgen check --format sarif > signalgen.sarif
"""


def check(
    context: typer.Context,
    *,
    paths: opt.CheckPaths = None,
    project: opt.ProjectDir = None,
    target_django: opt.TargetDjango = None,
    select: opt.Select = None,
    extend_select: opt.ExtendSelect = None,
    ignore: opt.Ignore = None,
    level: opt.Level = None,
    since: opt.Since = None,
    baseline: opt.BaselineFile = None,
    write_baseline: opt.WriteBaseline = False,
    fix: opt.ApplyFixes = False,
    unsafe_fixes: opt.UnsafeFixes = False,
    diff: opt.ShowDiff = False,
    statistics: opt.Statistics = False,
    exit_zero: opt.ExitZero = False,
    no_cache: opt.NoCache = False,
    format_: opt.CheckOutputFormat = opt.CheckFormat.text,
    quiet: opt.Quiet = False,
    verbose: opt.Traceback = False,
    no_color: opt.NoColor = False,
) -> int:
    """Find mistakes in signal code: receivers that never run, run twice, run before the
    commit, or call themselves.

    Nothing of the project is imported or run; '# noqa: SG101' silences a rule on its line."""
    view = opt.View(opt.view_format(format_), quiet, verbose, no_color)

    def work() -> Outcome:
        from signalgen.cli import checking

        asked = checking.Asked(
            paths=tuple(paths or ()),
            project=project,
            target_django=target_django.value if target_django else None,
            **checking.chosen(select, extend_select, ignore, level, since, baseline),
            write_baseline=write_baseline,
            fix=fix,
            unsafe=unsafe_fixes,
            diff=diff,
            statistics=statistics,
            exit_zero=exit_zero,
            no_cache=no_cache,
            format=format_.value,
        )
        return checking.check(asked, view, context.obj)

    return conclude("check", view, work)
