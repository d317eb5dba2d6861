"""Rewrites Python newer than the running one in older spellings of equal length.

``for_python(data)`` is the entry: ``ast`` then parses the text, and offsets stay valid. ``reading``
restores what the older spelling loses from the original text. ``newer_than`` finds the syntax that
an older Python, such as the project's, would reject.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tree_sitter import Query, QueryCursor

from signalgen.source.newer import Newer, Older, blank, for_grammar
from signalgen.source.parser import LANGUAGE, tree_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tree_sitter import Node

    Version = tuple[int, int]
    Said = tuple[Version, str]

_RUNNING = sys.version_info[:2]
QUOTES = "such quotes inside an f-string"


def newer_than(text: str, version: Version) -> tuple[Newer, ...]:
    """Return the syntax in ``text`` that Python ``version`` does not support."""
    found = for_python(text.encode("utf-8", "surrogatepass"), version).newer
    return tuple(item for item in found if item.version > version)


def for_python(data: bytes, version: Version = _RUNNING) -> Older:
    """Return ``data`` in a form that Python ``version`` parses, and its newer syntax."""
    # A text with errors is left as it is: its nodes are unreliable.
    known, newer = for_grammar(data)
    root = tree_of(known).root_node
    if root.has_error:
        return Older(known, newer)
    made, found = bytearray(known), list(newer)
    nodes = QueryCursor(_QUERY).captures(root).get("n", [])
    for node in sorted(nodes, key=lambda item: item.start_byte):
        said = _REWRITES[node.type](node, made, version)
        if said is not None:
            found.append(Newer(node.start_byte, *said))
    return Older(bytes(made), tuple(sorted(found)))


def _string(node: Node, made: bytearray, old: Version) -> Said | None:
    opening = node.children[0].text or b""
    prefix = opening.rstrip(b"\"'").lower()
    holes = [child for child in node.children if child.type == "interpolation"]
    end = opening[len(prefix) :]
    nested = old < (3, 12) and any(_is_nested(hole.text or b"", end) for hole in holes)
    template = old < (3, 14) and b"t" in prefix
    if nested:
        _as_tuple(node, holes, made)
    elif template:
        made[node.start_byte + prefix.index(b"t")] = ord("f")
    if template:
        return (3, 14), "a t-string"
    return ((3, 12), QUOTES) if nested else None


def _is_nested(text: bytes, end: bytes) -> bool:
    """Return whether the code in an f-string needs the parser of Python 3.12."""
    return any(mark in text for mark in (end, b"\\", b"#")) or (len(end) == 1 and b"\n" in text)


def _as_tuple(node: Node, holes: list[Node], made: bytearray) -> None:
    # The expressions keep their places: ``f"{x}"`` becomes `` ( x,)``.
    code = bytes(made)
    blank(made, node.start_byte, node.end_byte)
    made[node.start_byte + len((node.children[0].text or b"").rstrip(b"\"'"))] = ord("(")
    made[node.end_byte - 1] = ord(")")
    for part in _expressions(holes):
        made[part.start_byte : part.end_byte] = code[part.start_byte : part.end_byte]
        made[part.end_byte] = ord(",")


def _expressions(holes: list[Node]) -> Iterator[Node]:
    for hole in holes:
        inner = hole.child_by_field_name("expression")
        if inner is not None:
            yield inner
        spec = hole.child_by_field_name("format_specifier")
        yield from _expressions([] if spec is None else spec.named_children)


def _parameters(node: Node, made: bytearray, old: Version) -> Said | None:
    around = node.parent.type if node.parent is not None else ""
    if old >= (3, 12) or around not in ("function_definition", "class_definition"):
        return None
    blank(made, node.start_byte, node.end_byte)
    return (3, 12), "a type parameter"


def _alias(node: Node, made: bytearray, old: Version) -> Said | None:
    left = node.child_by_field_name("left")
    if left is None or old >= (3, 12):
        return None
    name = bytes(made[left.start_byte : left.end_byte]).partition(b"[")[0].strip()
    blank(made, node.start_byte, left.end_byte)
    made[node.start_byte : node.start_byte + len(name)] = name
    return (3, 12), "a type statement"


def _splat(node: Node, made: bytearray, old: Version) -> Said | None:
    # The grammar treats the star as part of the first name after it.
    around = node.parent
    while around is not None and around.start_byte == node.start_byte:
        around = around.parent
    if around is None or around.type != "subscript" or old >= (3, 11):
        return None
    made[node.start_byte] = ord(" ")
    return (3, 11), "unpacking in a subscript"


def _except(node: Node, made: bytearray, old: Version) -> Said | None:
    said: Said | None = None
    for child in node.children:
        if child.type == "*" and old < (3, 11):
            made[child.start_byte] = ord(" ")
            said = said or ((3, 11), "except*")
        elif child.type == "," and old < (3, 14):
            made[child.start_byte] = ord("|")
            said = (3, 14), "except without parentheses"
    return said


def _match(node: Node, made: bytearray, old: Version) -> Said | None:
    # There is no older spelling, and every Python that runs signalgen has it.
    del node, made
    return ((3, 10), "a match statement") if old < (3, 10) else None


_REWRITES: dict[str, Callable[[Node, bytearray, Version], Said | None]] = {
    "string": _string,
    "type_parameter": _parameters,
    "type_alias_statement": _alias,
    "list_splat": _splat,
    "except_clause": _except,
    "match_statement": _match,
}
_QUERY = Query(LANGUAGE, "[" + " ".join(f"({kind})" for kind in _REWRITES) + "] @n")
