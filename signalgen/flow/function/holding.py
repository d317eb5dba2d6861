"""Whether anything references a function or object after the code that made it: ``is_fresh``.

If unsure, yes: Django keeps weak references, and a false warning costs trust.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.index.reading.listed import assigned_value
from signalgen.index.reading.resolving import (
    derived_from,
    find_class,
    find_function,
    lineage,
    local_names,
    method,
    resolve,
)
from signalgen.index.reading.scopes import FUNCTIONS

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import ClassRef, Connection, FunctionNode, FunctionRef

_WRAPS = frozenset({"wraps", "functools.wraps"})


def is_fresh(index: Index, path: str, node: ast.expr, scope: FunctionRef | None) -> str:
    """Return what an expression makes that nothing holds, in words; empty if it may be held."""
    made = _made(index, path, node, scope)
    if made:
        return made
    name = node.id if isinstance(node, ast.Name) else ""
    # `thing.method` is held as long as `thing` is.
    if not name and isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        name = node.value.id
    if not name or scope is None:
        return ""
    value = assigned_value(scope, name)
    nested = _nested_function(scope, name)
    if isinstance(node, ast.Name) and value is None and nested is not None:
        held = is_held(scope, name, nested) or is_collected(scope, nested)
        return "" if held else f"the nested function {name}"
    if value is None or is_held(scope, name, value):
        return ""
    if isinstance(node, ast.Attribute):
        return _made(index, path, ast.Attribute(value, node.attr, ast.Load()), scope)
    if isinstance(value, ast.Lambda) and is_collected(scope, value):
        return ""
    return _made(index, path, value, scope)


def _made(index: Index, path: str, node: ast.expr, scope: FunctionRef | None) -> str:
    if isinstance(node, ast.Lambda):
        return "" if scope is not None and is_collected(scope, node) else "a lambda"
    if isinstance(node, ast.Call):
        name = resolve(index.code, path, dotted(node.func), scope)
        if name == "functools.partial":
            return "a partial"
        return _by_factory(index, name)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call):
        cls = find_class(index.code, resolve(index.code, path, dotted(node.value.func), scope))
        if cls is not None and _is_plain(index, cls) and _is_bound(index, cls, node.attr):
            return f"the method {node.attr} of a new {cls.node.name}"
    return ""


def _by_factory(index: Index, name: str) -> str:
    factory = find_function(index.code, name) if "." in name else None
    if factory is None or isinstance(factory.node, ast.Lambda) or factory.node.decorator_list:
        return ""
    returns = [item.value for item in _own_nodes(factory.node) if isinstance(item, ast.Return)]
    if len(returns) != 1:
        return ""
    value = returns[0]
    if isinstance(value, ast.Lambda):
        return f"what {factory.name} returns"
    nested = _nested_function(factory, value.id) if isinstance(value, ast.Name) else None
    if nested is None or is_held(factory, nested.name, nested, returned=True):
        return ""
    return f"what {factory.name} returns"


def _is_plain(index: Index, cls: ClassRef) -> bool:
    """Tell whether nothing keeps a new object: known bases, no ``__new__``, quiet ``__init__``."""
    # A base that cannot be read may keep every object in a registry.
    return all(
        name == "object" or parent is not None for name, parent in derived_from(index.code, cls)
    ) and all(_is_quiet(index, one) for one in lineage(index.code, cls))


def _is_quiet(index: Index, cls: ClassRef) -> bool:
    if (
        cls.node.keywords
        or cls.node.decorator_list
        or method(index.code, cls, "__new__") is not None
    ):
        return False
    init = method(index.code, cls, "__init__")
    if init is None:
        return True
    calls = [item for item in ast.walk(init.node) if isinstance(item, ast.Call)]
    arguments = [
        part for call in calls for part in (*call.args, *(item.value for item in call.keywords))
    ]
    own_calls = any(dotted(call.func).startswith("self.") for call in calls)
    return not own_calls and not any(
        isinstance(item, ast.Name) and item.id == "self"
        for part in arguments
        for item in ast.walk(part)
    )


def _is_bound(index: Index, cls: ClassRef, name: str) -> bool:
    found = method(index.code, cls, name)
    return found is not None and not getattr(found.node, "decorator_list", [])


def is_held(scope: FunctionRef | None, name: str, made: ast.AST, *, returned: bool = False) -> bool:
    """Tell whether a function may keep a local ``name`` alive: any use but connecting or calling.

    With ``returned``, the ``return name`` of a factory does not count as a use.
    """
    if scope is None or _lives_on(scope):
        return True
    if isinstance(made, FUNCTIONS) and not _quiet_decorators(made):
        return True
    shared = {
        item
        for node in ast.walk(scope.node)
        if isinstance(node, (ast.Global, ast.Nonlocal))
        for item in node.names
    }
    if name in shared:
        return True
    quiet = _quiet_uses(scope, returned=returned)
    inside = {id(item) for item in ast.walk(made)}
    return any(
        isinstance(item, ast.Name)
        and item.id == name
        and isinstance(item.ctx, ast.Load)
        and id(item) not in quiet | inside
        for item in ast.walk(scope.node)
    ) or _reads_locals(scope)


def _lives_on(scope: FunctionRef) -> bool:
    return isinstance(scope.node, ast.AsyncFunctionDef) or any(
        isinstance(item, (ast.Yield, ast.YieldFrom)) for item in _own_nodes(scope.node)
    )


def _own_nodes(node: FunctionNode | ast.Lambda) -> list[ast.AST]:
    found: list[ast.AST] = []
    waiting: list[ast.AST] = list(node.body) if isinstance(node.body, list) else [node.body]
    while waiting:
        item = waiting.pop()
        found.append(item)
        if not isinstance(item, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            waiting += ast.iter_child_nodes(item)
    return found


def _quiet_decorators(node: FunctionNode) -> bool:
    for decorator in node.decorator_list:
        name = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
        if name not in _WRAPS and name.rpartition(".")[2] not in ("receiver", "connect"):
            return False
    return True


def _quiet_uses(scope: FunctionRef, *, returned: bool) -> set[int]:
    found: set[int] = set()
    for node in ast.walk(scope.node):
        if returned and isinstance(node, ast.Return) and node.value is not None:
            found.add(id(node.value))
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            found.add(id(node.func))
        handed = [*node.args[:1], *(item.value for item in node.keywords if item.arg == "receiver")]
        func = node.func
        connects = isinstance(func, ast.Attribute) and func.attr == "connect"
        registers = (
            isinstance(func, ast.Call) and dotted(func.func).rpartition(".")[2] == "receiver"
        )
        if connects or registers:
            for item in handed:
                found.add(id(item))
                if isinstance(item, ast.Attribute):
                    found.add(id(item.value))
    return found


def _reads_locals(scope: FunctionRef) -> bool:
    return any(
        isinstance(item, ast.Call)
        and isinstance(item.func, ast.Name)
        and item.func.id in ("locals", "vars")
        for item in ast.walk(scope.node)
    )


def is_collected(scope: FunctionRef | None, made: FunctionNode | ast.Lambda) -> bool:
    """Tell whether a function reads what a receiver inside it gathers: it need not live longer.

    The receiver has a name in ``nonlocal``, or changes a local object of the function around it,
    which reads it elsewhere.
    """
    if scope is None:
        return False
    shared: set[str] = set()
    changed: set[str] = set()
    for node in ast.walk(made):
        if isinstance(node, ast.Nonlocal):
            shared.update(node.names)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            changed.add(dotted(node.func.value))
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            changed.add(dotted(node.value))
    # Names of the function around, as those of its own are gone when it ends.
    changed = shared | ((changed & local_names(scope.node)) - local_names(made))
    inside = {id(item) for item in ast.walk(made)}
    return any(
        isinstance(item, ast.Name)
        and item.id in changed
        and isinstance(item.ctx, ast.Load)
        and id(item) not in inside
        and item.lineno > (made.end_lineno or made.lineno)
        for item in ast.walk(scope.node)
    )


def is_sent_meanwhile(item: Connection) -> bool:
    """Tell whether the function that connects calls the object that it named as the sender."""
    name = item.sender.id if isinstance(item.sender, ast.Name) else ""
    value = assigned_value(item.scope, name) if item.scope is not None and name else None
    if item.scope is None or not isinstance(value, ast.Call):
        return False
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == name
        and node.lineno > (getattr(item.node, "end_lineno", 0) or 0)
        for node in _own_nodes(item.scope.node)
    )


def _nested_function(scope: FunctionRef, name: str) -> FunctionNode | None:
    found = [
        item for item in _own_nodes(scope.node) if isinstance(item, FUNCTIONS) and item.name == name
    ]
    return found[0] if len(found) == 1 else None
