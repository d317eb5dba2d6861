"""Resolves names through calls, local variables and module constants: ``describe``.

``EmailMessage(…).send`` becomes ``django.core.mail.EmailMessage().send``, through any number of
names.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.index.memo import remembered
from signalgen.index.reading.resolving import (
    find,
    find_class,
    find_function,
    method,
    resolve,
)
from signalgen.index.reading.walking import nodes_in, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import ClassRef, FunctionRef

_TRANSPARENT = frozenset({"async_to_sync", "sync_to_async", "partial", "copy", "deepcopy"})
_DEEPEST = 6
_HOLDING = (".storages", ".caches")
"""Django's mappings whose elements are all of one kind."""
_LABEL_AND_NAME = 2


def describe(
    index: Index, path: str, scope: FunctionRef | None, node: ast.expr, depth: int = 0
) -> str:
    """Return an expression's resolved name with ``()`` for calls, empty if its root is unknown.

    ``storages["default"]`` and ``caches[name]`` end in ``[]``.
    """
    if depth > _DEEPEST:
        return ""
    if isinstance(node, ast.Attribute):
        owner = describe(index, path, scope, node.value, depth + 1)
        return f"{owner}.{node.attr}" if owner else ""
    if isinstance(node, ast.Call):
        inner = _transparent(index, path, scope, node)
        if inner is not None:
            return describe(index, path, scope, inner, depth + 1)
        loaded = _loaded(index, path, scope, node)
        if loaded:
            return loaded
        made = describe(index, path, scope, node.func, depth + 1)
        return f"{made}()" if made else ""
    if isinstance(node, ast.Await):
        return describe(index, path, scope, node.value, depth + 1)
    if isinstance(node, ast.Subscript):
        held = describe(index, path, scope, node.value, depth + 1)
        return f"{held}[]" if held.endswith(_HOLDING) else ""
    if not isinstance(node, ast.Name):
        return ""
    return _named(index, path, scope, node, depth)


# `rows = rows.filter(…)` five times would be followed in every order: cached by depth.
@remembered(key=lambda path, scope, node, depth: (path, scope, node.id, depth), passing=True)
def _named(index: Index, path: str, scope: FunctionRef | None, node: ast.Name, depth: int) -> str:
    # Local values first: they hide a global of the same name.
    for value in assigned_values(scope, node.id):
        found = describe(index, path, scope, value, depth + 1)
        if found:
            return found
    name = resolve(index.code, path, node.id, scope)
    if "." not in name:
        return name
    found_at = find(index.code, name)
    if (
        found_at is not None
        and isinstance(found_at.stmt, (ast.Assign, ast.AnnAssign))
        and not found_at.rest
    ):
        value_there = found_at.stmt.value
        if isinstance(value_there, (ast.Call, ast.Attribute, ast.Name)):
            return describe(index, found_at.path, None, value_there, depth + 1) or name
    return name


def _transparent(
    index: Index, path: str, scope: FunctionRef | None, call: ast.Call
) -> ast.expr | None:
    written = dotted(call.func)
    if not written or not call.args:
        return None
    if written.rpartition(".")[2] in _TRANSPARENT:
        return call.args[0]
    last = resolve(index.code, path, written, scope).rpartition(".")[2]
    return call.args[0] if last in _TRANSPARENT else None


def _loaded(index: Index, path: str, scope: FunctionRef | None, call: ast.Call) -> str:
    """Return the class loaded by ``import_string("a.B")`` or Oscar's ``get_class("a", "B")``."""
    written = dotted(call.func)
    if written.rpartition(".")[2] not in ("import_string", "get_class"):
        return ""
    given = [
        item.value
        for item in call.args
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    ]
    name = resolve(index.code, path, written, scope)
    if name == "django.utils.module_loading.import_string" and len(given) == 1:
        return given[0] if find_class(index.code, given[0]) is not None else ""
    if name != "oscar.core.loading.get_class" or len(given) < _LABEL_AND_NAME:
        return ""
    label, wanted = given[:_LABEL_AND_NAME]
    found = [
        f"{module}.{wanted}"
        for module in map(index.code.module, index.containing(f"class {wanted}".encode()))
        if f".{module}".endswith(f".{label}")
        and find_class(index.code, f"{module}.{wanted}") is not None
    ]
    return found[0] if len(found) == 1 else ""


