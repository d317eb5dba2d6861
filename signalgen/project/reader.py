"""Reading a project: what is looked at, in order. Files are parsed only where their bytes promise something."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.errors import left_out
from signalgen.fastpath import digest
from signalgen.project.apps import find_apps
from signalgen.project.config import read_config
from signalgen.project.configs import find_configs
from signalgen.project.django_settings import read_settings
from signalgen.project.imports import import_graph
from signalgen.project.layout import find_factories, tests_of, uses_pytest
from signalgen.project.models import find_models
from signalgen.project.registrations import (
    holds_receivers,
    is_ignored,
    receiver_modules,
    registrations,
    signal_needles,
    signal_objects,
)
from signalgen.project.resolve import Index, absolute
from signalgen.project.roots import import_roots, module_names
from signalgen.project.sources import make_sources, refuse_locked
from signalgen.project.style import read_style
from signalgen.project.tables import Table, read_toml
from signalgen.project.tasks import has_own_task_class, holds_tasks, task_libraries, tasks
from signalgen.project.versions import python_requirement, requirements, version_of
from signalgen.project.walk import config_files, python_files
from signalgen.values.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from signalgen.errors import Problem
    from signalgen.project.sources import Sources
    from signalgen.values.project import App, Model

_TARGETS = re.compile(
    r"^(?:apps|senders|tasks|signal_utils|signals|receivers|handlers|signal_handlers|listeners)\.py$"
)
_TESTS = re.compile(r"^(?:tests\.py|(?:.*/)?test[^/]*signal[^/]*\.py)$")
_DEF = re.compile(
    rb"^[ \t]*(?:async[ \t]+)?def[ \t]+\w+[ \t]*(?:\[[^\]]*\])?\(([^()]*(?:\([^()]*\)[^()]*)*)\)[ \t]*(->)?",
    re.MULTILINE,
)
_ENOUGH = 3
_GET_LOGGER = ("getLogger", "get_task_logger")


def read_project(
    root: Path, *, apps: Iterable[str] = (), overlay: Mapping[str, bytes | None] | None = None
) -> Project:
    """Return the project below ``root`` as far as it can be read without running any of it.

    ``apps`` are import paths or labels. With it, only these apps get their signal objects, ``typed`` and ``names``; the rest,
    registrations and models of the other apps included, is there in any case. A package that is named here counts as an app
    even when it holds nothing yet; all its files must be readable. ``overlay`` maps paths to contents that are to count
    instead of what lies on disk, None for a deleted file. Raises UsageError for a wrong ``[tool.signalgen]``.
    """
    root, wanted = Path(os.path.abspath(root)), tuple(apps)  # noqa: PTH100 - links stay as written
    sources = _sources(root, overlay or {})
    pyproject = read_toml(sources.config("pyproject.toml")) or Table()
    file = sources.configs.get("pyproject.toml", "pyproject.toml")
    settings = read_config(sources.config("pyproject.toml"), file)
    roots = import_roots(sources, pyproject)
    index = Index(sources, module_names(sources, roots))
    django = read_settings(index)
    found = find_apps(index, find_configs(index), django, wanted)
    models = find_models(index, found)
    needles, needed = signal_needles(index), requirements(sources)
    python = python_requirement(sources)
    pytest, pytest_django = uses_pytest(sources, pyproject, needed)
    filled = tuple(_filled(index, app, found, models[app.name], wanted, needles) for app in found)
    refuse_locked(sources, _places(found, wanted))
    return Project(
        root=str(root),
        import_roots=roots,
        apps=filled,
        settings=settings,
        style=read_style(sources, pyproject, python, needed),
        auth_user_model=django.auth_user_model,
        django_version=version_of(needed.get("django")),
        celery_version=version_of(needed.get("celery")),
        python_version=version_of(python),
        uses_pytest=pytest,
        uses_pytest_django=pytest_django,
        has_model_bakery="model-bakery" in needed,
        has_factory_boy="factory-boy" in needed,
        own_task_class=has_own_task_class(sources),
        factories=find_factories(index, _labels(models)),
        imports=import_graph(sources, index.names),
        installed_apps=django.installed,
        modules=dict(index.names.by_name),
        task_libraries=task_libraries(sources, needed),
        files=sources.paths,
        configs=sources.configs,
        unread=tuple(_unread(sources)),
        reads={path: digest(data) for path, data in sources.read.items()},
    )


def _unread(sources: Sources) -> Iterator[Problem]:
    for path, module in sorted(sources.parsed.items()):
        error = module.error
        if error is not None:
            more = max(len(module.gaps) - 1, 0)
            yield left_out(path, error.line, error.column, error.text, more)


def _labels(models: Mapping[str, Sequence[Model]]) -> dict[str, str]:
    return {
        f"{model.module}.{model.name}": model.label for found in models.values() for model in found
    }


def _sources(root: Path, overlay: Mapping[str, bytes | None]) -> Sources:
    locked: list[str] = []
    sources = make_sources(root, python_files(root, locked), overlay, config_files(root))
    sources.locked.extend(locked)
    return sources


def _places(apps: Sequence[App], wanted: Sequence[str]) -> list[str]:
    """Return the folders of the apps that are asked for, those that were not found among them."""
    found = [app.path for app in apps if {app.name, app.label} & set(wanted)]
    return [*found, *(name.replace(".", "/") for name in wanted)]


def _filled(
    index: Index,
    app: App,
    apps: Sequence[App],
    models: Sequence[Model],
    wanted: Sequence[str],
    needles: Sequence[bytes],
) -> App:
    """Return the app with everything that its own files tell."""
    inner = [other.path + "/" for other in apps if other.path.startswith(app.path + "/")]
    files = [path for path in index.sources.below(app.path) if not path.startswith(tuple(inner))]
    files = [path for path in files if path in index.names.by_path]
    place, folder = tests_of(index.sources, app, apps)
    code = [path for path in files if not is_ignored(app, path)]
    filled = replace(
        app,
        models=tuple(models),
        tasks=tuple(
            task
            for path in code
            if holds_tasks(index.sources.data(path))
            for task in tasks(index, path)
        ),
        tests=place,
        tests_path=folder,
        relative=_relative(index, app, code),
    )
    receiving = [path for path in code if holds_receivers(index.sources.data(path))]
    found = tuple(made for path in receiving for made in registrations(index, path))
    if wanted and not {app.name, app.label} & set(wanted):
        return replace(
            filled, registrations=found, receiver_modules=receiver_modules(index, app, found)
        )
    names = _names(index, filled, files, receiving)
    return replace(
        filled,
        registrations=found,
        receiver_modules=receiver_modules(index, app, found),
        signals=tuple(
            made
            for path in code
            if _any(index, path, needles)
            for made in signal_objects(index, path)
        ),
        typed=_typed(index, code),
        names=names,
        origins={path: _origins(index, path) for path in names},
        loggers={path: name for path in names if (name := _logger(index, path))},
    )


def _any(index: Index, path: str, needles: Sequence[bytes]) -> bool:
    data = index.sources.data(path)
    return any(needle in data for needle in needles)


def _typed(index: Index, paths: Sequence[str]) -> bool:
    """Tell whether at least half of the app's functions, and of no fewer than three, have an annotation."""
    functions = [match for path in paths for match in _DEF.finditer(index.sources.data(path))]
    annotated = sum(1 for match in functions if match.group(2) or b":" in match.group(1))
    return len(functions) >= _ENOUGH and annotated * 2 >= len(functions)


