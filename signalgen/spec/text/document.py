"""Text -> one YAML document as nodes; the only module that uses PyYAML.

``parse(text, report)`` is the entry. The document is built from parser events rather than with
``yaml.compose``: one pass without recursion, which checks depth, size, anchors and tags before
building anything, and takes a third of the time.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import field
from typing import TYPE_CHECKING, NoReturn

import yaml

from signalgen.late import dataclass, pattern
from signalgen.spec.text.nodes import (
    Entry,
    Mapping,
    Node,
    NodePlace,
    Scalar,
    Sequence,
    Style,
    described,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signalgen.spec.text.report import Report

MAX_DEPTH = 40
MAX_NODES = 1_000_000
MAX_ALIASED_NODES = 100_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BROKEN = (yaml.YAMLError, ValueError, OverflowError, RecursionError)
_STYLES: dict[str | None, Style] = {"|": "literal", ">": "folded", '"': "quoted", "'": "quoted"}
_TOO_DEEP = ("too-deep", f"nested more than {MAX_DEPTH} levels deep")
_SURROGATE = pattern("[\ud800-\udfff]")
_TAGS = {
    "tag:yaml.org,2002:str": Scalar,
    "tag:yaml.org,2002:seq": Sequence,
    "tag:yaml.org,2002:map": Mapping,
}
_INDENTATION = "check the indentation of this line and the one above"
_SYNTAX_HINTS = (
    (
        "cannot start any token",
        "indent with spaces, not tabs; quote text that starts with @, ` or %",
    ),
    (
        "mapping values are not allowed",
        "check the indentation, write a space after each ':', or quote text that contains ': '",
    ),
    (
        "could not find expected ':'",
        "a key needs ': ' after it; code of several lines starts with '|'",
    ),
    ("expected <block end>", _INDENTATION),
    ("did not find expected '-' indicator", _INDENTATION),
    ("did not find expected key", _INDENTATION),
    ("found undefined alias", "define it first with &name"),
    ("found unexpected end of stream", "a quote or bracket is not closed"),
)


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been seen yet."""

    place: NodePlace
    is_mapping: bool
    anchor: str | None
    children: list[Node] = field(default_factory=list)
    size: int = 1
    height: int = 1


def parse(text: str, report: Report) -> Node:
    """Return the root of the one document in ``text``. Raises SpecError if it cannot be read."""
    try:
        root = _build(text, report)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if mark:
            # The mark may come from the scanner, before the depth that should be reported instead.
            _refuse_deep(text[: mark.index], report)
        place = NodePlace(mark.line + 1, mark.column + 1) if mark else NodePlace(1, 1)
        problem = error.problem or "no YAML"
        hint = next((hint for start, hint in _SYNTAX_HINTS if start in problem), "")
        context = f" {error.context}" if error.context else ""
        report.add(place, "", "yaml-syntax", f"YAML error{context}: {problem}", hint)
        report.fail()
    except _BROKEN as error:
        report.add(NodePlace(1, 1), "", "yaml-syntax", f"YAML error: {shown(str(error), 200)}")
        report.fail()
    if root is None:
        if not report.found:
            hint = "begin with app: and the import path of the app"
            report.add(NodePlace(1, 1), "", "empty-spec", "the spec is empty", hint)
        report.fail()
    return root


def _start(event: yaml.Event) -> NodePlace:
    mark = event.start_mark
    return NodePlace(mark.line + 1, mark.column + 1) if mark else NodePlace(1, 1)


def _refuse_deep(text: str, report: Report) -> None:
    # The scanner runs ahead of the events. Newer versions of libyaml refuse a thousand levels, and
    # may reach them before the event of the first level has been seen.
    depth = 0
    with suppress(*_BROKEN):
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > MAX_DEPTH:
                report.add(_start(event), "", *_TOO_DEEP)
                report.fail()


def _build(text: str, report: Report) -> Node | None:
    builder = _Builder(report)
    documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        place = _start(event)
        if isinstance(event, yaml.ScalarEvent):
            builder.scalar(event, place)
        elif isinstance(event, yaml.CollectionStartEvent):
            builder.open(event, place)
        elif isinstance(event, yaml.CollectionEndEvent):
            builder.close()
        elif isinstance(event, yaml.AliasEvent):
            builder.alias(event.anchor or "", place)
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                message = "a second YAML document starts here; a spec is one"
                report.add(place, "", "several-documents", message, "write one file for each app")
                break
    return builder.root


