"""Rewrites a spec of the older shape in today's; comments and the order of keys are kept.

``upgrade(text, ...)`` is the entry. Bodies become literal blocks.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from signalgen.late import dataclass, pattern
from signalgen.spec.declared import kinds, table
from signalgen.spec.declared.legacy import is_legacy, modern
from signalgen.spec.given import nodes_of
from signalgen.spec.read import read_spec
from signalgen.spec.text.code import code_of
from signalgen.spec.text.comments import comments_of
from signalgen.spec.text.decoding import decode
from signalgen.spec.text.document import parse
from signalgen.spec.text.nodes import FALSES, NULLS, TRUES, Entry, Mapping, Node, Scalar, Sequence
from signalgen.spec.text.report import Report

if TYPE_CHECKING:
    from collections import abc

    from signalgen.spec.declared.keys import Section

_PLAIN = pattern(r"[A-Za-z_](?:[A-Za-z0-9_ .,()/+*=<>-]*[A-Za-z0-9_.)])?\Z")
_NOT_LITERAL = pattern(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def upgrade(text: bytes, *, file: str) -> str:
    """Return the spec in ``text`` in today's shape, unchanged if it already has it.

    Raises SpecError with every problem if it is not valid.
    """
    read_spec(text, file=file, source=file)
    content, report = decode(text, file)
    root = parse(content, report)
    if not is_legacy(root):
        return text.decode()
    printer = _Printer(report, comments_of(root, report.lines))
    printer.node(modern(root, report)[0], table.SPEC, "")
    printer.comments(len(report.lines) + 1, "")
    return "\n".join(printer.lines) + "\n"


def printed(data: abc.Mapping[str, object]) -> str:
    """Return a spec, given as dicts, lists, texts and truth values, as YAML."""
    report = Report("<dict>", ())
    printer = _Printer(report, [])
    printer.node(nodes_of(data, report), table.SPEC, "")
    return "\n".join(printer.lines) + "\n"


@dataclass(frozen=True, slots=True)
class _Printer:
    """Writes nodes as block YAML into ``lines``.

    ``waiting`` are the comments not yet written, with their lines.
    """

    report: Report
    waiting: list[tuple[int, str]]
    lines: list[str] = field(default_factory=list)

    def comments(self, before: int, indent: str) -> None:
        """Write the comments above the line ``before``."""
        while self.waiting and self.waiting[0][0] < before:
            self.lines.append(indent + self.waiting.pop(0)[1])

    def node(self, node: Node, section: Section | None, indent: str) -> None:
        """Write the entries or items of ``node``, each on its own lines."""
        if isinstance(node, Mapping):
            for entry in node.entries:
                self.comments(entry.key.line + 1, indent)
                self._entry(entry, section, indent, indent)
        elif isinstance(node, Sequence):
            for item in node.items:
                self.comments(item.line + 1, indent)
                self._item(item, section, indent)

    def _item(self, item: Node, section: Section | None, indent: str) -> None:
        if isinstance(item, Scalar):
            self.lines.append(f"{indent}- {_inline(item)}")
        elif not _children(item):
            self.lines.append(f"{indent}- {_empty(item)}")
        elif isinstance(item, Mapping):
            for number, entry in enumerate(item.entries):
                self.comments(entry.key.line + 1, indent + "  ")
                self._entry(entry, section, indent + "  ", indent + ("  " if number else "- "))

    def _entry(self, entry: Entry, section: Section | None, indent: str, start: str) -> None:
        key = section.key(entry.name) if section else None
        head = start + _inline(entry.key._replace(text=key.name if key else entry.name)) + ":"
        value = entry.value
        if isinstance(value, Scalar):
            is_body = section is None or (key is not None and key.kind is kinds.BODY)
            self._scalar(value, head, indent + "  ", is_body=is_body)
        elif not _children(value):
            self.lines.append(f"{head} {_empty(value)}")
        else:
            self.lines.append(head)
            bodies = key is not None and key.shape == "bodies"
            below = next(
                (each for each in table.SECTIONS if key and each.name == key.section), table.NOTHING
            )
            self.node(value, None if bodies else below, indent + "  ")

    def _scalar(self, scalar: Scalar, head: str, indent: str, *, is_body: bool) -> None:
        text = code_of(scalar, "", self.report).text + "\n" if is_body else scalar.text
        if (is_body or "\n" in text) and _is_literal(text):
            chomp = "" if text.endswith("\n") else "-"
            self.lines.append(f"{head} |{chomp}")
            self.lines.extend(
                indent + line if line else "" for line in text.removesuffix("\n").split("\n")
            )
        else:
            value = _inline(scalar)
            self.lines.append(f"{head} {value}" if value else head)


def _children(node: Mapping | Sequence) -> tuple[object, ...]:
    return node.entries if isinstance(node, Mapping) else node.items


def _empty(node: Mapping | Sequence) -> str:
    return "{}" if isinstance(node, Mapping) else "[]"


def _is_literal(text: str) -> bool:
    # A literal block without an indentation indicator must give back exactly ``text``.
    return (
        not text.startswith((" ", "\t", "\n"))
        and not text.endswith("\n\n")
        and not _NOT_LITERAL.search(text)
    )


def _inline(scalar: Scalar) -> str:
    # Plain if it reads back the same, otherwise quoted.
    text = scalar.text
    if scalar.style == "plain" and text in TRUES | FALSES:
        return text.lower()
    if "\n" not in text and (
        scalar.style == "plain" or (_PLAIN.match(text) and text not in NULLS | TRUES | FALSES)
    ):
        return text
    return (
        '"'
        + "".join(_SHORT.get(c) or (_escaped(c) if _NOT_LITERAL.match(c) else c) for c in text)
        + '"'
    )


def _escaped(character: str) -> str:
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
