"""Whether one query would plainly do the work of a loop: ``is_replaceable``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.orm import CREATING
from signalgen.flow.function.loops import element
from signalgen.flow.function.naming import describe
from signalgen.flow.reach.callee import callee
from signalgen.index.reading.walking import nodes_in, walk
from signalgen.late import pattern

_FILES = pattern(
    r"^django\.core\.files\.storage\.(?:default_storage|storages\[\])\.(?:save|delete)$"
    r"|^(?:os\.(?:remove|unlink|rename|replace)|shutil\.\w+)$"
)

if TYPE_CHECKING:
    from signalgen.flow.function.loops import Loop
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef


def _is_inside(function: FunctionRef, asked: ast.expr) -> bool:
    """Tell whether a name is that of a function inside ``function``."""
    return isinstance(asked, ast.Name) and any(
        isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == asked.id
        for node in nodes_in(function.node)
    )


def is_replaceable(index: Index, function: FunctionRef, loop: Loop, query: ast.expr) -> bool:
    """Tell whether one query would plainly do what the loop's does, without another design.

    Not where a function of the project, or a `save()` or `delete()` that a model overrides, asks
    for each element, nor where the loop goes over the names of fields, nor where each row is made
    or found, validated, linked to others or has its files changed, one after the other.
    """
    asked = query.func if isinstance(query, ast.Call) else query
    if callee(index, function, asked)[1] is not None or _is_inside(function, asked):
        return False
    name, _ = element(loop.target, loop.iter)
    if any(_is_of_one_row(index, function, loop, call) for call in loop.calls()):
        return False
    return not name or not any(
        isinstance(node, ast.Call)
        and dotted(node.func) in ("getattr", "setattr", "hasattr")
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Name)
        and node.args[1].id == name
        for item in loop.body
        for node in walk(item)
    )


def _is_of_one_row(index: Index, function: FunctionRef, loop: Loop, call: ast.Call) -> bool:
    """Tell whether a call in a loop does what no query does for many rows at once."""
    func = call.func
    if not isinstance(func, ast.Attribute):
        return False
    if func.attr in ("full_clean", "update_or_create", "aupdate_or_create"):
        return True
    if _FILES.search(describe(index, function.path, function, func)):
        return True
    # `made = Model.objects.create(…)`, then `made.tags.set(tags)`.
    if func.attr not in ("set", "add") or not isinstance(func.value, ast.Attribute):
        return False
    owner = func.value.value
    return isinstance(owner, ast.Name) and any(
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "attr", "") in CREATING
        and any(isinstance(to, ast.Name) and to.id == owner.id for to in node.targets)
        for item in loop.body
        for node in walk(item)
    )
