"""The ``class`` lines of a project, found by a regex: class names and bases, without parsing.

``class_heads(code, paths)`` is the entry. One pass over all files finds the subclasses of a model
and the class of a label. The pattern starts with plain text, which the regex engine finds many
times faster than the start of a line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from signalgen.index.memo import remembered
from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from signalgen.index.reading.code import Codebase

_WORDS = pattern(rb"\w+")
_HEAD = pattern(rb"class[ \t]+([^\s(:]+)(?:\s*\(([^():]*)\)[ \t]*:)?")


class ClassHead(NamedTuple):
    """A line that starts a class: file, name, whether it is unindented, and its bases' text.

    ``bases`` is empty if they are more than plain names.
    """

    path: str
    name: bytes
    margin: bool
    bases: bytes


@remembered(key=lambda _paths: None)
def class_heads(code: Codebase, paths: Iterable[str]) -> tuple[ClassHead, ...]:
    """Return the class lines of ``paths``, in order; each call must pass the same ``paths``."""
    return tuple(_heads(code, paths))


@remembered(key=lambda _paths: None)
def heads_called(code: Codebase, paths: Iterable[str]) -> Mapping[bytes, tuple[ClassHead, ...]]:
    """Return the same by name in lower case."""
    found: dict[bytes, list[ClassHead]] = {}
    for head in class_heads(code, paths):
        found.setdefault(head.name.lower(), []).append(head)
    return {name: tuple(heads) for name, heads in found.items()}


@remembered(key=lambda _paths: None)
def heads_below(code: Codebase, paths: Iterable[str]) -> Mapping[bytes, tuple[ClassHead, ...]]:
    """Return the same by the words in their bases."""
    found: dict[bytes, list[ClassHead]] = {}
    for head in class_heads(code, paths):
        for word in dict.fromkeys(_WORDS.findall(head.bases)):
            found.setdefault(word, []).append(head)
    return {word: tuple(heads) for word, heads in found.items()}


def _heads(code: Codebase, paths: Iterable[str]) -> Iterator[ClassHead]:
    for path in paths:
        data = code.data(path)
        for found in _HEAD.finditer(data):
            start = found.start()
            line = data.rfind(b"\n", 0, start) + 1
            # Only blanks before it, or "class" is a word inside a line.
            if not data[line:start].strip(b" \t"):
                yield ClassHead(path, found[1], start == line, found[2] or b"")
