"""Reads the arguments of a signal or task in any spelling: ``read_arguments``.

``[order_id]``, ``[order_id, "amount: Decimal"]``, ``{payment: Payment}`` and ``"a, b: Decimal"``
all mean a tuple of ArgSpec.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.spec.declared import kinds
from signalgen.spec.text.nodes import Mapping, Node, Scalar, Sequence, described, shown
from signalgen.spec.text.python import annotation_fault
from signalgen.values.spec import ArgSpec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.spec.text.report import Report

SIGNAL_RESERVED = {
    "sender": "every signal has it anyway",
    "signal": "Django passes the signal itself under that name",
    "self": "Signal.send has a parameter of that name",
    "kwargs": "receivers collect further arguments under that name",
}
TASK_RESERVED = {"self": "a bound task has a parameter of that name"}

_OPENING, _CLOSING = "([{", ")]}"


def read_arguments(
    node: Node | None, path: str, report: Report, reserved: dict[str, str]
) -> tuple[ArgSpec, ...]:
    """Return the arguments of ``node``; repeated, reserved and invalid ones are reported."""
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return ()
    found = [arg for arg in _arguments(node, path, report) if arg is not None]
    seen: set[str] = set()
    for arg in found:
        if arg.name in seen:
            report.add(
                arg.mark,
                arg.mark.path,
                "duplicate-argument",
                f"there are two arguments {arg.name}",
                "rename one",
            )
        elif arg.name in reserved:
            message = f"{arg.name} cannot be an argument: {reserved[arg.name]}"
            report.add(
                arg.mark, arg.mark.path, "reserved-argument", message, "rename it, or leave it out"
            )
        seen.add(arg.name)
    return tuple(found)


def _arguments(node: Node, path: str, report: Report) -> Iterator[ArgSpec | None]:
    if isinstance(node, Scalar):
        for piece, shift in _pieces(node.text):
            yield _from_text(node, piece, shift, path, report)
    elif isinstance(node, Mapping):
        for entry in node.entries:
            yield _from_pair(entry.key, entry.value, f"{path}.{entry.key.text}", report)
    else:
        for i, item in enumerate(node.items):
            yield from _from_item(item, f"{path}[{i}]", report)


def _from_item(item: Node, path: str, report: Report) -> Iterator[ArgSpec | None]:
    if isinstance(item, Scalar) and not item.is_null:
        yield _from_text(item, item.text, 0, path, report)
    elif isinstance(item, Mapping):
        for entry in item.entries:
            yield _from_pair(entry.key, entry.value, path, report)
    else:
        message = f"found {described(item)}; expected an argument"
        report.add(item, path, "wrong-type", message, "write a name, or 'name: type'")


def _from_pair(key: Scalar, value: Node, path: str, report: Report) -> ArgSpec | None:
    name = kinds.NAME.read(key, path, report)
    if isinstance(value, Scalar) and value.is_null:
        return None if name is None else ArgSpec(name, None, report.mark(key, path))
    if isinstance(value, Mapping | Sequence):
        message = f"found {described(value)}; expected a type"
        report.add(value, path, "wrong-type", message, "put the type in quotes")
        return None
    annotation = _annotation(value, value.text, int(value.style == "quoted"), path, report)
    return None if name is None else ArgSpec(name, annotation, report.mark(key, path))


def _from_text(scalar: Scalar, text: str, shift: int, path: str, report: Report) -> ArgSpec | None:
    # Reads ``name`` or ``name: type`` that starts ``shift`` characters into ``scalar``.
    inner = shift + int(scalar.style == "quoted")
    written, colon, annotation = text.partition(":")
    name = written.strip()
    place = scalar._replace(column=scalar.column + inner + len(written) - len(written.lstrip()))
    if not name:
        report.add(
            place,
            path,
            "invalid-name",
            "the name of an argument is missing",
            "write 'a, b: Decimal'",
        )
        return None
    if "=" in text:
        message = (
            f"{shown(text.strip())} has a default; the arguments of signals and tasks have none"
        )
        report.add(
            place,
            path,
            "argument-default",
            message,
            f"write {shown(text.partition('=')[0].strip())}",
        )
        return None
    if not kinds.check_name(place, name, path, report):
        return None
    mark = report.mark(place, path)
    if not colon:
        return ArgSpec(name, None, mark)
    return ArgSpec(
        name, _annotation(scalar, annotation, inner + len(written) + 1, path, report), mark
    )


def _annotation(scalar: Scalar, text: str, shift: int, path: str, report: Report) -> str:
    stripped = text.strip()
    fault = annotation_fault(stripped)
    if fault is not None:
        column = scalar.column + shift + len(text) - len(text.lstrip()) + fault.column
        report.add(scalar._replace(column=column), path, fault.code, fault.message, fault.hint)
    return stripped


def _pieces(text: str) -> list[tuple[str, int]]:
    # Commas inside brackets do not separate; each piece comes with its offset.
    pieces: list[tuple[str, int]] = []
    depth = start = 0
    for i, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        elif character == "," and depth == 0:
            pieces.append((text[start:i], start))
            start = i + 1
    if text[start:].strip() or not pieces:
        pieces.append((text[start:], start))
    return pieces
