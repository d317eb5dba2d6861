"""Models that are imported before the app registry is ready: ``early_models``.

Only code that certainly runs on import counts: unindented statements of a module, no blocks.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.index.apps.finding import apps_of
from signalgen.index.memo import answered_once
from signalgen.index.reading.importlines import read_import
from signalgen.index.reading.resolving import derived_from, find_class
from signalgen.late import dataclass, pattern

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
_DERIVED = pattern(
    rb"^class[ \t]+(\w+)\([^)]*\b(?:Model|AbstractUser|AbstractBaseUser)\b", re.MULTILINE
)
_LONGEST = 12


@dataclass(frozen=True, slots=True, eq=False)
class EarlyImport:
    """An import of an app's ``apps.py`` or ``__init__.py`` that leads to a model.

    ``through`` are the modules between, ``model`` is the dotted name of the class, or of one of
    Django's models modules.
    """

    path: str
    node: ast.stmt
    through: tuple[str, ...]
    model: str


@answered_once
def early_models(code: Codebase) -> tuple[EarlyImport, ...]:
    """Return the imports that fail with AppRegistryNotReady when Django starts."""
    likely: dict[str, list[EarlyImport]] = {}
    known: dict[str, tuple[str, ...] | None] = {}
    for path in code.survey.sources.paths:
        folder, _, name = path.rpartition("/")
        if name not in ("__init__.py", "apps.py") or not _is_app(code, folder):
            continue
        if path in code.survey.names.by_path:
            likely.setdefault(folder, []).extend(_leading_to_models(code, path, known))
    found: dict[tuple[str, int], EarlyImport] = {}
    # The installed apps are read only if they matter: reading settings takes long.
    for app in apps_of(code).found if any(likely.values()) else ():
        for item in likely.get(app.path, ()) if app.installed is True else ():
            found.setdefault((item.path, item.node.lineno), item)
    return tuple(found.values())


def _is_app(code: Codebase, folder: str) -> bool:
    has, apps = code.survey.sources.has, f"{folder}/apps.py"
    named = bool(folder) and has(apps) and b"AppConfig" in code.data(apps)
    return named or (bool(folder) and has(f"{folder}/migrations/__init__.py"))


def _leading_to_models(
    code: Codebase, path: str, known: dict[str, tuple[str, ...] | None]
) -> Iterator[EarlyImport]:
    for node, targets in _on_import(code, path, placed=True):
        for target in targets:
            chain = _chain(code, target, known, 0) if code.path(target) != path else None
            if chain is not None:
                yield EarlyImport(path, node, chain[:-1], chain[-1])
                break


def _chain(
    code: Codebase, target: str, known: dict[str, tuple[str, ...] | None], depth: int
) -> tuple[str, ...] | None:
    """Return the modules that importing ``target`` runs, with the first model at the end."""
    if target in _DJANGOS:
        return (target,)
    path = code.path(target)
    if path is None or depth > _LONGEST:
        return None
    if target not in known:
        # None until known, because imports may be circular.
        known[target] = None
        known[target] = _further(code, target, path, known, depth)
    return known[target]


def _further(
    code: Codebase, target: str, path: str, known: dict[str, tuple[str, ...] | None], depth: int
) -> tuple[str, ...] | None:
    for _, targets in _on_import(code, path):
        for one in targets:
            found = _chain(code, one, known, depth + 1)
            if found is not None:
                return (target, *found)
    model = _model(code, path)
    return (target, model) if model else None


def _model(code: Codebase, path: str) -> str:
    # The project's own bases are found in their own modules, which are part of the chain.
    for found in _DERIVED.finditer(code.data(path)):
        name = f"{code.module(path)}.{found[1].decode()}"
        cls = find_class(code, name)
        if cls is not None and any(base in _ROOTS for base, _ in derived_from(code, cls)):
            return name
    return ""


def _on_import(
    code: Codebase, path: str, *, placed: bool = False
) -> Iterator[tuple[ast.stmt, tuple[str, ...]]]:
    """Yield the imports that run when a module is imported, with the modules that each loads.

    They have line numbers only if ``placed``, which takes longer.
    """
    outline = code.outline(path)
    for chunk in outline.chunks:
        if chunk.kind != "import" or outline.source(chunk).startswith(b"lazy"):
            continue
        plain = read_import(outline.source(chunk)) if not placed else None
        for stmt in [plain] if plain is not None else code.parsed(path, chunk):
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
