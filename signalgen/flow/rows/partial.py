"""Which fields a save names by ``update_fields``: ``updated_fields`` and ``sends_nothing``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.flow.reach.callee import class_of
from signalgen.index.reading.given import argument
from signalgen.index.reading.listed import PlacedExpression, class_value, elements
from signalgen.index.reading.resolving import find_class

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef


def updated_fields(index: Index, function: FunctionRef, call: ast.Call) -> tuple[str, ...] | None:
    """Return the names in ``update_fields`` of a call, None if not given or unknown.

    Written out, or a constant: of the function, its class, the row's class, this or another module.
    """
    node = argument(call, "update_fields", None)
    if node is None:
        return None
    names: list[str] = []
    for item in _elements(index, function, node):
        if not isinstance(item, ast.Constant) or not isinstance(item.value, str):
            return None
        names.append(item.value)
    # A text alone stands for its letters, and an expression that is not known for itself.
    return None if isinstance(node, ast.Constant) else tuple(names)


def _elements(index: Index, function: FunctionRef, node: ast.expr) -> list[ast.expr]:
    place = PlacedExpression(function.path, node, function)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        cls = find_class(index.code, class_of(index, function, node.value.id) or "")
        kept = class_value(index.code, cls, node.attr) if cls is not None else None
        place = kept if kept is not None else place
    return [item.node for item in elements(index.code, place)]


def sends_nothing(index: Index, function: FunctionRef, call: ast.Call) -> bool:
    """Tell whether a save sends no signals: Django returns at once if ``update_fields`` are empty.

    A raw ``save_base`` sends both, with ``raw=True``; what a ``save`` of the project's does, told
    to be raw, is not known.
    """
    if is_raw(call) and isinstance(call.func, ast.Attribute) and call.func.attr != "save_base":
        return True
    return updated_fields(index, function, call) == ()


def is_raw(call: ast.Call) -> bool:
    """Tell whether a save says that it loads a fixture."""
    raw = argument(call, "raw", None)
    return isinstance(raw, ast.Constant) and raw.value is True


def may_send_nothing(call: ast.Call) -> bool:
    """Tell whether a creating manager method may find the row, and then send nothing.

    ``update_or_create`` without ``defaults`` has nothing to update.
    """
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    given = {item.arg for item in call.keywords}
    nothing = "update_or" in name and not {"defaults", None} & given and len(call.args) == 0
    return "get_or" in name or nothing
