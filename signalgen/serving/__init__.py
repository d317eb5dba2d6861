"""Serves coding assistants over the Model Context Protocol: ``serve``.

The only package that uses the library ``mcp``, which ``pip install signalgen[mcp]`` installs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def serve(root: Path, *, allow_write: bool = False) -> None:
    """Answer a client on standard input and output until it disconnects.

    ``root`` is the project; nothing else is read or written. Raises ImportError if the extra is not
    installed.
    """
    from signalgen.serving.server import server

    server(root, allow_write=allow_write).run("stdio")
