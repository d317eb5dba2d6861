"""The older shape of a spec: a top-level ``input:`` with upper-case keys.

``modern(root)`` converts it to today's shape before it is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.spec.declared import table
from signalgen.spec.text.nodes import Entry, Mapping, Node, Sequence

if TYPE_CHECKING:
    from signalgen.spec.declared.keys import Section
    from signalgen.spec.text.report import Report

TOP = "input"
RENAMED = {"APP_NAME": "app", "app_name": "app", "MODEL_NAME": "model", "model_name": "model"}


def is_legacy(root: Node) -> bool:
    """Tell whether ``root`` is a spec in the older shape."""
    return isinstance(root, Mapping) and any(entry.name == TOP for entry in root.entries)


def modern(root: Node, report: Report) -> tuple[Node, str]:
    """Return ``root`` in today's shape, and the path to it; keys keep their spelling."""
    if not isinstance(root, Mapping) or not is_legacy(root):
        return root, ""
    inside = [entry for entry in root.entries if entry.name == TOP]
    for entry in root.entries:
        if entry is not inside[0]:
            code = "duplicate-key" if entry.name == TOP else "unknown-key"
            message = f"nothing else is allowed next to {TOP}"
            report.add(entry.key, entry.key.text, code, message, f"move it below {TOP}")
    return _renamed(inside[0].value, table.SPEC), TOP


def _renamed(node: Node, section: Section) -> Node:
    if not isinstance(node, Mapping):
        return node
    return node._replace(entries=tuple(_entry(entry, section) for entry in node.entries))


def _entry(entry: Entry, section: Section) -> Entry:
    name = RENAMED.get(entry.name, entry.name) if section is table.SPEC else entry.name
    if name.isupper():
        name = name.lower()
    key = section.key(name)
    below = next((s for s in table.SECTIONS if key is not None and s.name == key.section), None)
    if below is None:
        return entry._replace(name=name)
    value = entry.value
    if isinstance(value, Sequence):
        value = value._replace(items=tuple(_renamed(item, below) for item in value.items))
    return entry._replace(name=name, value=_renamed(value, below))
