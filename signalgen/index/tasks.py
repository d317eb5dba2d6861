"""Which functions of the project are background tasks, of which library, and how each is put into its queue."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.facts.tasks import DECORATORS, OTHER, WAITS_SINCE
from signalgen.index.reading.resolving import (
    bases,
    dotted,
    find,
    find_class,
    find_function,
    resolve,
)
from signalgen.index.reading.walking import walk
from signalgen.queueing import library_of, library_of_decorator
from signalgen.values.index import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.facts.tasks import Library
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

_DEEPEST = 10
_LIKELY = re.compile(
    rb"^[ \t]*@(?:[\w.]+\.)?(?:%s)\b" % b"|".join(name.encode() for name in sorted(DECORATORS)),
    re.MULTILINE,
)
_TELLING = OTHER.decorators | OTHER.queueing
"""What a decorator of the project names if it has to do with a task library."""


def task_library(index: Index, function: FunctionRef) -> Library | None:
    """Return the library that a function is a task of, None when it is no task."""
    for _, written in _making(function):
        return _library(index, function, written)
    return None


def tasks_in(index: Index, path: str) -> Iterator[Task]:
    """Yield the tasks that a module defines at its top level, those of a dispatcher of the project's own included."""
    if not _LIKELY.search(index.code.data(path)):
        return
    for node in index.code.functions_at_top(path):
        function = index.code.function_ref(path, node)
        if not any(_making(function)):
            continue
        library = task_library(index, function) or OTHER
        line, parameters = node.decorator_list[0].lineno, _parameters(function)
        yield Task(node.name, function.module, path, line, library.kind, parameters)


def _parameters(function: FunctionRef) -> tuple[str, ...]:
    """Return the parameters that a caller gives: without the task itself, which a bound one gets first."""
    given = function.node.args
    names = [arg.arg for arg in (*given.posonlyargs, *given.args)]
    names += [f"*{given.vararg.arg}"] if given.vararg else []
    names += [arg.arg for arg in given.kwonlyargs]
    names += [f"**{given.kwarg.arg}"] if given.kwarg else []
    for decorator, _ in _making(function):
        flags = [_keyword(decorator, "bind"), _keyword(decorator, "takes_context")]
        if any(isinstance(flag, ast.Constant) and flag.value is True for flag in flags):
            return tuple(names[1:])
    return tuple(names)


def _making(function: FunctionRef) -> Iterator[tuple[ast.expr, str]]:
    """Yield the decorators that may make a function a task, each with its name."""
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
    """Tell whether a function is a task that a plain call queues, so that nothing of it runs on the spot."""
    library = task_library(index, function)
    return library is not None and library.called


def _defined(node: ast.AST) -> Iterator[str]:
    """Yield the names of the functions and attributes that are made below a node."""
    for item in walk(node):
        if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield item.name
        elif isinstance(item, ast.Attribute) and isinstance(item.ctx, ast.Store):
            yield item.attr


def _is_own(index: Index, name: str) -> bool:
    """Tell whether a decorator is one of the project that has nothing to do with a task library: it may run the function anywhere."""
    own = find_function(index.code, name) or find_class(index.code, name)
    if own is None or isinstance(own.node, ast.Lambda):
        return False
    defined = {name for node in own.node.body for name in _defined(node)}
    for node in walk(own.node):
        written = dotted(node)
        last = written.rpartition(".")[2]
        if "." in written and last not in defined and last in _TELLING:
            return False
        resolved = resolve(index.code, own.path, written) if written else ""
        if library_of(resolved) is not None:
            return False
    return True


def _library(index: Index, function: FunctionRef, written: str) -> Library | None:
    def maker(owner: str) -> str:
        found = find(index.code, resolve(index.code, function.path, owner, function.outer))
        value = getattr(found.stmt, "value", None) if found is not None else None
        if found is None or not isinstance(value, ast.Call):
            return ""
        return resolve(index.code, found.path, dotted(value.func))

    name = resolve(index.code, function.path, written, function.outer)
    if library_of(name) is None and _is_own(index, name):
        return None
    return library_of_decorator(written, name, maker)


def waits_by_itself(index: Index, function: FunctionRef) -> bool:
    """Tell whether a task certainly waits for the commit by itself.

    That is one that its library lets wait, or one made with, or of a Celery app of, a class that the setting ``deferring-bases``
    names.
    """
    django_rq = any(name.startswith("django_rq.") for name in made_with(index, function))
    if django_rq and index.code.survey.allows("django-rq", WAITS_SINCE):
        return True
    return bool(index.deferring) and any(
        _is_deferring(index, name) for name in _classes_of_task(index, function)
    )


def _classes_of_task(index: Index, function: FunctionRef) -> Iterator[str]:
    """Yield what ``@task(base=…)`` names, and where it says nothing the class and the ``task_cls`` of its app."""
    for decorator, written in _making(function):
        base = _keyword(decorator, "base")
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
    """Return the dotted class that an expression or a string (``"shop.tasks:Base"``) names."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.replace(":", ".")
    return resolve(index.code, path, dotted(node), scope)


def _is_deferring(index: Index, name: str, depth: int = 0) -> bool:
    """Tell whether a class is one of the setting's, by its dotted or its bare name, or derives from one."""
    if name in index.deferring or name.rpartition(".")[2] in index.deferring:
        return bool(name)
    cls = find_class(index.code, name) if name and depth < _DEEPEST else None
    return cls is not None and any(
        _is_deferring(index, base, depth + 1) for base in bases(index.code, cls)
    )