def _relative(index: Index, app: App, paths: Sequence[str]) -> bool | None:
    """Tell whether the app's modules reach one another by relative imports more than by its own name, None when by neither."""
    own = f"from {app.name}".encode()
    data = [index.sources.data(path) for path in paths]
    dotted = sum(b"from ." in text for text in data)
    named = sum(own + b"." in text or own + b" import" in text for text in data)
    return dotted >= named if dotted or named else None


def _names(
    index: Index, app: App, files: Sequence[str], receiving: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Return the top-level names of the modules that generation may write to, by path."""
    task_files = {task.path for task in app.tasks}
    found = {}
    for path in files:
        inside = path[len(app.path) + 1 :]
        target = _TARGETS.match(inside) or inside.startswith(
            ("signals/", "receivers/", "handlers/", "tasks/")
        )
        tested = _TESTS.search(inside) or inside == "__init__.py"
        if target or tested or path in task_files or path in receiving:
            found[path] = tuple(sorted(index.module(path).bound_names()))
    outside = f"{app.tests_path}/test_{app.label}_signals.py"
    if app.tests == "external" and index.sources.has(outside):
        found[outside] = tuple(sorted(index.module(outside).bound_names()))
    return found


def _logger(index: Index, path: str) -> str:
    """Return the name under which a module has the logger called after it when that is not ``logger``, else nothing."""
    for assignment in index.module(path).assignments:
        call = assignment.call
        if call is None or assignment.scope or assignment.target == "logger":
            continue
        if call.callee.rpartition(".")[2] in _GET_LOGGER and [a.text for a in call.arguments] == [
            "__name__"
        ]:
            return assignment.target
    return ""


def _origins(index: Index, path: str) -> dict[str, str]:
    """Return where the imported top-level names of a module come from, as ``module:name``."""
    found = {}
    for imp in index.module(path).imports:
        if imp.scope:
            continue
        if not imp.is_from:
            found[imp.alias or imp.module.partition(".")[0]] = f"{imp.module}:"
        for name in imp.names:
            found[name.alias or name.name] = f"{absolute(index, path, imp)}:{name.name}"
    return found
