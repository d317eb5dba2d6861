"""Where generated code belongs: in the modules where this app keeps such code.

``targets(...)`` is the entry. Where the app has no such module yet, its sibling apps are the model.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.late import pattern
from signalgen.plan.context import Targets
from signalgen.plan.names.cycles import reaches
from signalgen.values.project import App, Project

if TYPE_CHECKING:
    from collections.abc import Iterator

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
"""Modules that may hold receivers, but where nobody looks for one: new ones go elsewhere."""
_USUAL = pattern(r"(?:^|[._])(?:signals?|receivers?|handlers?|listeners?|subscribers?)(?:$|[._])")
_SEVERAL = 3


def new_app(name: str, project: Project) -> App:
    """Return the app package that a run creates because the project has no app ``name``."""
    root = project.import_roots[0] if project.import_roots else "."
    folder = name.replace(".", "/")
    return App(
        name, name.rpartition(".")[2], folder if root == "." else f"{root}/{folder}", exists=False
    )


def targets(app: App, project: Project) -> Targets:
    """Return the files of ``app`` that generation writes to."""
    receivers = receivers_module(app, project)
    signals = _signals_module(app, receivers)
    tasks = Counter(task.module for task in app.tasks if task.module.startswith(app.name + "."))
    usual = f"{app.name}.tasks"
    there = usual in tasks or usual in project.modules
    # Tasks that all lie in a module of another name stay together with the new ones.
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
    """Return ``ctx`` with new signals in the receivers' module where imports require it.

    That is where the module of signals imports the receivers: a package whose ``__init__.py``
    imports its handlers before it defines a signal could not give it to them.
    """
    made = ctx.targets
    # A signal that an earlier run wrote stays where it is.
    kept = any(
        key.startswith("signal:") and path == made.signals[0] for key, path in ctx.places.items()
    )
    if (
        kept
        or made.signals == made.receivers
        or not reaches(ctx, made.signals[1], made.receivers[1])
    ):
        return ctx
    return replace(ctx, targets=replace(made, signals=made.receivers))


def module_of(ctx: Context, path: str) -> str:
    """Return the module that receivers at ``path`` are imported from."""
    if path == ctx.targets.receivers[0]:
        return ctx.targets.receivers[1]
    return next(
        (name for name, known in ctx.project.modules.items() if known == path),
        ctx.targets.receivers[1],
    )


def where_it_lies(ctx: Context, handler: HandlerSpec) -> Context:
    """Return ``ctx`` for a handler of an earlier run: receiver and tests stay in place."""
    made = ctx.targets
    path = ctx.places.get(f"receiver:{handler.id}", made.receivers[0])
    tests = ctx.places.get(f"test:{handler.id}", made.tests[0])
    if path == made.receivers[0] and tests == made.tests[0]:
        return ctx
    known = path if path in ctx.project.modules.values() else made.receivers[0]
    return replace(
        ctx,
        targets=replace(
            made, receivers=(known, module_of(ctx, known)), tests=(tests, made.tests[1])
        ),
    )


def receivers_module(app: App, project: Project) -> str:
    """Return the module, below the app's package, that receivers go to."""
    if project.settings.receivers_module:
        return project.settings.receivers_module
    siblings = Counter(
        _own_part(name)
        for other in project.apps
        if other.name != app.name and (name := _home(other)) is not None
    )
    return _home(app) or (siblings.most_common(1)[0][0] if siblings else "signals")


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
    first = next((index for index, part in enumerate(parts) if _USUAL.search(part)), 0)
    return ".".join(parts[first:])


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
    # A tests.py stays the user's: ours lies beside it, where Django's runner finds both.
    if app.tests == "module":
        return f"{app.path}/test_signals.py", f"{app.name}.test_signals"
    # One folder has the tests of several apps, so the label is part of the name.
    if app.tests == "external" and app.tests_path:
        module = _module_of(app.tests_path, project)
        return f"{app.tests_path}/test_{app.label}_signals.py", f"{module}.test_{app.label}_signals"
    folder = app.tests_path or f"{app.path}/tests"
    return f"{folder}/test_signals.py", f"{app.name}.tests.test_signals"


def beside(tests: tuple[str, str]) -> tuple[str, str]:
    """Return the test file to use where ``tests`` gives needed names another meaning."""
    path, module = tests
    return f"{path.removesuffix('s.py')}_receivers.py", f"{module.removesuffix('s')}_receivers"


def _module_of(folder: str, project: Project) -> str:
    # The longest import root wins: a root may lie inside of another one.
    for root in sorted(project.import_roots, key=len, reverse=True):
        if root != "." and folder.startswith(root + "/"):
            folder = folder[len(root) + 1 :]
            break
    return folder.replace("/", ".")


def packages(path: str, app: App) -> Iterator[str]:
    """Yield the ``__init__.py`` files between the app's folder and ``path``.

    The app's own is included for a new app.
    """
    folder = path.rpartition("/")[0]
    if not folder.startswith(app.path):
        return
    while len(folder) >= len(app.path):
        if folder != app.path or not app.exists:
            yield f"{folder}/__init__.py"
        folder = folder.rpartition("/")[0]
