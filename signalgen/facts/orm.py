"""What the methods of models, managers and querysets do, by name, their async twins included. Data only.

Source: the QuerySet and Model references of Django 6.1; each test of ``tests/facts/test_facts_orm.py`` asks Django itself.
"""

from __future__ import annotations


def _both(*names: str) -> frozenset[str]:
    """Return methods with their async twins, which an ``a`` begins."""
    return frozenset(names) | {f"a{name}" for name in names}


MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
"""The managers that Django itself gives a model."""

SAVING = _both("save")
DELETING = _both("delete")
REFRESHING = _both("refresh_from_db")
"""The methods of a row that ask the database."""

GETTING_OR_CREATING = _both("get_or_create")
SAVING_BY_MANAGER = _both("create", "update_or_create")
"""What saves a row in any case, so that its signals are sent."""
NEW_ROWS = _both("create")
"""What makes a row in any case."""
CREATING = SAVING_BY_MANAGER | GETTING_OR_CREATING

BULK_CREATING = _both("bulk_create")
BULK = BULK_CREATING | _both("update", "bulk_update")
"""Writes of many rows, for which no ``pre_save`` and ``post_save`` are sent."""

RELATING = _both("add", "remove", "set", "clear")
"""What changes the rows of a many-to-many field."""

ONE_ROW = _both("get", "first", "last", "earliest", "latest")
READING = ONE_ROW | _both("count", "exists", "aggregate", "in_bulk", "iterator") | {"get_or_none"}
"""What runs a query; ``get_or_none`` is the usual name of a project's own method."""

_LAZY = (
    "all annotate defer distinct exclude filter none only order_by prefetch_related reverse "
    "select_for_update select_related using values values_list"
)
LAZY = frozenset(_LAZY.split())
"""What gives a queryset and asks nothing yet."""

OF_MANAGERS = _both("get_or_create", "update_or_create", "bulk_create", "bulk_update")
"""What nothing but managers and querysets has: a related manager, then, however its object is called."""

QUERYING = READING | CREATING | BULK | DELETING
WRITING = SAVING | DELETING | CREATING | BULK | RELATING
ROW_WRITING = SAVING | DELETING | CREATING | BULK
"""What surely writes rows, whatever it is called on: sets and caches have ``add`` and ``clear`` as well."""

_TWINS = QUERYING | WRITING | REFRESHING
ASYNC = frozenset(
    name for name in _TWINS if name[1:] in _TWINS and name not in ("aget", "aset", "aclear")
) | {"acontains", "aexplain"}
"""Async methods of rows, managers and querysets; those that Django's caches are mostly asked for are left out."""
