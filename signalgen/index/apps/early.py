"""Models that are imported before Django has its apps: ``early_models``.

Only what certainly runs on import counts: statements at the margin of a module, no blocks.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.index.apps.finding import apps_of
from signalgen.index.memo import answered_once
from signalgen.index.reading.resolving import derived_from, find_class
from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index.reading.code import Codebase

_ROOTS = frozenset(
    {
        "django.db.models.Model",
        "django.db.models.base.Model",
        "django.contrib.gis.db.models.Model",
        "django.contrib.auth.models.AbstractUser",
        "django.contrib.auth.models.AbstractBaseUser",
    }
)
_DJANGOS = frozenset(
    f"django.contrib.{name}.models"
    for name in ("admin", "auth", "contenttypes", "flatpages", "redirects", "sessions", "sites")
)
_LONGEST = 12


@dataclass(frozen=True, slots=True, eq=False)
class EarlyImport:
    """An import of an app's ``apps.py`` or ``__init__.py`` that leads to a model.

    ``through`` are the modules between, ``model`` is the dotted name of the class, or a models
    module of Django's.
    """

    path: str
    node: ast.stmt
    through: tuple[str, ...]
    model: str


@answered_once
def early_models(code: Codebase) -> tuple[EarlyImport, ...]:
    """Return the imports that fail with AppRegistryNotReady when Django starts."""
    found: dict[tuple[str, int], EarlyImport] = {}
    for app in apps_of(code).found:
        if app.installed is not True or app.path == ".":
            continue
        for name in ("__init__.py", "apps.py"):
            path = f"{app.path}/{name}"
            if code.survey.sources.has(path) and path in code.survey.names.by_path:
                for item in _leading_to_models(code, path):
                    found.setdefault((item.path, item.node.lineno), item)
    return tuple(found.values())


def _leading_to_models(code: Codebase, path: str) -> Iterator[EarlyImport]:
    for node, targets in _on_import(code, path):
        for target in targets:
            chain = _chain(code, target, {path}, ())
            if chain is not None:
                yield EarlyImport(path, node, chain[:-1], chain[-1])
                break


def _chain(
    code: Codebase, target: str, seen: set[str], above: tuple[str, ...]
) -> tuple[str, ...] | None:
    """Return the modules that importing ``target`` runs, with the first model at the end."""
    if target in _DJANGOS:
        return (*above, target)
    path = code.path(target)
    if path is None or path in seen or len(above) > _LONGEST:
        return None
    seen.add(path)
    here = (*above, target)
    for _, targets in _on_import(code, path):
        for one in targets:
            found = _chain(code, one, seen, here)
            if found is not None:
                return found
    model = _model(code, path)
    return (*here, model) if model else None


def _model(code: Codebase, path: str) -> str:
    outline = code.outline(path)
    for chunk in outline.chunks:
        if chunk.kind != "class" or b"(" not in outline.source(chunk).partition(b"\n")[0]:
            continue
        name = f"{code.module(path)}.{chunk.name}"
        cls = find_class(code, name)
        if cls is not None and any(base in _ROOTS for base, _ in derived_from(code, cls)):
            return name
    return ""


def _on_import(code: Codebase, path: str) -> Iterator[tuple[ast.stmt, tuple[str, ...]]]:
    """Yield the imports that run with a module, with the modules that each of them loads."""
    outline = code.outline(path)
    for chunk in outline.chunks:
        if chunk.kind != "import" or outline.source(chunk).startswith(b"lazy"):
            continue
        for stmt in code.parsed(path, chunk):
            if isinstance(stmt, (ast.Import, ast.ImportFrom)):
                yield stmt, tuple(dict.fromkeys(_modules(code, path, stmt)))


def _modules(code: Codebase, path: str, stmt: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(stmt, ast.Import):
        for alias in stmt.names:
            yield from _with_packages(alias.name)
        return
    for alias, (_, target) in zip(stmt.names, code.imported(path, stmt), strict=True):
        if alias.name == "*":
            yield from _with_packages(target)
            continue
        yield from _with_packages(target.rpartition(".")[0])
        # ``from package import name``: a name of the package hides a module of that name.
        package = code.path(target.rpartition(".")[0])
        bound = code.bindings(package).bound.get(alias.name) if package is not None else None
        if bound is None or bound.target == target:
            yield target


def _with_packages(module: str) -> Iterator[str]:
    parts = module.split(".")
    for length in range(1, len(parts) + 1):
        yield ".".join(parts[:length])
