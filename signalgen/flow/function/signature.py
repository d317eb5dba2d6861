"""A receiver's parameters, and the names of a signal's arguments in it: ``names_of``."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

from signalgen.index.reading.walking import Notes, values_of, walk

if TYPE_CHECKING:
    from signalgen.values.index import FunctionNode, FunctionRef, Receiver

_ASSIGNED = Notes[tuple[dict[str, list[ast.expr]], Counter[str]]]("assigned")
_NAMES = Notes[dict[str, frozenset[str]]]("names of arguments")
_OBJECTS = frozenset({"instance", "request", "sender", "user"})
MODEL_SIGNALS = "django.db.models.signals."
SAVE = frozenset({MODEL_SIGNALS + "pre_save", MODEL_SIGNALS + "post_save"})
DELETE = frozenset({MODEL_SIGNALS + "pre_delete", MODEL_SIGNALS + "post_delete"})
M2M = frozenset({MODEL_SIGNALS + "m2m_changed"})
ROWS = SAVE | DELETE | M2M
"""The signals that are sent while rows are written, mostly inside a transaction."""


def short(name: str) -> str:
    """Return the last part of a dotted name: ``post_save``."""
    return name.rpartition(".")[2]


def has_signal(receiver: Receiver, wanted: frozenset[str]) -> bool:
    """Tell whether a receiver is registered for one of ``wanted`` (resolved dotted names)."""
    return any(signal in wanted for signal in receiver.signals)


def all_parameters(function: FunctionRef) -> list[ast.arg]:
    """Return the named parameters, without ``self`` of a method."""
    arguments = function.node.args
    found = [*arguments.posonlyargs, *arguments.args]
    if function.cls is not None and not _is_static(function):
        found = found[1:]
    return [*found, *arguments.kwonlyargs]


def _is_static(function: FunctionRef) -> bool:
    decorators = getattr(function.node, "decorator_list", [])
    return any(isinstance(item, ast.Name) and item.id == "staticmethod" for item in decorators)


def required(function: FunctionRef) -> list[ast.arg]:
    """Return the parameters without default, except ``self`` of a method."""
    arguments = function.node.args
    plain = [*arguments.posonlyargs, *arguments.args]
    bare = plain[: len(plain) - len(arguments.defaults)]
    if function.cls is not None and not _is_static(function):
        bare = bare[1:]
    keyword = [
        item
        for item, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if default is None
    ]
    return [*bare, *keyword]


def catches_all(function: FunctionRef) -> bool:
    """Tell whether a function has ``**kwargs``."""
    return function.node.args.kwarg is not None


def names_of(function: FunctionRef, argument: str) -> frozenset[str]:
    """Return the names of a signal's argument inside the receiver.

    These are a parameter of that name, and local names assigned from ``kwargs["instance"]``,
    ``kwargs.get("instance")`` or another such name. An object's name that is also bound to anything
    else is left out; a refined flag (``created = created and …``) still counts as the flag.
    """
    known = _NAMES.get(function.node)
    if known is None:
        known = _NAMES[function.node] = {}
    if argument not in known:
        known[argument] = frozenset(_names_of(function, argument))
    return known[argument]


def _names_of(function: FunctionRef, argument: str) -> set[str]:
    kwargs = function.node.args.kwarg
    given, stored = _assigned(function.node)
    found = {argument} if any(item.arg == argument for item in all_parameters(function)) else set()
    for name, values in given.items():
        same = [
            (kwargs is not None and is_kwarg(value, kwargs.arg, argument))
            or (isinstance(value, ast.Name) and value.id in found)
            for value in values
        ]
        # Flags may be refined; the name of an object must mean that object everywhere.
        if any(same) and (argument not in _OBJECTS or sum(same) == stored[name]):
            found.add(name)
        # Assigned a different value: the parameter no longer means the argument.
        elif name == argument and argument in _OBJECTS:
            found.discard(name)
    if argument in _OBJECTS and stored[argument] > len(given.get(argument, [])):
        found.discard(argument)  # a loop gives it other values
    return found


def _assigned(node: FunctionNode | ast.Lambda) -> tuple[dict[str, list[ast.expr]], Counter[str]]:
    known = _ASSIGNED.get(node)
    if known is None:
        stored = Counter(
            item.id
            for item in walk(node)
            if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store)
        )
        known = _ASSIGNED[node] = (values_of(node) if stored else {}, stored)
    return known


def is_kwarg(node: ast.AST, kwargs: str, argument: str) -> bool:
    """Tell whether an expression is ``kwargs["argument"]`` or a ``get`` or ``pop`` of it."""
    return kwarg_key(node, kwargs) == argument


def kwarg_key(node: ast.AST, kwargs: str) -> str | None:
    """Return ``argument`` of ``kwargs["argument"]`` or of its ``get`` or ``pop``, else None."""
    key: ast.expr | None = None
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id == kwargs
    ):
        key = node.slice
    elif (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == kwargs
        and node.func.attr in ("get", "pop")
        and node.args
    ):
        key = node.args[0]
    value = key.value if isinstance(key, ast.Constant) else None
    return value if isinstance(value, str) else None


def mentions(node: ast.AST, names: frozenset[str] | set[str]) -> bool:
    """Tell whether one of ``names`` is read anywhere below a node."""
    return any(isinstance(item, ast.Name) and item.id in names for item in walk(node))


def mentions_argument(node: ast.AST, function: FunctionRef, argument: str) -> bool:
    """Tell whether a signal's argument is read below a node: parameter, alias or ``kwargs``."""
    kwargs = function.node.args.kwarg
    names = names_of(function, argument)
    return mentions(node, names) or (
        kwargs is not None and any(is_kwarg(item, kwargs.arg, argument) for item in walk(node))
    )
