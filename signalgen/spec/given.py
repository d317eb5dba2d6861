"""Python data, such as a dict -> the nodes that YAML would give: ``nodes_of``.

These nodes have no position, only a path of keys.
"""

from __future__ import annotations

from collections import abc
from typing import TYPE_CHECKING

from signalgen.late import dataclass
from signalgen.spec.fields import join
from signalgen.spec.text.decoding import FORBIDDEN
from signalgen.spec.text.document import MAX_DEPTH, MAX_NODES
from signalgen.spec.text.nodes import NOWHERE, Entry, Mapping, Node, Scalar, Sequence, Style, shown

if TYPE_CHECKING:
    from signalgen.spec.text.report import Report


def nodes_of(data: abc.Mapping[str, object], report: Report) -> Node:
    """Return ``data`` as the node of a whole spec. Raises SpecError if too deep or too large."""
    return _Reading(report).node(data, "", 1)


@dataclass(slots=True)
class _Reading:
    """Counts the values: shared objects in a small dict could expand without limit."""

    report: Report
    count: int = 0

    def node(self, value: object, path: str, depth: int) -> Node:
        self.count += 1
        if depth > MAX_DEPTH:
            self._refuse(path, "too-deep", f"nested more than {MAX_DEPTH} levels deep")
        if self.count > MAX_NODES:
            self._refuse(path, "too-big", f"more than {MAX_NODES:,} values")
        if isinstance(value, abc.Mapping):
            return Mapping(*NOWHERE, tuple(self._entries(value, path, depth)))
        if isinstance(value, (list, tuple)):
            items = (self.node(item, f"{path}[{i}]", depth + 1) for i, item in enumerate(value))
            return Sequence(*NOWHERE, tuple(items))
        return self._scalar(value, path)

    def _entries(
        self, value: abc.Mapping[object, object], path: str, depth: int
    ) -> abc.Iterator[Entry]:
        for key, item in value.items():
            if isinstance(key, str):
                name = self._scalar(key, path)
                yield Entry(name.text, name, self.node(item, join(path, key), depth + 1))
            else:
                message = f"a key must be a word, not {shown(repr(key))}"
                self.report.add(NOWHERE, path, "wrong-type", message)

    def _scalar(self, value: object, path: str) -> Scalar:
        if isinstance(value, str):
            wrong = FORBIDDEN.search(value)
            if wrong is not None:
                message = f"the character U+{ord(wrong.group()):04X} is not allowed in a spec"
                self.report.add(NOWHERE, path, "control-character", message, "remove it")
            return _made(value, "quoted")
        if value is None or isinstance(value, (bool, int, float)):
            return _made("" if value is None else str(value), "plain")
        message = f"found a value of the type {type(value).__name__}"
        hint = "give a dict, a list, text, a number, True, False or None"
        self.report.add(NOWHERE, path, "wrong-type", message, hint)
        return _made("", "plain")

    def _refuse(self, path: str, code: str, message: str) -> None:
        self.report.add(NOWHERE, path, code, message)
        self.report.fail()


def _made(text: str, style: Style) -> Scalar:
    return Scalar(*NOWHERE, text, style, *NOWHERE)
