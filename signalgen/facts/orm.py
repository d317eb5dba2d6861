"""What the methods of models, managers and querysets do, by name, async twins included.

Data only, from the QuerySet and Model references of Django 6.1; ``tests/facts/test_facts_orm.py``
compares each with Django itself.
"""

from __future__ import annotations


def _both(*names: str) -> frozenset[str]:
    # An async twin has the same name with an ``a`` before it.
    return frozenset(names) | {f"a{name}" for name in names}


MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
"""The managers that Django itself gives a model."""

SAVING = _both("save")
SAVING_BASE = SAVING | {"save_base"}
"""``save_base`` saves and sends as well, unless ``raw=True`` is passed."""
DELETING = _both("delete")
REFRESHING = _both("refresh_from_db")
"""The methods of a row that query the database."""

GETTING_OR_CREATING = _both("get_or_create")
SAVING_BY_MANAGER = _both("create", "update_or_create")
"""Methods that always save a row, so that its signals are sent."""
NEW_ROWS = _both("create")
"""Methods that always create a row."""
CREATING = SAVING_BY_MANAGER | GETTING_OR_CREATING

BULK_CREATING = _both("bulk_create")
BULK = BULK_CREATING | _both("update", "bulk_update")
"""Writes of many rows, for which ``pre_save`` and ``post_save`` are not sent."""

RELATING = _both("add", "remove", "set", "clear")
"""Methods that change the rows of a many-to-many field."""

ONE_ROW = _both("get", "first", "last", "earliest", "latest")
READING = ONE_ROW | _both("count", "exists", "aggregate", "in_bulk", "iterator") | {"get_or_none"}
"""Methods that run a query; ``get_or_none`` is the usual name of a project's own method."""

_LAZY = (
    "all annotate defer distinct exclude filter none only order_by prefetch_related reverse "
    "select_for_update select_related using values values_list"
)
LAZY = frozenset(_LAZY.split())
"""Methods that return a queryset without querying yet."""

OF_MANAGERS = _both("get_or_create", "update_or_create", "bulk_create", "bulk_update")
"""Methods only managers and querysets have: their owner is a manager, whatever its name."""

QUERYING = READING | CREATING | BULK | DELETING
WRITING = SAVING | DELETING | CREATING | BULK | RELATING
ROW_WRITING = SAVING | DELETING | CREATING | BULK
"""Methods that write rows on any object; sets and caches also have ``add`` and ``clear``."""

_TWINS = QUERYING | WRITING | REFRESHING
ASYNC = frozenset(
    name for name in _TWINS if name[1:] in _TWINS and name not in ("aget", "aset", "aclear")
) | {"acontains", "aexplain"}
"""Async methods of rows, managers and querysets, without the common ones of Django's caches."""
