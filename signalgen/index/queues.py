"""Answers from the settings: ``other_databases``, ``row_queues``, ``cache_backends``."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.index.memo import answered_once
from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.index.build import Index

# Names of databases that are never written to, or only used in tests.
_COPY = pattern(r"replica|read|slave|mirror|secondary|follower|test", re.IGNORECASE)
_EXAMPLE = pattern(
    r"(?:^|/)(?:examples?|samples?|demos?|sandbox|docs?)/[^\n]*$"
    r"|(?:^|[/_.-])(?:example|sample|template|dist)s?(?:[_.-][^/]*)?\.py$",
    re.IGNORECASE,
)
"""Settings files that are only templates to copy."""
_DATABASE = pattern(r"database|(?:^|[._])db(?:[._]|$)", re.IGNORECASE)
_DEFAULT = "default"


@answered_once
def other_databases(index: Index) -> tuple[str, ...]:
    """Return the writable databases besides ``default``, by the literal keys of ``DATABASES``."""
    return tuple(sorted(set(_databases(index)) - {_DEFAULT}))


def row_queues(index: Index) -> frozenset[str]:
    """Return the kinds of tasks (see ``facts.tasks``) that commit together with the rows.

    They are rows of the only database, or wait for its commit by themselves. A kind is left out if
    a settings file names another backend or database, or cannot be read.
    """
    if other_databases(index) or not all(
        isinstance(value, ast.Dict) for value in assigned(index, "DATABASES")
    ):
        return frozenset()
    found = {"background", "huey_on_commit"}
    aliases = [_text(value) for value in assigned(index, "PROCRASTINATE_DATABASE_ALIAS")]
    if all(alias == _DEFAULT for alias in aliases):
        found.add("procrastinate")
    clusters = assigned(index, "Q_CLUSTER")
    if clusters and all(_text(_entries(value).get("orm")) == _DEFAULT for value in clusters):
        found.add("django_q")
    backends = assigned(index, "TASKS")
    if backends and all(map(_stores_rows, backends)):
        found.add("django")
    return frozenset(found)


def cache_backends(index: Index) -> frozenset[str]:
    """Return the possible backends of ``cache`` from ``CACHES``; none if unknown."""
    touched = index.nodes(b"CACHES", wanted=(ast.Name,), near=True)
    if any(
        item.node.id == "CACHES" and isinstance(item.node.ctx, ast.Load)
        for _path, item in touched
        if isinstance(item.node, ast.Name)
    ):
        return frozenset()
    values = [_entries(value).get(_DEFAULT) for value in assigned(index, "CACHES")]
    found = frozenset(_text(_entries(value).get("BACKEND")) for value in values)
    return frozenset() if "" in found else found


def may_be_rows(index: Index, setting: str, key: str) -> bool:
    """Tell whether a dictionary setting has, or may have, a key in some file."""
    values = assigned(index, setting)
    return any(not isinstance(value, ast.Dict) or key in _entries(value) for value in values)


@answered_once
def assigned(index: Index, setting: str) -> tuple[ast.expr, ...]:
    """Return the values that settings files assign to a name at top level."""
    found = []
    for _path, item in index.nodes(setting.encode(), wanted=(ast.Assign, ast.AnnAssign), near=True):
        node = item.node
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and item.scope is None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named = any(isinstance(one, ast.Name) and one.id == setting for one in targets)
            found += [node.value] if named and node.value is not None else []
    return tuple(found)


@answered_once
def requests_are_atomic(index: Index) -> bool:
    """Tell whether a settings file sets ``ATOMIC_REQUESTS``: each view runs in a transaction."""
    for path, item in index.nodes(b"ATOMIC_REQUESTS", wanted=(ast.Dict, ast.Assign), near=True):
        node = item.node
        if item.scope is not None or _EXAMPLE.search(path):
            continue
        if isinstance(node, ast.Dict) and _is_true(_entries(node).get("ATOMIC_REQUESTS")):
            return True
        if isinstance(node, ast.Assign) and _is_true(node.value):
            keys = [target.slice for target in node.targets if isinstance(target, ast.Subscript)]
            if any(_text(key) == "ATOMIC_REQUESTS" for key in keys):
                return True
    return False


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def rq_waits(index: Index) -> bool:
    """Tell whether django-rq 4 waits for the commit, its default unless a settings file differs."""
    entries = [_entries(value) for value in assigned(index, "RQ")]
    return all(
        _text(one.get("COMMIT_MODE")) in ("", "on_db_commit") and "AUTOCOMMIT" not in one
        for one in entries
    )


def _stores_rows(value: ast.expr) -> bool:
    entries = _entries(value)
    backends = [_text(_entries(entry).get("BACKEND")) for entry in entries.values()]
    return bool(backends) and all(_DATABASE.search(name) is not None for name in backends)


def _entries(value: ast.expr | None) -> dict[str, ast.expr]:
    pairs = zip(value.keys, value.values, strict=True) if isinstance(value, ast.Dict) else ()
    return {_text(key): item for key, item in pairs}


def _text(node: ast.expr | None) -> str:
    constant = node.value if isinstance(node, ast.Constant) else None
    return constant if isinstance(constant, str) else ""


def _databases(index: Index) -> Iterator[str]:
    for path, item in index.nodes(b"DATABASES", wanted=(ast.Assign, ast.AnnAssign), near=True):
        node = item.node
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or item.scope is not None:
            continue
        if _EXAMPLE.search(path):
            continue
        # ``DATABASES = {…}``, and ``DATABASES["other"] = …`` further down.
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if (
                isinstance(target, ast.Name)
                and target.id == "DATABASES"
                and isinstance(node.value, ast.Dict)
            ):
                yield from _written(zip(node.value.keys, node.value.values, strict=True))
            elif (
                isinstance(target, ast.Subscript)
                and isinstance(target.value, ast.Name)
                and target.value.id == "DATABASES"
                and node.value is not None
            ):
                yield from _written([(target.slice, node.value)])


def _written(items: Iterable[tuple[ast.expr | None, ast.expr]]) -> Iterator[str]:
    for key, value in items:
        if (
            not isinstance(key, ast.Constant)
            or not isinstance(key.value, str)
            or _COPY.search(key.value)
        ):
            continue
        if not any(
            isinstance(node, ast.Constant) and node.value == "MIRROR" for node in ast.walk(value)
        ):
            yield key.value
