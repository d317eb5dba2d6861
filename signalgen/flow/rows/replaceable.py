"""Whether one query would plainly do the work of a loop: ``is_replaceable``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.flow.function.loops import element
from signalgen.flow.reach.callee import callee
from signalgen.index.reading.walking import walk

if TYPE_CHECKING:
    from signalgen.flow.function.loops import Loop
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef


def is_replaceable(index: Index, function: FunctionRef, loop: Loop, query: ast.expr) -> bool:
    """Tell whether one query would plainly do what the loop's does, without another design.

    Not where a function of the project, or a `save()` or `delete()` that a model overrides, asks
    for each element, nor where the loop goes over the names of fields.
    """
    asked = query.func if isinstance(query, ast.Call) else query
    if callee(index, function, asked)[1] is not None:
        return False
    name, _ = element(loop.target, loop.iter)
    return not name or not any(
        isinstance(node, ast.Call)
        and dotted(node.func) in ("getattr", "setattr", "hasattr")
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Name)
        and node.args[1].id == name
        for item in loop.body
        for node in walk(item)
    )
