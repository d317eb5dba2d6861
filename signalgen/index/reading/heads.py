"""The ``class`` lines of a project: which classes there are and what their bases are called, with nothing parsed.

One pass over all files answers who derives from a model, and where a label's class may be. The pattern begins with
plain text, which the regex engine finds many times faster than the start of a line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from signalgen.index.memo import remembered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.index.reading.code import Codebase

_HEAD = re.compile(rb"class[ \t]+([^\s(:]+)(?:\s*\(([^():]*)\)[ \t]*:)?")


class ClassHead(NamedTuple):
    """A line that looks like the beginning of a class: its file, its name, whether it stands at the margin, and the text of its bases.

    ``bases`` is empty where they are more than plain names.
    """

    path: str
    name: bytes
    margin: bool
    bases: bytes


@remembered(key=lambda _paths: None)
def class_heads(code: Codebase, paths: Iterable[str]) -> tuple[ClassHead, ...]:
    """Return the class lines of the files at ``paths``, which are the same ones each time, in the order of the files."""
    return tuple(_heads(code, paths))


def _heads(code: Codebase, paths: Iterable[str]) -> Iterator[ClassHead]:
    for path in paths:
        data = code.data(path)
        for found in _HEAD.finditer(data):
            start = found.start()
            line = data.rfind(b"\n", 0, start) + 1
            if not data[line:start].strip(b" \t"):
                yield ClassHead(path, found[1], start == line, found[2] or b"")
