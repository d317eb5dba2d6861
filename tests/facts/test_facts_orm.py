"""The table of the ORM's methods against Django's own classes."""

from __future__ import annotations

import inspect

from django.db.models import Model, QuerySet
from django.db.models.fields.related_descriptors import create_forward_many_to_many_manager

from signalgen.facts import orm

TABLES = {name: value for name, value in vars(orm).items() if isinstance(value, frozenset)}
OURS = {"get_or_none", *orm.MANAGERS}
"""Names that projects have, and managers, which are attributes."""


def test_every_method_is_one_of_djangos():
    related = inspect.getsource(create_forward_many_to_many_manager)
    for name in set().union(*TABLES.values()) - OURS:
        found = hasattr(QuerySet, name) or hasattr(Model, name) or f"def {name}(" in related
        assert found, name


def test_what_has_an_async_twin_is_listed_with_it():
    for table, names in TABLES.items():
        for name in names - OURS:
            twin = f"a{name}"
            has = hasattr(QuerySet, twin) or hasattr(Model, twin) or name in orm.RELATING
            if has and not name.startswith("a"):
                assert twin in names, (table, twin)


def test_every_query_of_a_queryset_is_in_the_table():
    asynchronous = {name for name in vars(QuerySet) if hasattr(QuerySet, f"a{name}")}
    assert asynchronous - {"contains", "explain"} <= orm.QUERYING
