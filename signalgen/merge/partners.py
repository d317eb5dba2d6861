"""What a kept hand edit needs of the generated code beside it: ``partners(...)`` is the entry.

A receiver that a person has edited stays when its spec no longer asks for it. What it cannot do
without stays as well: the receiver that remembers stored values for it, the tasks and functions it
calls in other files, and the tests of all these.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen import canon
from signalgen.dotted import absolute_import, dotted, package_of
from signalgen.late import dataclass
from signalgen.merge.symbols import locate, read_index
from signalgen.source import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from signalgen.values.change import Baseline, BaselineEntry
    from signalgen.values.project import Project

BEFORE = ".before"
"""The end of the id of a receiver that remembers values for the one before it."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A generated symbol where it stands now: its name and text, and the names its file imports."""

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
    wanted: Collection[str],
    read: Callable[[str], bytes | None],
) -> dict[str, str]:
    """Return the ids of dropped symbols that must stay, each with the name of what needs it.

    ``wanted`` are the ids that the ``sources`` of this run still ask for; ``read`` gives the bytes
    of files of ``project``. What was edited stays anyhow, and is not named.
    """
    dropped = {
        entry.id: entry
        for entry in baseline.entries.values()
        if entry.source in sources
        and entry.id not in wanted
        and entry.kind != "hook"
        and not entry.deleted
    }
    if not any(entry.kind != "test" for entry in dropped.values()):
        return {}
    places = dict(_places(dropped, project.modules, read))
    found: dict[str, str] = {}
    todo = [key for key, place in places.items() if place.entry.kind != "test" and place.edited]
    while todo:
        place = places[todo.pop()]
        for key in _needed(place, places, project.modules):
            if key not in found and not places[key].edited:
                found[key] = place.name
                if places[key].entry.kind != "test":
                    todo.append(key)
    return found


def _places(
    dropped: Mapping[str, BaselineEntry],
    modules: Mapping[str, str],
    read: Callable[[str], bytes | None],
) -> Iterator[tuple[str, _Place]]:
    names = {path: name for name, path in modules.items()}
    for path in dict.fromkeys(entry.path for entry in dropped.values()):
        module = parse(read(path) or b"")
        index, package = read_index(module), package_of(names.get(path, ""), path)
        imports = {
            (item.alias or item.name): f"{absolute_import(line.module, package)}.{item.name}"
            for line in module.imports
            for item in line.names
        }
        uids = index.uids()
        for entry in dropped.values():
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
        if other is not place and ((here and other.name in used) or not used.isdisjoint(full)):
            yield key


def _resolved(name: str, imports: Mapping[str, str]) -> str:
    root, dot, rest = name.partition(".")
    return f"{imports.get(root, root)}{dot}{rest}"


def _tied(entry: BaselineEntry) -> tuple[str, ...]:
    """Return the ids of what belongs to a symbol by its own id."""
    kind, _, name = entry.id.partition(":")
    if kind == "receiver" and name.endswith(BEFORE):
        return (entry.id.removesuffix(BEFORE),)
    if kind == "receiver":
        return (entry.id + BEFORE, f"test:{name}")
    if kind == "task":
        return (f"test:{name}_task",)
    return (f"test:send_{name}",) if kind == "sender" else ()


def _share_a_key(one: _Place, other: _Place) -> bool:
    # A receiver that no longer reads what is remembered for it can do without.
    return any(key.endswith("_before") for key in _strings(one.text) & _strings(other.text))


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
