"""Rewrites f-strings so that Pythons before 3.12 can parse them: ``requoted(text)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.source.older import QUOTES, newer_than
from signalgen.source.parser import tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_BEFORE = (3, 11)
"""The last Python whose f-strings cannot contain their own quotes."""


def requoted(text: str) -> str:
    """Return ``text`` with other quotes where an f-string would need Python 3.12.

    Cases that other quotes cannot solve, such as a backslash in an f-string's code, stay.
    """
    places = _places(text)
    for start in places:
        tried = _variants(text, start)
        better = next((made for made in tried if len(_places(made)) < len(places)), None)
        if better is not None:
            # The offsets of the others have moved.
            return requoted(better)
    return text


def _places(text: str) -> list[int]:
    return [item.start for item in newer_than(text, _BEFORE) if item.what == QUOTES]


def _variants(text: str, start: int) -> Iterator[str]:
    # The same f-string with other quotes inside, otherwise around it, the plainest first.
    data = text.encode("utf-8", "surrogatepass")
    node = tree_of(data).root_node.descendant_for_byte_range(start, start + 1)
    while node is not None and node.type != "string":
        node = node.parent
    if node is None:
        return
    opening = (node.children[0].text or b"").decode()
    prefix, quote = opening.rstrip("\"'"), opening.lstrip(opening.rstrip("\"'"))
    other = "'" if quote[0] == '"' else '"'
    around = (
        data[: node.start_byte].decode("utf-8", "surrogatepass"),
        data[node.end_byte :].decode("utf-8", "surrogatepass"),
    )
    parts = list(_parts(node, data))
    inner = "".join(part for part, is_code in parts if is_code)
    outer = "".join(part for part, is_code in parts if not is_code)
    if other not in inner:
        swapped = (part.replace(quote, other) if is_code else part for part, is_code in parts)
        yield "".join((around[0], opening, *swapped, quote, around[1]))
    plain = "".join(part for part, _ in parts)
    for new in (other, quote[0] * 3, other * 3):
        if new not in plain and new[0] not in (outer[-1:], outer[:1]):
            yield "".join((around[0], prefix, new, plain, new, around[1]))


def _parts(node: Node, data: bytes) -> Iterator[tuple[str, bool]]:
    """Yield the text between the quotes of an f-string in pieces, and whether each is code."""
    at, end = node.children[0].end_byte, node.children[-1].start_byte
    for child in node.children[1:-1]:
        if child.type == "interpolation":
            yield data[at : child.start_byte].decode("utf-8", "surrogatepass"), False
            yield data[child.start_byte : child.end_byte].decode("utf-8", "surrogatepass"), True
            at = child.end_byte
    yield data[at:end].decode("utf-8", "surrogatepass"), False
