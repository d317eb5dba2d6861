"""Dataclasses and patterns that are completed on first use: ``dataclass``, ``pattern``.

A command loads hundreds of them and uses few of their methods. The standard library compiles five
methods for each frozen dataclass, and every pattern: a sixth of a small run. Both names stand for
``dataclasses.dataclass`` with ``slots=True`` and ``re.compile``, and type checkers see them as
these.
"""

from __future__ import annotations

import dataclasses
import re
from functools import partial

# Importing typing takes longer than a class does.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass
    from re import compile as pattern

    Method = Callable[..., object]

__all__ = ["dataclass", "pattern"]

_FIELDS, _NAMES = "__dataclass_fields__", "__match_args__"
_ORDER = ("__lt__", "__le__", "__gt__", "__ge__")


def _dataclass(
    *, frozen: bool = False, slots: bool, eq: bool = True, order: bool = False
) -> Callable[[type], type]:
    """Return a decorator for a class without a dataclass among its bases."""
    wanted = [("__repr__", {"repr": True})]
    wanted += [("__eq__", {"eq": True})] if eq else []
    wanted += [("__hash__", {"eq": True, "frozen": True})] if eq and frozen else []
    wanted += [(name, {"eq": True, "order": True}) for name in _ORDER if order]

    def decorate(plain: type) -> type:
        names = tuple(plain.__annotations__)
        body = {key: value for key, value in _body(plain).items() if key not in names}
        body |= {_NAMES: names, _FIELDS: _Fields(plain), "__reduce__": _reduced}
        if slots:
            body["__slots__"] = names
        if frozen:
            body |= {"__setattr__": _refused, "__delattr__": _refused}
        elif eq:
            body["__hash__"] = None
        made = type(plain)(plain.__name__, plain.__bases__, body)
        _put_off(made, "__init__", partial(_initial, plain))
        for name, parts in wanted:
            if name not in body:
                _put_off(made, name, partial(_standard, plain, name, parts))
        return made

    return decorate


def _put_off(made: type, name: str, make: Callable[[], Method]) -> None:
    """Give a class a method that replaces itself with the result of ``make``, and calls that."""

    def method(self: object, *values: object, **named: object) -> object:
        finished = make()
        setattr(made, name, finished)
        return finished(self, *values, **named)

    setattr(made, name, method)


def _standard(plain: type, name: str, parts: dict[str, bool]) -> Method:
    # On a copy: a dataclass loses the declarations of its fields.
    chosen = {"init": False, "repr": False, "eq": False} | parts
    copy = type(plain)(plain.__name__, plain.__bases__, _body(plain))
    method: Method = getattr(dataclasses.dataclass(**chosen)(copy), name)
    return method


def _initial(plain: type) -> Method:
    # The same code as the standard library's, compiled three times as fast.
    names: dict[str, object] = {"_put": object.__setattr__, "_missing": dataclasses.MISSING}
    taken, lines = ["self"], []
    for name in plain.__annotations__:
        value, given = name, name
        default: object = vars(plain).get(name, dataclasses.MISSING)
        make: object = dataclasses.MISSING
        if isinstance(default, dataclasses.Field):
            make, default = default.default_factory, default.default
        if default is not dataclasses.MISSING:
            names[f"_default_{name}"] = default
            given = f"{name}=_default_{name}"
        elif make is not dataclasses.MISSING:
            names[f"_make_{name}"] = make
            given = f"{name}=_missing"
            value = f"_make_{name}() if {name} is _missing else {name}"
        taken.append(given)
        lines.append(f"    _put(self, {name!r}, {value})\n")
    code = f"def __init__({', '.join(taken)}):\n{''.join(lines) or '    pass'}"
    found: dict[str, Method] = {}
    exec(code, names, found)  # noqa: S102 - as the standard library does; names are those of fields
    return found["__init__"]


def _body(plain: type) -> dict[str, object]:
    return {k: v for k, v in vars(plain).items() if k not in ("__dict__", "__weakref__")}


class _Fields:
    """Stands for the fields of a class until they are needed."""

    def __init__(self, plain: type) -> None:
        self.plain = plain

    def __get__(self, _instance: object, owner: type) -> object:
        home = next(base for base in owner.__mro__ if vars(base).get(_FIELDS) is self)
        made = _standard(self.plain, _FIELDS, {})
        setattr(home, _FIELDS, made)
        return made


def _refused(_self: object, name: str, *_value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to or delete the field {name!r}")


def _reduced(self: object) -> tuple[type, tuple[object, ...]]:
    # For copy and pickle, which would set the fields one by one.
    names: tuple[str, ...] = getattr(self, _NAMES)
    return type(self), tuple(getattr(self, name) for name in names)


class _Pattern:
    """A regular expression that is compiled when one of its methods is first used."""

    def __init__(self, text: str, flags: int = 0) -> None:
        self._made = text, flags

    def __getattr__(self, name: str) -> object:
        value: object = getattr(re.compile(*self._made), name)
        # The next time it is found without a call.
        setattr(self, name, value)
        return value


if not TYPE_CHECKING:
    dataclass, pattern = _dataclass, _Pattern
