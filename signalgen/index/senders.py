"""What a sender expression names: classes, ``app.Model`` strings, ``get_model()`` calls, the user model, loops over models."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.index.names import dotted, find, find_class, resolve
from signalgen.index.walking import values_of, walk

if TYPE_CHECKING:
    from signalgen.index.code import Code
    from signalgen.values.index import FunctionRef

USER_SETTING = "settings.AUTH_USER_MODEL"
USER_CALL = "get_user_model()"


def sender_names(
    code: Code, path: str, node: ast.expr, scope: FunctionRef | None
) -> tuple[str, ...]:
    """Return what a sender expression resolves to, empty when nothing tells.

    Classes come as dotted names, lazy senders as ``app.Model``, the user model as ``settings.AUTH_USER_MODEL`` or
    ``get_user_model()``; ``Model.field.through`` keeps its tail.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return (node.value,)
    if isinstance(node, ast.Call):
        return _called(node)
    written = dotted(node)
    if not written:
        return ()
    looped = _loop(code, path, written, scope)
    if looped is not None:
        return looped
    name = resolve(code, path, written, scope)
    if name.endswith("settings.AUTH_USER_MODEL"):
        return (USER_SETTING,)
    return _settled(code, name, written, scope)


def _settled(code: Code, name: str, written: str, scope: FunctionRef | None) -> tuple[str, ...]:
    """Return a resolved name, followed through ``Name = get_model(...)`` at module level or in the function."""
    found = find(code, name)
    value: ast.expr | None = None
    rest = ""
    if found is not None and isinstance(found.stmt, (ast.Assign, ast.AnnAssign)):
        value, rest = found.stmt.value, found.rest
    elif found is None and scope is not None:
        value = assigned_value(scope, written.partition(".")[0])
        rest = written.partition(".")[2]
    if isinstance(value, ast.Call):
        return tuple(f"{item}.{rest}" if rest else item for item in _called(value))
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return (value.value,)
    if name == written and "." not in written:
        return ()
    if found is None and name.partition(".")[0] == written.partition(".")[0] and name == written:
        return ()
    return (name,)


def assigned_value(scope: FunctionRef, name: str) -> ast.expr | None:
    """Return the one value that a function assigns to a local name, None when there are several or none."""
    values = values_of(scope.node).get(name, [])
    return values[0] if len(values) == 1 else None


def _called(call: ast.Call) -> tuple[str, ...]:
    name = dotted(call.func).rpartition(".")[2]
    texts = [
        arg.value
        for arg in call.args
        if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
    ]
    if name in ("get_model", "get_registered_model", "load_model") and texts:
        return (".".join(texts[:2]),)
    return (USER_CALL,) if name == "get_user_model" else ()


def _loop(code: Code, path: str, written: str, scope: FunctionRef | None) -> tuple[str, ...] | None:
    """Return the senders of a loop over a literal list, None when ``written`` is no loop variable."""
    head, _, rest = written.partition(".")
    body: list[ast.stmt] = []
    if scope is not None and not isinstance(scope.node, ast.Lambda):
        body = scope.node.body
    else:
        body = code.loops(path)
    for stmt in body:
        for node in walk(stmt):
            if (
                isinstance(node, ast.For)
                and isinstance(node.target, ast.Name)
                and node.target.id == head
            ):
                return _elements(code, path, node.iter, rest, scope)
    return None


def _elements(
    code: Code, path: str, node: ast.expr, rest: str, scope: FunctionRef | None
) -> tuple[str, ...]:
    if isinstance(node, ast.Name):
        found = find(code, resolve(code, path, node.id, scope))
        value = (
            found.stmt.value if found is not None and isinstance(found.stmt, ast.Assign) else None
        )
        value = value or (assigned_value(scope, node.id) if scope is not None else None)
        if value is None:
            return ()
        node = value
    if not isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return ()
    names = [name for item in node.elts for name in sender_names(code, path, item, scope)]
    return tuple(f"{name}.{rest}" if rest else name for name in names)


def is_class(code: Code, name: str) -> bool:
    """Tell whether a sender is a class of the project."""
    return find_class(code, name) is not None
