"""Startup code of an app that Django never runs: ``unrun_starts``.

It is a ``ready`` under another name or outside its class, or the AppConfigs of an app of which
Django uses none because ``apps.py`` has several, counting imported bases.
"""

from __future__ import annotations

import ast
import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from signalgen.index.apps.configs import config_flags
from signalgen.index.apps.finding import apps_of
from signalgen.index.memo import answered_once
from signalgen.index.models.shapes import assigned
from signalgen.index.reading.resolving import bases, find_class, lineage, method, origin
from signalgen.index.reading.walking import nodes_in
from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index.reading.code import Codebase
    from signalgen.values.index import ClassRef, FunctionNode
    from signalgen.values.project import App, AppConfigClass

_READY = "ready"
_NEAR = 0.8
_HOMES = frozenset({"__init__.py", "app.py", "apps.py", "conf.py", "config.py", "configs.py"})
"""Files that AppConfigs are found in."""
_METHOD = pattern(rb"^[ \t]+(?:async[ \t]+)?def[ \t]+(\w+)", re.MULTILINE)
_CLASS = pattern(rb"^class[ \t]", re.MULTILINE)
_UNUSUAL = pattern(rb"^(?:async[ \t]+)?def[ \t]+ready\b", re.MULTILINE)
_NAMED = pattern(rb"^[ \t]+name\b[^=\n]*=", re.MULTILINE)
_PLAINLY = pattern(
    rb"^from django(?:\.apps import AppConfig(?: as (\w+))?| import apps)[ \t]*(?:#|\r?$)",
    re.MULTILINE,
)
_PLAIN = frozenset({"django.apps.AppConfig", "django.apps.config.AppConfig"})
_REGISTERING = frozenset(
    {"connect", "import_module", "autodiscover_modules", "import_string", "__import__"}
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True, eq=False)
class Unrun:
    """Code that was written to run when Django starts, and does not.

    ``node`` is the function, or the class that Django does not use; ``says`` tells why.
    """

    path: str
    node: FunctionNode | ast.ClassDef
    says: str
    hint: str


@answered_once
def unrun_starts(code: Codebase) -> tuple[Unrun, ...]:
    """Return the startup code of the project's apps that Django never runs."""
    found: list[Unrun] = []
    likely = any(_may_be_unrun(code, path) for path in code.survey.sources.paths)
    for app in apps_of(code).found if likely else ():
        for config in app.configs:
            cls = find_class(code, f"{code.module(config.path)}.{config.name}")
            if cls is not None and cls.path == config.path:
                found += _misspelt(code, cls)
                found += _outside(code, cls.path, cls)
        if not app.configs:
            found += _alone(code, app)
        found += _passed_over(code, app)
    return tuple({(item.path, item.node.lineno): item for item in found}.values())


def _may_be_unrun(code: Codebase, path: str) -> bool:
    """Tell by its text whether a file may have such code: parsing all apps would take long."""
    name = path.rpartition("/")[2]
    if name not in _HOMES:
        return False
    beside, data = name != "apps.py", code.data(path)
    if beside or not code.survey.names.by_path.get(path):
        return b"AppConfig)" in data and b"def ready" in data
    if not _NAMED.search(data):
        return _UNUSUAL.search(data) is not None
    plain = _PLAINLY.search(data)
    if plain is None:
        return True
    base = plain[1] or rb"(?:apps\.)?AppConfig"
    usual = re.compile(rb"^class[ \t]+\w+\((?:apps\.)?" + base + rb"\)", re.MULTILINE)
    names = (name.decode() for name in _METHOD.findall(data))
    # Most files have one class that derives from Django's own.
    return (
        any(map(_is_near, names))
        or _UNUSUAL.search(data) is not None
        or len(_CLASS.findall(data)) > 1
        or not usual.search(data)
    )


def _misspelt(code: Codebase, cls: ClassRef) -> Iterator[Unrun]:
    if method(code, cls, _READY) is not None:
        return
    for stmt in cls.node.body:
        if isinstance(stmt, _FUNCTIONS) and _is_near(stmt.name) and _registers(stmt):
            called = re.compile(rb"\.\s*" + stmt.name.encode() + rb"\b")
            if not any(called.search(code.data(path)) for path in code.survey.sources.paths):
                yield Unrun(
                    cls.path,
                    stmt,
                    f"{cls.node.name}.{stmt.name}() is not ready(), so Django does not call it",
                    "rename it to ready",
                )


def _is_near(name: str) -> bool:
    ratio = SequenceMatcher(None, name.lower(), _READY).ratio()
    return name != _READY and ratio >= _NEAR


def _alone(code: Codebase, app: App) -> Iterator[Unrun]:
    path = f"{app.path}/apps.py" if app.path else "apps.py"
    if code.survey.sources.has(path) and _offered(code, path) == []:
        yield from _outside(code, path, None)