@dataclass(slots=True)
class _Builder:
    """Turns events into nodes.

    ``anchors`` hold finished nodes with their number of values and levels, None while they are
    open. An alias counts as much as its target.
    """

    report: Report
    root: Node | None = None
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[Node, int, int] | None] = field(default_factory=dict)
    nodes: int = 0
    aliased: int = 0

    def scalar(self, event: yaml.ScalarEvent, place: NodePlace) -> None:
        style = _STYLES.get(event.style, "plain")
        text: str = event.value
        if event.tag is not None:
            self._check_tag(event.tag, Scalar, place)
        if not text.isascii() and _SURROGATE.search(text):
            self.report.add(
                place,
                "",
                "control-character",
                "a surrogate is not a character",
                "write the character itself",
            )
            text = _SURROGATE.sub("\ufffd", text)
        mark = event.end_mark
        end = (mark.line + 1, mark.column + 1) if mark else place
        node = Scalar(place.line, place.column, text, style, *end)
        self._add(node, event.anchor, 1, 0)

    def open(self, event: yaml.CollectionStartEvent, place: NodePlace) -> None:
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        if event.tag is not None:
            self._check_tag(event.tag, Mapping if is_mapping else Sequence, place)
        if len(self.stack) >= MAX_DEPTH:
            self._refuse(place, *_TOO_DEEP)
        self.stack.append(_Open(place, is_mapping, event.anchor))
        # None marks the anchor as open: an alias to it from inside would be a loop.
        if event.anchor is not None:
            self.anchors[event.anchor] = None

    def close(self) -> None:
        top = self.stack.pop()
        node: Node
        if top.is_mapping:
            node = Mapping(*top.place, tuple(self._entries(top.children)))
        else:
            node = Sequence(*top.place, tuple(top.children))
        self._add(node, top.anchor, top.size, top.height)

    def alias(self, anchor: str, place: NodePlace) -> None:
        if anchor not in self.anchors:
            self.report.add(place, "", "unknown-alias", f"nothing above is called &{anchor}")
            self.report.fail()
        target = self.anchors[anchor]
        if target is None:
            self._refuse(place, "alias-loop", f"*{anchor} is inside &{anchor} itself")
        # Nothing is copied for an alias, but every reader walks through all that it stands for.
        node, size, height = target
        if len(self.stack) + height > MAX_DEPTH:
            self._refuse(place, *_TOO_DEEP)
        self.aliased += size
        if self.aliased > MAX_ALIASED_NODES:
            self._refuse(
                place, "alias-bomb", f"aliases expand to more than {MAX_ALIASED_NODES:,} values"
            )
        self._add(node, None, size, height)

    def _add(self, node: Node, anchor: str | None, size: int, height: int) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._refuse(
                NodePlace(node.line, node.column), "too-big", f"more than {MAX_NODES:,} values"
            )
        if anchor is not None:
            self.anchors[anchor] = (node, size, height)
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        top.children.append(node)
        top.size += size
        top.height = max(top.height, height + 1)

    def _check_tag(self, tag: str, kind: type[Node], place: NodePlace) -> None:
        if _TAGS.get(tag) is not kind:
            message = f"the tag {shown(tag)} is not allowed"
            self.report.add(place, "", "yaml-tag", message, "write the value without a tag")

    def _entries(self, children: list[Node]) -> Iterable[Entry]:
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.report.add(
                    key, "", "wrong-type", f"a key must be a word, not {described(key)}"
                )
            elif key.text == "<<" and key.style == "plain":
                self.report.add(
                    key,
                    "",
                    "merge-key",
                    "merge keys (<<) are not supported",
                    "write all keys; whole values can be shared with &name and *name",
                )
            else:
                yield Entry(key.text, key, value)

    def _refuse(self, place: NodePlace, code: str, message: str) -> NoReturn:
        self.report.add(place, "", code, message)
        self.report.fail()