def assigned_values(scope: FunctionRef | None, name: str) -> Iterator[ast.expr]:
    """Yield what a function, or one around it, assigns to a local name."""
    while scope is not None:
        yield from values_of(scope.node).get(name, ())
        scope = scope.outer


def result_classes(index: Index, function: FunctionRef) -> Iterator[ClassRef]:
    """Yield the classes that a project function returns: annotated, or constructed by it."""
    node = function.node
    if isinstance(node, ast.Lambda):
        return
    annotated = _annotated(index, function, node.returns)
    if annotated is not None:
        yield annotated
    for name in result_names(index, function):
        cls = find_class(index.code, name)
        if cls is not None:
            yield cls


def result_names(index: Index, function: FunctionRef) -> Iterator[str]:
    """Yield the names that a function calls for its result, through local names and helpers."""
    return _result_names(index, function, {function.node}, 0)


def _result_names(
    index: Index, function: FunctionRef, seen: set[ast.AST], depth: int
) -> Iterator[str]:
    # ``seen``: functions may return what each other return.
    nodes = nodes_in(function.node) if depth < _DEEPEST else ()
    returned = [item.value for item in nodes if isinstance(item, ast.Return)]
    for given in (given for value in returned for given in _returned(function, value)):
        value = given.value if isinstance(given, ast.Await) else given
        for name in (
            _class_names(index, function, value.func) if isinstance(value, ast.Call) else ()
        ):
            helper = find_function(index.code, name)
            if helper is None or helper.node is function.node:
                yield name
            elif helper.node not in seen:
                seen.add(helper.node)
                yield from _result_names(index, helper, seen, depth + 1)
    # What is made for this caller tells more than what all share.
    for shared in returned:
        yield from _shared(index, function, shared)


def _shared(index: Index, function: FunctionRef, value: ast.expr | None) -> Iterator[str]:
    """Yield the names that created the module's single object that a function returns."""
    if isinstance(value, ast.Name) and not any(assigned_values(function, value.id)):
        found = describe(index, function.path, function, value)
        if found.endswith("()"):
            yield found.removesuffix("()")


def _returned(function: FunctionRef, value: ast.expr | None) -> Iterator[ast.expr | None]:
    """Yield the values of a returned name, or of an attribute that the function assigns."""
    if isinstance(value, ast.Name):
        yield from assigned_values(function, value.id)
    elif isinstance(value, ast.Attribute):
        written = dotted(value)
        for item in nodes_in(function.node):
            if isinstance(item, ast.Assign) and written in map(dotted, item.targets):
                yield item.value
    else:
        yield value


def _annotated(index: Index, function: FunctionRef, node: ast.expr | None) -> ClassRef | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        written = node.value.strip()
    else:
        written = dotted(node)
    return (
        find_class(index.code, resolve(index.code, function.path, written, function))
        if written
        else None
    )


def _class_names(index: Index, function: FunctionRef, func: ast.expr) -> Iterator[str]:
    seen: set[str] = set()
    waiting = [dotted(func)]
    while waiting:
        written = waiting.pop()
        if not written or written in seen:
            continue
        seen.add(written)
        owner, _, name = written.rpartition(".")
        if owner in ("self", "cls") and function.cls is not None:
            own = method(index.code, index.code.class_ref(function.path, function.cls), name)
            yield own.dotted if own is not None else ""
        yield resolve(index.code, function.path, written, function)
        values = list(assigned_values(function, written))[::-1]
        waiting += [dotted(v) for v in values if isinstance(v, (ast.Name, ast.Attribute))]


def class_of_value(
    index: Index, path: str, scope: FunctionRef | None, node: ast.expr
) -> ClassRef | None:
    """Return the project class of an expression's value: constructed, or returned by a function."""
    name = describe(index, path, scope, node)
    if not name.endswith("()"):
        return None
    made = name[:-2]
    cls = find_class(index.code, made)
    if cls is not None:
        return cls
    function = find_function(index.code, made)
    return next(result_classes(index, function), None) if function is not None else None
