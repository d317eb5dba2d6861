"""Which module a name comes from, and how isort and ruff sort imports; see ``ModulePlace``."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import absolute_import
from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from signalgen.values.fragment import ImportNeed
    from signalgen.values.project import Style
    from signalgen.values.source import Import, Module, Span

FUTURE, STDLIB, THIRD_PARTY, FIRST_PARTY, LOCAL = range(5)
NamePart = tuple[tuple[int, int | str], ...]
SortKey = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class ModulePlace:
    """The dotted package of a file, and what counts as first-party around it.

    ``suffixes`` are all names by which its package may be imported, longest first.
    """

    suffixes: tuple[str, ...]
    first_party: frozenset[str]
    third_party: frozenset[str]

    def absolute(self, module: str) -> str:
        """Return the full dotted path of ``module``, the same for every spelling of it."""
        if module.startswith("."):
            return absolute_import(module, self.suffixes[0] if self.suffixes else "")
        # ``shop.models`` and ``src.shop.models`` may be one module; the longest spelling wins.
        for suffix in self.suffixes:
            if module == suffix or module.startswith(suffix + "."):
                return self.suffixes[0] + module[len(suffix) :]
        return module

    def section(self, module: str) -> int:
        """Return the import section that ``module`` belongs to."""
        root = module.partition(".")[0]
        if module.startswith("."):
            return LOCAL
        if root == "__future__":
            return FUTURE
        if root in self.first_party:
            return FIRST_PARTY
        if root in self.third_party:
            return THIRD_PARTY
        return STDLIB if root in sys.stdlib_module_names else THIRD_PARTY


def place_of(
    path: str, package: str | None, first_party: frozenset[str], style: Style
) -> ModulePlace:
    """Return the ModulePlace of ``path``; without ``package``, all suffixes of its folder count."""
    parts = path.split("/")[:-1]
    suffixes = tuple(".".join(parts[start:]) for start in range(len(parts)))
    if package is not None:
        suffixes = (package,) if package else ()
    known = first_party | frozenset(style.known_first_party)
    return ModulePlace(suffixes, known, frozenset(style.known_third_party) - first_party)


@dataclass(frozen=True, slots=True)
class BoundName:
    """A name that a top-level import binds, and its target (an absolute dotted path)."""

    name: str
    target: str
    statement: Import

    @property
    def span(self) -> Span:
        """Where the import is."""
        return self.statement.span


def bindings(module: Module, place: ModulePlace) -> list[BoundName]:
    """Return the bindings of the module's top-level imports, without star imports."""
    found = []
    for statement in module.imports:
        if statement.scope:
            continue
        base = place.absolute(statement.module)
        if not statement.is_from:
            name = statement.alias or statement.module.partition(".")[0]
            target = base if statement.alias else place.absolute(statement.module.partition(".")[0])
            found.append(BoundName(name, target, statement))
        found += [
            BoundName(item.alias or item.name, f"{base}.{item.name}", statement)
            for item in statement.names
            if item.name != "*"
        ]
    return found


def target_of(need: ImportNeed, place: ModulePlace) -> str:
    """Return the dotted path that ``need`` binds its name to."""
    if need.name:
        return f"{place.absolute(need.module)}.{need.name}"
    return place.absolute(need.module if need.alias else need.module.partition(".")[0])


def as_spelled(module: Module, need: ImportNeed, place: ModulePlace) -> ImportNeed:
    """Return the need with its absolute path if the file never uses relative imports."""
    package = place.suffixes[0] if place.suffixes else ""
    reached = [imp.module for imp in module.imports if imp.is_from]
    dotted = any(name.startswith(".") for name in reached)
    if not need.module.startswith(".") or dotted or not package:
        return need
    root = package.partition(".")[0]
    inside = any(name.partition(".")[0] == root for name in reached)
    return replace(need, module=place.absolute(need.module)) if inside else need


def same_thing(one: str, other: str) -> bool:
    """Return whether two dotted paths name one object: equal, or re-exported by a package above."""
    if one == other:
        return True
    one_module, _, one_name = one.rpartition(".")
    other_module, _, other_name = other.rpartition(".")
    if one_name != other_name or not one_module or not other_module:
        return False
    return one_module.startswith(other_module + ".") or other_module.startswith(one_module + ".")


def natural(text: str) -> NamePart:
    """Return a key that sorts ``a2`` before ``a10``."""
    parts = re.split(r"(\d{1,999})", text)
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in parts if part)


def module_key(module: str) -> SortKey:
    """Return the key by which isort and ruff sort modules: more dots first, then ignoring case."""
    level = len(module) - len(module.lstrip("."))
    name = module.lstrip(".")
    return (-level, natural(name.lower()), natural(name))


def member_key(name: str) -> SortKey:
    """Return the key by which isort and ruff sort members: constants, classes, variables."""
    kind = 0 if len(name) > 1 and name.isupper() else 1 if name[:1].isupper() else 2
    return (kind, natural(name.lower()), natural(name))


def statement_key(module: str, *, is_from: bool, first: str, alias: str, style: Style) -> SortKey:
    """Return the key of a whole statement within its section."""
    member = member_key(first) if first else ()
    if style.force_sort_within_sections:
        return (module_key(module), is_from, member, alias)
    return (is_from, module_key(module), member, alias)


def import_key(statement: Import, style: Style) -> SortKey:
    """Return the sort key of a statement in a file."""
    first = min((item.name for item in statement.names), key=member_key, default="")
    alias = (
        statement.alias or next((item.alias for item in statement.names if item.alias), None) or ""
    )
    return statement_key(
        statement.module, is_from=statement.is_from, first=first, alias=alias, style=style
    )


def sorted_place(names: Sequence[str], new: str) -> int:
    """Return where ``new`` goes among sorted ``names``; the end if they are unsorted."""
    # isort's order by kind, order without case, or order by code point, whichever holds.
    for key in (member_key, lambda name: (natural(name.lower()),), lambda name: (natural(name),)):
        keys = [key(name) for name in names]
        if _is_sorted(keys):
            return sum(1 for item in keys if item <= key(new))
    return len(names)


def _is_sorted(keys: Iterable[SortKey]) -> bool:
    listed = list(keys)
    return listed == sorted(listed)
