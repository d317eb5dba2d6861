"""Which functions of the project are background tasks, of which library, and how each is put into its queue."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.index.names import bases, dotted, find, find_class, find_function, resolve
from signalgen.index.walking import walk
from signalgen.values.project import Task, TaskKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

_BY_ORIGIN: tuple[tuple[re.Pattern[str], TaskKind], ...] = (
    (re.compile(r"^(?:django\.tasks|django_tasks)\b"), "django"),
    (re.compile(r"^celery\b"), "celery"),
    (re.compile(r"^huey\b"), "huey"),
    (re.compile(r"^dramatiq\b"), "dramatiq"),
    (re.compile(r"^(?:django_rq|rq)\b"), "rq"),
)
_DEEPEST = 10
_NAMES = frozenset(
    {"shared_task", "task", "job", "actor", "periodic_task", "db_task", "db_periodic_task"}
)
_LIKELY = re.compile(
    rb"^[ \t]*@(?:[\w.]+\.)?(?:shared_task|(?:db_)?(?:periodic_)?task|job|actor)\b", re.MULTILINE
)
QUEUEING = frozenset(
    {"delay", "apply_async", "enqueue", "schedule", "send_with_options", "aenqueue", "send"}
)
"""The methods of a task that put it into a queue at once; ``send`` counts for dramatiq's actors only."""


def task_kind(index: Index, function: FunctionRef) -> TaskKind | None:
    """Return the library that a function is a task of, None when it is no task."""
    for decorator in getattr(function.node, "decorator_list", []):
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        written = dotted(target)
        if written.rpartition(".")[2] not in _NAMES:
            continue
        return _kind(index, function, written)
    return None


def tasks_in(index: Index, path: str) -> Iterator[Task]:
    """Yield the tasks that a module defines at its top level."""
    if not _LIKELY.search(index.code.data(path)):
        return
    for node in index.code.functions_at_top(path):
        function = index.code.function_ref(path, node)
        kind = task_kind(index, function)
        if kind is not None:
            parameters = _parameters(node)
            line = node.decorator_list[0].lineno
            yield Task(node.name, function.module, path, line, kind, parameters)


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, ...]:
    """Return the parameters that a caller gives: without the task itself, which a bound one gets first."""
    given = node.args
    names = [arg.arg for arg in (*given.posonlyargs, *given.args)]
    names += [f"*{given.vararg.arg}"] if given.vararg else []
    names += [arg.arg for arg in given.kwonlyargs]
    names += [f"**{given.kwarg.arg}"] if given.kwarg else []
    for decorator in node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        if dotted(target).rpartition(".")[2] in _NAMES:
            flags = [_keyword(decorator, "bind"), _keyword(decorator, "takes_context")]
            if any(isinstance(flag, ast.Constant) and flag.value is True for flag in flags):
                return tuple(names[1:])
            break
    return tuple(names)


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
        if "." in written and last not in defined and last in (_NAMES | QUEUEING) - {"send"}:
            return False
        resolved = resolve(index.code, own.path, written) if written else ""
        if any(pattern.match(resolved) for pattern, _ in _BY_ORIGIN):
            return False
    return True


def _kind(index: Index, function: FunctionRef, written: str) -> TaskKind | None:
    name = resolve(index.code, function.path, written, function.outer)
    for pattern, kind in _BY_ORIGIN:
        if pattern.match(name):
            return kind
    if _is_own(index, name):
        return None
    owner = written.rpartition(".")[0]
    if not owner:
        return "celery" if written == "shared_task" else "other"
    found = find(index.code, resolve(index.code, function.path, owner, function.outer))
    if (
        found is not None
        and isinstance(found.stmt, (ast.Assign, ast.AnnAssign))
        and isinstance(found.stmt.value, ast.Call)
    ):
        made = resolve(index.code, found.path, dotted(found.stmt.value.func))
        for pattern, kind in _BY_ORIGIN:
            if pattern.match(made):
                return kind
        lowered = made.lower()
        return "celery" if "celery" in lowered else "huey" if "huey" in lowered else "other"
    return "celery" if "celery" in name.lower() or owner in ("app", "celery_app") else "other"


def waits_by_itself(index: Index, function: FunctionRef) -> bool:
    """Tell whether a task is made with, or of a Celery app of, a class that the setting ``deferring-bases`` names."""
    return bool(index.deferring) and any(
        _is_deferring(index, name) for name in _classes_of_task(index, function)
    )


def _classes_of_task(index: Index, function: FunctionRef) -> Iterator[str]:
    """Yield what ``@task(base=…)`` names, and where it says nothing the class and the ``task_cls`` of its app."""
    for decorator in getattr(function.node, "decorator_list", []):
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        written = dotted(target)
        if written.rpartition(".")[2] not in _NAMES:
            continue
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
