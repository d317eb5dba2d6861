"""``signalgen schema``: the JSON Schemas of specs and of the JSON output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.cli import options as opt
from signalgen.cli.conclude import conclude

if TYPE_CHECKING:
    from signalgen.cli.outcome import Outcome

EXAMPLES = """\
\b
Examples:
  signalgen schema > signalgen.schema.json
  signalgen schema --output
Then, as the first line of a spec, for editors that know yaml-language-server:
  # yaml-language-server: $schema=signalgen.schema.json
"""


def schema(
    *,
    project: opt.RecipesProject = None,
    output: opt.OutputSchema = False,
    format_: opt.OutputFormat = opt.Format.json,
) -> int:
    """Print the JSON Schema of a spec, for editors that complete and check while you type. It
    includes the project's own recipes.

    The output is JSON with every --format.
    """

    def work() -> Outcome:
        from signalgen.cli import reading

        return reading.schema(project, output=output)

    return conclude("schema", opt.View(format_), work)
