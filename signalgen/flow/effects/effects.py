"""What leaves the database, by resolved name (tasks, mail, HTTP, files): ``effect_of``."""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from signalgen.dotted import dotted
from signalgen.facts import services, tasks
from signalgen.flow.commit.djangotasks import enqueues_at_once
from signalgen.flow.function.attributes import chained_names
from signalgen.flow.function.naming import assigned_values, describe, result_names
from signalgen.flow.reach.callee import callee, class_of, classes_behind
from signalgen.index.memo import remembered
from signalgen.index.queues import may_be_rows
from signalgen.index.reading.resolving import derived_from, find_class, find_function, resolve
from signalgen.index.tasks import task_library, waits_by_itself
from signalgen.late import dataclass, pattern
from signalgen.queueing import queued

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from signalgen.facts.tasks import Library
    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import ClassRef, FunctionRef

Kind = Literal[
    "task", "mail", "http", "channel", "file", "process", "sleep", "render", "image", "lock"
]

# Patterns match names as `describe` gives them: `requests.Session().post`.
_TABLE: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (services.MAIL, "mail"),
    (services.HTTP, "http"),
    (services.CHANNELS, "channel"),
    (
        pattern(
            r"^subprocess\.(?:run|call|check_call|check_output|Popen|getoutput|getstatusoutput)$"
            r"|^os\.(?:system|popen)$"
        ),
        "process",
    ),
    (pattern(r"^time\.sleep$"), "sleep"),
    (
        pattern(
            r"^os\.(?:remove|unlink|rename|replace|rmdir|removedirs)$|^shutil\.(?:rmtree|move)$"
            r"|\.(?:\w+_)?storages?\.delete$"
        ),
        "file",
    ),
    (
        pattern(
            r"^django\.(?:template\.(?:loader|loader_tags)\.render_to_string"
            r"|template\.loader\.get_template\(\)\.render)$"
        ),
        "render",
    ),
    (
        pattern(r"^(?:filelock\.(?:\w+\.)*\w*Lock(?:\(\)\.acquire)?|fcntl\.(?:flock|lockf))$"),
        "lock",
    ),
    (
        pattern(
            r"^(?:weasyprint|xhtml2pdf|pdfkit|wand)\.|^reportlab\.\S*\.(?:save|build)$"
            r"|^PIL\.Image\.(?:open|new)\b"
        ),
        "image",
    ),
)
_TABLE += (
    (services.QUEUES, "task"),
    (services.REQUESTS, "http"),
    (services.IMAGES, "image"),
    (services.MESSAGES, "channel"),
)
_MESSAGE = pattern(
    r"^(?:django\.core\.mail|anymail\.message)\."
    r".*(?:Email(?:Message|MultiAlternatives)|AnymailMessage)$"
)
_MOST_NAMES = 10_000
_VERBS = {
    "task": "queues a task",
    "mail": "sends mail",
    "http": "makes an HTTP request",
    "channel": "sends a message",
    "file": "changes files",
    "process": "starts a process",
    "sleep": "sleeps",
    "render": "renders templates",
    "image": "makes a PDF or an image",
    "lock": "waits for a lock",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What a call does to the world outside the transaction."""

    kind: Kind
    name: str
    threaded: bool = False
    """Whether it runs in its own thread: nothing waits for it, and it waits for no commit."""

    @property
    def verb(self) -> str:
        """What it does, in words: ``queues a task``."""
        return _VERBS[self.kind]


@remembered(key=lambda item: (item.call, item.function, item.target, item.name))
def effect_of(index: Index, reached: Reached) -> Effect | None:
    """Return what a call does outside the database, None when that is nothing or unknown."""
    function, call = reached.function, reached.call
    if reached.target is not None:
        library = task_library(index, reached.target)
        queues = library is not None and library.called and not library.waits
        return Effect("task", reached.target.name) if queues else None
    # A thread runs outside the transaction; its target tells what it does.
    if reached.name == "threading.Thread":
        work = next((item.value for item in call.keywords if item.arg == "target"), None)
        found = (
            _listed([describe(index, function.path, function, work)]) if work is not None else None
        )
        return replace(found, threaded=True) if found is not None else None
    described = describe(index, function.path, function, call.func)
    # Django Q with its ORM broker: a task is a row of the same transaction.
    name = "" if _queues_rows(index, described) else described
    task = queued(call, lambda node: _library(index, function, node), lambda _: name)
    if task:
        return Effect("task", task)
    return (
        _listed([reached.name, described])
        or _mail(index, reached)
        or _listed(_of_maker(index, reached))
        or _file(reached)
    )


def _listed(names: Iterable[str]) -> Effect | None:
    for name in dict.fromkeys(names):
        kind = _kind(name) if name else None
        if kind is not None:
            return Effect(kind, name)
    return None


def _of_maker(index: Index, reached: Reached) -> Iterator[str]:
    parts: list[str] = []
    node = reached.call.func
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name) and node.id in ("self", "cls") and len(parts) > 1:
        own = find_class(index.code, class_of(index, reached.function, node.id))
        yield from chained_names(index, own, parts[::-1]) if own is not None else ()
    local = assigned_values(reached.function, node.id) if isinstance(node, ast.Name) else [node]
    for value in local if parts else ():
        maker = (
            callee(index, reached.function, value.func)[1] if isinstance(value, ast.Call) else None
        )
        for name in result_names(index, maker) if maker is not None else ():
            yield f"{name}().{'.'.join(reversed(parts))}"


@lru_cache(_MOST_NAMES)
def _kind(name: str) -> Kind | None:
    return next((kind for pattern, kind in _TABLE if pattern.search(name)), None)


def _file(reached: Reached) -> Effect | None:
    func = reached.call.func
    if not isinstance(func, ast.Attribute) or func.attr != "delete":
        return None
    keeps = any(
        item.arg == "save" and isinstance(item.value, ast.Constant) and item.value.value is False
        for item in reached.call.keywords
    )
    return Effect("file", dotted(func) or "delete") if keeps else None


def _mail(index: Index, reached: Reached) -> Effect | None:
    """Return the effect of sending a message of a project class or made by a project function."""
    func = reached.call.func
    if not isinstance(func, ast.Attribute) or func.attr != "send":
        return None
    made = [*classes_behind(index, reached.function, func.value)]
    if isinstance(func.value, ast.Call) and dotted(func.value.func) == "super":
        own = find_class(index.code, class_of(index, reached.function, "self"))
        made += [own] if own is not None else []
    for cls in made:
        if _is_message(index, cls):
            return Effect("mail", f"{cls.node.name}().send")
    if isinstance(func.value, ast.Call):
        maker = callee(index, reached.function, func.value.func)[1]
        names = result_names(index, maker) if maker is not None else ()
        return next(
            (Effect("mail", f"{name}().send") for name in names if _MESSAGE.search(name)), None
        )
    return None


def _is_message(index: Index, cls: ClassRef) -> bool:
    return any(_MESSAGE.search(name) for name, _ in derived_from(index.code, cls))


def _library(index: Index, function: FunctionRef, node: ast.expr) -> Library | None:
    name = resolve(index.code, function.path, dotted(node), function)
    task = find_function(index.code, name) or callee(index, function, node)[1]
    if task is None:
        return None
    library = task_library(index, task)
    # No task, or one that waits for the commit by itself: nothing leaves too early.
    if library is None or waits_by_itself(index, task):
        return tasks.ON_THE_SPOT
    if library.kind == "django" and not enqueues_at_once(index, task):
        return tasks.ON_THE_SPOT
    return library


def _queues_rows(index: Index, name: str) -> bool:
    setting, key = tasks.ROWS.get(name.partition(".")[0], ("", ""))
    return bool(setting) and may_be_rows(index, setting, key)
