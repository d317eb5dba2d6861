"""Background tasks: which functions are tasks, their library, and how they are queued.

``task_library``, ``tasks_in``, ``has_tasks`` and ``waits_by_itself`` are the entries.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.tasks import DECORATORS, LIBRARIES, OTHER, WAITS_SINCE
from signalgen.index.memo import answered_once
from signalgen.index.queues import rq_waits
from signalgen.index.reading.resolving import (
    derived_from,
    find,
    find_class,
    find_function,
    resolve,
)
from signalgen.index.reading.walking import walk
from signalgen.late import pattern
from signalgen.queueing import library_of, library_of_decorator
from signalgen.values.index import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.facts.tasks import Library
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

_DJANGO_APP = b"procrastinate.contrib.django"
_ITSELF = ("bind", "takes_context", "pass_context")
"""Options with which a task gets itself or its context first: the caller does not pass it."""
_LIKELY = pattern(
    rb"^[ \t]*@(?:[\w.]+\.)?(?:%s)\b" % b"|".join(name.encode() for name in sorted(DECORATORS)),
    re.MULTILINE,
)
_TELLING = OTHER.decorators | OTHER.queueing
"""What a project's own decorator names if it has to do with a task library."""


def task_library(index: Index, function: FunctionRef) -> Library | None:
    """Return the library of a task, None if the function is not a task."""
    for _, written in _making(function):
        return _library(index, function, written)
    # `from celery import shared_task as job` hides the decorator's name.
    for decorator in getattr(function.node, "decorator_list", []):
        written = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
        name = resolve(index.code, function.path, written, function.outer) if written else ""
        if name.rpartition(".")[2] in DECORATORS and library_of(name) is not None:
            return _library(index, function, written)
    return None


@answered_once
def has_tasks(index: Index) -> bool:
    """Tell whether production code of the project imports a task library."""
    named = sorted({"arq", "django_q"}.union(*(one.packages for one in LIBRARIES.values())))
    words = tuple(name.encode() for name in named)
    imported = re.compile(
        rb"^[ \t]*(?:from|import)[ \t]+(?:%s)\b" % b"|".join(map(re.escape, words)), re.MULTILINE
    )
    return any(imported.search(index.code.data(path)) for path in index.containing(*words))


def tasks_in(index: Index, path: str) -> Iterator[Task]:
    """Yield a module's top-level tasks, including those made by the project's own decorators."""
    if not _LIKELY.search(index.code.data(path)):
        return
    for node in index.code.functions_at_top(path):
        function = index.code.function_ref(path, node)
        if not any(_making(function)):
            continue
        library = task_library(index, function) or OTHER
        line, parameters = node.decorator_list[0].lineno, _parameters(function)
        based = any(_keyword(decorator, "base") is not None for decorator, _ in _making(function))
        yield Task(node.name, function.module, path, line, library.kind, parameters, based=based)


def _parameters(function: FunctionRef) -> tuple[str, ...]:
    given = function.node.args
    names = [arg.arg for arg in (*given.posonlyargs, *given.args)]
    names += [f"*{given.vararg.arg}"] if given.vararg else []
    names += [arg.arg for arg in given.kwonlyargs]
    names += [f"**{given.kwarg.arg}"] if given.kwarg else []
    hidden = not_passed(function)
    return tuple(name for name in names if name not in hidden)


def not_passed(function: FunctionRef) -> frozenset[str]:
    """Return the parameters that the library fills in: the task, its context."""
    given = function.node.args
    first = [arg.arg for arg in (*given.posonlyargs, *given.args)][:1]
    for decorator, _ in _making(function):
        if any(_is_set(decorator, flag) for flag in _ITSELF):
            return frozenset(first)
        # huey passes it by name.
        return frozenset({"task"} if _is_set(decorator, "context") else ())
    return frozenset()


def _is_set(decorator: ast.expr, flag: str) -> bool:
    value = _keyword(decorator, flag)
    return isinstance(value, ast.Constant) and value.value is True


def is_made_plainly(function: FunctionRef) -> bool:
    """Tell whether only its library's own decorator wraps a task."""
    made = list(_making(function))
    if len(made) != 1 or len(getattr(function.node, "decorator_list", [])) != 1:
        return False
    keywords = made[0][0].keywords if isinstance(made[0][0], ast.Call) else []
    return all(
        word.arg not in (None, "base")
        and (word.arg not in (*_ITSELF, "context") or isinstance(word.value, ast.Constant))
        for word in keywords
    )


def _making(function: FunctionRef) -> Iterator[tuple[ast.expr, str]]:
    for decorator in getattr(function.node, "decorator_list", []):
        written = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
        if written.rpartition(".")[2] in DECORATORS:
            yield decorator, written


def made_with(index: Index, function: FunctionRef) -> list[str]:
    """Return the resolved names of the decorators that may make a function a task."""
    return [
        resolve(index.code, function.path, name, function.outer) for _, name in _making(function)
    ]


def is_called(index: Index, function: FunctionRef) -> bool:
    """Tell whether a plain call queues the function instead of running it."""
    library = task_library(index, function)
    return library is not None and library.called


def _defined(node: ast.AST) -> Iterator[str]:
    for item in walk(node):
        if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield item.name
        elif isinstance(item, ast.Attribute) and isinstance(item.ctx, ast.Store):
            yield item.attr


