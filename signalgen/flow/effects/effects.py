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
from signalgen.flow.function.guards import path_to
from signalgen.flow.function.naming import assigned_values, describe, result_names
from signalgen.flow.reach import reach as way
from signalgen.flow.reach.callee import RUNNING, callee, class_of, classes_behind
from signalgen.index.memo import remembered
from signalgen.index.queues import may_be_rows, rq_waits
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
            r"|\.(?:\w+_)?storages?(?:\[\])?\.delete$"
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
_EXECUTOR = pattern(r"^concurrent\.futures\.(?:\w+\.)*(?:Thread|Process)PoolExecutor\(\)\.submit$")
_SEARCHING = frozenset({"save", "delete", "update", "handle_save", "handle_delete"})
_LEVELS = 2
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
        # `work.call_local()` runs it on the spot.
        queues = queues and not reached.name.endswith(RUNNING)
        return Effect("task", reached.target.name) if queues else None
    described = describe(index, function.path, function, call.func)
    # A thread runs outside the transaction; its target tells what it does.
    work = _in_thread(reached.name, described, call)
    if work is not None:
        found = _listed([describe(index, function.path, function, work)])
        found = found or _of_target(index, callee(index, function, work)[1])
        return replace(found, threaded=True) if found is not None else None
    # Django Q with its ORM broker: a task is a row of the same transaction.
    name = "" if _queues_rows(index, described) else described
    task = queued(call, lambda node: _library(index, function, node), lambda _: name)
    task = task or _enqueued(index, described)
    if task.endswith(".kiq") and not _is_awaited(function, call):
        return None  # a coroutine that nobody awaits
    if task:
        return Effect("task", task)
    return (
        _listed([reached.name, described])
        or _mail(index, reached)
        or _searched(index, reached)
        or _listed(_of_maker(index, reached))
        or _file(reached)
    )


def _is_awaited(function: FunctionRef, call: ast.Call) -> bool:
    if isinstance(call.func, ast.Call):
        return True  # async_to_sync(work.kiq)(…)
    path = path_to(function.node, call)
    return len(path) > 1 and not isinstance(path[-2], ast.Expr)


def _in_thread(name: str, described: str, call: ast.Call) -> ast.expr | None:
    """Return what a thread, a timer or an executor is given to run, None for any other call."""
    if name == "threading.Thread":
        return next((item.value for item in call.keywords if item.arg == "target"), None)
    at = 1 if name == "threading.Timer" else 0 if _EXECUTOR.search(described) else None
    return call.args[at] if at is not None and len(call.args) > at else None


def _of_target(index: Index, target: FunctionRef | None) -> Effect | None:
    """Return the first effect of a function of the project that a thread runs."""
    for item in way.reached(index, target, _LEVELS) if target is not None else ():
        found = None if item.deferred else effect_of(index, item)
        if found is not None and not found.threaded:
            return found
    return None


def _searched(index: Index, reached: Reached) -> Effect | None:
    """Return the effect of a document of a search server, or of haystack's signal processor."""
    func = reached.call.func
    if not isinstance(func, ast.Attribute) or func.attr not in _SEARCHING:
        return None
    owner = func.value
    got = owner.func if isinstance(owner, ast.Call) else None
    if isinstance(got, ast.Attribute) and got.attr == "get":
        name = resolve(index.code, reached.function.path, dotted(got.value), reached.function)
        made = [find_class(index.code, name)] if name else []
    else:
        made = [*classes_behind(index, reached.function, owner)]
    if isinstance(owner, ast.Call) and dotted(owner.func) == "super":
        made.append(find_class(index.code, class_of(index, reached.function, "self")))
    for cls in filter(None, made):
        base = next(
            (
                name
                for name, own in derived_from(index.code, cls)
                if own is None and _is_index(name)
            ),
            "",
        )
        if base:
            return Effect("http", f"{cls.node.name}.{func.attr}")
    return None


def _is_index(name: str) -> bool:
    return services.DOCUMENTS.search(name) is not None


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


def _enqueued(index: Index, name: str) -> str:
    """Return the name of an ``enqueue`` of a django-rq that certainly does not wait."""
    if not tasks.RQ_ENQUEUES.search(name):
        return ""
    waits = index.code.survey.allows("django-rq", tasks.WAITS_SINCE)
    return name if waits is False or (waits and not rq_waits(index)) else ""


def _queues_rows(index: Index, name: str) -> bool:
    setting, key = tasks.ROWS.get(name.partition(".")[0], ("", ""))
    return bool(setting) and may_be_rows(index, setting, key)
