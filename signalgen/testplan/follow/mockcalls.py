"""What a call gives in a traced body: of mocks, of methods of known values, of builtins.

The entries are ``method_of_known``, ``builtin`` and ``real_call``.
"""

from __future__ import annotations

import ast
import builtins
import copy
import re
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.names import WELL_KNOWN
from signalgen.testplan.follow.mockvalues import UNKNOWN, Endless, NotSafeError, Value, World, known

if TYPE_CHECKING:
    from collections.abc import Sequence

_CONCRETE = frozenset(
    [
        "str",
        "repr",
        "bool",
        "len",
        "list",
        "tuple",
        "set",
        "dict",
        "frozenset",
        "int",
        "float",
        "sorted",
        "any",
        "all",
        "sum",
        "max",
        "min",
        "round",
        "abs",
        "range",
    ]
)
"""Builtins that may be called right here when every argument is known."""

_OF_MOCK: dict[str, object] = {
    "len": 0,
    "list": [],
    "tuple": (),
    "set": set(),
    "frozenset": frozenset(),
    "sorted": [],
    "sum": 0,
    "dict": {},
    "bool": True,
    "int": 1,
    "float": 1.0,
    "any": False,
    "all": True,
}
"""What these make of a mock, which iterates over nothing and counts as one."""

_TYPES = frozenset(
    ["str", "bytes", "int", "float", "bool", "list", "tuple", "set", "dict", "frozenset", "complex"]
)
_MUTATING = frozenset(
    [
        "append",
        "extend",
        "add",
        "update",
        "insert",
        "discard",
        "remove",
        "pop",
        "clear",
        "setdefault",
        "sort",
        "reverse",
    ]
)
_STRING = frozenset(
    [
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "title",
        "capitalize",
        "casefold",
        "replace",
        "removeprefix",
        "removesuffix",
    ]
)
_TOLERANT = ("django.db.models", "django.core.exceptions")
"""What takes any argument without looking at it."""
_MANY = 1000
_FAILURES = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
"""What calls of plain values raise: the body would fail the same way."""


def method_of_known(
    owner: Value, node: ast.Attribute, args: Sequence[Value], keywords: int, world: World
) -> Value:
    """Call a method of a known value; a change of a local container is made in ``world``."""
    if node.attr == "format" and isinstance(owner.value, str) and not keywords:
        return Value("unknown", string=True)
    if keywords or any(arg.kind != "known" for arg in args) or node.attr.startswith("_"):
        return _joined(owner, node, args)
    if not isinstance(owner.value, (str, bytes, int, float, list, tuple, set, frozenset, dict)):
        raise NotSafeError
    # The call runs on copies, so that a trace that is given up leaves its values as they were.
    subject = copy.deepcopy(owner.value)
    try:
        result: object = getattr(subject, node.attr)(*[copy.deepcopy(arg.value) for arg in args])
    except _FAILURES:
        raise NotSafeError from None
    if node.attr in _MUTATING and not isinstance(owner.value, str):
        # Only a local name can be rebound to the changed copy, and only if the call is sure to
        # happen.
        if (
            not isinstance(node.value, ast.Name)
            or node.value.id not in world.locals
            or not world.certain
        ):
            raise NotSafeError
        world.locals[node.value.id] = known(subject)
    if not isinstance(result, (str, bytes, int, float, bool, list, tuple, set, dict, type(None))):
        return Value("pure") if node.attr in ("keys", "values", "items") else UNKNOWN
    return known(result)


def _joined(owner: Value, node: ast.Attribute, args: Sequence[Value]) -> Value:
    # A mock iterates over nothing, so joining it gives an empty text.
    if node.attr == "join" and owner.kind == "known" and len(args) == 1:
        if args[0].kind == "mock":
            return known("")
        if args[0].kind == "pure":
            return Value("pure")
    if (
        node.attr == "get"
        and isinstance(owner.value, dict)
        and args
        and args[0].kind in ("mock", "unknown")
    ):
        return UNKNOWN
    raise NotSafeError


def builtin(name: str, args: Sequence[Value], keywords: int, text: str | None) -> Value:
    """Return what the builtin ``name`` gives.

    Raises NotSafeError where it would raise or never end, or where the result is unknown.
    """
    endless = [arg.value for arg in args if isinstance(arg.value, Endless)]
    if not endless:
        return _builtin(name, args, keywords, text)
    if name != "next" or not endless[0]:
        raise NotSafeError
    return known(endless[0][0])


