"""AppConfig classes, found through their bases in any file: ``find_configs``."""

from __future__ import annotations

import ast
import re
from dataclasses import field
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.index.memo import answered_once
from signalgen.index.models.shapes import assigned
from signalgen.index.reading.code import flattened
from signalgen.index.reading.production import is_production
from signalgen.index.reading.resolving import bases, find_class, lineage, origin
from signalgen.late import dataclass, pattern
from signalgen.values.project import AppConfigClass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index.reading.code import Codebase
    from signalgen.values.index import ClassRef

_ROOTS = frozenset({"django.apps.AppConfig", "django.apps.config.AppConfig", "AppConfig"})
_DEEPEST = 10
_CLASS = pattern(rb"^class[ \t]", re.MULTILINE)
_FROM_NAME = pattern(r"__name__\s*[.\[]|\".\"\.join\(__name__")


@dataclass(frozen=True, slots=True)
class Config:
    """An AppConfig class plus what discovery needs: ``default`` as written, and its bases."""

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
class _Configs:
    code: Codebase
    known: dict[tuple[str, str], bool] = field(default_factory=dict)


@answered_once
def find_configs(code: Codebase) -> tuple[Config, ...]:
    """Return every AppConfig class of the project, in file and line order."""
    search = _Configs(code)
    waiting = [path for path in code.survey.sources.paths if _likely(code, path)]
    # A fixed point: a config outside an apps.py is often a base class, so every file that names it
    # is looked at as well, until no new config turns up.
    looked: dict[str, list[ClassRef]] = {}
    while waiting:
        path = waiting.pop()
        refs = [code.class_ref(path, node) for node in code.classes(path)]
        looked[path] = [cls for cls in refs if _is_config(search, cls, 0)]
        if path.rpartition("/")[2] != "apps.py":
            needles = [cls.node.name.encode() for cls in looked[path]]
            users = _users(code, needles)
            waiting += [more for more in users if more not in looked and more not in waiting]
    return tuple(_config(code, cls) for path in sorted(looked) for cls in looked[path])


def _likely(code: Codebase, path: str) -> bool:
    if path.rpartition("/")[2] == "apps.py":
        return b"class" in code.data(path)
    if not is_production(code.survey.sources, path):
        return False
    data = code.data(path)
    return b"AppConfig)" in data or b"AppConfig," in data


def _users(code: Codebase, needles: list[bytes]) -> Iterator[str]:
    for path in code.survey.sources.containing(*needles) if needles else ():
        if _CLASS.search(code.data(path)):
            yield path


@answered_once
def config_flags(code: Codebase) -> dict[str, bool | None]:
    """Return the ``default`` of every AppConfig of the project, by import path."""
    return {config.dotted: config.default for config in find_configs(code)}


def imported_configs(code: Codebase, path: str) -> dict[str, bool | None]:
    """Return the AppConfigs that a module imports, each with its ``default``.

    Django counts them as candidates too. Of package AppConfigs only Django's own are known.
    """
    flags = config_flags(code)
    found: dict[str, bool | None] = {}
    for name, target in _imports(code, path):
        there = origin(code, target)
        if there in flags:
            found[name] = flags[there]
        elif there.startswith("django.contrib.") and there.endswith("Config"):
            found[name] = None
    return found


def _imports(code: Codebase, path: str) -> Iterator[tuple[str, str]]:
    # What ``from … import …`` binds when the module is loaded.
    statements = [stmt for chunk in code.outline(path).chunks for stmt in code.parsed(path, chunk)]
    for stmt in flattened(statements, at_run_time=True):
        if isinstance(stmt, ast.ImportFrom):
            yield from code.imported(path, stmt)


def _is_config(search: _Configs, cls: ClassRef, depth: int) -> bool:
    key = cls.path, cls.node.name
    if key not in search.known:
        # False until known: a class may derive from itself in unfinished code.
        search.known[key] = False
        search.known[key] = depth < _DEEPEST and any(
            _is_base(search, cls.path, _above(search, cls, base), depth)
            for base in bases(search.code, cls)
        )
    return search.known[key]


def _above(search: _Configs, cls: ClassRef, base: str) -> str:
    # ``class AppConfig(AppConfig)`` derives from what was imported under its own name.
    if base != cls.dotted:
        return base
    return dict(_imports(search.code, cls.path)).get(cls.node.name, base)


def _is_base(search: _Configs, path: str, base: str, depth: int) -> bool:
    if base in _ROOTS:
        return True
    found = find_class(search.code, base)
    if found is not None:
        return _is_config(search, found, depth + 1)
    # The config of an installed package, subclassed: its own base cannot be read.
    return path.rpartition("/")[2] == "apps.py" and base.rpartition(".")[2].endswith("Config")


def _config(code: Codebase, cls: ClassRef) -> Config:
    named = _attribute(code, cls, "name")
    name = _app_name(code, *named) if named else None
    label = _attribute(code, cls, "label")
    said = _attribute(code, cls, "default")
    flag = _flag(said[1]) if said else None
    ready = _ready(cls)
    value = AppConfigClass(
        name=cls.node.name,
        path=cls.path,
        line=cls.node.lineno,
        app_name=name,
        label=_text(label[1]) if label else None,
        has_ready=ready is not None,
        ready_simple=ready is not None and _is_simple(ready),
        default=flag is True,
        excluded=flag is False,
    )
    parents = frozenset(dotted(base).rpartition(".")[2] for base in cls.node.bases)
    dynamic = named is not None and name is None
    return Config(value, flag, dynamic, parents, cls.module)


def _attribute(code: Codebase, cls: ClassRef, name: str) -> tuple[str, ast.expr] | None:
    for one in lineage(code, cls):
        own = assigned(one.node.body).get(name)
        if own is not None:
            return one.path, own
    return None


def _app_name(code: Codebase, path: str, value: ast.expr) -> str | None:
    written = code.written(path, value)
    if written == "__name__":
        # A name may be computed from that of the module.
        return code.survey.names.by_path.get(path) or None
    # `__name__.rpartition(".")[0]` and the like give the package.
    if written == "__package__" or _FROM_NAME.match(written):
        return code.package(path) or None
    return _text(value)


def _flag(node: ast.expr | None) -> bool | None:
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, bool) else None


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _ready(cls: ClassRef) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    functions = (
        stmt
        for stmt in flattened(cls.node.body)
        if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef))
    )
    return next((function for function in functions if function.name == "ready"), None)


def _is_simple(ready: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tell whether a ready() holds only imports, a docstring, ``pass`` and its base's ready()."""
    if ready.decorator_list:
        return False
    for number, stmt in enumerate(ready.body):
        if isinstance(stmt, (ast.Pass, ast.Import, ast.ImportFrom)):
            continue
        value = stmt.value if isinstance(stmt, ast.Expr) else None
        docstring = number == 0 and isinstance(value, ast.Constant) and isinstance(value.value, str)
        if not docstring and not _is_base_ready(value):
            return False
    return True


def _is_base_ready(node: ast.expr | None) -> bool:
    call = node.value if isinstance(node, ast.Await) else node
    func = call.func if isinstance(call, ast.Call) else None
    if (
        not isinstance(func, ast.Attribute)
        or func.attr != "ready"
        or not isinstance(call, ast.Call)
    ):
        return False
    if isinstance(func.value, ast.Call):
        return dotted(func.value.func) == "super" and not call.args
    return bool(dotted(func.value)) and [dotted(arg) for arg in call.args] == ["self"]
