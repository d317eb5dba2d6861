"""A real client of ``signalgen mcp``: the one of the library, over the streams of a process."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

Answer = TypeVar("Answer")
ROOT = Path(__file__).resolve().parents[2]


def served(root: Path, talk: Callable[[ClientSession], Awaitable[Answer]], *options: str) -> Answer:
    """Start the server for the project in ``root``, let ``talk`` ask it, and return what that returns."""
    return asyncio.run(_served(root, talk, *options))


async def _served(
    root: Path, talk: Callable[[ClientSession], Awaitable[Answer]], *options: str
) -> Answer:
    words = ["-m", "signalgen", "mcp", "--project", str(root), *options]
    if "manage.py" in options:
        # From a folder that is not the project's, and without --project.
        words = [str(root / "manage.py"), "signalgen", "mcp"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    server = StdioServerParameters(
        command=sys.executable, args=words, env=env, cwd=str(root.parent)
    )
    async with stdio_client(server) as streams, ClientSession(*streams) as session:
        await session.initialize()
        return await talk(session)


def asked(root: Path, *calls: tuple[str, dict[str, Any]], how: str = "") -> list[Any]:
    """Return what the tools answer to ``calls``: their data, or the text of an error.

    ``how`` is ``write``, for a server that may, or ``manage.py``, for one that Django starts.
    """

    async def talk(session: ClientSession) -> list[Any]:
        answers = []
        for name, arguments in calls:
            answer = await session.call_tool(name, arguments)
            answers.append(answer.content[0].text if answer.is_error else answer.structured_content)
        return answers

    return served(root, talk, *{"write": ["--allow-write"], "": []}.get(how, [how]))


def spec(path: str = "orders.yaml", text: str | None = None) -> dict[str, Any]:
    """Return the argument of the tools that take one spec."""
    return {"specs": [{"path": path} if text is None else {"path": path, "text": text}]}
