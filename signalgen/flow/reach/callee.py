"""The function or class that an expression refers to: ``callee`` and ``classes_behind``."""

from __future__ import annotations

import ast
from itertools import chain
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.orm import MANAGERS
from signalgen.facts.tasks import SWITCHING
from signalgen.flow.function.attributes import (
    attribute_classes,
    method_below,
    narrowed,
    returns_own_rows,
    wrapped_classes,
)
from signalgen.flow.function.loops import loops
from signalgen.flow.function.naming import assigned_values, class_of_value, result_classes
from signalgen.flow.function.signature import names_of
from signalgen.flow.objects.own import readings_of, row_classes
from signalgen.index.memo import answered_for_now
from signalgen.index.models.managers import has_manager
from signalgen.index.models.shapes import class_values
from signalgen.index.reading.resolving import (
    bases,
    find_class,
    find_function,
    may_be_defined,
    method,
    resolve,
)
from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import ClassRef, FunctionRef

RUNNING = (".run", ".apply", ".call_local", ".__call__")
_ONE_ROW = pattern(r"^(?:a?get|a?create|a?update_or_create|first|last|latest|earliest)(?:_\w+)?$")


@answered_for_now
def callee(index: Index, function: FunctionRef, func: ast.expr) -> tuple[str, FunctionRef | None]:
    """Return the resolved name of an expression, and the project's function that it is, or None.

    Methods are followed where the object is known: ``self``, the ``instance`` of a receiver with
    one sender, a row from a manager, the result of a known class or function. ``task.run`` means
    the task, a class its ``__init__``.
    """
    written = dotted(func)
    code = index.code
    if written:
        name = resolve(code, function.path, written, function)
        found = find_function(code, name) if name != written or "." in written else None
        # `task.run()` and `task.apply()` run the task at once, in place.
        if found is None and name.endswith(RUNNING):
            found = find_function(code, name.rpartition(".")[0])
        if found is None:
            made = find_class(code, name)
            found = method(code, made, "__init__") if made is not None else None
        if found is not None or not isinstance(func, ast.Attribute):
            return name, found
    elif not isinstance(func, ast.Attribute):
        inner = _switched(index, function, func)
        return callee(index, function, inner) if inner is not None else ("", None)
    known = _method_of(index, function, func)
    if known is not None:
        return known
    return (resolve(code, function.path, written, function) if written else ""), None


def _switched(index: Index, function: FunctionRef, func: ast.expr) -> ast.expr | None:
    """Return the function in ``async_to_sync(…)`` or ``sync_to_async(…)``, None for others."""
    if not isinstance(func, ast.Call) or not func.args:
        return None
    written = dotted(func.func)
    name = resolve(index.code, function.path, written, function) if written else ""
    return func.args[0] if name.rpartition(".")[2] in SWITCHING else None


def _method_of(
    index: Index, function: FunctionRef, func: ast.Attribute
) -> tuple[str, FunctionRef] | None:
    """Return the method of a known object, or the one a mixin gets from its subclasses."""
    code = index.code
    # Before the object: no class of the project has an `append` or `exists`.
    if not may_be_defined(code, func.attr):
        return None
    for owner in classes_behind(index, function, func.value):
        for held in (owner, *wrapped_classes(index, owner)):
            made_by = method(code, held, func.attr)
            if made_by is not None:
                return f"{held.dotted}.{func.attr}", made_by
    if not isinstance(func.value, ast.Name) or func.value.id not in ("self", "cls"):
        return None
    own = find_class(code, class_of(index, function, func.value.id))
    mixed = method_below(index, own, func.attr) if own is not None else None
    return (mixed.dotted, mixed) if mixed is not None else None


def classes_behind(index: Index, function: FunctionRef, node: ast.expr) -> Iterator[ClassRef]:
    """Yield the classes that an expression's object may have, the likeliest first."""
    code = index.code
    if isinstance(node, ast.Name):
        cls = find_class(code, class_of(index, function, node.id))
        if cls is not None:
            yield cls
        yield from narrowed(index, function, node)
    if isinstance(node, ast.Call) and dotted(node.func) == "super":
        cls = find_class(code, class_of(index, function, "self"))
        parents = [find_class(code, base) for base in bases(code, cls)] if cls is not None else []
        yield from (parent for parent in parents if parent is not None)
        return
    if isinstance(node, ast.Call):
        name, target = callee(index, function, node.func)
        constructed = find_class(code, name)
        if constructed is not None:
            yield constructed
        elif target is not None:
            yield from result_classes(index, target)
    if isinstance(node, ast.Attribute):
        yield from _managers(index, function, node)
        if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
            own = find_class(code, class_of(index, function, node.value.id))
            yield from attribute_classes(index, own, node.attr) if own is not None else ()
    known = class_of_value(index, function.path, function, node)
    if known is not None:
        yield known
    # A row behind relations: `instance.author`, `for line in order.lines.all()`.
    yield from chain.from_iterable(
        row_classes(reading, node) for reading in readings_of(index, function)
    )


