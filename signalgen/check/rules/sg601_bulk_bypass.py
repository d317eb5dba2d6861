"""A bulk operation on a model whose receivers it does not call.

Flags
-----
`bulk_create`, `bulk_update` and `update` on a manager of a model that has receivers for its saves,
and `DB_CASCADE` on a model that has receivers for its deletions. The message names the receivers
that are skipped.

Why it matters
--------------
These operations send no signals. That may be intended, but the author of the receiver may rely on
them: https://docs.djangoproject.com/en/stable/ref/models/querysets/#bulk-create

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Line


@receiver(post_save, sender=Line)
def count_line(sender, instance, created, **kwargs):
    print(instance.name)
# file: shop/views.py
from shop.models import Line


def import_lines(rows):
    Line.objects.bulk_create(Line(**row) for row in rows)  # SG601
```

Good
----
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Line


@receiver(post_save, sender=Line)
def count_line(sender, instance, created, **kwargs):
    if created:
        print(instance.name)
# file: shop/views.py
from shop.models import Line


def rename_lines(order):
    Line.objects.filter(order=order).update(name="")
```

Stays silent when
-----------------
- rows are created and the receivers do nothing for new rows, or they read none of the updated
  fields;
- one row is updated by its key, which is the way to write without signals;
- the operation is in a receiver, or in a function that calls a receiver or sends the signal itself;
- the receivers are connected to every model, or the model is unknown.

Known misses
------------
- querysets that come from elsewhere, and related managers.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.dotted import dotted
from signalgen.flow.function.signature import DELETE, SAVE, names_of
from signalgen.flow.function.truth import may_run
from signalgen.flow.rows.orm import manager_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver

_NEEDLES = {"bulk_create": b".bulk_create(", "bulk_update": b".bulk_update(", "update": b".update("}


def check(index: Index) -> Iterator[Found]:
    """Yield the bulk operations on models that have receivers."""
    saves, deletes = _by_model(index, SAVE), _by_model(index, DELETE)
    if saves:
        for path, item in index.nodes(*_NEEDLES.values()):
            if isinstance(item.node, ast.Call) and item.scope is not None:
                yield from _bulk(index, path, item.node, item.scope, saves)
    if deletes:
        for path, item in index.nodes(b"DB_CASCADE"):
            if isinstance(item.node, ast.Call) and item.cls is not None and item.scope is None:
                yield from _cascade(index, path, item.node, item.cls, deletes)


def _by_model(index: Index, signals: frozenset[str]) -> dict[str, list[Receiver]]:
    found: dict[str, list[Receiver]] = {}
    for receiver in index.receivers:
        named = [item for item in receiver.connections if signals.intersection(item.signals)]
        models = [index.model(sender) for item in named for sender in item.senders]
        for dotted_class in {model.dotted for model in models if model is not None}:
            found.setdefault(dotted_class, []).append(receiver)
    return found


def _bulk(
    index: Index, path: str, call: ast.Call, scope: FunctionRef, saves: dict[str, list[Receiver]]
) -> Iterator[Found]:
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in _NEEDLES:
        return
    model = index.model(manager_model(index, scope, call))
    skipped = saves.get(model.dotted, []) if model is not None else []
    if func.attr == "bulk_create":
        skipped = [item for item in skipped if _acts_on_new(index, item)]
    else:
        fields = _fields(call)
        skipped = [item for item in skipped if _misses(index, item, fields)]
    if model is None or not skipped or _is_deliberate(index, scope, skipped):
        return
    yield Found(
        path=path,
        node=call,
        message=f"{func.attr} on {model.name} skips {_names(skipped)}",
        hint="do the work of the receivers here, or save the rows one by one",
        context=scope.qualname,
    )


def _fields(call: ast.Call) -> frozenset[str]:
    """Return the columns that an update writes, none if it names one row by its key."""
    if any(
        isinstance(node, ast.keyword) and node.arg in ("pk", "id") for node in ast.walk(call.func)
    ):
        return frozenset()
    named = {item.arg for item in call.keywords if item.arg}
    listed = [*call.args[1:], *(item.value for item in call.keywords if item.arg == "fields")]
    texts = {
        node.value for item in listed for node in ast.walk(item) if isinstance(node, ast.Constant)
    }
    return frozenset(str(name) for name in named | texts)


def _misses(index: Index, receiver: Receiver, fields: frozenset[str]) -> bool:
    function = receiver.function
    names = names_of(function, "instance")
    reads: list[ast.AST] = [
        node
        for node in ast.walk(function.node)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Load)
        and isinstance(node.value, ast.Name)
        and node.value.id in names
        and (node.attr in fields or node.attr.removesuffix("_id") in fields)
    ]
    for stmt in [node for node in ast.walk(function.node) if isinstance(node, ast.Assign)]:
        target = stmt.targets[0]
        # A local name for the field: its reads count instead.
        if stmt.value in reads and isinstance(target, ast.Name):
            reads.remove(stmt.value)
            reads += [
                node
                for node in ast.walk(function.node)
                if isinstance(node, ast.Name)
                and node.id == target.id
                and isinstance(node.ctx, ast.Load)
            ]
    return any(
        may_run(index, function, node, {"created": False, "raw": False}) is True for node in reads
    )


def _acts_on_new(index: Index, receiver: Receiver) -> bool:
    function = receiver.function
    return any(
        may_run(index, function, node, {"created": True, "raw": False}) is not False
        for node in ast.walk(function.node)
        if isinstance(node, (ast.Call, ast.Assign, ast.AugAssign, ast.Delete))
        and not _is_in_test(function, node)
    )


def _is_in_test(function: FunctionRef, node: ast.AST) -> bool:
    """Tell whether a node only serves a test, names a value, or writes a log line."""
    if isinstance(node, ast.Assign):
        return isinstance(
            node.value, (ast.Name, ast.Attribute, ast.Subscript, ast.Constant)
        ) and isinstance(node.targets[0], ast.Name)
    tests = [item.test for item in ast.walk(function.node) if isinstance(item, (ast.If, ast.IfExp))]
    if any(node in ast.walk(test) for test in tests):
        return True
    if node in [
        item
        for decorator in getattr(function.node, "decorator_list", [])
        for item in ast.walk(decorator)
    ]:
        return True
    written = dotted(node.func) if isinstance(node, ast.Call) else ""
    return written.startswith(("logger.", "log.", "logging.", "kwargs."))


def _is_deliberate(index: Index, scope: FunctionRef, skipped: list[Receiver]) -> bool:
    """Tell whether the skip is intended: in a receiver, or next to a call of one or a send."""
    around: FunctionRef | None = scope
    while around is not None:
        if index.receiver_of(around) is not None:
            return True
        around = around.outer
    names = {item.function.name for item in skipped}
    for node in ast.walk(scope.node):
        if isinstance(node, ast.Call):
            last = dotted(node.func).rpartition(".")[2]
            if last in names or last in ("send", "send_robust", "disconnect"):
                return True
    return False


def _cascade(
    index: Index, path: str, call: ast.Call, cls: ast.ClassDef, deletes: dict[str, list[Receiver]]
) -> Iterator[Found]:
    if not any(
        item.arg == "on_delete" and dotted(item.value).rpartition(".")[2] == "DB_CASCADE"
        for item in call.keywords
    ):
        return
    skipped = deletes.get(f"{index.code.module(path)}.{cls.name}", [])
    if skipped:
        yield Found(
            path=path,
            node=call,
            message=f"the database itself deletes rows of {cls.name}, which skips "
            f"{_names(skipped)}",
            hint="CASCADE sends the delete signals",
            context=cls.name,
        )


def _names(receivers: list[Receiver]) -> str:
    return ", ".join(dict.fromkeys(item.function.qualname for item in receivers))


# Off by default: on real projects about half of the skips are intended or compensated elsewhere.
RULE = Rule("SG601", "bulk-bypass", "info", on_project=check, default=False)
