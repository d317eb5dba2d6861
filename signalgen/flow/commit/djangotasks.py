"""Whether ``enqueue()`` of a task of Django, or of its backport django-tasks, hands it to a worker before the commit."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from signalgen.index.memo import answered_once
from signalgen.index.names import dotted, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

# Rows that a worker sees after the commit and that a rollback takes back, and backends that have no worker at all.
_HARMLESS = re.compile(r"database|dummy|immediate|(?:^|[._])(?:db|ox)(?:[._]|$)", re.IGNORECASE)
_NO_LONGER_WAITS = (0, 10)


class _Backend(NamedTuple):
    """One entry of the setting ``TASKS``: its class, empty when it is computed, and its ``ENQUEUE_ON_COMMIT``."""

    name: str
    on_commit: bool | None


def enqueues_at_once(index: Index, function: FunctionRef) -> bool:
    """Tell whether a task certainly reaches a worker before the commit.

    django-tasks waited for the commit by default before 0.10, by a setting and a parameter of ``@task``; ``django.tasks`` never does.
    A backend that stores tasks as rows of the database needs no waiting.
    """
    backends = _backends(index)
    if any(not item.name or _HARMLESS.search(item.name) for item in backends):
        return False
    if not _is_backport(index, function):
        return True
    if _at_once(index):
        return True
    said = _on_commit(function)
    return said is False or (said is None and {item.on_commit for item in backends} == {False})


@answered_once
def _at_once(index: Index) -> bool:
    """Tell whether the required version of django-tasks may be one that never waits; unknown ones may wait."""
    return index.code.survey.allows("django-tasks", _NO_LONGER_WAITS) is True


def _is_backport(index: Index, function: FunctionRef) -> bool:
    decorators = getattr(function.node, "decorator_list", [])
    names = (dotted(item.func if isinstance(item, ast.Call) else item) for item in decorators)
    return any(
        resolve(index.code, function.path, name, function.outer).startswith("django_tasks")
        for name in names
    )


def _on_commit(function: FunctionRef) -> bool | None:
    """Return what ``@task(enqueue_on_commit=…)`` says, None when it says nothing."""
    for decorator in getattr(function.node, "decorator_list", []):
        for word in decorator.keywords if isinstance(decorator, ast.Call) else []:
            if word.arg == "enqueue_on_commit" and isinstance(word.value, ast.Constant):
                return bool(word.value.value)
    return None


@answered_once
def _backends(index: Index) -> tuple[_Backend, ...]:
    """Return the backends that the settings of the project name; one that cannot be read has an empty name."""
    return tuple(_read(index))


def _read(index: Index) -> Iterator[_Backend]:
    for _path, item in index.nodes(b"TASKS"):
        node = item.node
        targets = (
            node.targets
            if isinstance(node, ast.Assign)
            else [node.target]
            if isinstance(node, ast.AnnAssign)
            else []
        )
        if not any(isinstance(target, ast.Name) and target.id == "TASKS" for target in targets):
            continue
        value = getattr(node, "value", None)
        entries = value.values if isinstance(value, ast.Dict) else [None]
        for entry in entries:
            given = _literals(entry)
            name, on_commit = given.get("BACKEND"), given.get("ENQUEUE_ON_COMMIT")
            yield _Backend(
                name if isinstance(name, str) else "",
                on_commit if isinstance(on_commit, bool) else None,
            )


def _literals(node: ast.expr | None) -> dict[object, object]:
    pairs = zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ()
    return {
        key.value: value.value
        for key, value in pairs
        if isinstance(key, ast.Constant) and isinstance(value, ast.Constant)
    }