def _managers(index: Index, function: FunctionRef, node: ast.Attribute) -> Iterator[ClassRef]:
    written = dotted(node.value)
    model = (
        index.models.get(resolve(index.code, function.path, written, function)) if written else None
    )
    for owner in (model, *model.parents) if model is not None else ():
        value = class_values(owner.cls.node).get(node.attr)
        made = value.func if isinstance(value, ast.Call) else None
        rows = made.args if isinstance(made, ast.Call) else []
        # `Manager()`, `Rows.as_manager()`, `Manager.from_queryset(Rows)()`: all their methods.
        for item in filter(None, [made.func if isinstance(made, ast.Call) else made, *rows]):
            name = dotted(item).removesuffix(".as_manager").removesuffix(".from_queryset")
            cls = (
                find_class(index.code, resolve(index.code, owner.cls.path, name)) if name else None
            )
            if cls is not None:
                yield cls


def class_of(index: Index, function: FunctionRef, name: str) -> str:
    """Return the dotted class of the object in a local name, empty if unknown."""
    around = function
    while around.outer is not None:
        around = around.outer
    if name in ("self", "cls") and around.cls is not None:
        return f"{around.module}.{around.cls.name}"
    receiver = index.receiver_of(function)
    if receiver is not None and name in names_of(function, "instance"):
        model = index.model(receiver.senders[0]) if len(receiver.senders) == 1 else None
        return model.dotted if model is not None else ""
    # Assignments first, then loops, then the annotation: from certain to promised.
    for value in assigned_values(function, name):
        cls = _row_class(index, function, value)
        if cls:
            return cls
        made = class_of_value(index, function.path, function, value)
        if made is not None:
            return made.dotted
    return _element_class(index, function, name) or _parameter_class(index, function, name)


def _element_class(index: Index, function: FunctionRef, name: str) -> str:
    for loop in loops(function):
        if not isinstance(loop.target, ast.Name) or loop.target.id != name:
            continue
        rows = (
            list(assigned_values(function, loop.iter.id))
            if isinstance(loop.iter, ast.Name)
            else [loop.iter]
        )
        # `for row in rows` with `rows = base.filter()`, `base = Model.objects.all()`.
        rows += [
            value
            for item in list(rows)
            if isinstance(item, ast.Call)
            and isinstance(owner := getattr(item.func, "value", None), ast.Name)
            for value in assigned_values(function, owner.id)
        ]
        return next((cls for item in rows if (cls := _rows_class(index, function, item))), "")
    return ""


def _rows_class(index: Index, function: FunctionRef, node: ast.expr) -> str:
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if _ONE_ROW.match(node.func.attr):
            made_by = callee(index, function, node.func)[1]
            # A manager method may be called `first_orders` and still give rows.
            if made_by is None or not returns_own_rows(made_by):
                return ""
        node = node.func.value
    if not isinstance(node, ast.Attribute):
        return ""
    name = resolve(index.code, function.path, dotted(node.value), function)
    model = index.models.get(name)
    return name if model is not None and has_manager(index, model, node.attr) else ""


def _row_class(index: Index, function: FunctionRef, value: ast.expr) -> str:
    func = value.func if isinstance(value, ast.Call) else None
    if not isinstance(func, ast.Attribute) or not isinstance(func.value, ast.Attribute):
        return ""
    if func.value.attr not in MANAGERS or not _ONE_ROW.match(func.attr):
        return ""
    name = resolve(index.code, function.path, dotted(func.value.value), function)
    return name if index.models.get(name) is not None else ""


def _parameter_class(index: Index, function: FunctionRef, name: str) -> str:
    arguments = function.node.args
    for item in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
        if item.arg != name or item.annotation is None:
            continue
        node = item.annotation
        written = (
            node.value
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            else dotted(node)
        )
        resolved = resolve(index.code, function.path, written, function) if written else ""
        return resolved if find_class(index.code, resolved) is not None else ""
    return ""
