"""What leaves the database, by resolved name (tasks, mail, HTTP, files): ``effect_of``."""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from signalgen.dotted import dotted
from signalgen.facts import services, tasks
from signalgen.flow.commit.djangotasks import enqueues_at_once
from signalgen.flow.effects.temporary import is_temporary
from signalgen.flow.effects.threads import function_of, handed_over
from signalgen.flow.function.attributes import chained_names
from signalgen.flow.function.guards import path_to
from signalgen.flow.function.naming import assigned_values, describe, result_names
from signalgen.flow.reach import reach as way
from signalgen.flow.reach.callee import RUNNING, callee, class_of, classes_behind
from signalgen.flow.reach.handed import class_handed
from signalgen.index.memo import answered_for_now, remembered
from signalgen.index.queues import may_be_rows, rq_waits
from signalgen.index.reading.resolving import derived_from, find_class, find_function, resolve
from signalgen.index.tasks import task_library, waits_by_itself
from signalgen.late import dataclass, pattern
from signalgen.queueing import queued

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator
    from typing import TypeGuard

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
_REMOVING = pattern(r"^(?:os\.(?:remove|unlink|rmdir|removedirs)|shutil\.rmtree)$")
_MESSAGE = pattern(
    r"^(?:django\.core\.mail|anymail\.message)\."
    r".*(?:Email(?:Message|MultiAlternatives)|AnymailMessage)$"
)
# tenacity 9.1: without ``wait`` it tries again at once.
_WAITING = pattern(r"^tenacity\.(?:\w+\.)*(?:Async)?Retrying$")
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
    "image": "creates a PDF or an image",
    "lock": "waits for a lock",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What a call does outside the transaction."""

    kind: Kind
    name: str
    threaded: bool = False
    """Whether it runs in its own thread: nothing waits for it, and it waits for no commit."""
    meant: bool = False
    """Whether a package does it so by design, as haystack's signal processors do."""

    @property
    def verb(self) -> str:
        """What it does, in words: ``queues a task``."""
        return _VERBS[self.kind]


def effect_of(index: Index, reached: Reached) -> Effect | None:
    """Return the effect of a call outside the database, None if nothing or unknown."""
    return _effect_of(index, reached) or _searched_by_class(index, reached)


@remembered(key=lambda item: (item.call, item.function, item.target, item.name), passing=True)
def _effect_of(index: Index, reached: Reached) -> Effect | None:
    function, call = reached.function, reached.call
    if reached.target is not None:
        library = task_library(index, reached.target)
        queues = library is not None and library.called and not library.waits
        # `work.call_local()` runs it at once.
        queues = queues and not reached.name.endswith(RUNNING)
        return Effect("task", reached.target.name) if queues else None
    described = describe(index, function.path, function, call.func)
    called = isinstance(call.func, ast.Call)
    # A thread runs outside the transaction; its target tells what it does.
    work = handed_over(index, function, call, reached.name, described)
    if work is not None:
        names = [describe(index, function.path, function, work)] if _is_written(work) else []
        found = _listed(names) or _of_target(index, function_of(index, function, work))
        return replace(found, threaded=True) if found is not None else None
    # Django Q with its ORM broker: a task is a row of the same transaction.
    made = next((one for one in _of_maker(index, reached) if tasks.CALLS.search(one)), described)
    name = "" if _queues_rows(index, made) else made
    task = queued(call, lambda node: _library(index, function, node), lambda _: name)
    task = task or _enqueued(index, described) or _of_task_class(index, function, call)
    if task.endswith(".kiq") and not _is_awaited(function, call):
        return None  # a coroutine that nobody awaits
    if task:
        return Effect("task", task)
    if _WAITING.search(described) and any(word.arg == "wait" for word in call.keywords):
        return Effect("sleep", described)
    if _REMOVING.search(described) and is_temporary(index, function, call):
        return None  # nobody else knows of it
    return (
        # `async_to_sync(layer.group_send)` says more of its own call than the name inside it.
        _listed([described, reached.name] if called else [reached.name, described])
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


def _is_written(work: ast.expr | FunctionRef) -> TypeGuard[ast.expr]:
    return isinstance(work, ast.expr)


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
    found = (_of_index(index, cls, func.attr) for cls in filter(None, made))
    return next(filter(None, found), None)


def _searched_by_class(index: Index, reached: Reached) -> Effect | None:
    """Return the effect of a document whose class a helper was given: ``document().update(…)``."""
    func = reached.call.func
    if reached.via is None or not isinstance(func, ast.Attribute) or func.attr not in _SEARCHING:
        return None
    owner = func.value
    values = assigned_values(reached.function, owner.id) if isinstance(owner, ast.Name) else [owner]
    for value in values:
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            cls = class_handed(index, reached, value.func.id)
            found = _of_index(index, cls, func.attr) if cls is not None else None
            if found is not None:
                return found
    return None


def _of_index(index: Index, cls: ClassRef, name: str) -> Effect | None:
    for base, own in derived_from(index.code, cls):
        if own is None and _is_index(base):
            return Effect("http", f"{cls.node.name}.{name}", meant=base.startswith("haystack."))
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
    if not parts:
        return
    if isinstance(node, ast.Name):
        makers = _makers(index, reached.function, node.id)
    else:
        makers = _called(index, reached.function, [node])
    for maker in makers:
        for name in result_names(index, maker):
            yield f"{name}().{'.'.join(reversed(parts))}"
    annotated = _annotation(reached.function, node.id) if isinstance(node, ast.Name) else ""
    if annotated and parts:
        name = resolve(index.code, reached.function.path, annotated, reached.function)
        yield f"{name}().{'.'.join(reversed(parts))}"


def _annotation(function: FunctionRef, name: str) -> str:
    """Return a parameter's annotated class as written, empty without annotation."""
    arguments = function.node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    node = next((item.annotation for item in every if item.arg == name), None)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return dotted(node) if node is not None else ""


@answered_for_now
def _makers(index: Index, function: FunctionRef, name: str) -> tuple[FunctionRef, ...]:
    return _called(index, function, assigned_values(function, name))


def _called(
    index: Index, function: FunctionRef, values: Iterable[ast.expr]
) -> tuple[FunctionRef, ...]:
    """Return the functions of the project whose results are among ``values``, each once."""
    awaited = (value.value if isinstance(value, ast.Await) else value for value in values)
    found = (
        callee(index, function, value.func)[1] for value in awaited if isinstance(value, ast.Call)
    )
    return tuple(dict.fromkeys(one for one in found if one is not None))


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
    # What Django's users have; a method of the project's own is followed.
    if isinstance(func, ast.Attribute) and func.attr == "email_user":
        return Effect("mail", dotted(func) or func.attr)
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


def _of_task_class(index: Index, function: FunctionRef, call: ast.Call) -> str:
    """Return the name of ``Work().delay`` where ``Work`` is one of Celery's classes of tasks."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in tasks.ANYWHERE:
        return ""
    if not isinstance(func.value, ast.Call):
        return ""
    for cls in classes_behind(index, function, func.value):
        for name, own in derived_from(index.code, cls):
            if own is None and name.startswith("celery.") and name.endswith(".Task"):
                return f"{cls.node.name}().{func.attr}"
    return ""


def _queues_rows(index: Index, name: str) -> bool:
    package = name.partition(".")[0]
    if package in tasks.ROW_STORES:
        return bool(index.containing(tasks.ROW_STORES[package]))
    setting, key = tasks.ROWS.get(package, ("", ""))
    return bool(setting) and may_be_rows(index, setting, key)
