"""AppConfig classes: found through their bases wherever they stand, with the name and label that each one gives."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from signalgen.project.literals import string
from signalgen.project.resolve import FoundClass, Index, find_class, resolve
from signalgen.syntax import package_of
from signalgen.values.project import AppConfigClass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.values.source import Assignment, ClassDef, Function, Module

_ROOTS = frozenset({"django.apps.AppConfig", "django.apps.config.AppConfig", "AppConfig"})
_DEEPEST = 10
_SUPER_READY = re.compile(
    r"^(?:await\s+)?(?:super\(\s*(?:\w+\s*,\s*self\s*)?\)\.ready\(\)|\w+(?:\.\w+)*\.ready\(self\))$"
)
_SIMPLE = frozenset({"comment", "pass_statement", "import_statement", "import_from_statement"})


@dataclass(frozen=True, slots=True)
class Config:
    """An AppConfig class with what discovery needs beyond its value: the default flag as written, and its bases."""

    value: AppConfigClass
    default: bool | None
    dynamic: bool
    parents: frozenset[str] = frozenset()
    module: str = ""

    @property
    def dotted(self) -> str:
        """The import path of the class."""
        return f"{self.module}.{self.value.name}"


@dataclass(slots=True)
class _Search:
    """Which classes turned out to be configs so far, by file and name."""

    known: dict[tuple[str, str], bool] = field(default_factory=dict)


def find_configs(index: Index) -> tuple[Config, ...]:
    """Return every AppConfig class of the project, in the order of files and lines."""
    search = _Search()
    waiting = [path for path in index.sources.paths if _likely(index, path)]
    looked: dict[str, list[ClassDef]] = {}
    while waiting:
        path = waiting.pop()
        looked[path] = [
            cls
            for cls in index.module(path).classes
            if not cls.scope
            and cls.guard != "type_checking"
            and _is_config(index, path, cls, search, 0)
        ]
        if path.rpartition("/")[2] != "apps.py":
            needles = [cls.name.encode() for cls in looked[path]]
            waiting += [
                more
                for more in _users(index, needles)
                if more not in looked and more not in waiting
            ]
    return tuple(_config(index, path, cls) for path in sorted(looked) for cls in looked[path])


def _likely(index: Index, path: str) -> bool:
    if path.rpartition("/")[2] == "apps.py":
        return b"class" in index.sources.data(path)
    return b"AppConfig)" in index.sources.data(path) or b"AppConfig," in index.sources.data(path)


def _users(index: Index, needles: list[bytes]) -> Iterator[str]:
    """Yield the files that may subclass a config which stands outside an apps.py, for others to build on."""
    for path in index.sources.containing(*needles) if needles else ():
        if re.search(rb"^class[ \t]", index.sources.data(path), re.MULTILINE):
            yield path


def _is_config(index: Index, path: str, cls: ClassDef, search: _Search, depth: int) -> bool:
    key = path, cls.qualname
    if key not in search.known:
        search.known[key] = False
        search.known[key] = depth < _DEEPEST and any(
            _is_base(index, path, base, search, depth) for base in cls.bases
        )
    return search.known[key]


def _is_base(index: Index, path: str, base: str, search: _Search, depth: int) -> bool:
    if resolve(index, path, base) in _ROOTS:
        return True
    found = find_class(index, path, base)
    if found is not None:
        return _is_config(index, found.path, found.definition, search, depth + 1)
    # The config of an installed package, subclassed: its own base cannot be read.
    return path.rpartition("/")[2] == "apps.py" and base.rpartition(".")[2].endswith("Config")


def _config(index: Index, path: str, cls: ClassDef) -> Config:
    named = _attribute(index, FoundClass(path, cls), "name")
    name = _app_name(index, *named) if named else None
    label = _attribute(index, FoundClass(path, cls), "label")
    default = _own(index.module(path), cls, "default")
    flag = {"True": True, "False": False}.get(default.value or "") if default is not None else None
    ready = _ready(index.module(path), cls)
    value = AppConfigClass(
        name=cls.name,
        path=path,
        line=cls.span.line,
        app_name=name,
        label=string(label[1].value) if label else None,
        has_ready=ready is not None,
        ready_simple=ready is not None and _is_simple(index.module(path), ready),
        default=flag is True,
    )
    parents = frozenset(base.rpartition(".")[2] for base in cls.bases)
    return Config(value, flag, named is not None and name is None, parents, index.name(path))


def _own(module: Module, cls: ClassDef, name: str) -> Assignment | None:
    return next(
        (a for a in module.assignments if a.scope == cls.qualname and a.target == name), None
    )


def _attribute(
    index: Index, found: FoundClass, name: str, depth: int = 0
) -> tuple[str, Assignment] | None:
    """Return the assignment of a class attribute and its file, from the class or the nearest base of the project."""
    own = _own(index.module(found.path), found.definition, name)
    if own is not None and own.value is not None:
        return found.path, own
    if depth < _DEEPEST:
        for base in found.definition.bases:
            parent = find_class(index, found.path, base)
            inherited = _attribute(index, parent, name, depth + 1) if parent is not None else None
            if inherited is not None:
                return inherited
    return None


def _app_name(index: Index, path: str, assignment: Assignment) -> str | None:
    written = assignment.value or ""
    module = index.name(path)
    package = package_of(module, path)
    if written == "__name__":
        return module or None
    if written == "__package__" or re.match(r"__name__\s*[.\[]|\".\"\.join\(__name__", written):
        return package or None
    return string(written)


def _ready(module: Module, cls: ClassDef) -> Function | None:
    return next(
        (f for f in module.functions if f.scope == cls.qualname and f.name == "ready"), None
    )


def _is_simple(module: Module, ready: Function) -> bool:
    if ready.decorators:
        return False
    for statement in ready.statements:
        if statement.kind in _SIMPLE or statement.span == ready.docstring:
            continue
        if statement.kind != "expression_statement" or not _SUPER_READY.match(
            module.text(statement.span).strip()
        ):
            return False
    return True
