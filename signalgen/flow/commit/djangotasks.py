"""Whether a Django task reaches a worker before the commit: ``enqueues_at_once``."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from signalgen.facts.tasks import NO_LONGER_WAITS
from signalgen.index.memo import answered_once
from signalgen.index.tasks import made_with
from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

# Rows, which workers see after the commit and a rollback removes; and backends with no worker.
_HARMLESS = pattern(r"database|dummy|immediate|(?:^|[._])(?:db|ox)(?:[._]|$)", re.IGNORECASE)


class _Backend(NamedTuple):
    """An entry of ``TASKS``: its alias and class ("" if computed), and whether it waits."""

    alias: str
    name: str
    on_commit: bool | None


def enqueues_at_once(index: Index, function: FunctionRef) -> bool:
    """Tell whether a task certainly reaches a worker before the commit.

    django-tasks before 0.10 waited by default, by a setting and a parameter of ``@task``;
    ``django.tasks`` never does. A backend that stores tasks as rows of the database need not.
    """
    alias = _alias(function)
    backends = [item for item in _backends(index) if not item.alias or item.alias == alias]
    # Of huey's backend alone the setting is read since django-tasks has given it up.
    if any("huey" in item.name.lower() and item.on_commit for item in backends):
        return False
    if any(not item.name or _HARMLESS.search(item.name) for item in backends):
        return False
    if not any(name.startswith("django_tasks.") for name in made_with(index, function)):
        return True
    if _at_once(index):
        return True
    said = _on_commit(function)
    return said is False or (said is None and {item.on_commit for item in backends} == {False})


@answered_once
def _at_once(index: Index) -> bool:
    return index.code.survey.allows("django-tasks", NO_LONGER_WAITS) is True


def _alias(function: FunctionRef) -> str:
    """Return the alias of the backend that ``@task(backend=…)`` names."""
    for decorator in getattr(function.node, "decorator_list", []):
        for word in decorator.keywords if isinstance(decorator, ast.Call) else []:
            if word.arg == "backend" and isinstance(word.value, ast.Constant):
                return str(word.value.value)
    return "default"


def _on_commit(function: FunctionRef) -> bool | None:
    for decorator in getattr(function.node, "decorator_list", []):
        for word in decorator.keywords if isinstance(decorator, ast.Call) else []:
            if word.arg == "enqueue_on_commit" and isinstance(word.value, ast.Constant):
                return bool(word.value.value)
    return None


@answered_once
def _backends(index: Index) -> tuple[_Backend, ...]:
    return tuple(_read(index))


def _read(index: Index) -> Iterator[_Backend]:
    for _path, item in index.nodes(b"TASKS", near=True):
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
        entries = (
            zip(value.keys, value.values, strict=True)
            if isinstance(value, ast.Dict)
            else [(None, None)]
        )
        for key, entry in entries:
            given = _literals(entry)
            name, on_commit = given.get("BACKEND"), given.get("ENQUEUE_ON_COMMIT")
            alias = key.value if isinstance(key, ast.Constant) else ""
            if on_commit is None:
                on_commit = _literals(_value(entry, "OPTIONS")).get("enqueue_on_commit")
            # A backend that cannot be read has an empty name, and counts as harmless.
            yield _Backend(
                alias if isinstance(alias, str) else "",
                name if isinstance(name, str) else "",
                on_commit if isinstance(on_commit, bool) else None,
            )


def _value(node: ast.expr | None, name: str) -> ast.expr | None:
    pairs = zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ()
    return next(
        (value for key, value in pairs if isinstance(key, ast.Constant) and key.value == name), None
    )


def _literals(node: ast.expr | None) -> dict[object, object]:
    pairs = zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ()
    return {
        key.value: value.value
        for key, value in pairs
        if isinstance(key, ast.Constant) and isinstance(value, ast.Constant)
    }
