"""``signalgen mcp``: the same answers for coding assistants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.cli import options as opt
from signalgen.cli.conclude import conclude

if TYPE_CHECKING:
    from signalgen.cli.outcome import Outcome

EXAMPLES = """\
\b
Examples:
  signalgen mcp --project shop
  signalgen mcp --project shop --allow-write
"""


def mcp(
    *,
    project: opt.ProjectDir = None,
    allow_write: opt.AllowWrite = False,
    verbose: opt.Traceback = False,
) -> int:
    """Serve coding assistants over the Model Context Protocol, on standard input and output. A
    client starts it; it needs the extra: pip install 'signalgen[mcp]'.

    Its tools read one project, which is never imported or run. None of them writes, unless you say
    --allow-write, and then inside the project only.
    """

    def work() -> Outcome:
        from signalgen.cli import assisting

        return assisting.serve(project, allow_write=allow_write)

    return conclude("mcp", opt.View(verbose=verbose), work)
