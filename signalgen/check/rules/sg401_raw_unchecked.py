"""A save receiver that writes rows or reads other rows without checking ``raw``.

Flags
-----
A receiver of `pre_save` or `post_save` that reads other rows or writes any, itself or in its
helpers, and never tests `raw`; one of `pre_save` that gets the stored row if the row has a key.

Why it matters
--------------
`loaddata` saves rows with `raw=True` in file order: other rows may not exist yet, those that the
receiver creates may also be in the file, and a row that it saves again no longer matches the file.
Each row has its key before it is stored: `if instance.pk` does not tell new rows from stored ones:
https://docs.djangoproject.com/en/stable/ref/signals/#post-save

django-reversion saves rows with `raw=True` too when somebody restores an old version.

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Invoice, Order


@receiver(post_save, sender=Order)
def open_invoice(sender, instance, created, **kwargs):
    if created:
        Invoice.objects.create(order=instance)  # SG401
```

Good
----
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Invoice, Order


@receiver(post_save, sender=Order)
def open_invoice(sender, instance, created, raw, **kwargs):
    if created and not raw:
        Invoice.objects.create(order=instance)
```
```python
from django.db.models.signals import pre_save
from django.dispatch import receiver

from shop.models import Order


@receiver(pre_save, sender=Order)
def keep_number(sender, instance, **kwargs):
    old = Order.objects.filter(pk=instance.pk).first()
    instance.number = old.number if old else "new"
```

Stays silent when
-----------------
- the receiver, a decorator of it or one of its helpers mentions `raw`;
- all arguments are passed on to a function outside the project, or a decorator from outside wraps
  the receiver;
- a test of `update_fields`, which fixtures never give, keeps it away;
- it waits for an attribute that is not a field (`getattr(instance, "_moved", False)`);
- only the stored state of the saved row is read, and that it may be missing is handled; helpers
  only read; or no query is certain.

Known misses
------------
- other rows that are reached through an attribute: `instance.user.profile.level`;
- helpers more than five levels down.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.inserting import raw_fix
from signalgen.dotted import dotted
from signalgen.facts.orm import SAVING, WRITING
from signalgen.flow.function.guards import conditions
from signalgen.flow.function.naming import assigned_values
from signalgen.flow.function.signature import SAVE, has_signal, names_of, short
from signalgen.flow.function.truth import may_run
from signalgen.flow.function.wrapping import decorators_above, decorators_below
from signalgen.flow.reach.arguments import possible
from signalgen.flow.rows.newness import rows_not_loaded
from signalgen.flow.rows.orm import is_query, manager_model
from signalgen.flow.rows.partial import sends_nothing
from signalgen.index.memo import answered_once
from signalgen.index.reading.resolving import find_function, resolve
from signalgen.index.reading.walking import walk
from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.check import Severity
    from signalgen.values.index import FunctionRef, Receiver

_WRITES = WRITING | {"assign_perm", "remove_perm"}
_CREATING = pattern(r"(?:get_or_|update_or_|bulk_)?create_")
_MAKING = frozenset({"create", "acreate"})
_HARMLESS = ("django.db.transaction.", "functools.", "contextlib.")


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first call that writes rows or reads others in a receiver that ignores ``raw``."""
    if not has_signal(receiver, SAVE) or _decorator_may_look(receiver, index):
        return
    function = receiver.function
    calls = possible(index, function)
    if _says_raw(function.node) or any(_may_look(item) for item in calls):
        return
    missing = next(rows_not_loaded(index, receiver), None)
    if missing is not None:
        yield _found(
            receiver,
            index,
            missing,
            "gets the stored row if there is a key: rows of a fixture have one before they are "
            "stored, so loaddata ends in DoesNotExist",
            severity="warning",
        )
        return
    touching = [item for item in calls if _touches_rows(index, receiver, item)]
    if not touching:
        return
    # What breaks or doubles something is worth more than what is merely done again.
    harmful = [item for item in touching if _clashes(index, item) or _counts(item)]
    first = (harmful or touching)[0]
    signal = next(short(name) for name in receiver.signals if name in SAVE)
    below = f" (in {first.chain[-1].qualname}, {first.function.path})" if first.chain else ""
    yield _found(
        receiver,
        index,
        first.entry,
        f"{_verb(first)} in {signal}{below}, also while fixtures are loaded",
        severity="warning" if harmful else None,
    )


def _found(
    receiver: Receiver, index: Index, node: ast.AST, what: str, *, severity: Severity | None
) -> Found:
    function = receiver.function
    return Found(
        path=function.path,
        node=node,
        message=f"{function.name} {what}",
        hint="add the parameter raw, and return if it is true",
        severity=severity,
        context=function.qualname,
        fix=raw_fix(index, receiver),
    )


def _clashes(index: Index, item: Reached) -> bool:
    """Tell whether a call creates a unique row that the fixture may also contain."""
    func = item.call.func
    if not isinstance(func, ast.Attribute):
        return False
    if func.attr in SAVING:
        if isinstance(func.value, ast.Name):
            return _names_one(index, item.function, func.value.id)
        return _makes_one(index, item.function, func.value)
    name = manager_model(index, item.function, item.call) if func.attr in _MAKING else ""
    return bool(name) and _is_alone(index, name, item.call)


@answered_once
def _names_one(index: Index, function: FunctionRef, name: str) -> bool:
    """Tell whether a local name is assigned a row that must be unique."""
    return any(_makes_one(index, function, value) for value in assigned_values(function, name))


def _makes_one(index: Index, function: FunctionRef, made: ast.expr) -> bool:
    written = dotted(made.func) if isinstance(made, ast.Call) else ""
    name = resolve(index.code, function.path, written, function) if written else ""
    return isinstance(made, ast.Call) and bool(name) and _is_alone(index, name, made)


