"""Methods that a base class leaves to its subclasses: ``own_method`` and ``filled_in``.

A method of a base calls others of ``self``. They are determined by the class through which it was
found, and, if the base has none of its own, by all its subclasses.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.flow.function.attributes import classes_below
from signalgen.index.reading.resolving import find_class, method

if TYPE_CHECKING:
    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

_MOST = 4
"""How many classes are searched for one method."""
_OWN = ("self", "cls")


def own_method(index: Index, via: Reached, call: ast.Call) -> tuple[str, FunctionRef] | None:
    """Return the method of ``self`` that a call runs, by the class that led to the helper.

    With its name, which has that class; None if this is unknown.
    """
    func = call.func
    if via.target is None or via.target.cls is None or not isinstance(func, ast.Attribute):
        return None
    if not isinstance(func.value, ast.Name) or func.value.id not in _OWN:
        return None
    owner = find_class(index.code, via.name.rpartition(".")[0])
    if owner is None or owner.node is via.target.cls:
        return None
    found = method(index.code, owner, func.attr)
    return (f"{owner.dotted}.{func.attr}", found) if found is not None else None


def filled_in(index: Index, target: FunctionRef) -> tuple[tuple[str, FunctionRef], ...]:
    """Return the subclasses' versions of a method that does nothing itself."""
    if target.cls is None or not _is_left_open(target):
        return ()
    found: dict[int, tuple[str, FunctionRef]] = {}
    owner = index.code.class_ref(target.path, target.cls)
    for cls in classes_below(index, owner):
        made = method(index.code, cls, target.name)
        if made is not None and not _is_left_open(made):
            found.setdefault(id(made.node), (f"{cls.dotted}.{target.name}", made))
    return tuple(found.values())[:_MOST]


def _is_left_open(function: FunctionRef) -> bool:
    node = function.node
    if isinstance(node, ast.Lambda):
        return False
    abstract = any(dotted(item).endswith("abstractmethod") for item in node.decorator_list)
    body = [item for item in node.body if not _is_text(item)]
    raises = len(body) == 1 and isinstance(body[0], ast.Raise) and _is_missing(body[0])
    empty = all(isinstance(item, ast.Pass) for item in body)
    dots = any(
        isinstance(item, ast.Expr)
        and isinstance(item.value, ast.Constant)
        and item.value.value is ...
        for item in node.body
    )
    return raises or (empty and (abstract or dots))


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_missing(node: ast.Raise) -> bool:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return raised is not None and dotted(raised) == "NotImplementedError"