def _is_own(index: Index, name: str) -> bool:
    """Tell whether the project's decorator has nothing to do with a task library."""
    own = find_function(index.code, name) or find_class(index.code, name)
    if own is None or isinstance(own.node, ast.Lambda):
        return False
    defined = {name for node in own.node.body for name in _defined(node)}
    for node in walk(own.node):
        written = dotted(node)
        # An attribute that the decorator sets itself does not identify a library.
        last = written.rpartition(".")[2]
        if "." in written and last not in defined and last in _TELLING:
            return False
        resolved = resolve(index.code, own.path, written) if written else ""
        if library_of(resolved) is not None:
            return False
    return True


def _library(index: Index, function: FunctionRef, written: str) -> Library | None:
    name = resolve(index.code, function.path, written, function.outer)
    if library_of(name) is None and _is_own(index, name):
        return None
    found = library_of_decorator(
        written, name, lambda owner: _maker(index, function.path, owner, function.outer)
    )
    if found is OTHER:
        found = _library_of_own(index, name) or OTHER
    if found is LIBRARIES["procrastinate_app"] and index.containing(_DJANGO_APP):
        return LIBRARIES["procrastinate"]
    return found


def _maker(index: Index, path: str, owner: str, scope: FunctionRef | None) -> str:
    """Return the name of the callable that created the object behind a name, empty if unknown."""
    found = find(index.code, resolve(index.code, path, owner, scope))
    value = getattr(found.stmt, "value", None) if found is not None else None
    if found is None or not isinstance(value, ast.Call):
        return ""
    return resolve(index.code, found.path, dotted(value.func))


def _library_of_own(index: Index, name: str) -> Library | None:
    """Return the library of the tasks that a decorator of the project certainly makes.

    It is ``partial(…)`` of the library's decorator, or a function that returns only results of that
    decorator, including its inner functions.
    """
    made = find_function(index.code, name)
    if made is None:
        found = find(index.code, name)
        value = getattr(found.stmt, "value", None) if found is not None else None
        if isinstance(value, ast.Call) and dotted(value.func).rpartition(".")[2] == "partial":
            value = value.args[0] if value.args else None
        if found is None or found.rest or not isinstance(value, (ast.Name, ast.Attribute)):
            return None
        return _named_library(index, found.path, dotted(value), None)
    nested = {item.name for item in walk(made.node) if isinstance(item, ast.FunctionDef)}
    libraries = set[str]()
    for item in walk(made.node):
        value = item.value if isinstance(item, ast.Return) else None
        if value is None or (isinstance(value, ast.Name) and value.id in nested):
            continue
        while isinstance(value, ast.Call):
            value = value.func
        known = _named_library(index, made.path, dotted(value), made)
        libraries.add(known.kind if known is not None else "")
    return LIBRARIES.get(libraries.pop()) if len(libraries) == 1 else None


def _named_library(
    index: Index, path: str, written: str, scope: FunctionRef | None
) -> Library | None:
    name = resolve(index.code, path, written, scope)
    found = library_of_decorator(written, name, lambda owner: _maker(index, path, owner, scope))
    last = name.rpartition(".")[2]
    return found if found is not None and last in found.decorators and found is not OTHER else None


def waits_by_itself(index: Index, function: FunctionRef) -> bool:
    """Tell whether a task certainly waits for the commit by itself.

    Either its library does that, or it is made with a class of the setting ``deferring-bases``, or
    by a Celery app of such a class.
    """
    django_rq = any(name.startswith("django_rq.") for name in made_with(index, function))
    if django_rq and index.code.survey.allows("django-rq", WAITS_SINCE):
        return rq_waits(index)
    return bool(index.deferring) and any(
        _is_deferring(index, name) for name in _classes_of_task(index, function)
    )


def _classes_of_task(index: Index, function: FunctionRef) -> Iterator[str]:
    for decorator, written in _making(function):
        base = _keyword(decorator, "base")
        # `base=` in the decorator wins over the class and `task_cls` of the app.
        if base is not None:
            yield _named(index, function.path, base, function.outer)
            continue
        owner = resolve(index.code, function.path, written.rpartition(".")[0], function.outer)
        found = find(index.code, owner)
        made = getattr(found.stmt, "value", None) if found is not None else None
        if found is not None and isinstance(made, ast.Call):
            yield _named(index, found.path, made.func)
            task_cls = _keyword(made, "task_cls")
            if task_cls is not None:
                yield _named(index, found.path, task_cls)


def _keyword(node: ast.expr, name: str) -> ast.expr | None:
    keywords = node.keywords if isinstance(node, ast.Call) else []
    return next((item.value for item in keywords if item.arg == name), None)


def _named(index: Index, path: str, node: ast.expr, scope: FunctionRef | None = None) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.replace(":", ".")
    return resolve(index.code, path, dotted(node), scope)


def _is_deferring(index: Index, name: str) -> bool:
    cls = find_class(index.code, name) if name else None
    names = [name, *(base for base, _ in derived_from(index.code, cls))] if cls else [name]
    return any(
        one in index.deferring or one.rpartition(".")[2] in index.deferring for one in names if one
    )
