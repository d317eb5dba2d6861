"""How each kind of value is read: its valid form and its result.

A reader reports problems and returns None, so that reading continues to the next problem.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Generic, TypeVar

from signalgen.late import dataclass, pattern
from signalgen.spec.text.code import code_of
from signalgen.spec.text.nodes import (
    FALSES,
    NULLS,
    TRUES,
    Mapping,
    Node,
    Scalar,
    Sequence,
    described,
    shown,
)
from signalgen.spec.text.python import name_fault
from signalgen.spec.text.report import Report, did_you_mean, listed
from signalgen.values.spec import Ref

if TYPE_CHECKING:
    from collections.abc import Callable

    from signalgen.values.spec import Code

T_co = TypeVar("T_co", covariant=True)
W = TypeVar("W", bound=str)
Schema = dict[str, object]

_YAML_WORDS = {"true", "True", "TRUE", "false", "False", "FALSE"} | NULLS
_CONTROL = pattern("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NUMBER = pattern(r"[0-9]{1,9}\Z")
_MAX_ID = 200
# Names may be any letters of Unicode; in ASCII the pattern excludes all but letters, digits, ``_``.
_NAME_PATTERN = r"^[^\s0-9!-/:-@\[-^`{-~][^\s!-/:-@\[-^`{-~]*$"
_DOTTED_PATTERN = r"^[^\s0-9!-/:-@\[-^`{-~][^\s!-\-/:-@\[-^`{-~]*$"
_NAME: Schema = {"type": "string", "pattern": _NAME_PATTERN}
_DOTTED: Schema = {"type": "string", "pattern": _DOTTED_PATTERN}
_SOURCE: Schema = {"type": ["string", "number", "boolean"]}


@dataclass(frozen=True, slots=True)
class Kind(Generic[T_co]):
    """A kind of value: what it is called in messages and docs, its JSON Schema, and its reader."""

    label: str
    schema: Schema
    read: Callable[[Node, str, Report], T_co | None]


def wrong_type(node: Node, path: str, report: Report, expected: str, hint: str = "") -> None:
    """Report that ``node`` is not of the expected kind."""
    if isinstance(node, Scalar) and node.is_null:
        report.add(
            node,
            path,
            "empty-value",
            f"nothing is written here; expected {expected}",
            hint or "write one, or remove the key",
        )
    else:
        report.add(node, path, "wrong-type", f"found {described(node)}; expected {expected}", hint)


def _scalar(node: Node, path: str, report: Report, expected: str, hint: str = "") -> Scalar | None:
    if isinstance(node, Scalar) and not node.is_null:
        return node
    wrong_type(node, path, report, expected, hint)
    return None


def _word(node: Node, path: str, report: Report, expected: str) -> Scalar | None:
    hint = "write one for each, or use the key for several" if isinstance(node, Sequence) else ""
    scalar = _scalar(node, path, report, expected, hint)
    if scalar is None:
        return None
    # Editors and other YAML tools would read the plain word as a truth value.
    if scalar.style == "plain" and scalar.text in _YAML_WORDS:
        report.add(
            scalar,
            path,
            "wrong-type",
            f"YAML reads {scalar.text} as a truth value; expected {expected}",
            "choose another word, or put it in quotes",
        )
        return None
    return scalar


def _text(node: Node, path: str, report: Report) -> str | None:
    scalar = _scalar(node, path, report, "text")
    return None if scalar is None else scalar.text


def _label(node: Node, path: str, report: Report) -> str | None:
    scalar = _scalar(node, path, report, "a short text")
    if scalar is None:
        return None
    if not scalar.text.strip() or len(scalar.text) > _MAX_ID or _CONTROL.search(scalar.text):
        message = (
            f"found {shown(scalar.text)}; expected one line of 1 to {_MAX_ID} printable characters"
        )
        report.add(scalar, path, "invalid-text", message)
        return None
    return scalar.text


def check_name(scalar: Scalar, word: str, path: str, report: Report, *, shift: int = 0) -> bool:
    """Report ``word`` unless it can be a Python name.

    ``shift`` is its offset in the scalar's line.
    """
    fault = name_fault(word)
    if fault is None:
        return True
    reason, hint = fault
    place = scalar._replace(column=scalar.column + shift)
    report.add(place, path, "invalid-name", f"{shown(word)} cannot be a name here: {reason}", hint)
    return False


def _name(node: Node, path: str, report: Report) -> str | None:
    scalar = _word(node, path, report, "a Python name")
    return scalar.text if scalar and check_name(scalar, scalar.text, path, report) else None


def _name_ref(node: Node, path: str, report: Report) -> Ref | None:
    name = _name(node, path, report)
    return None if name is None else Ref(name, report.mark(node, path))


def _dotted(node: Node, path: str, report: Report) -> Ref | None:
    scalar = _word(node, path, report, "a name or dotted path")
    if scalar is None:
        return None
    shift = 0
    for part in scalar.text.split("."):
        if part == "":
            message = f"{shown(scalar.text)} is not a dotted path: a part of it is empty"
            report.add(scalar, path, "invalid-name", message, "write names joined by single dots")
            return None
        if not check_name(scalar, part, path, report, shift=shift):
            return None
        shift += len(part) + 1
    return Ref(scalar.text, report.mark(scalar, path))


def _app_path(node: Node, path: str, report: Report) -> Ref | None:
    scalar = _word(node, path, report, "the import path of an app")
    if scalar is None:
        return None
    if re.search(r"[\\/]", scalar.text):
        parts = [part for part in re.split(r"[\\/.]", scalar.text[:200]) if part]
        fixed = ".".join(parts)
        absolute = scalar.text.startswith(("/", "\\")) or ".." in scalar.text or ":" in scalar.text
        hint = (
            "write it as Python imports it, such as apps.orders"
            if absolute
            else f"did you mean {fixed}?"
        )
        report.add(
            scalar,
            path,
            "invalid-app",
            f"{shown(scalar.text)} is a file path; expected the import path of an app",
            hint,
        )
        return None
    if "" in scalar.text.split("."):
        message = f"{shown(scalar.text)} is not an import path: a part of it is empty"
        report.add(
            scalar,
            path,
            "invalid-app",
            message,
            "write it as Python imports it, such as apps.orders",
        )
        return None
    return _dotted(scalar, path, report)


def refs_of(
    item: Callable[[Node, str, Report], Ref | None],
) -> Callable[[Node, str, Report], tuple[Ref, ...] | None]:
    """Return a reader of one value or a non-empty list without repetitions."""

    def read(node: Node, path: str, report: Report) -> tuple[Ref, ...] | None:
        if not isinstance(node, Sequence):
            one = item(node, path, report)
            return None if one is None else (one,)
        if not node.items:
            report.add(
                node,
                path,
                "empty-value",
                "the list is empty",
                "write at least one, or remove the key",
            )
            return None
        found = [item(child, f"{path}[{i}]", report) for i, child in enumerate(node.items)]
        seen: set[str] = set()
        for ref in found:
            if ref is not None and ref.text in seen:
                report.add(
                    ref.mark,
                    ref.mark.path,
                    "duplicate-value",
                    f"{ref.text} is given twice",
                    "remove one",
                )
            seen.add(ref.text if ref else "")
        return tuple(ref for ref in found if ref is not None)

    return read


def _boolean(node: Node, path: str, report: Report) -> bool | None:
    if isinstance(node, Scalar) and node.style == "plain":
        if node.text in TRUES:
            return True
        if node.text in FALSES:
            return False
    hint = "remove the quotes" if isinstance(node, Scalar) and node.text in TRUES | FALSES else ""
    wrong_type(node, path, report, "true or false", hint)
    return None


def _number(node: Node, path: str, report: Report) -> int | None:
    if isinstance(node, Scalar) and node.style == "plain" and _NUMBER.match(node.text):
        return int(node.text)
    if isinstance(node, Scalar) and node.text.isdecimal():
        hint = "remove the quotes" if _NUMBER.match(node.text) else "the number is too big"
        wrong_type(node, path, report, "a whole number", hint)
    else:
        wrong_type(node, path, report, "a whole number, 0 or more")
    return None


def _version(node: Node, path: str, report: Report) -> int | None:
    number = _number(node, path, report)
    if number is not None and number != 1:
        report.add(
            node,
            path,
            "invalid-value",
            f"found version {number}; this release reads version 1",
            "write version: 1, or update signalgen",
        )
        return None
    return number


def _code(node: Node, path: str, report: Report) -> Code | None:
    hint = (
        "write the code as text after '|', or in quotes"
        if isinstance(node, Mapping | Sequence)
        else ""
    )
    scalar = _scalar(node, path, report, "Python code", hint)
    return None if scalar is None else code_of(scalar, path, report)


def _anything(node: Node, _path: str, _report: Report) -> Node:
    return node


def _list(node: Node, path: str, report: Report) -> tuple[Node, ...] | None:
    if isinstance(node, Sequence):
        return node.items
    if isinstance(node, Scalar) and node.is_null:
        return ()
    wrong_type(node, path, report, "a list", "begin each item with '- '")
    return None


def choice(allowed: tuple[W, ...]) -> Kind[W]:
    """Return the kind for one of the words ``allowed``."""

    def read(node: Node, path: str, report: Report) -> W | None:
        scalar = _scalar(node, path, report, listed(allowed))
        if scalar is None:
            return None
        for word in allowed:
            if scalar.text == word:
                return word
        message = f"found {shown(scalar.text)}; expected {listed(allowed)}"
        report.add(scalar, path, "invalid-value", message, did_you_mean(scalar.text, allowed))
        return None

    return Kind(" or ".join(f"`{word}`" for word in allowed), {"enum": list(allowed)}, read)


def choices(allowed: tuple[str, ...]) -> Kind[tuple[Ref, ...]]:
    """Return the kind for one or several of the words ``allowed``."""
    one = choice(allowed)

    def read(node: Node, path: str, report: Report) -> Ref | None:
        word = one.read(node, path, report)
        return None if word is None else Ref(word, report.mark(node, path))

    return Kind(f"{one.label}, or list of them", one_or_many(one.schema), refs_of(read))


def one_or_many(item: Schema) -> Schema:
    """Return the schema for one ``item`` or a non-empty list of them."""
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]}


TEXT = Kind("text", _SOURCE, _text)
LABEL = Kind("short text", _SOURCE, _label)
NAME = Kind("Python name", _NAME, _name)
NAME_REF = Kind("Python name", _NAME, _name_ref)
NAMES = Kind("name or list of names", one_or_many(_NAME), refs_of(_name_ref))
DOTTED = Kind("name or dotted path", _DOTTED, _dotted)
DOTTED_MANY = Kind("name, dotted path or list of them", one_or_many(_DOTTED), refs_of(_dotted))
APP = Kind("import path", _DOTTED, _app_path)
BOOLEAN = Kind("`true` or `false`", {"enum": [True, False, "yes", "no", "on", "off"]}, _boolean)
NUMBER = Kind("whole number", {"type": "integer", "minimum": 0, "maximum": 999_999_999}, _number)
VERSION = Kind("`1`", {"const": 1}, _version)
BODY = Kind("Python statements", _SOURCE, _code)
EXPRESSION = Kind("Python expression", _SOURCE, _code)
NODE: Kind[Node] = Kind("", {}, _anything)
LIST: Kind[tuple[Node, ...]] = Kind("list", {"type": ["array", "null"]}, _list)
