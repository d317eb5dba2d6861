"""What coding assistants ask, over the Model Context Protocol: ``serve``.

The only room that knows the library ``mcp``, which ``pip install signalgen[mcp]`` brings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def serve(root: Path, *, allow_write: bool = False) -> None:
    """Answer a client on standard input and output until it hangs up.

    ``root`` is the project, and all that is ever read or written. Raises ImportError where the
    extra is not installed.
    """
    from signalgen.serving.server import server

    server(root, allow_write=allow_write).run("stdio")
