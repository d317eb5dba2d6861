"""The work of ``signalgen mcp``: it serves until the client disconnects. Entry: ``serve``."""

from __future__ import annotations

import sys

from signalgen.cli.console import is_terminal, write_err
from signalgen.cli.inputs import project_root
from signalgen.cli.outcome import Outcome
from signalgen.errors import Problem, UsageError
from signalgen.serving import serve as answer

_EXTRA = "install it together with signalgen: pip install 'signalgen[mcp]'"


def serve(project: str | None, *, allow_write: bool) -> Outcome:
    """Serve the project. Raises UsageError if the extra is not installed."""
    root = project_root(project)
    if is_terminal(sys.stdin):
        write_err("Waiting for a client on standard input; end it with Ctrl-C.\n")
    try:
        answer(root, allow_write=allow_write)
    except ImportError as error:
        if (error.name or "").startswith("signalgen"):
            raise
        message = f"the MCP server needs a library that is not installed: {error.name or error}"
        raise UsageError(Problem("", 0, 0, "", "no-extra", message, _EXTRA)) from error
    return Outcome("mcp")