def _builtin(name: str, args: Sequence[Value], keywords: int, text: str | None) -> Value:
    if name in ("str", "repr") and len(args) == 1 and args[0].kind != "known":
        kind = args[0].kind == "pure"
        return Value("pure" if kind else "unknown", text=text, string=True)
    # A mock is no instance of a real class; of an unknown class nothing can be said.
    if (
        name == "isinstance"
        and len(args) == 2
        and args[0].kind == "mock"
        and args[1].kind != "mock"
    ):
        return known(value=False) if args[1].kind == "pure" else UNKNOWN
    if name in _CONCRETE and not keywords and all(arg.kind == "known" for arg in args):
        return _concrete(name, [arg.value for arg in args])
    if args and args[0].kind == "mock" and name in _OF_MOCK and (len(args) == 1 or name == "sum"):
        return known(_OF_MOCK[name])
    if name in ("abs", "round", "next") and args and args[0].kind == "mock":
        return Value("mock", text=text)
    if name in ("any", "all", "list", "tuple") and len(args) == 1 and args[0].kind == "unknown":
        return UNKNOWN
    if name == "dict" and not args:
        return Value("unknown", text=text)
    if name in ("print", "ValueError", "TypeError", "RuntimeError", "type") or name.endswith(
        ("Error", "Exception")
    ):
        return Value("unknown", text=text)
    if all(arg.kind in ("known", "pure") for arg in args) and name in _CONCRETE:
        return Value("pure", text=text)
    raise NotSafeError


def builtin_of_row(name: str) -> Value:
    """Return what a builtin makes of a mock that yields one element."""
    if name not in ("list", "tuple", "str", "repr"):
        raise NotSafeError
    return UNKNOWN


def _concrete(name: str, values: list[object]) -> Value:
    if name == "range" and any(isinstance(value, int) and abs(value) > _MANY for value in values):
        raise NotSafeError
    try:
        result: object = getattr(builtins, name)(*copy.deepcopy(values))
    except _FAILURES:
        raise NotSafeError from None
    return known(list(result) if isinstance(result, range) else result)


def attribute_call(name: str, args: Sequence[Value], world: World) -> Value | None:
    """Return what ``getattr`` or ``hasattr`` gives; None where that is unknown."""
    if len(args) < 2 or args[1].kind != "known" or not isinstance(args[1].value, str):
        raise NotSafeError
    owner, attribute = args[0], args[1].value
    if owner.kind == "mock" and not attribute.startswith("__"):
        if name == "hasattr":
            return known(value=True)
        text = f"{owner.text}.{attribute}" if owner.text else None
        return (
            world.at(f"{owner.path}.{attribute}", text) if owner.path else Value("mock", text=text)
        )
    if owner.kind == "known" and owner.value is None and (name == "hasattr" or len(args) == 3):
        return known(value=False) if name == "hasattr" else args[2]
    if owner.kind == "pure" and (name == "hasattr" or len(args) == 3):
        return Value("pure" if args[-1].kind in ("pure", "known") else "unknown")
    raise NotSafeError


def real_call(node: ast.Call, function: Value, values: Sequence[Value], text: str | None) -> Value:
    """Follow a call of something that no mock replaces.

    It is safe with real arguments, or where it takes anything.
    """
    name = dotted(node.func)
    if (
        all(value.kind == "known" for value in values)
        and (found := _of_known(name, values)) is not None
    ):
        return found
    if function.string and isinstance(node.func, ast.Attribute):
        return _string_method(node.func.attr, values, text)
    if function.kind == "pure" and all(value.kind in ("pure", "known") for value in values):
        return Value("pure", text=text)
    if name in (
        "partial",
        "functools.partial",
        "slugify",
        "sync_to_async",
        "suppress",
        "transaction.atomic",
    ):
        return Value("unknown", text=text, string=name == "slugify")
    module = WELL_KNOWN.get(name.partition(".")[0], ("", ""))[0]
    if function.kind == "pure" and (
        module.startswith(_TOLERANT) or name.endswith(("Error", "Exception"))
    ):
        return Value("unknown", text=text)
    raise NotSafeError


def _of_known(name: str, values: Sequence[Value]) -> Value | None:
    # A few functions of known values; a slug is only made of plain letters.
    first = values[0].value if values else 0
    if (
        name == "slugify"
        and isinstance(first, str)
        and _PLAIN.fullmatch(first)
        and len(values) == 1
    ):
        return known("-".join(first.lower().split()))
    if name == "itertools.count" and isinstance(first, int) and len(values) <= 1:
        return Value("known", Endless(range(first, first + _FIRST)))
    if name == "itertools.chain" and all(isinstance(value.value, list) for value in values):
        return Value(
            "known",
            # mypy does not know that each value is a list.
            Endless(one for value in values for one in value.value),  # type: ignore[attr-defined]
        )
    return None


_PLAIN = re.compile(r"[A-Za-z]+( [A-Za-z]+)*")
_FIRST = 10


def _string_method(name: str, values: Sequence[Value], text: str | None) -> Value:
    if any(value.kind not in ("known", "pure") and not value.string for value in values):
        raise NotSafeError
    if name in _STRING:
        return Value("unknown", text=text, string=True)
    if name in ("startswith", "endswith", "isdigit", "split", "count", "find", "encode"):
        return Value("unknown", text=text)
    raise NotSafeError
