"""Writing to stdout and stderr so that the terminal cannot make it fail.

``write_out`` and ``write_err`` are the entries. They handle closed pipes, encodings that lack a
character, streams that were closed before the start and control characters in hostile text. Text
for people is ``screened``; data for files and other tools is ``raw``.
"""

from __future__ import annotations

import os
import sys
from typing import Literal, TextIO

Colour = Literal["red", "green", "yellow", "cyan", "bold", "dim"]

_CODES: dict[Colour, str] = {
    "red": "31",
    "green": "32",
    "yellow": "33",
    "cyan": "36",
    "bold": "1",
    "dim": "2",
}


def write_out(text: str, *, raw: bool = False) -> None:
    """Write a result to standard output, ``raw`` or screened.

    Raises OSError if it fails, as on a full disk.
    """
    _write(sys.stdout, text if raw else _screened(text))


def write_err(text: str, *, raw: bool = False) -> None:
    """Write a message to standard error; failures are ignored."""
    try:
        _write(sys.stderr, text if raw else _screened(text))
    except OSError:
        return


def not_written(error: OSError) -> str:
    """Return the message about output that ``error`` kept from being written.

    What the process's own output still holds is dropped, so that its end does not fail once more.
    """
    is_own = sys.stdout is sys.__stdout__
    if is_own and sys.stdout is not None and not sys.stdout.closed:
        _forget(sys.stdout)
    return f"error: the output could not be written: {error.strerror}\n"


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether ``stream`` is a terminal."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def has_colours(stream: TextIO | None, *, no_color: bool) -> bool:
    """Return whether ``stream`` may be coloured: a capable terminal without an opt-out."""
    refused = no_color or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return not refused and is_terminal(stream)


def paint(text: str, colour: Colour, *, on: bool) -> str:
    """Return ``text`` in ``colour`` if ``on``."""
    return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if on else text


def _screened(text: str) -> str:
    from signalgen.screening import screened  # loads what a help page does without

    return screened(text)


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None or stream.closed or not text:
        return
    try:
        _put(stream, text)
        stream.flush()
    except BrokenPipeError:
        _forget(stream)


def _put(stream: TextIO, text: str) -> None:
    # Bytes where the stream takes them: a diff keeps its line ends and what is not UTF-8.
    encoding = getattr(stream, "encoding", None) or "utf-8"
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(text)
        return
    try:
        data = text.encode(encoding, "surrogateescape")
    except UnicodeEncodeError:
        data = text.encode(encoding, "backslashreplace")
    stream.flush()
    buffer.write(data if os.linesep == "\n" else data.replace(b"\n", os.linesep.encode()))


def _forget(stream: TextIO) -> None:
    # The interpreter's last flush must not fail either, so the stream leads nowhere.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    finally:
        os.close(nowhere)
