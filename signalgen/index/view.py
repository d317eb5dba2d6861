"""What generation needs to know about a project, as plain values taken from the index.

``read_project(root)`` reads a folder, ``project_view(index)`` an existing index. Both see the same
registrations, models and tasks as ``signalgen check``.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.index.apps.finding import apps_of, find_apps
from signalgen.index.build import Index, build_index
from signalgen.index.factories import find_factories
from signalgen.index.models.managers import has_manager
from signalgen.index.models.senders import USER_CALL, USER_SETTING, sender_names
from signalgen.index.models.shapes import in_models_module, models_in
from signalgen.index.queues import cache_backends, other_databases, row_queues
from signalgen.index.reading.importgraph import import_graph, import_origins
from signalgen.index.reading.resolving import origin
from signalgen.index.signals.short import left_out
from signalgen.index.tasks import tasks_in
from signalgen.index.testing import (
    common_style,
    required,
    styles_in,
    testing_of,
    tests_outside,
    with_tests,
)
from signalgen.late import pattern
from signalgen.project.libraries import has_own_task_class, task_libraries
from signalgen.project.sources import refuse_locked
from signalgen.project.style import read_style
from signalgen.project.survey import survey_project
from signalgen.project.typechecking import wants_types
from signalgen.project.versions import python_requirement, version_of
from signalgen.values.project import Model, Project, Registration, SignalObject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from signalgen.index.reading.code import Codebase
    from signalgen.values.index import Connection, ModelInfo
    from signalgen.values.project import App

_TARGETS = pattern(
    r"^(?:apps|senders|tasks|signal_utils|signals|receivers|handlers|signal_handlers"
    r"|listeners)\.py$"
)
_SIGNAL_TESTS = pattern(r"(?:^|/)(?:test[^/]*signal|[^/]*signal[^/]*test)[^/]*\.py$")
_PACKAGES = ("signals/", "receivers/", "handlers/", "tasks/")
_DEF = pattern(
    rb"^[ \t]*(?:async[ \t]+)?def[ \t]+\w+[ \t]*(?:\[[^\]]*\])?"
    rb"\(([^()]*(?:\([^()]*\)[^()]*)*)\)[ \t]*(->)?",
    re.MULTILINE,
)
_IGNORED = pattern(r"(?:^|/)(?:migrations|tests?)/|(?:^|/)(?:tests|test_[^/]*|conftest)\.py$")
_NO_MODELS = pattern(
    r"(?:^|/)(?:migrations|management|tests?)/|(?:^|/)(?:tests|test_[^/]*|conftest)\.py$"
)
_CLASS = pattern(
    rb"^[ \t]*class[ \t]+\w+[ \t]*(?:\[[^\]]*\])?"
    rb"\([^)]*(?:\bmodels\.Model\b|\b\w*Model\b|\bAbstract\w+|\w+Base\b|\bPage\b)",
    re.MULTILINE,
)
_ABSTRACT = pattern(rb"^\s+(?:abstract|proxy)\s*=\s*True\b", re.MULTILINE)
_STOCK_USER = "auth.User"
_ENOUGH = 3
_GET_LOGGER = ("getLogger", "get_task_logger")


def read_project(
    root: Path, *, apps: Iterable[str] = (), overlay: Mapping[str, bytes | None] | None = None
) -> Project:
    """Return the project at ``root``, as far as it can be read without running it.

    ``apps`` are import paths or labels: only these get signal objects, ``typed`` and ``names``; the
    rest, the registrations and models of other apps included, is always there. A named package is
    an app even when it is empty; all its files must be readable. ``overlay`` maps paths to contents
    that replace those on disk, None for a deleted file. Raises UsageError for a wrong
    ``[tool.signalgen]``, UnsafeError for files that may not be read.
    """
    return project_view(build_index(survey_project(root, overlay)), apps)


def project_view(index: Index, wanted: Iterable[str] = ()) -> Project:
    """Return what generation needs from ``index``; ``wanted`` is ``apps`` of read_project."""
    wanted = tuple(wanted)
    code = index.code
    sources, names = code.survey.sources, code.survey.names
    settings = apps_of(code).settings
    apps = find_apps(code, settings, wanted) if wanted else apps_of(code).found
    models = _models(index, apps)
    files = {app.name: list(_files(code, app, apps)) for app in apps}
    registered = _registrations(index, apps, files)
    filled = tuple(
        _filled(index, app, files[app.name], models[app.name], registered[app.name], apps, wanted)
        for app in apps
    )
    # An unreadable file matters only where something will be written.
    refuse_locked(sources, _places(apps, wanted))
    needed, python = required(code), python_requirement(sources)
    labels = {f"{m.module}.{m.name}": m.label for found in models.values() for m in found}
    return Project(
        root=str(sources.root),
        import_roots=code.survey.roots,
        apps=filled,
        settings=code.survey.settings,
        style=read_style(sources, code.survey.pyproject, python, needed),
        auth_user_model=settings.auth_user_model,
        django_version=version_of(needed.get("django")),
        celery_version=version_of(needed.get("celery")),
        python_version=version_of(python),
        has_model_bakery="model-bakery" in needed,
        has_factory_boy="factory-boy" in needed,
        testing=testing_of(code),
        test_style=common_style(code, filled),
        own_task_class=has_own_task_class(sources),
        databases=other_databases(index),
        row_queues=row_queues(index),
        left_out=left_out(index),
        cache_backends=cache_backends(index),
        factories=find_factories(code, labels),
        imports=import_graph(sources, names),
        installed_apps=settings.installed,
        modules=dict(names.by_name),
        task_libraries=task_libraries(sources, needed),
        unread=index.unread(),
        elsewhere=tuple(_registration(item) for item in registered[""]),
        files=sources.paths,
        configs=sources.configs,
        texts=sources.texts,
    )


def _places(apps: Sequence[App], wanted: Sequence[str]) -> list[str]:
    found = [app.path for app in apps if {app.name, app.label} & set(wanted)]
    return [*found, *(name.replace(".", "/") for name in wanted)]


def _files(code: Codebase, app: App, apps: Sequence[App]) -> Iterator[str]:
    inner = tuple(other.path + "/" for other in apps if other.path.startswith(app.path + "/"))
    for path in code.survey.sources.below(app.path):
        if not path.startswith(inner) and path in code.survey.names.by_path:
            yield path


def _models(index: Index, apps: Sequence[App]) -> dict[str, tuple[Model, ...]]:
    """Return the models of each app by app name, in the order of files and lines.

    A model belongs to the app whose package holds it, unless its Meta names another app's label.
    """
    found: dict[str, list[Model]] = {app.name: [] for app in apps}
    labels = {app.label: app for app in reversed(apps)}
    # Longest path first: the innermost app owns the file.
    inner = sorted(apps, key=lambda app: -len(app.path))
    for path in index.code.survey.sources.paths:
        app = next((a for a in inner if path.startswith(a.path + "/")), None)
        if app is None or not _may_hold_models(index.code, path, path[len(app.path) + 1 :]):
            continue
        for info in models_in(index.models, path):
            model = _model(index, app, info)
            owner = app if model.app_label == app.label else labels.get(model.app_label, app)
            found[owner.name].append(model)
    return {name: tuple(items) for name, items in found.items()}


def _may_hold_models(code: Codebase, path: str, inside: str) -> bool:
    data = code.data(path)
    if _NO_MODELS.search(inside) or b"class " not in data:
        return False
    if inside == "models.py" or inside.startswith("models/"):
        return True
    return _CLASS.search(data) is not None and (
        b"models" in data or _ABSTRACT.search(data) is not None
    )


def _model(index: Index, app: App, info: ModelInfo) -> Model:
    code, cls = index.code, info.cls
    return Model(
        name=info.name,
        app_label=info.own_label or app.label,
        module=cls.module,
        exported=_exported(code, app, cls.module, info.name),
        path=cls.path,
        line=cls.node.lineno,
        bases=tuple(code.written(cls.path, base) for base in cls.node.bases),
        fields=info.fields,
        attributes=info.attributes,
        abstract=info.abstract,
        proxy=info.proxy,
        swappable=info.swappable,
        complete=info.complete,
        fields_known=info.fields_known,
        custom_save=info.custom_save,
        self_set=info.self_set,
        refuses=info.refuses,
        together=info.together,
        methods=info.methods,
        managed=info.managed,
        parents=tuple(parent.dotted for parent in info.parents),
        has_objects="objects" in info.attributes
        or not any(has_manager(index, info, name) for name in info.attributes),
    )


def _exported(code: Codebase, app: App, module: str, name: str) -> str:
    inside = module.removeprefix(app.name + ".").split(".")
    parents = [".".join([app.name, *inside[:length]]) for length in range(1, len(inside))]
    # Shortest first, as people import from `shop.models`, not from its submodules.
    for parent in (f"{app.name}.models", *parents):
        known = code.path(parent) is not None
        if known and origin(code, f"{parent}.{name}") == f"{module}.{name}":
            return parent
    return module


def _registrations(
    index: Index, apps: Sequence[App], files: Mapping[str, Sequence[str]]
) -> dict[str, tuple[Connection, ...]]:
    """Return each app's registrations by name, those outside apps under ``""``, without tests."""
    owners = {
        path: app.name
        for app in apps
        for path in files[app.name]
        if not _IGNORED.search(path[len(app.path) + 1 :])
    }
    found: dict[str, list[Connection]] = {"": [], **{app.name: [] for app in apps}}
    for item in index.registering.all(sorted({*owners, *index.paths})):
        found[owners.get(item.path, "")].append(item)
    return {name: tuple(items) for name, items in found.items()}


