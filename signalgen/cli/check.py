"""``signalgen check``: what is wrong with signal code, whoever wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.cli import options as opt
from signalgen.cli.conclude import conclude

if TYPE_CHECKING:
    from signalgen.cli.outcome import Outcome

EXAMPLES = """\
\b
Examples:
  signalgen check
  signalgen check shop/orders --select SG1,SG201
  signalgen check --ignore SG501 --format github
  signalgen check --target-django 6.1 --exit-zero
"""


def check(
    *,
    paths: opt.CheckPaths = None,
    project: opt.ProjectDir = None,
    select: opt.Select = None,
    ignore: opt.Ignore = None,
    extend_select: opt.ExtendSelect = None,
    target_django: opt.TargetDjango = None,
    exit_zero: opt.ExitZero = False,
    format_: opt.CheckOutputFormat = opt.CheckFormat.text,
    quiet: opt.Quiet = False,
    verbose: opt.Verbose = False,
    no_color: opt.NoColor = False,
) -> int:
    """Look for mistakes in signal code: receivers that never run, run twice, run before the commit, or call themselves.

    Nothing of the project is imported or run. `# noqa: SG101` on a line silences a rule there.
    """
    shown = opt.Format.json if format_ is opt.CheckFormat.json else opt.Format.text
    view = opt.View(shown, quiet, verbose, no_color)

    def work() -> Outcome:
        from signalgen.cli import checking

        asked = checking.Asked(
            paths=tuple(paths or ()),
            project=project,
            select=checking.codes(select),
            ignore=checking.codes(ignore),
            extend=checking.codes(extend_select),
            target_django=target_django,
            exit_zero=exit_zero,
            format=format_,
        )
        return checking.check(asked, view)

    return conclude("check", view, work)
