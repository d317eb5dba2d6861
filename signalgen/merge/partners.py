"""The generated code that a kept hand edit needs: ``partners(...)`` is the entry.

A receiver that a person has edited stays if its spec no longer asks for it, or asks for a different
one and the person's wins. The code that it needs stays too: the receiver that remembers stored
values for it, the tasks and functions it calls in other files, and the tests of all these.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen import canon
from signalgen.dotted import absolute_import, dotted, package_of
from signalgen.late import dataclass
from signalgen.merge.settling import settled
from signalgen.merge.symbols import locate, read_index
from signalgen.merge.words import follow
from signalgen.source import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from signalgen.merge.policy import Conflict
    from signalgen.values.change import Baseline, BaselineEntry
    from signalgen.values.project import Project

BEFORE = ".before"
"""The suffix of the id of a receiver that remembers values for another."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A generated symbol as it is now: its name and text, and the names that its file imports."""

    entry: BaselineEntry
    name: str
    text: str
    imports: Mapping[str, str]

    @property
    def edited(self) -> bool:
        return not canon.same(self.text, self.entry.text)


def partners(
    project: Project,
    baseline: Baseline,
    sources: frozenset[str],
    wanted: Mapping[str, str],
    read: Callable[[str], bytes | None],
    conflict: Conflict = "stop",
) -> dict[str, str]:
    """Return the ids of unedited symbols that must stay, each with the name of what needs it.

    ``wanted`` are the texts that the ``sources`` of this run ask for, by id; ``read`` returns the
    bytes of files of ``project``, ``conflict`` is the policy's setting.
    """
    own = {
        entry.id: entry
        for entry in baseline.entries.values()
        if entry.source in sources and entry.kind != "hook" and not entry.deleted
    }
    drops = any(e.kind != "test" and e.id not in wanted for e in own.values())
    if not drops and conflict not in ("keep", "markers"):
        return {}
    own = {entry.id: entry for entry in _followed(own, wanted, read)}
    pairs = _changed_pairs(own, wanted) if conflict in ("keep", "markers") else []
    if not pairs and not drops:
        return {}
    places = dict(_places(own, project.modules, read))
    edited = {
        key: _as_it_will_be(place, wanted.get(key, ""), conflict)
        for key, place in places.items()
        if place.entry.kind != "test" and place.edited
    }
    found = {
        key: edited[other].name
        for key, other in pairs
        if key in places
        and key not in edited
        and other in edited
        and _fits(edited[other], own[key].text, own, wanted)
        and not _fits(edited[other], wanted[key], own, wanted)
    }
    dropped = {key: place for key, place in places.items() if key not in wanted}
    return found | _needed_by(edited, dropped, project.modules)


def _followed(
    own: Mapping[str, BaselineEntry],
    wanted: Mapping[str, str],
    read: Callable[[str], bytes | None],
) -> Iterator[BaselineEntry]:
    """Yield the entries as the merge will see them: a model's new name is not an edit."""
    for path in dict.fromkeys(entry.path for entry in own.values()):
        here = tuple(entry for entry in own.values() if entry.path == path)
        yield from follow(parse(read(path) or b""), wanted, here, ())[0]


def _changed_pairs(
    own: Mapping[str, BaselineEntry], wanted: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return the ids of receivers that the spec changes, each with its companion's id."""
    changed = {key for key, entry in own.items() if wanted.get(key, entry.text) != entry.text}
    both = [(key, key + BEFORE) for key in changed if key + BEFORE in changed]
    return [*both, *((other, key) for key, other in both)]


def _as_it_will_be(place: _Place, new: str, conflict: Conflict) -> _Place:
    text = settled(place.entry.text, place.text, new, conflict) if new else None
    return place if text is None else replace(place, text=text)


def _fits(
    place: _Place, partner: str, own: Mapping[str, BaselineEntry], wanted: Mapping[str, str]
) -> bool:
    """Return whether the second receiver reads only values that the first remembers for it."""
    first, second = place.text, partner
    key = place.entry.id
    if not key.endswith(BEFORE):
        first, second, key = second, first, key + BEFORE
    fields = {name for name in _strings(own[key].text) | _strings(wanted[key]) if not _is_key(name)}
    return fields & _strings(second) <= _strings(first)


def _needed_by(
    edited: Mapping[str, _Place], dropped: Mapping[str, _Place], modules: Mapping[str, str]
) -> dict[str, str]:
    found: dict[str, str] = {}
    todo = list(edited.values())
    while todo:
        place = todo.pop()
        for key in _needed(place, dropped, modules):
            if key not in found and not dropped[key].edited:
                found[key] = place.name
                if dropped[key].entry.kind != "test":
                    todo.append(dropped[key])
    return found


def _places(
    entries: Mapping[str, BaselineEntry],
    modules: Mapping[str, str],
    read: Callable[[str], bytes | None],
) -> Iterator[tuple[str, _Place]]:
    names = {path: name for name, path in modules.items()}
    for path in dict.fromkeys(entry.path for entry in entries.values()):
        module = parse(read(path) or b"")
        index, package = read_index(module), package_of(names.get(path, ""), path)
        imports = {
            (item.alias or item.name): f"{absolute_import(line.module, package)}.{item.name}"
            for line in module.imports
            for item in line.names
        }
        uids = index.uids()
        for entry in entries.values():
            symbol = locate(index, entry, uids) if entry.path == path else None
            if symbol is not None:
                yield entry.id, _Place(entry, symbol.name, symbol.text, imports)


def _needed(
    place: _Place, places: Mapping[str, _Place], modules: Mapping[str, str]
) -> Iterator[str]:
    for key in _tied(place.entry):
        other = places.get(key)
        if other is not None and (other.entry.kind == "test" or _share_a_key(place, other)):
            yield key
    used = {_resolved(name, place.imports) for name in _names(place.text)}
    for key, other in places.items():
        here = other.entry.path == place.entry.path
        full = (
            f"{name}.{other.name}" for name, path in modules.items() if path == other.entry.path
        )
        if key != place.entry.id and ((here and other.name in used) or not used.isdisjoint(full)):
            yield key


def _resolved(name: str, imports: Mapping[str, str]) -> str:
    root, dot, rest = name.partition(".")
    return f"{imports.get(root, root)}{dot}{rest}"


def _tied(entry: BaselineEntry) -> tuple[str, ...]:
    """Return the ids of a symbol's companions and tests."""
    kind, _, name = entry.id.partition(":")
    if kind == "receiver" and name.endswith(BEFORE):
        return (entry.id.removesuffix(BEFORE),)
    if kind == "receiver":
        return (entry.id + BEFORE, f"test:{name}")
    if kind == "task":
        return (f"test:{name}_task",)
    return (f"test:send_{name}",) if kind == "sender" else ()


def _share_a_key(one: _Place, other: _Place) -> bool:
    # A receiver that no longer reads the remembered values does not need them.
    return any(_is_key(name) for name in _strings(one.text) & _strings(other.text))


def _is_key(name: str) -> bool:
    """Return whether a string is a key for remembered values."""
    return name.startswith("_") and name.endswith("_before")


def _strings(text: str) -> set[str]:
    return {
        node.value
        for node in _nodes(text)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _names(text: str) -> set[str]:
    """Return the names in a text, and ``a.b`` of names with an attribute."""
    return {
        dotted(node) for node in _nodes(text) if isinstance(node, (ast.Name, ast.Attribute))
    } - {""}


def _nodes(text: str) -> Iterator[ast.AST]:
    tree = canon.parse(text)
    return ast.walk(tree) if tree is not None else iter(())
