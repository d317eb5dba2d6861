"""Where generated code belongs: in the modules in which the app keeps such code.

``targets(...)`` is the entry. If the app has no such module yet, its sibling apps are the model.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from signalgen.late import pattern
from signalgen.plan.context import Targets
from signalgen.plan.names.cycles import reaches
from signalgen.plan.names.handlermodules import loader_of, own_module, package_of_handlers
from signalgen.values.project import App, Project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.plan.context import Context
    from signalgen.values.spec import HandlerSpec

_NEVER = frozenset(
    {
        "models",
        "apps",
        "admin",
        "views",
        "forms",
        "urls",
        "utils",
        "helpers",
        "tests",
        "tasks",
        "migrations",
    }
)
"""Modules that may hold receivers but are an unusual place: new ones go elsewhere."""
_USUAL = pattern(r"(?:^|[._])(?:signals?|receivers?|handlers?|listeners?|subscribers?)(?:$|[._])")
_SEVERAL = 3


def new_app(name: str, project: Project) -> App:
    """Return the app package that a run creates because the project has no app ``name``."""
    root = project.import_roots[0] if project.import_roots else "."
    folder = name.replace(".", "/")
    # Settings may name an app before it exists: then its tests are written at once.
    entries = project.installed_apps or ()
    named = any(entry == name or entry.startswith(f"{name}.apps.") for entry in entries)
    return App(
        name,
        name.rpartition(".")[2],
        folder if root == "." else f"{root}/{folder}",
        exists=False,
        installed=named or None,
    )


def targets(app: App, project: Project) -> Targets:
    """Return the files of ``app`` that generation writes to."""
    receivers = receivers_module(app, project)
    signals = _signals_module(app, receivers)
    tasks = Counter(task.module for task in app.tasks if task.module.startswith(app.name + "."))
    usual = f"{app.name}.tasks"
    there = usual in tasks or usual in project.modules
    # If all tasks are in a module of another name, new ones go there too.
    task_module = usual if there or not tasks else tasks.most_common(1)[0][0]
    return Targets(
        _file(app, project, f"{app.name}.{receivers}"),
        _file(app, project, signals),
        _file(app, project, f"{app.name}.senders"),
        _file(app, project, task_module),
        _tests(app, project),
        _file(app, project, f"{app.name}.signal_utils"),
    )


def signals_apart(ctx: Context) -> Context:
    """Return ``ctx`` with new signals in the receivers' module if imports require it.

    That is so if the signals' module imports the receivers: a package whose ``__init__.py`` imports
    its handlers before it defines a signal cannot provide it to them.
    """
    made = ctx.targets
    # A signal that an earlier run wrote stays where it is.
    kept = any(
        key.startswith("signal:") and path == made.signals[0] for key, path in ctx.places.items()
    )
    if (
        kept
        or made.signals == made.receivers
        or not (
            reaches(ctx, made.signals[1], made.receivers[1])
            or made.signals[1] == loader_of(ctx, made.receivers[1])
        )
    ):
        return ctx
    return replace(ctx, targets=replace(made, signals=made.receivers))


def tests_stay(ctx: Context) -> Context:
    """Return ``ctx`` with new tests beside the app's generated tests."""
    places = Counter(path for key, path in ctx.places.items() if key.startswith("test:"))
    usual = ctx.targets.tests
    if not places or places.keys() & {usual[0], beside(usual)[0]}:
        return ctx
    path = places.most_common(1)[0][0]
    known = (name for name, file in ctx.project.modules.items() if file == path)
    module = next(known, "") or _module_of(path.removesuffix(".py"), ctx.project)
    return replace(ctx, targets=replace(ctx.targets, tests=(path, module)))


def module_of(ctx: Context, path: str) -> str:
    """Return the module that receivers at ``path`` are imported from."""
    if path == ctx.targets.receivers[0]:
        return ctx.targets.receivers[1]
    known = next((name for name, known in ctx.project.modules.items() if known == path), "")
    inside = path.removeprefix(f"{ctx.app.path}/")
    if known or inside == path:
        return known or ctx.targets.receivers[1]
    return f"{ctx.app.name}.{inside.removesuffix('.py').replace('/', '.')}"


def where_it_lies(ctx: Context, handler: HandlerSpec) -> Context:
    """Return ``ctx`` for one handler: in the module that it names, or the usual one for receivers.

    Receiver and tests of an earlier run stay in place.
    """
    made, named = ctx.targets, _module_for(ctx, handler)
    if named:
        made = replace(made, receivers=_file(ctx.app, ctx.project, f"{ctx.app.name}.{named}"))
    path = ctx.places.get(f"receiver:{handler.id}", made.receivers[0])
    tests = ctx.places.get(f"test:{handler.id}", made.tests[0])
    if path != made.receivers[0] and path in ctx.project.modules.values():
        made = replace(made, receivers=(path, module_of(ctx, path)))
    if made == ctx.targets and tests == made.tests[0]:
        return ctx
    return replace(ctx, targets=replace(made, tests=(tests, made.tests[1])))


def _module_for(ctx: Context, handler: HandlerSpec) -> str:
    # Below the app, "" for where its receivers go.
    if handler.module is not None:
        return handler.module.text
    if ctx.project.settings.receivers_module:
        return ""
    package = package_of_handlers(ctx.app, _home(ctx.app))
    return own_module(ctx, package, handler) if package is not None else ""