def _registration(item: Connection) -> Registration:
    uid = item.uid
    literal = uid.value if isinstance(uid, ast.Constant) else None
    return Registration(
        function=item.written if item.receiver is None else item.receiver.dotted,
        path=item.path,
        line=getattr(item.call or item.node, "lineno", 1),
        signals=item.signals,
        senders=item.senders,
        dispatch_uid=None if uid is None else str(literal or ast.unparse(uid)),
    )


def _receiver_modules(app: App, found: Sequence[Connection]) -> tuple[str, ...]:
    """Return the app's modules with receivers, the one with the most first.

    A function connected elsewhere (mostly in ``ready()``) counts where it is defined.
    """
    counts: dict[str, int] = {}
    for item in found:
        module = item.receiver.module if item.receiver is not None else item.module
        if module.startswith(app.name + "."):
            inside = module[len(app.name) + 1 :]
            counts[inside] = counts.get(inside, 0) + 1
    return tuple(sorted(counts, key=lambda name: (-counts[name], name)))


def _filled(
    index: Index,
    app: App,
    files: Sequence[str],
    models: Sequence[Model],
    found: Sequence[Connection],
    apps: Sequence[App],
    wanted: Sequence[str],
) -> App:
    code = index.code
    own = [path for path in files if not _IGNORED.search(path[len(app.path) + 1 :])]
    filled = replace(
        with_tests(code, app, apps),
        models=tuple(models),
        registrations=tuple(_registration(item) for item in found),
        receiver_modules=_receiver_modules(app, found),
        tasks=tuple(task for path in own for task in tasks_in(index, path)),
        relative=_relative(code, app, own),
    )
    if wanted and not {app.name, app.label} & set(wanted):
        return filled
    names = _names(code, filled, files, {item.path for item in found})
    checked = wants_types(code.survey.sources, code.survey.pyproject, app.name)
    return replace(
        filled,
        test_styles=styles_in(code, filled, files),
        signals=tuple(
            SignalObject(item.name, item.module, item.path, item.node.lineno)
            for item in index.signals.all(own)
            if item.scope is None
        ),
        typed=checked or _typed(code, own),
        checked=checked,
        names=names,
        origins={path: import_origins(code, path) for path in names},
        aliases={path: held for path in names if (held := _aliases(index, path))},
        loggers={path: name for path in names if (name := _logger(code, path))},
        unread_models=_unread_models(code, app, files, models),
    )


