"""What waits for the commit, by ``on_commit`` or wrappers of it: ``is_on_commit``, ``defers``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.tasks import ON_COMMIT
from signalgen.index.memo import remembered
from signalgen.index.reading.resolving import find_function, resolve
from signalgen.index.reading.walking import walk

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

_DEEPEST = 2
DJANGO_ON_COMMIT = "django.db.transaction.on_commit"


def is_on_commit(index: Index, path: str, call: ast.Call, scope: FunctionRef | None) -> bool:
    """Tell whether a call runs its first argument after the commit, by Django or a wrapper."""
    written = dotted(call.func)
    last = written.rpartition(".")[2] or (
        call.func.attr if isinstance(call.func, ast.Attribute) else ""
    )
    if last in ON_COMMIT:
        return True
    if "commit" not in last and not call.args:
        return False
    return _is_wrapper(index, resolve(index.code, path, written, scope) if written else "", 0)


def _is_wrapper(index: Index, name: str, depth: int) -> bool:
    function = find_function(index.code, name) if "." in name else None
    if function is None or depth > _DEEPEST or isinstance(function.node, ast.Lambda):
        return False
    return _hands_on(index, function, depth)


@remembered(key=lambda function, _depth: function, meanwhile=False)
def _hands_on(index: Index, function: FunctionRef, depth: int) -> bool:
    node = function.node
    parameters = {
        item.arg for item in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    }
    for call in (item for item in walk(node) if isinstance(item, ast.Call)):
        written = dotted(call.func)
        last = call.func.attr if isinstance(call.func, ast.Attribute) else written
        if last not in ON_COMMIT and not (
            "commit" in last
            and _is_wrapper(index, resolve(index.code, function.path, written, function), depth + 1)
        ):
            continue
        # A wrapper passes one of its own parameters on; one that defers other work is none.
        used = {
            item.id for arg in call.args[:1] for item in walk(arg) if isinstance(item, ast.Name)
        }
        if used & parameters:
            return True
    return False


def defers(index: Index, function: FunctionRef) -> bool:
    """Tell whether a decorator of the function makes its body run after the commit."""
    for decorator in getattr(function.node, "decorator_list", []):
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        written = dotted(target)
        if written.rpartition(".")[2] in ON_COMMIT:
            return True
        made = (
            find_function(index.code, resolve(index.code, function.path, written, function.outer))
            if written
            else None
        )
        if made is not None and _wraps_in_on_commit(made):
            return True
    return False


def _wraps_in_on_commit(decorator: FunctionRef) -> bool:
    """Tell whether a decorator's wrapper calls ``on_commit`` with the decorated function."""
    nested = [
        item
        for item in walk(decorator.node)
        if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        and item is not decorator.node
    ]
    return any(
        isinstance(call, ast.Call)
        and (call.func.attr if isinstance(call.func, ast.Attribute) else dotted(call.func))
        in ON_COMMIT
        for item in nested
        for call in walk(item)
    )
