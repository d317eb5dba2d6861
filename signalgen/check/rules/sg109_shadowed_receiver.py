"""A receiver that a later function of the same name replaces.

Flags
-----
Two functions with the same name at the top level of a module; the first is a receiver that is
connected weakly.

Why it matters
--------------
A module holds functions by name, Django holds receivers weakly. Once the second function takes the
name, nothing holds the first one and it is never called. Whoever tries it with `DEBUG = True`
sees it called anyway: Django checks the receiver's arguments then, by `inspect`, whose cache
keeps it alive (measured on 4.2 to 6.1):
https://docs.djangoproject.com/en/stable/topics/signals/#connecting-receiver-functions

Bad
---
```python
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from shop.models import Line


@receiver(post_save, sender=Line)
def recount(sender, instance, **kwargs):  # SG109
    print("saved", instance.pk)


@receiver(post_delete, sender=Line)
def recount(sender, instance, **kwargs):
    print("deleted", instance.pk)
```

Good
----
```python
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from shop.models import Line


@receiver(post_save, sender=Line)
def recount_saved(sender, instance, **kwargs):
    print("saved", instance.pk)


@receiver(post_delete, sender=Line)
def recount_deleted(sender, instance, **kwargs):
    print("deleted", instance.pk)
```

Stays silent when
-----------------
- the receiver is connected with `weak=False`;
- one of the two is below an `if` or a `try`;
- something else may hold the first one: a statement between the two that names it, or a further
  decorator.

Known misses
------------
- methods of a class, and names rebound by an import or an assignment.
"""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.dotted import dotted
from signalgen.index.reading.scopes import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.source.outline import Chunk
    from signalgen.values.index import Connection, FunctionNode


def check(index: Index) -> Iterator[Found]:
    """Yield each receiver whose name a later function takes."""
    connections: dict[str, list[Connection]] = {}
    for item in index.connections:
        connections.setdefault(item.path, []).append(item)
    for path, items in connections.items():
        for first, second in _of_one_name(index, path):
            if _is_weak_receiver(first, second, items) and not _may_be_held(
                index, path, first, second
            ):
                yield Found(
                    path=path,
                    node=index.code.name_node(path, first),
                    message=f"{first.name} is defined again on line {second.lineno}, and the "
                    "signal holds this one weakly: it is never called",
                    hint="give each receiver a name of its own; with DEBUG on, Django's check of "
                    "its arguments keeps it alive, so try it with DEBUG off",
                    context=first.name,
                )


def _of_one_name(index: Index, path: str) -> Iterator[tuple[FunctionNode, FunctionNode]]:
    named: dict[str, list[Chunk]] = {}
    for chunk in index.code.outline(path).chunks:
        if chunk.kind == "def":
            named.setdefault(chunk.name, []).append(chunk)
    for name, chunks in named.items():
        if len(chunks) > 1:
            nodes = [
                stmt
                for chunk in chunks
                for stmt in index.code.parsed(path, chunk)
                if isinstance(stmt, FUNCTIONS) and stmt.name == name
            ]
            yield from pairwise(nodes)


def _is_weak_receiver(first: FunctionNode, second: FunctionNode, items: list[Connection]) -> bool:
    """Tell whether the first of two functions is registered, and always weakly."""
    own = {id(item) for item in first.decorator_list}
    found = [
        item
        for item in items
        if id(item.node) in own or _connects(item, first.name, first.lineno, second.lineno)
    ]
    weak = all(
        item.weak is None or (isinstance(item.weak, ast.Constant) and item.weak.value is True)
        for item in found
    )
    return bool(found) and weak and len(own) == sum(id(item.node) in own for item in found)


def _connects(item: Connection, name: str, first: int, second: int) -> bool:
    # Only between the two definitions does the name mean the first function.
    line = getattr(item.node, "lineno", 0)
    return (
        item.scope is None
        and isinstance(item.target, ast.Name)
        and item.target.id == name
        and first < line < second
    )


def _may_be_held(index: Index, path: str, first: FunctionNode, second: FunctionNode) -> bool:
    """Tell whether code before the second function does more with the first than connect it."""
    outline = index.code.outline(path)
    needle = first.name.encode()
    for chunk in outline.chunks:
        between = first.lineno < chunk.line <= second.lineno and needle in outline.source(chunk)
        for stmt in index.code.parsed(path, chunk) if between else ():
            parts: list[ast.AST] = [stmt]
            if isinstance(stmt, FUNCTIONS):
                # A body runs later, when the name means the second function.
                defaults = (item for item in stmt.args.kw_defaults if item is not None)
                parts = [*stmt.decorator_list, *stmt.args.defaults, *defaults]
            if any(_uses(part, first.name) for part in parts):
                return True
    return False


def _uses(part: ast.AST, name: str) -> bool:
    quiet = {
        id(argument)
        for node in ast.walk(part)
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "connect"
        for argument in [
            *node.args[:1],
            *(item.value for item in node.keywords if item.arg == "receiver"),
        ]
    }
    return any(
        isinstance(node, ast.Name) and node.id == name and id(node) not in quiet
        for node in ast.walk(part)
    )


RULE = Rule("SG109", "shadowed-receiver", "error", on_project=check)