def _unread_models(
    code: Codebase, app: App, files: Sequence[str], models: Sequence[Model]
) -> dict[str, str]:
    """Return the names in the models modules that may be models: name -> module.

    Either a class whose bases cannot be read, or the result of a call (``Topic =
    model_factory(AbstractTopic)``).
    """
    known = {model.name for model in models}
    found: dict[str, str] = {}
    for path in files:
        if in_models_module(path) and not _NO_MODELS.search(path[len(app.path) + 1 :]):
            for name, binding in code.bindings(path).bound.items():
                chunk = binding.chunk
                if chunk is None or name in known or not name[:1].isupper() or name.isupper():
                    continue
                stmt = code.definition(path, name)
                made = isinstance(stmt, ast.Assign) and isinstance(stmt.value, ast.Call)
                if made or (isinstance(stmt, ast.ClassDef) and stmt.bases):
                    found[name] = code.module(path)
    return found


def _typed(code: Codebase, paths: Sequence[str]) -> bool:
    functions = [match for path in paths for match in _DEF.finditer(code.data(path))]
    # By regex, as parsing all files of an app takes too long.
    annotated = sum(1 for match in functions if match.group(2) or b":" in match.group(1))
    return len(functions) >= _ENOUGH and annotated * 2 >= len(functions)


