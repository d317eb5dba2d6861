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
    """An entry of the setting ``TASKS``: its class, "" if computed, and ``ENQUEUE_ON_COMMIT``."""

    name: str
    on_commit: bool | None


def enqueues_at_once(index: Index, function: FunctionRef) -> bool:
    """Tell whether a task certainly reaches a worker before the commit.

    django-tasks before 0.10 waited by default, by a setting and a parameter of ``@task``;
    ``django.tasks`` never does. A backend that stores tasks as rows of the database need not.
    """
    backends = _backends(index)
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
            # A backend that cannot be read has an empty name, and counts as harmless.
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