def _outside(code: Codebase, path: str, cls: ClassRef | None) -> Iterator[Unrun]:
    """Yield a ``ready(self)`` beside the AppConfig, or in an ``apps.py`` without any (None)."""
    own = method(code, cls, _READY) if cls is not None else None
    runs = _imported(own.node) if own is not None else set()
    for function in code.functions_at_top(path):
        parameters = [item.arg for item in function.args.args]
        if function.name != _READY or parameters != ["self"] or not _registers(function):
            continue
        if own is not None and _imported(function) <= runs:
            continue
        if not _is_passed_on(code, path):
            tail, hint = "so it is never called", "write it as a method of an AppConfig"
            says = f"this ready() is in no AppConfig, {tail}"
            if cls is not None:
                name = cls.node.name
                says = f"this ready() is outside {name}, {tail}"
                hint = f"indent it, so that it is a method of {name}"
                if own is not None:
                    hint = f"move its lines into {name}.ready()"
            yield Unrun(path, function, says, hint)


def _imported(node: FunctionNode | ast.Lambda) -> set[str]:
    """Return the last names of what a function imports."""
    return {
        alias.name.rpartition(".")[2]
        for one in nodes_in(node)
        if isinstance(one, (ast.Import, ast.ImportFrom))
        for alias in one.names
    }


def _is_passed_on(code: Codebase, path: str) -> bool:
    """Tell whether a file names its own ``ready``: ``ShopConfig.ready = ready``."""
    return any(
        (isinstance(node, ast.Name) and node.id == _READY)
        or (isinstance(node, ast.Constant) and node.value == _READY)
        for chunk in code.outline(path).chunks
        if b"ready" in code.outline(path).source(chunk)
        for stmt in code.parsed(path, chunk)
        for node in ast.walk(stmt)
    )


def _registers(function: FunctionNode) -> bool:
    for node in nodes_in(function):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            return True
        if isinstance(node, ast.Call):
            func = node.func
            name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            if name in _REGISTERING:
                return True
    return False


def _passed_over(code: Codebase, app: App) -> Iterator[Unrun]:
    settings = apps_of(code).settings
    if app.installed is not True or settings.installed is None or app.name not in settings.seen:
        return
    if any(f"{code.module(one.path)}.{one.name}" in settings.seen for one in app.configs):
        return
    init = f"{app.path}/__init__.py"
    if code.survey.sources.has(init) and b"default_app_config" in code.data(init):
        return  # an older Django uses that one
    where = code.path(f"{app.name}.apps")
    offered = _offered(code, where) if where is not None else []
    if offered is None or len(offered) == 1 or any(flag for _, flag in offered):
        return
    for config in app.configs:
        cls = find_class(code, f"{code.module(config.path)}.{config.name}")
        start = method(code, cls, _READY) if cls is not None else None
        if cls is None or start is None or isinstance(start.node, ast.Lambda):
            continue
        if _registers(start.node):
            beside = config.path != where
            says = _why(app, config, offered, beside=beside)
            yield Unrun(config.path, cls.node, says, _way_out(app, config, beside=beside))


def _why(app: App, config: AppConfigClass, offered: list[tuple[str, bool]], *, beside: bool) -> str:
    tail = f"so {config.name}.ready() never runs"
    if beside and not offered:
        return f"for {app.name!r} Django looks only in {app.name}.apps, {tail}"
    if not offered:
        return f"every AppConfig of {app.name}.apps has default = False, {tail}"
    names = " and ".join(sorted(name for name, _ in offered))
    return f"{app.name}.apps has {names}: Django chooses none of several, {tail}"


def _way_out(app: App, config: AppConfigClass, *, beside: bool) -> str:
    if beside:
        return f"move it to {app.path}/apps.py, or name the class in INSTALLED_APPS"
    return f"set default = True in {config.name}, or name it in INSTALLED_APPS"


def _offered(code: Codebase, path: str) -> list[tuple[str, bool]] | None:
    """Return the AppConfigs in the namespace of ``apps.py``, each with whether it is the default.

    Those with ``default = False`` are left out. None if a class or its flag is not known.
    """
    names = code.bindings(path)
    if names.stars or code.survey.sources.hides_code():
        return None
    configs = config_flags(code)
    used = {base for cls in code.classes(path) for base in bases(code, code.class_ref(path, cls))}
    found: list[tuple[str, bool]] = []
    for name, binding in names.bound.items():
        if re.search(rb"^del\b.*\b" + name.encode() + rb"\b", code.data(path), re.MULTILINE):
            continue
        dotted = origin(code, binding.target or f"{code.module(path)}.{name}")
        if dotted in _PLAIN:
            continue
        cls = find_class(code, dotted)
        if cls is None or dotted not in configs:
            if cls is None and (dotted in used or name.endswith("Config")):
                return None
            continue
        if binding.chunk is not None and binding.chunk.kind != "class":
            return None
        flag = _flag(code, cls)
        if flag is None:
            return None
        if flag != "no":
            found.append((name, flag == "yes"))
    return found


def _flag(code: Codebase, cls: ClassRef) -> str | None:
    for one in lineage(code, cls):
        value = assigned(one.node.body).get("default")
        if value is not None:
            known = value.value if isinstance(value, ast.Constant) else None
            return {True: "yes", False: "no"}.get(known) if isinstance(known, bool) else None
    return ""