def _relative(code: Codebase, app: App, paths: Sequence[str]) -> bool | None:
    own = f"from {app.name}".encode()
    data = [code.data(path) for path in paths]
    relative = sum(b"from ." in text for text in data)
    named = sum(own + b"." in text or own + b" import" in text for text in data)
    return relative >= named if relative or named else None


def _names(
    code: Codebase, app: App, files: Sequence[str], receiving: set[str]
) -> dict[str, tuple[str, ...]]:
    wanted = {task.path for task in app.tasks} | receiving
    for path in files:
        inside = path[len(app.path) + 1 :]
        target = _TARGETS.match(inside) or inside.startswith(_PACKAGES)
        # These are the files that templates write to.
        if target or inside in ("tests.py", "__init__.py") or _SIGNAL_TESTS.search(inside):
            wanted.add(path)
    found = {path: tuple(sorted(code.bindings(path).bound)) for path in files if path in wanted}
    for outside in tests_outside(code, app):
        if _SIGNAL_TESTS.search(outside):
            found[outside] = tuple(sorted(code.bindings(outside).bound))
    return found


def _aliases(index: Index, path: str) -> dict[str, str]:
    code, found = index.code, {}
    for chunk in code.outline(path).chunks:
        if chunk.kind != "assign" or b"model" not in code.outline(path).source(chunk):
            continue
        for stmt in code.parsed(path, chunk):
            value = stmt.value if isinstance(stmt, (ast.Assign, ast.AnnAssign)) else None
            names = sender_names(code, path, value, None) if isinstance(value, ast.Call) else ()
            models = [_named_model(index, name) for name in names]
            if len(models) == 1 and models[0]:
                found[chunk.name] = models[0]
    return found


def _named_model(index: Index, name: str) -> str:
    label = index.auth_user_model() or _STOCK_USER if name in (USER_CALL, USER_SETTING) else name
    model = index.model(label)
    if model is not None:
        return f"{model.cls.module}:{model.name}"
    return "django.contrib.auth.models:User" if label == _STOCK_USER else ""


def _logger(code: Codebase, path: str) -> str:
    """Return the name of a module's own logger if it is not ``logger``, otherwise ""."""
    for chunk in code.outline(path).chunks:
        for stmt in code.parsed(path, chunk) if chunk.kind == "assign" else ():
            call = stmt.value if isinstance(stmt, (ast.Assign, ast.AnnAssign)) else None
            if not isinstance(call, ast.Call) or chunk.name == "logger":
                continue
            made = dotted(call.func).rpartition(".")[2] in _GET_LOGGER
            if made and [dotted(arg) for arg in call.args] == ["__name__"]:
                return chunk.name
    return ""
