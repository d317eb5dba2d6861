"""Additions that help in an editor: misspelt signals, misplaced keys, examples.

``no_slip``, ``no_slips``, ``by_signal`` and ``example`` are the entries. Nothing here rejects what
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
    """Return the schema of valid names: a Django signal, or a name unlike any."""
    names = "|".join(sorted(BUILTIN))
    near = "|".join(sorted({slip for name in BUILTIN for slip in _slips(name)}))
    return {
        "pattern": f"^(?:{names})$|^(?!(?:{near})$)",
        "patternErrorMessage": "Django has no such signal, but one that differs in a letter.",
    }


def _slips(name: str) -> Iterator[str]:
    for at in range(len(name)):
        # One letter changed, missing or added, or two swapped.
        yield f"{name[:at]}{_LETTER}?{name[at + 1 :]}"
        yield f"{name[:at]}{_LETTER}{name[at:]}"
        if at:
            yield f"{name[: at - 1]}{name[at]}{name[at - 1]}{name[at + 1 :]}"
    yield f"{name}{_LETTER}"


def no_slips() -> Schema:
    """Return the schema that rejects misspelt signals unless the spec defines them itself."""
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


def by_signal(properties: dict[str, Schema]) -> list[Schema]:
    """Move a handler's keys that some signals do not support into conditions on its signals.

    ``properties`` are a handler's; keys for some signals stay in them but are not offered. The
    conditions reject such a key under other signals, and describe it under its own.
    """
    by_signals: dict[tuple[str, ...], list[str]] = {}
    for key in table.HANDLER.keys:
        if key.families:
            others = (one.name for one in BUILTIN.values() if one.family not in key.families)
            by_signals.setdefault(tuple(sorted(others)), []).append(key.name)
    conditions = []
    for signals, keys in by_signals.items():
        own = {key: properties[key] for key in keys}
        # The words of the YAML language server; other schema readers ignore them.
        properties.update({key: {**own[key], "doNotSuggest": True} for key in keys})
        conditions.append(_divided(list(signals), own))
    return conditions


def _divided(signals: list[str], keys: dict[str, Schema]) -> Schema:
    one: Schema = {"enum": signals}
    all_of_them: Schema = {"type": "array", "minItems": 1, "items": one}
    heard: Schema = {
        "type": "object",
        "properties": {"signal": {"anyOf": [one, all_of_them]}},
        "required": ["signal"],
    }
    refused: Schema = {"properties": dict.fromkeys(keys, False)}
    return {"if": heard, "then": refused, "else": {"properties": keys}}


def example(text: str) -> object:
    """Return the value of an example in the table."""
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
