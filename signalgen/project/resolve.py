"""What a name in one of the project's modules means: followed through imports, re-exports and star imports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from signalgen.syntax import absolute_import, package_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.project.roots import Names
    from signalgen.project.sources import Sources
    from signalgen.values.source import ClassDef, Import, Module

_LONGEST_CHAIN = 12


@dataclass(frozen=True, slots=True)
class Index:
    """The project's modules, by path and by import name, and what their imports bind (remembered once worked out)."""

    sources: Sources
    names: Names
    bindings: dict[str, dict[str, str]] = field(default_factory=dict)

    def module(self, path: str) -> Module:
        """Return the parsed view of a file."""
        return self.sources.module(path)

    def name(self, path: str) -> str:
        """Return the import name of a file, empty when it has none."""
        return self.names.by_path.get(path, "")


@dataclass(frozen=True, slots=True)
class FoundClass:
    """A class of the project: the file it is in, and its definition."""

    path: str
    definition: ClassDef


def absolute(index: Index, path: str, imp: Import) -> str:
    """Return the module that an import statement names, relative ones made absolute; empty when it leads nowhere."""
    return absolute_import(imp.module, package_of(index.name(path), path))


def bound(index: Index, path: str) -> dict[str, str]:
    """Return what the imports of a module bind, at every depth: local name -> dotted name of what it stands for."""
    known = index.bindings.get(path)
    if known is not None:
        return known
    found: dict[str, str] = {}
    # Inner imports first: a module-level one of the same name wins.
    for imp in sorted(index.module(path).imports, key=lambda item: not item.scope):
        if not imp.is_from:
            found[imp.alias or imp.module.partition(".")[0]] = (
                imp.module if imp.alias else imp.module.partition(".")[0]
            )
            continue
        module = absolute(index, path, imp)
        for name in imp.names:
            if name.name != "*":
                found[name.alias or name.name] = f"{module}.{name.name}" if module else name.name
    index.bindings[path] = found
    return found


def stars(index: Index, path: str) -> Iterator[str]:
    """Yield the modules that a module star-imports."""
    for imp in index.module(path).imports:
        if not imp.scope and any(name.name == "*" for name in imp.names):
            yield absolute(index, path, imp)


def resolve(index: Index, path: str, dotted: str) -> str:
    """Return the full dotted name of ``dotted`` as the module at ``path`` sees it, ``dotted`` itself when nothing tells."""
    head, _, rest = dotted.partition(".")
    target = bound(index, path).get(head)
    if target is not None:
        return f"{target}.{rest}" if rest else target
    here = index.name(path)
    if here and _defines(index.module(path), head):
        return f"{here}.{dotted}"
    for module in stars(index, path):
        star_path = index.names.by_name.get(module)
        if star_path is not None and head in index.module(star_path).bound_names():
            return f"{module}.{dotted}"
    return dotted


def origin(index: Index, dotted: str) -> str:
    """Follow re-exports inside the project: return the dotted name where ``dotted`` is really defined."""
    for _ in range(_LONGEST_CHAIN):
        module, name = split(index, dotted)
        if not module or not name:
            return dotted
        path = index.names.by_name[module]
        following = _step(index, path, module, name)
        if following == dotted:
            return dotted
        dotted = following
    return dotted


def split(index: Index, dotted: str) -> tuple[str, str]:
    """Split a dotted name into the longest module of the project that it starts with, and the rest."""
    module, rest = dotted, ""
    while module:
        if module in index.names.by_name:
            return module, rest
        module, _, last = module.rpartition(".")
        rest = f"{last}.{rest}" if rest else last
    return "", dotted


def find_class(index: Index, path: str, written: str) -> FoundClass | None:
    """Return the class of the project that ``written`` means in the module at ``path``, None when it is none of ours."""
    dotted = origin(index, resolve(index, path, written))
    module, name = split(index, dotted)
    if not module or not name:
        return None
    where = index.names.by_name[module]
    definition = next(
        (cls for cls in reversed(index.module(where).classes) if cls.qualname == name), None
    )
    return FoundClass(where, definition) if definition is not None else None


def _step(index: Index, path: str, module: str, name: str) -> str:
    head, _, rest = name.partition(".")
    tail = f".{rest}" if rest else ""
    if _defines(index.module(path), head):
        return f"{module}.{name}"
    target = bound(index, path).get(head)
    if target is not None:
        return target + tail
    for star in stars(index, path):
        star_path = index.names.by_name.get(star)
        if star_path is None or star_path == path:
            continue
        if (
            head in index.module(star_path).bound_names()
            or next(stars(index, star_path), None) is not None
        ):
            return f"{star}.{name}"
    return f"{module}.{name}"


def _defines(module: Module, name: str) -> bool:
    return (
        any(cls.name == name and not cls.scope for cls in module.classes)
        or any(function.name == name and not function.scope for function in module.functions)
        or any(item.target == name and not item.scope for item in module.assignments)
    )
