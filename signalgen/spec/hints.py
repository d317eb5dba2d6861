"""What makes the JSON Schema a help in an editor: slips of signals, misplaced keys, examples.

``no_slip``, ``no_slips``, ``misplaced`` and ``example`` are the entries. Nothing here refuses what
the reader accepts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.facts.signals import BUILTIN
from signalgen.spec.declared import table
from signalgen.spec.text.decoding import decode
from signalgen.spec.text.document import parse
from signalgen.spec.text.nodes import FALSES, TRUES, Mapping, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.spec.declared.kinds import Schema
    from signalgen.spec.text.nodes import Node

_NO_SLIP: Schema = {"$ref": "#/$defs/no_slip"}
_LETTER = r"\w"


def no_slip() -> Schema:
    """Return the schema of names that are no slip: a signal of Django's, or nothing like one."""
    names = "|".join(sorted(BUILTIN))
    near = "|".join(sorted({slip for name in BUILTIN for slip in _slips(name)}))
    return {
        "pattern": f"^(?:{names})$|^(?!(?:{near})$)",
        "patternErrorMessage": "Django has no such signal, but one that differs in a letter.",
    }


def _slips(name: str) -> Iterator[str]:
    for at in range(len(name)):
        # Another letter or none, one more, two that have changed places.
        yield f"{name[:at]}{_LETTER}?{name[at + 1 :]}"
        yield f"{name[:at]}{_LETTER}{name[at:]}"
        if at:
            yield f"{name[: at - 1]}{name[at]}{name[at - 1]}{name[at + 1 :]}"
    yield f"{name}{_LETTER}"


def no_slips() -> Schema:
    """Return the schema that refuses slips, unless the spec defines such a signal itself."""
    one_or_many: Schema = {"allOf": [_NO_SLIP], "items": _NO_SLIP}
    handlers: Schema = {"items": {"properties": {"signal": one_or_many}}}
    named: Schema = {
        "type": "object",
        "properties": {"name": {"not": _NO_SLIP}},
        "required": ["name"],
    }
    defines: Schema = {
        "properties": {"signals": {"type": "array", "contains": named}},
        "required": ["signals"],
    }
    return {"if": defines, "else": {"properties": {"handlers": handlers}}}


def misplaced() -> list[Schema]:
    """Return what refuses the keys of a handler that none of its signals has a use for."""
    by_signals: dict[tuple[str, ...], list[str]] = {}
    for key in table.HANDLER.keys:
        if key.families:
            others = (one.name for one in BUILTIN.values() if one.family not in key.families)
            by_signals.setdefault(tuple(sorted(others)), []).append(key.name)
    return [_refused(list(signals), keys) for signals, keys in by_signals.items()]


def _refused(signals: list[str], keys: list[str]) -> Schema:
    one: Schema = {"enum": signals}
    all_of_them: Schema = {"type": "array", "minItems": 1, "items": one}
    heard: Schema = {
        "properties": {"signal": {"anyOf": [one, all_of_them]}},
        "required": ["signal"],
    }
    return {"if": heard, "then": {"properties": dict.fromkeys(keys, False)}}


def example(text: str) -> object:
    """Return the value that an example of the table stands for."""
    return _plain(parse(*decode(text.encode(), "example")))


def _plain(node: Node) -> object:
    if isinstance(node, Mapping):
        return {entry.name: _plain(entry.value) for entry in node.entries}
    if not isinstance(node, Scalar):
        return [_plain(item) for item in node.items]
    if node.style == "plain" and node.text in (*TRUES, *FALSES):
        return node.text in TRUES
    if node.style == "plain" and re.fullmatch(r"\d+", node.text):
        return int(node.text)
    return node.text
