"""``signalgen recipes``: the catalogue of ready-made patterns, and one of them in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.cli import options as opt
from signalgen.cli.conclude import conclude

if TYPE_CHECKING:
    from signalgen.cli.outcome import Outcome

EXAMPLES = """\
\b
Examples:
  signalgen recipes
  signalgen recipes slug
  signalgen recipes audit_log --format json
"""


def recipes(
    *,
    slug: opt.RecipeName = None,
    project: opt.ProjectDir = None,
    format_: opt.OutputFormat = opt.Format.text,
    no_color: opt.NoColor = False,
) -> int:
    """List the ready-made patterns that a spec can name under `recipes`, or show one: an example,
    its code, its trap.

    They include the project's own recipes, from the folder that `recipes` under [tool.signalgen]
    names.
    """

    def work() -> Outcome:
        from signalgen.cli import showing

        return showing.recipes(slug, project)

    return conclude("recipes", opt.View(format_, no_color=no_color), work)
