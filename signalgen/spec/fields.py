"""Reads a mapping of the spec by its table of keys.

``open_fields(...)`` is the entry; it reports unknown, repeated and missing keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from signalgen.late import dataclass
from signalgen.spec.declared.slips import meant_by
from signalgen.spec.text.nodes import Entry, Mapping, Node, described, shown
from signalgen.spec.text.report import Report, listed, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping as Map

    from signalgen.spec.declared.keys import Key, Section
    from signalgen.values.spec import Mark

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fields:
    """The keys of one mapping.

    ``path`` leads to the mapping; ``entries`` are by the key's name in the table.
    """

    path: str
    mark: Mark
    report: Report
    entries: Map[str, Entry]

    def get(self, key: Key[T]) -> T | None:
        """Return the value of ``key``; None if it is absent, or invalid and reported."""
        entry = self.entries.get(key.name)
        return (
            None if entry is None else key.kind.read(entry.value, self.below(key.name), self.report)
        )

    def has(self, key: Key[object]) -> bool:
        """Tell whether ``key`` was written, valid or not."""
        return key.name in self.entries

    def is_guessed(self, key: Key[object]) -> bool:
        """Tell whether ``key`` was written under a wrong name that was reported."""
        entry = self.entries.get(key.name)
        return entry is not None and entry.name not in (key.name, key.also)

    def below(self, name: str) -> str:
        """Return the path of the value of the key ``name``, as the key was written."""
        return join(self.path, self.entries[name].key.text)

    def marks(self) -> dict[str, Mark]:
        """Return where each key was written."""
        return {
            name: self.report.mark(entry.key, self.below(name))
            for name, entry in self.entries.items()
        }

    def wrong_key(self, name: str, code: str, message: str, hint: str = "") -> None:
        """Report that the key ``name`` should not be there."""
        self.report.add(self.entries[name].key, self.below(name), code, message, hint)


def join(path: str, key: str) -> str:
    """Return the path of ``key`` below ``path``; a key that is not a plain word is quoted."""
    word = key if key.isidentifier() else f"[{shown(key)}]"
    if not path:
        return word
    return f"{path}.{word}" if key.isidentifier() else path + word


def open_fields(node: Node, section: Section, path: str, report: Report) -> Fields | None:
    """Return the keys of ``node``, a mapping of ``section``; report it if it is not one."""
    if not isinstance(node, Mapping):
        required = listed(f"{key.name}:" for key in section.keys if key.required)
        report.add(
            node,
            path,
            "wrong-type",
            f"found {described(node)}; expected a mapping",
            f"begin with {required}",
        )
        return None
    entries: dict[str, Entry] = {}
    slips: list[Entry] = []
    for entry in node.entries:
        key = section.key(entry.name)
        if key is None:
            slips.append(entry)
        elif key.name in entries:
            _repeated(entry, entries[key.name], path, report)
        else:
            entries[key.name] = entry
    for entry in slips:
        meant = _unknown(entry, section, path, report)
        if meant is not None:
            entries.setdefault(meant.name, entry)
    for key in section.keys:
        if key.required and key.name not in entries:
            report.add(
                node,
                path,
                "missing-key",
                f"the {section.name} has no {key.name}",
                f"add {key.name}: {key.example}",
            )
    return Fields(path, report.mark(node, path), report, entries)


def _unknown(entry: Entry, section: Section, path: str, report: Report) -> Key[object] | None:
    # The key that was probably meant is returned, so that its value is checked as well.
    where = join(path, entry.key.text)
    slip = meant_by(section, entry.name)
    near = slip.key if slip is not None else nearest(entry.name, section.names())
    allowed = ", ".join(key.name for key in section.keys)
    hint = f"did you mean {near}?" if near else f"allowed: {allowed}"
    if slip is not None and slip.says:
        hint = slip.says
    message = f"the {section.name} has no key {shown(entry.key.text)}"
    report.add(entry.key, where, "unknown-key", message, hint)
    return section.key(near) if near else None


def _repeated(entry: Entry, first: Entry, path: str, report: Report) -> None:
    spelling = "" if entry.key.text == first.key.text else f" (as {first.key.text})"
    message = (
        f"the key {shown(entry.key.text)} is given twice; first in line {first.key.line}{spelling}"
    )
    report.add(entry.key, join(path, entry.key.text), "duplicate-key", message, "keep one")
