"""The parameters of a function that a call fills: ``handed``, ``class_handed``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.flow.function.signature import all_parameters
from signalgen.index.reading.resolving import find_class, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import ClassRef, FunctionRef


def _positional(target: FunctionRef) -> list[str]:
    keywords = target.node.args.kwonlyargs
    return [item.arg for item in all_parameters(target) if item not in keywords]


def handed(call: ast.Call, target: FunctionRef) -> Iterator[tuple[str, ast.expr]]:
    """Yield the parameters of a function that a call fills, with their values."""
    for name, node in zip(_positional(target), call.args, strict=False):
        if isinstance(node, ast.Starred):
            break
        yield name, node
    for item in call.keywords:
        if item.arg is not None:
            yield item.arg, item.value
        elif is_spelled_out(item.value) and isinstance(item.value, ast.Dict):
            for key, value in zip(item.value.keys, item.value.values, strict=True):
                if isinstance(key, ast.Constant):
                    yield str(key.value), value


def class_handed(index: Index, item: Reached, name: str) -> ClassRef | None:
    """Return the class that was passed to a parameter of the function around a call."""
    via = item.via
    while via is not None and via.target is not None:
        node = next((value for one, value in handed(via.call, via.target) if one == name), None)
        written = dotted(node) if node is not None else ""
        found = resolve(index.code, via.function.path, written, via.function) if written else ""
        cls = find_class(index.code, found)
        if cls is not None or not isinstance(node, ast.Name):
            return cls
        name, via = node.id, via.via
    return None


def is_spelled_out(node: ast.expr) -> bool:
    """Tell whether an expression is a dictionary whose keys are all texts: ``**{"raw": True}``."""
    return isinstance(node, ast.Dict) and all(
        isinstance(key, ast.Constant) and isinstance(key.value, str) for key in node.keys
    )
