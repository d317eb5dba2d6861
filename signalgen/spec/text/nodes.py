"""The YAML document as plain values: scalars, lists and mappings, each with its place.

YAML's types are not used: a scalar keeps its text, so that ``on`` and ``yes`` stay words and a
number in an expression stays source.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Style = Literal["plain", "quoted", "literal", "folded"]

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
TRUES = frozenset({"true", "True", "TRUE", "yes", "on"})
FALSES = frozenset({"false", "False", "FALSE", "no", "off"})


class NodePlace(NamedTuple):
    """A line and column, counted from 1."""

    line: int
    column: int


NOWHERE = NodePlace(0, 0)
"""The place of nodes that were not read from a text."""


class Scalar(NamedTuple):
    """Text, as YAML decodes it. ``end_line`` and ``end_column`` are just after it."""

    line: int
    column: int
    text: str
    style: Style
    end_line: int
    end_column: int

    @property
    def is_null(self) -> bool:
        """Tell whether the value is empty or YAML's null."""
        return self.style == "plain" and self.text in NULLS


class Entry(NamedTuple):
    """One key of a mapping.

    ``name`` is the key in today's spelling; ``key.text`` is the written one.
    """

    name: str
    key: Scalar
    value: Node


class Sequence(NamedTuple):
    """A list."""

    line: int
    column: int
    items: tuple[Node, ...]


class Mapping(NamedTuple):
    """A mapping, in the order written, duplicate keys included."""

    line: int
    column: int
    entries: tuple[Entry, ...]


Node = Scalar | Sequence | Mapping


def described(node: Node) -> str:
    """Return the kind of ``node`` in words: ``a list``, ``a mapping``, ``nothing``, ``text``."""
    if isinstance(node, Sequence):
        return "a list"
    if isinstance(node, Mapping):
        return "a mapping"
    return "nothing" if node.is_null else shown(node.text)


def shown(text: str, limit: int = 60) -> str:
    """Return ``text`` quoted for a message: on one line, printable, cut to ``limit`` characters."""
    return repr(text if len(text) <= limit else text[: limit - 3] + "...")


def value_of(node: Node, name: str) -> Node | None:
    """Return the value of the key ``name``, or None."""
    if not isinstance(node, Mapping):
        return None
    return next((entry.value for entry in node.entries if entry.name == name), None)