def note_places(ctx: Context, found: Sequence[tuple[HandlerSpec, str]]) -> None:
    """Note each new file, given with its handler, whose place is the project's, not the default."""
    usual = {f"{ctx.app.path}/signals.py", *ctx.project.files}
    if ctx.project.settings.receivers_module or not ctx.app.exists:
        return
    for handler, path in found:
        if path in usual or handler.module is not None:
            continue
        usual.add(path)
        own = path.removeprefix(f"{ctx.app.path}/").removesuffix(".py").replace("/", ".")
        hint = f'set module: NAME here, or receivers_module = "{own}" under [tool.signalgen]'
        siblings = "its siblings" if package_of_handlers(ctx.app, _home(ctx.app)) else "other apps"
        message = f"{handler.name} goes to {path}, a new module named like those of {siblings}"
        ctx.note(handler.mark, "new-module", message, f"{hint}, for another place")


def receivers_module(app: App, project: Project) -> str:
    """Return the module for receivers, relative to the app's package."""
    if project.settings.receivers_module:
        return project.settings.receivers_module
    siblings = Counter(
        _own_part(name)
        for other in project.apps
        if other.name != app.name and (name := _home(other)) is not None
    )
    if (package := package_of_handlers(app, _home(app))) is not None:
        return package.general
    habits = (name for name, times in siblings.most_common() if times > 1 or _is_general(name))
    return _home(app) or next(habits, "signals")


def _is_general(module: str) -> bool:
    # ``lead_signals`` in one other app is named after its content; ``effects`` is a convention.
    words = filter(None, module.replace(".", "_").split("_"))
    return len({_USUAL.search(word) is None for word in words}) < 2


def _home(app: App) -> str | None:
    # A module of the usual name, the nearest to the app's package. One of another name, such as the
    # class that a receiver serves, counts only alone and with several receivers.
    fit = [name for name in app.receiver_modules if _fit(name)]
    usual = sorted((name for name in fit if _USUAL.search(name)), key=lambda name: name.count("."))
    if usual:
        return usual[0]
    alone = len(app.receiver_modules) == 1 and len(app.registrations) >= _SEVERAL
    return fit[0] if fit and alone else None


def _own_part(module: str) -> str:
    # A path without the packages of one app: ``product.signals`` is ``signals`` elsewhere.
    parts = module.split(".")
    # Below a package of handlers, ``signals.products``, a name of another kind is its own as well.
    places = [index for index, part in enumerate(parts) if _USUAL.search(part)]
    return ".".join(parts[places[0] : places[-1] + 1]) if places else module


def _fit(module: str) -> bool:
    return module.partition(".")[0] not in _NEVER and "test" not in module


def _signals_module(app: App, receivers: str) -> str:
    prefix = app.name + "."
    known = Counter(
        signal.module
        for signal in app.signals
        if signal.module.startswith(prefix) and _fit(signal.module[len(prefix) :])
    )
    if known:
        return known.most_common(1)[0][0]
    return f"{app.name}.{receivers}" if receivers.startswith("signals") else f"{app.name}.signals"


def _file(app: App, project: Project, module: str) -> tuple[str, str]:
    known = project.modules.get(module)
    if known:
        return known, module
    inside = module[len(app.name) + 1 :].replace(".", "/")
    return f"{app.path}/{inside}.py", module


def _tests(app: App, project: Project) -> tuple[str, str]:
    # A tests.py stays the user's: ours goes next to it, where Django's runner finds both. One
    # folder has the tests of several apps, so the label is part of the name.
    if app.tests == "external" and app.tests_path:
        folder, package = app.tests_path, _module_of(app.tests_path, project)
        stem = f"{app.label}_signals"
    elif app.tests == "module":
        folder, package, stem = app.path, app.name, "signals"
    else:
        folder = app.tests_path or f"{app.path}/tests"
        package, stem = f"{app.name}.{folder.rpartition('/')[2]}", "signals"
    name = _test_module(stem, project.testing.files)
    return f"{folder}/{name}.py", f"{package}.{name}"


def _test_module(stem: str, collected: Sequence[str]) -> str:
    # A name that Django's runner finds, or, if necessary, only pytest.
    names = [form.format(stem) for form in ("test_{}", "tests_{}", "{}_tests", "{}_test")]
    fit = (n for n in names if any(fnmatchcase(f"{n}.py", pattern) for pattern in collected))
    return next(fit, names[0])


def beside(tests: tuple[str, str]) -> tuple[str, str]:
    """Return the test file to use if ``tests`` gives needed names another meaning."""
    path, module = tests
    folder, slash, name = path.rpartition("/")
    package, dot, last = module.rpartition(".")
    other = ["signal_receivers".join(part.rsplit("signals", 1)) for part in (name, last)]
    return f"{folder}{slash}{other[0]}", f"{package}{dot}{other[1]}"


def _module_of(folder: str, project: Project) -> str:
    # The longest import root wins: a root may be inside another one.
    for root in sorted(project.import_roots, key=len, reverse=True):
        if root != "." and folder.startswith(root + "/"):
            folder = folder[len(root) + 1 :]
            break
    return folder.replace("/", ".")


def packages(path: str, app: App, project: Project) -> Iterator[str]:
    """Yield the ``__init__.py`` files between the app's folder and ``path``.

    The app's own is included for a new app. A new folder outside it is a package if its parent is.
    """
    folder = path.rpartition("/")[0]
    if not folder.startswith(app.path):
        parent = folder.rpartition("/")[0]
        new = not any(file.startswith(f"{folder}/") for file in project.files)
        if new and f"{parent}/__init__.py" in project.files:
            yield f"{folder}/__init__.py"
        return
    first = app.path.partition("/")[0]
    if not app.exists and not any(file.startswith(f"{first}/") for file in project.files):
        # Test runners do not look for tests in folders that are not packages.
        parts = app.path.split("/")
        yield from ("/".join([*parts[:count], "__init__.py"]) for count in range(1, len(parts)))
    while len(folder) >= len(app.path):
        if folder != app.path or not app.exists:
            yield f"{folder}/__init__.py"
        folder = folder.rpartition("/")[0]
