"""A first spec for an app, based on the project: ``starter_for`` and ``spec_text``.

The commented-out parts are a valid spec as well: every line that begins with "# " and no capital.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from signalgen.errors import Problem, UsageError
from signalgen.late import dataclass
from signalgen.plan.context import did_you_mean
from signalgen.roomy import roomy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.values.project import App, Model, Project

StartSignal = Literal["post_save", "pre_save", "post_delete", "m2m_changed", "custom"]
_OF_MODELS: tuple[StartSignal, ...] = ("post_save", "pre_save", "post_delete")
_CELERY, _NONE = "celery", "none"
_VERBS = {"post_save": "saved", "pre_save": "checked", "post_delete": "deleted"}
_ON = {"post_save": "create", "post_delete": "delete", "m2m_changed": "add", "custom": "send"}


@dataclass(frozen=True, slots=True)
class Starter:
    """The subject of a starter spec.

    ``model`` and ``task`` are empty for none; ``field`` is the many-to-many field of m2m_changed.
    ``schema`` is the schema file for editors, empty for none.
    """

    app: App
    model: Model | None
    signal: StartSignal
    field: str = ""
    task: str = ""
    tests: str = "brief"
    schema: str = ""


def models_of(app: App) -> tuple[str, ...]:
    """Return the models of an app that have their own rows, in file order."""
    return tuple(model.name for model in app.models if not (model.abstract or model.proxy))


def signals_of(app: App, model: str) -> tuple[StartSignal, ...]:
    """Return the signals that a starter spec can begin with, the usual one first."""
    found = app.model(model)
    if found is None:
        return ("custom",)
    return (*_OF_MODELS, *(("m2m_changed",) if _m2m(found) else ()), "custom")


def task_of(project: Project, app: App, model: str) -> str:
    """Return a task name if the project uses Celery's tasks, or Django's; otherwise "none"."""
    kinds = {task.kind for one in project.apps for task in one.tasks}
    celery = _CELERY in (project.task_libraries or ())
    if not celery and project.settings.task_backend is None and kinds != {"django"}:
        return _NONE
    return _free(f"process_{_snake(model or app.label)}", app)


@roomy
def starter_for(project: Project, name: str, **chosen: str) -> Starter:
    """Return the starting values for the spec of the app ``name``.

    ``chosen`` are the answers ``model``, ``signal``, ``task``, ``tests`` and ``schema``; missing or
    empty ones get the project's usual values. Raises UsageError for anything that does not exist.
    """
    app = _one_of(project, name)
    models = models_of(app)
    label = chosen.get("model") or next(iter(models), "")
    signals = signals_of(app, label)
    if label and label not in models:
        raise unknown("model", label, models)
    asked = chosen.get("signal") or signals[0]
    signal = next((one for one in signals if one == asked), None)
    if signal is None:
        raise unknown("signal", asked, signals)
    task = chosen.get("task") or (task_of(project, app, label) if signal in _ON else _NONE)
    if task != _NONE and signal not in _ON:
        message = f"a task cannot be queued in {signal}: the row is not stored yet"
        raise UsageError(Problem("", 0, 0, "", "usage", message, "use --signal post_save"))
    model = app.model(label)
    return Starter(
        app,
        model,
        signal,
        _m2m(model) if model is not None and signal == "m2m_changed" else "",
        "" if task == _NONE else task,
        chosen.get("tests") or project.settings.test_detail or "brief",
        chosen.get("schema", ""),
    )


def unknown(what: str, word: str, known: Sequence[str]) -> UsageError:
    """Return the error about an app, model or signal that does not exist."""
    message = f"there is no {what} {word!r} here"
    make = f"create it: python manage.py startapp {word}" if what == "app" else ""
    hint = did_you_mean(word, known) or (f"known: {', '.join(known)}" if known else make)
    return UsageError(Problem("", 0, 0, "", f"unknown-{what}", message, hint))


def spec_text(starter: Starter, path: str) -> str:
    """Return the spec as YAML with comments; ``path`` is how the next command names it."""
    parts = [[*_head(starter, path)], [*_tasks(starter)]]
    parts += [[*_signals(starter)] if starter.signal == "custom" else [*_handlers(starter)]]
    parts += [[*_recipes(starter)]]
    return "\n".join("\n".join(part) + "\n" for part in parts if part)


def _one_of(project: Project, name: str) -> App:
    app = project.app(name)
    if app is None:
        raise unknown("app", name, sorted(one.label for one in project.apps))
    return app


def _head(starter: Starter, path: str) -> Iterator[str]:
    if starter.schema:
        yield f"# yaml-language-server: $schema={starter.schema}"
    yield f"# The signal code of {starter.app.name}. Edit this file, then run: signalgen new {path}"
    yield '# To use a line that is commented out, remove its "# ".'
    yield "version: 1"
    yield f"app: {starter.app.name}"
    if starter.model is not None:
        yield f"model: {starter.model.name} # the sender of handlers that do not name another"
    if starter.tests != "brief":
        yield f"test_detail: {starter.tests}"


def _tasks(starter: Starter) -> Iterator[str]:
    if not starter.task or any(task.name == starter.task for task in starter.app.tasks):
        return
    yield "# A stub is written for a task that does not exist yet."
    yield "tasks:"
    yield f"  - name: {starter.task}"
    yield f"    args: [{_argument(starter)}]"
    yield "    # retries: 3"


def _argument(starter: Starter) -> str:
    return "number" if starter.model is None else f"{_snake(starter.model.name)}_id"


def _handlers(starter: Starter) -> Iterator[str]:
    model = starter.model.name if starter.model is not None else ""
    name = f"{_snake(model)}_{_VERBS.get(starter.signal, f'{starter.field}_changed')}"
    yield "handlers:"
    yield f"  - name: {_free(name, starter.app)}"
    yield f"    signal: {starter.signal}"
    if starter.field:
        yield f"    field: {starter.field}"
    yield f"    description: {_described(starter, model)}"
    column = _column(starter.model)
    if column:
        yield "    # It runs only for rows for which this is true."
        yield f"    # when: instance.{column} is not None"
    if starter.task:
        yield "    # The task is queued once the transaction has committed."
        on = _ON[starter.signal]
        yield "    enqueue:"
        yield f"      - {{task: {starter.task}, on: {on}, args: [instance.pk]}}"
    yield from _branches(starter, model, column)


def _described(starter: Starter, model: str) -> str:
    return {
        "post_save": f"Runs after each save of {model}.",
        "pre_save": f"Runs before each save of {model}; the values it sets are saved.",
        "post_delete": f"Runs after each deletion of {model}.",
        "m2m_changed": f"Runs when {starter.field} of {model} change.",
    }[starter.signal]


def _branches(starter: Starter, model: str, column: str) -> Iterator[str]:
    first = "# " if starter.task else ""
    if starter.signal == "post_save":
        yield from _body("on_create", f'"{model} %s was created", instance.pk', first)
        yield from _body("on_update", f'"{model} %s was changed", instance.pk', "# ")
        if column:
            yield "    # The two values are bound as old and new."
            yield "    # on_change:"
            said = f'"{column} of {model} %s: %s, then %s", instance.pk, old, new'
            yield from _body(column, said, "#   ")
    elif starter.signal == "m2m_changed":
        said = f'"%s {starter.field} of {model} %s: %s"'
        yield from _body("on_add", f'{said}, len(pk_set), instance.pk, "added"', first)
        yield from _body("on_remove", f'{said}, len(pk_set), instance.pk, "removed"', "# ")
    elif starter.signal == "post_delete":
        yield from _body("body", f'"{model} %s was deleted", instance.pk', first)
    else:
        yield from _body("body", f'"{model} %s is about to be saved", instance.pk', first)


def _body(key: str, said: str, comment: str = "", indent: str = "    ") -> Iterator[str]:
    yield f"{indent}{comment}{key}: |"
    yield f"{indent}{comment}  logger.info({said})"


def _signals(starter: Starter) -> Iterator[str]:
    name = _free(f"{starter.app.label}_happened", starter.app)
    if starter.model is None:
        yield "# The app has no models yet. With models, signalgen init writes handlers for them."
    yield "# A signal of this app, with a function that sends it. Name it after what has happened."
    yield "signals:"
    yield f"  - name: {name}"
    yield f"    description: Sent when something has happened in {starter.app.label}."
    if starter.model is not None:
        yield f"    sender: {starter.model.name}"
    yield f"    args: [{_argument(starter)}]"
    yield "    handlers:"
    yield f"      - name: {_free(f'on_{name}', starter.app)}"
    if starter.task:
        yield f"        enqueue: {{task: {starter.task}, args: [{_argument(starter)}]}}"
    else:
        yield from _body("body", f'"{name}: %s", {_argument(starter)}', indent="        ")


def _recipes(starter: Starter) -> Iterator[str]:
    if starter.model is None:
        return
    key = f"{_snake(starter.model.name)}:{{instance.pk}}"
    yield "# Ready patterns, each without its usual trap: signalgen recipes"
    yield "# recipes:"
    yield "#   - recipe: cache_invalidate"
    yield f'#     keys: ["{key}"]'


def _m2m(model: Model) -> str:
    return next((one.name for one in model.fields if one.kind == "m2m"), "")


def _column(model: Model | None) -> str:
    """Return a field that holds its own value and is not a key, empty if there is none."""
    fields = model.fields if model is not None else ()
    plain = [one for one in fields if one.kind == "plain" and "primary_key" not in one.options]
    return next((one.name for one in plain), "")


def _free(name: str, app: App) -> str:
    taken = {word for names in app.names.values() for word in names}
    taken |= {one.function.rpartition(".")[2] for one in app.registrations}
    number = next(n for n in range(1, len(taken) + 2) if _numbered(name, n) not in taken)
    return _numbered(name, number)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}_{number}"


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
