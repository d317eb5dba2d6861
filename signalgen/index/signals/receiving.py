"""The function an expression connects, also a method, lambda or partial: ``function_meant``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.index.models.senders import sender_names
from signalgen.index.reading.listed import assigned_value, class_around
from signalgen.index.reading.resolving import find_class, find_function, method, resolve
from signalgen.index.reading.scopes import FUNCTIONS
from signalgen.index.reading.walking import walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from signalgen.index.reading.code import Codebase
    from signalgen.index.reading.scopes import Scoped
    from signalgen.values.index import ClassRef, FunctionRef


RECEIVER = frozenset({"django.dispatch.receiver", "django.dispatch.dispatcher.receiver"})


def is_receiver(code: Codebase, path: str, node: ast.expr, scope: FunctionRef | None) -> bool:
    """Tell whether an expression means ``django.dispatch.receiver``."""
    written = dotted(node)
    if not written:
        return False
    name = resolve(code, path, written, scope)
    return name in RECEIVER or (name.startswith("django.dispatch") and name.endswith(".receiver"))


def function_meant(
    code: Codebase,
    path: str,
    handler: ast.expr,
    item: Scoped,
    by_label: Callable[[str], ClassRef | None],
) -> FunctionRef | None:
    """Return the project's function that an expression names, None if unknown."""
    if isinstance(handler, ast.Lambda):
        return code.function_ref(path, handler, outer=item.scope)
    if isinstance(handler, ast.Call):
        if _is_partial(handler):
            return function_meant(code, path, handler.args[0], item, by_label)
        return _returned(code, path, handler, item)
    written = dotted(handler)
    if not written:
        return None
    # Innermost first: nested functions, then the class around, then the module.
    nested = _nested(code, path, written, item.scope)
    if nested is not None:
        return nested
    made = _made(code, path, written, item)
    if made is not None and _is_partial(made):
        again = dotted(made.args[0]) == written
        return None if again else function_meant(code, path, made.args[0], item, by_label)
    if made is not None:
        return _returned(code, path, made, item)
    return _named(code, path, handler, item, by_label)


def is_partly_given(code: Codebase, path: str, handler: ast.expr, item: Scoped) -> bool:
    """Tell whether an expression means ``partial``, directly or by its name here."""
    made = handler if isinstance(handler, ast.Call) else None
    if made is None and (written := dotted(handler)):
        made = _made(code, path, written, item)
    return made is not None and _is_partial(made)


def _named(
    code: Codebase,
    path: str,
    handler: ast.expr,
    item: Scoped,
    by_label: Callable[[str], ClassRef | None],
) -> FunctionRef | None:
    """Return the function or method that a name refers to in its class or module."""
    written = dotted(handler)
    head, _, rest = written.partition(".")
    cls = item.cls if item.scope is None else class_around(item.scope)
    if head in ("self", "cls") and rest and cls is not None:
        own = method(code, code.class_ref(path, cls), rest)
        return own or _method_of_model(code, path, handler, item, by_label)
    if item.scope is None and cls is not None:
        own = method(code, code.class_ref(path, cls), written)
        if own is not None:
            return own
    name = resolve(code, path, written, item.scope)
    return (
        find_function(code, name)
        or _method_of_instance(code, path, written, item)
        or _method_of_instance(code, path, f"{written}.__call__", item)
        or _method_of_model(code, path, handler, item, by_label)
    )


def _is_partial(call: ast.Call) -> bool:
    last = dotted(call.func).rpartition(".")[2]
    return last in ("partial", "receiver_wrapper") and bool(call.args)


def _made(code: Codebase, path: str, written: str, item: Scoped) -> ast.Call | None:
    """Return the call in `handler = make()` in the enclosing function, or a module's partial."""
    if item.scope is not None:
        value = assigned_value(item.scope, written)
        if value is not None:
            return value if isinstance(value, ast.Call) else None
    stmt = code.definition(path, written) if "." not in written else None
    value = stmt.value if isinstance(stmt, ast.Assign) else None
    return value if isinstance(value, ast.Call) and _is_partial(value) else None


def _returned(code: Codebase, path: str, call: ast.Call, item: Scoped) -> FunctionRef | None:
    name = resolve(code, path, dotted(call.func), item.scope)
    factory = find_function(code, name)
    cls = find_class(code, name) if factory is None else None
    if cls is not None:
        # A callable object.
        return method(code, cls, "__call__")
    if factory is None or isinstance(factory.node, ast.Lambda):
        return None
    for stmt in factory.node.body:
        # A factory returns one of its nested functions.
        if isinstance(stmt, ast.Return) and isinstance(stmt.value, ast.Name):
            return _nested(code, factory.path, stmt.value.id, factory)
    return None


def _method_of_model(
    code: Codebase,
    path: str,
    handler: ast.expr,
    item: Scoped,
    by_label: Callable[[str], ClassRef | None],
) -> FunctionRef | None:
    if not isinstance(handler, ast.Attribute):
        return None
    names = sender_names(code, path, handler.value, item.scope)
    cls = by_label(names[0]) if len(names) == 1 and names[0].count(".") == 1 else None
    return method(code, cls, handler.attr) if cls is not None else None


def _method_of_instance(
    code: Codebase, path: str, written: str, item: Scoped
) -> FunctionRef | None:
    owner, _, last = written.rpartition(".")
    if not owner:
        return None
    value = assigned_value(item.scope, owner) if item.scope is not None else None
    if value is None:
        name, _, own = resolve(code, path, owner, item.scope).rpartition(".")
        where = code.path(name) if name else None
        stmt = code.definition(where, own) if where is not None else None
        value = stmt.value if isinstance(stmt, ast.Assign) else None
        path = where or path
    if not isinstance(value, ast.Call):
        return None
    cls = find_class(code, resolve(code, path, dotted(value.func), item.scope))
    return method(code, cls, last) if cls is not None else None


def _nested(
    code: Codebase, path: str, written: str, scope: FunctionRef | None
) -> FunctionRef | None:
    while scope is not None:
        body = scope.node.body if isinstance(scope.node.body, list) else []
        for stmt in body:
            for node in walk(stmt):
                if isinstance(node, FUNCTIONS) and node.name == written:
                    return code.function_ref(path, node, outer=scope)
        scope = scope.outer
    return None
