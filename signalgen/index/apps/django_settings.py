"""The settings that generation needs, read without running the files: ``read_settings``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.index.apps.literals import Listing, Value, value_of
from signalgen.index.memo import answered_once
from signalgen.index.models.senders import USER_ASSIGNED
from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.index.reading.code import Codebase

_DEFAULT = pattern(rb"""DJANGO_SETTINGS_MODULE["']?\s*[,=:]\s*["']?([A-Za-z_][\w.]*)""")
_LIKELY = pattern(r"(?:^|/)settings(?:[^/]*\.py|/[^/]+\.py)$")
_NAMING = ("pyproject.toml", "pytest.toml", "pytest.ini", ".pytest.ini", "setup.cfg", "tox.ini")
_USER = b"AUTH_USER_MODEL"
_CALLS = ("append", "extend", "insert")


@dataclass(frozen=True, slots=True)
class DjangoSettings:
    """What the settings say: ``installed`` is None if unknown; ``seen`` has every entry found.

    ``test_runner`` is the dotted path of TEST_RUNNER.
    """

    installed: tuple[str, ...] | None = None
    seen: frozenset[str] = frozenset()
    auth_user_model: str | None = None
    test_runner: str | None = None


@answered_once
def user_model(code: Codebase, paths: tuple[str, ...]) -> str | None:
    """Return AUTH_USER_MODEL, without parsing settings if no file in ``paths`` mentions it."""
    texts = [code.data(path) for path in paths]
    told = any(_USER in text and USER_ASSIGNED.search(text) for text in texts)
    if not told:
        # Modules that test settings import may also be outside ``paths``.
        others = [code.data(path) for path in {*_named(code), *_likely(code)} - set(paths)]
        told = any(_USER in text or b"import *" in text for text in others)
    return read_settings(code).auth_user_model if told else None


def _likely(code: Codebase) -> list[str]:
    return [path for path in code.survey.sources.paths if _LIKELY.search(path)]


@answered_once
def read_settings(code: Codebase) -> DjangoSettings:
    """Return the settings of the module that manage.py names, otherwise of any likely one."""
    named = list(_named(code))
    likely = _likely(code)
    user: str | None = None
    runner: str | None = None
    apps: Listing | None = None
    for path in dict.fromkeys([*named, *likely]):
        if b"INSTALLED_APPS" not in code.survey.sources.data(path) and path not in named:
            continue
        values = _load(code, path, ())
        found, model = values.get("INSTALLED_APPS"), values.get("AUTH_USER_MODEL")
        user = user or (model if isinstance(model, str) else None)
        tests = values.get("TEST_RUNNER")
        runner = runner or (tests if isinstance(tests, str) else None)
        if apps is None and isinstance(found, Listing) and found.items:
            apps = found
        if apps is not None and user is not None:
            break
    user = user or _only_user(code, likely)
    if apps is None:
        return DjangoSettings(auth_user_model=user, test_runner=runner)
    installed = apps.items if apps.complete else None
    return DjangoSettings(installed, frozenset(apps.items), user, runner)


def _only_user(code: Codebase, paths: Iterable[str]) -> str | None:
    found: set[Value] = set()
    for path in paths:
        if b"AUTH_USER_MODEL" in code.survey.sources.data(path):
            found.add(_load(code, path, ()).get("AUTH_USER_MODEL", ""))
    named = [value for value in found if isinstance(value, str) and value]
    return named[0] if len(named) == 1 else None


def _named(code: Codebase) -> Iterator[str]:
    sources = code.survey.sources
    manages = [path for path in sources.paths if path.rpartition("/")[2] == "manage.py"]
    entries = [
        path
        for path in sources.paths
        if path.rpartition("/")[2] in ("wsgi.py", "asgi.py", "celery.py")
    ]
    configured = [sources.configs[name] for name in _NAMING if name in sources.configs]
    # The manage.py nearest to the root comes first, then tool configs, then wsgi and the like.
    for path in [*sorted(manages, key=lambda item: item.count("/")), *configured, *entries]:
        for found in _DEFAULT.finditer(sources.data(path)):
            module = code.survey.names.by_name.get(found.group(1).decode("ascii", "replace"))
            if module is not None:
                yield module


def _load(code: Codebase, path: str, above: tuple[str, ...]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    # `above` holds the modules being read, so that two that import each other end.
    if path not in above:
        for chunk in code.outline(path).chunks:
            for stmt in code.parsed(path, chunk) if chunk.kind != "def" else ():
                _run(code, path, stmt, values, above)
    return values


def _imported(
    code: Codebase, path: str, stmt: ast.ImportFrom, above: tuple[str, ...]
) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, target in code.imported(path, stmt):
        module = target if name == "*" else target.rpartition(".")[0]
        where = code.path(module)
        if where is None:
            continue
        values = _load(code, where, (*above, path))
        last = target.rpartition(".")[2]
        if name == "*":
            found.update(values)
        elif last in values:
            found[name] = values[last]
    return found


def _run(
    code: Codebase, path: str, node: ast.stmt, values: dict[str, Value], above: tuple[str, ...]
) -> None:
    """Follow one statement. All branches count: an app that may be installed is not missing."""
    if isinstance(node, ast.ImportFrom):
        values.update(_imported(code, path, node, above))
    elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            if isinstance(target, ast.Name):
                values[target.id] = value_of(node.value, values)
    elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        values[node.target.id] = value_of(
            ast.BinOp(ast.Name(node.target.id), ast.Add(), node.value), values
        )
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        _call(node.value, values)
    elif isinstance(node, ast.If | ast.Try | ast.With | ast.ClassDef):
        for inner in [*node.body, *getattr(node, "orelse", [])]:
            _run(code, path, inner, values, above)


def _call(call: ast.Call, values: dict[str, Value]) -> None:
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in _CALLS or not call.args:
        return
    if isinstance(func.value, ast.Name) and func.value.id in values:
        # `insert(0, x)` has its value last; append and extend have only one argument.
        added: ast.expr = call.args[-1]
        if func.attr != "extend":
            added = ast.List([added])
        values[func.value.id] = value_of(ast.BinOp(func.value, ast.Add(), added), values)