def _is_alone(index: Index, name: str, made: ast.Call) -> bool:
    """Tell whether a call sets a unique field of a model."""
    model = index.model(name)
    given = {word.arg for word in made.keywords}
    return model is not None and any(
        field.name in given
        and (field.kind == "one_to_one" or field.options.get("unique") == "True")
        for field in model.fields
    )


def _counts(item: Reached) -> bool:
    """Tell whether a call adds to what is stored: ``update(total=F("total") + 1)``."""
    func = item.call.func
    if not isinstance(func, ast.Attribute) or func.attr not in ("update", "aupdate"):
        return False
    return any(
        isinstance(word.value, ast.BinOp)
        and isinstance(word.value.op, (ast.Add, ast.Sub))
        and any(_is_f(node) for node in walk(word.value))
        for word in item.call.keywords
    )


def _is_f(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "F"


def _decorator_may_look(receiver: Receiver, index: Index) -> bool:
    path = receiver.function.path
    for item in [*decorators_above(receiver), *decorators_below(receiver)]:
        written = dotted(item.func if isinstance(item, ast.Call) else item)
        if written in ("staticmethod", "classmethod"):
            continue
        name = resolve(index.code, path, written, receiver.function.outer)
        made = find_function(index.code, name)
        # What a decorator from outside the project does is unknown.
        if made is None and not name.startswith(_HARMLESS):
            return True
        if made is not None and _says_raw(made.node):
            return True
    return False


def _may_look(item: Reached) -> bool:
    if item.target is not None:
        return _says_raw(item.target.node)
    # A foreign function that gets all arguments may look at ``raw``.
    return _hands_all_on(item)


def _hands_all_on(item: Reached) -> bool:
    """Tell whether a call passes on ``**kwargs``, all the way from the receiver's own."""
    kwargs = item.function.node.args.kwarg
    handed = [*item.call.args, *(key.value for key in item.call.keywords if key.arg is None)]
    if kwargs is None or not any(
        isinstance(node, ast.Name) and node.id == kwargs.arg for node in handed
    ):
        return False
    return item.via is None or _hands_all_on(item.via)


def _says_raw(node: ast.AST) -> bool:
    """Tell whether code uses the name ``raw``; an unused parameter of that name does not count."""
    for item in walk(node):
        if isinstance(item, ast.keyword) and item.arg == "raw":
            return True
        if isinstance(item, ast.Name) and item.id == "raw":
            return True
        # Some code looks for "loaddata" in sys.argv or on the stack instead.
        if isinstance(item, ast.Constant) and item.value in ("raw", "loaddata"):
            return True
    return False


def _touches_rows(index: Index, receiver: Receiver, item: Reached) -> bool:
    function, call = item.function, item.call
    if isinstance(call.func, ast.Name):
        return (
            is_query(index, function, call)
            and _writes(call.func.id)
            and _runs_for_fixtures(index, receiver, item)
        )
    if not isinstance(call.func, ast.Attribute) or sends_nothing(index, function, call):
        return False
    if not is_query(index, function, call) and not _creates(index, item):
        return False
    # Reads in helpers are mostly settings and permissions, which rarely matter.
    if item.chain and not _writes(call.func.attr):
        return False
    if not _runs_for_fixtures(index, receiver, item):
        return False
    own = names_of(function, "instance") if function is receiver.function else frozenset({"self"})
    reads_own = not _writes(call.func.attr) and (
        dotted(call.func.value) in own or _is_by_key(call, own)
    )
    return not reads_own


def _runs_for_fixtures(index: Index, receiver: Receiver, item: Reached) -> bool:
    # loaddata gives no update_fields, and sets no attributes that the project adds.
    runs = may_run(index, receiver.function, item.entry, {"update_fields": None})
    return runs is True and not _is_asked_for(receiver, item)


def _is_asked_for(receiver: Receiver, item: Reached) -> bool:
    """Tell whether ``getattr(instance, name, False)`` guards a call: fixtures lack it."""
    own = names_of(receiver.function, "instance")
    for condition in conditions(receiver.function, item.entry):
        test, positive = condition.test, condition.positive
        while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test, positive = test.operand, not positive
        if not isinstance(test, ast.Call) or dotted(test.func) != "getattr" or len(test.args) != 3:
            continue
        default = test.args[2]
        absent = isinstance(default, ast.Constant) and not default.value
        if positive and absent and dotted(test.args[0]) in own:
            return True
    return False


def _writes(method: str) -> bool:
    return method in _WRITES or _CREATING.match(method) is not None


def _creates(index: Index, item: Reached) -> bool:
    """Tell whether a manager method creates rows by its name: ``get_or_create_for(…)``."""
    func = item.call.func
    return (
        isinstance(func, ast.Attribute)
        and _CREATING.match(func.attr) is not None
        and bool(manager_model(index, item.function, item.call))
    )


def _verb(item: Reached) -> str:
    name = dotted(item.call.func).rpartition(".")[2] or getattr(item.call.func, "attr", "")
    return "writes rows" if _writes(name) else "reads other rows"


def _is_by_key(call: ast.Call, own: frozenset[str]) -> bool:
    """Tell whether a query asks for the stored state of the saved row: ``get(pk=instance.pk)``."""
    return any(
        isinstance(item, ast.keyword)
        and item.arg in ("pk", "id", "uuid")
        and isinstance(item.value, ast.Attribute)
        and item.value.attr in ("pk", "id", "uuid")
        and dotted(item.value.value) in own
        for item in ast.walk(call)
    )


RULE = Rule(
    "SG401",
    "raw-unchecked",
    "info",
    on_receiver=check,
    fix="unsafe",
    safety="While fixtures are loaded, the receiver then does nothing at all.",
)
