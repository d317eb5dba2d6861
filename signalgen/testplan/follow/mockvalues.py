"""Values of a traced body: what an expression is when every collaborator is a mock.

The generated tests must pass in a project that nobody may run beforehand. So a body is followed
statically: attributes of the row and calls of collaborators are ``MagicMock`` objects, whose
behaviour is known (truthy, equal to nothing else, iterating over nothing, not orderable), and
conditions are made true by setting attributes. What cannot be foreseen raises NotSafeError, and no
test is written.
"""

from __future__ import annotations

import ast
import operator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal["known", "mock", "pure", "unknown"]

PURE_MODULES = ("django.db.models", "django.core.exceptions", "functools", "datetime")
PURE_NAMES = frozenset(
    {
        "partial",
        "transaction",
        "slugify",
        "settings",
        "timedelta",
        "suppress",
        "sync_to_async",
        "Decimal",
        "itertools",
    }
)
WITHOUT_EQUALITY = frozenset(
    {"Subquery", "Exists", "Case", "When", "Prefetch", "Window", "partial", "suppress"}
)
"""Two of these made alike are not equal, so a test cannot say them."""


REPLACED = frozenset({"Subquery", "Exists"})
"""Those of them that tests replace by mocks, to say what they were made of."""


class NotSafeError(Exception):
    """The effect of the body with mocks cannot be foreseen, so this path gets no test."""


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression evaluates to.

    ``known``: a value of a built-in type, in ``value``. ``mock``: a MagicMock, with ``path`` if it
    can be named. ``pure``: something real that no mock has gone into, as in production.
    ``unknown``: nothing is known, but ``string`` says that it is a str. ``text`` says the same
    value in the scope of a test, or is None when a test cannot say it. ``same`` is the expression
    that an attribute was set to.
    """

    kind: Kind
    value: object = None
    path: str | None = None
    text: str | None = None
    string: bool = False
    same: str = ""


UNKNOWN = Value("unknown")


class Endless(list[object]):
    """The first elements of an infinite iterator."""


def known(value: object, text: str | None = None) -> Value:
    """Return a known value; ``text`` says it in a test, by default its literal."""
    return Value("known", value, None, text if text is not None else literal(value))


def literal(value: object) -> str | None:
    """Return the source text of a value of a built-in type, or None where its repr is none."""
    said = repr(value)
    read = _read(said)
    if read is None:
        return None
    text, same = read
    return said.replace("'", '"') if same == value and '"' not in text else text


@lru_cache(1024)
def _read(said: str) -> tuple[str, object] | None:
    try:
        text = ast.unparse(ast.parse(said, mode="eval"))
        return text, ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class Raw:
    """A setting that is an expression of the test's own scope, not a literal."""

    text: str

    def __repr__(self) -> str:
        """Return the expression, so that settings print alike."""
        return self.text


def _no_call(_path: str, _call: ast.Call) -> None:
    return None


@dataclass(slots=True)
class World:
    """The state of one trace.

    ``parameters`` are mocks or known values by name; ``patched`` the collaborators, all mocks.
    ``settings`` are the attributes and return values that conditions asked for, by path
    (``instance.total``); ``assigned`` holds what the body itself gave an attribute since.
    ``module`` is how a test names the receivers' module. ``importable`` are names that a test can
    import itself. ``on_call`` is told of each call of a named mock, in order. ``certain``: the
    current code is sure to run. ``guessed``: a decision relied on a mock being truthy. ``bold``: a
    setting may be chosen anew when a later condition needs another one; the trace begins again
    then. ``anew`` tells that one was: conditions that go on needing different ones exclude each
    other. ``nested`` are the functions that the body defines. ``escaped`` are the mocks that were
    handed on, so that unknown code may call them; ``awaited`` those that are awaited.
    """

    parameters: dict[str, Value]
    patched: frozenset[str]
    module: str
    builtins: frozenset[str]
    importable: frozenset[str] = frozenset()
    settings: dict[str, object] = field(default_factory=dict)
    locals: dict[str, Value] = field(default_factory=dict)
    assigned: dict[str, Value] = field(default_factory=dict)
    on_call: Callable[[str, ast.Call], None] = _no_call
    certain: bool = True
    guessed: bool = False
    escaped: set[str] = field(default_factory=set)
    awaited: set[str] = field(default_factory=set)
    nested: dict[str, ast.FunctionDef] = field(default_factory=dict)
    bold: bool = False
    anew: bool = False

    def silent(self) -> World:
        """Return a view of the same world that reports and keeps nothing, to read a value only."""
        return replace(
            self,
            on_call=_no_call,
            locals=dict(self.locals),
            escaped=set(),
            awaited=set(),
        )

    def at(self, path: str, text: str | None) -> Value:
        """Return the mock at ``path``, or the value that it was set to."""
        if path in self.assigned:
            return self.assigned[path]
        if path not in self.settings:
            return Value("mock", None, path, text)
        setting = self.settings[path]
        # The value is known to the test alone, as the expression that it was set to.
        if isinstance(setting, Raw):
            return Value("unknown", path=path, text=text, same=setting.text)
        return Value("known", setting, path, text)

    def yields(self, value: Value) -> bool:
        """Tell whether iterating over the mock ``value`` gives the one element it was given."""
        return any(
            f"{value.path}.{name}.return_value" in self.settings
            for name in ("__iter__", "__aiter__")
        )

    def settle(self, path: str, found: object) -> bool:
        """Set ``path`` unless it, a parent or a child is settled; return whether it is set now."""
        # A MagicMock that was set explicitly leaves its attributes free.
        fixed = [p for p, value in self.settings.items() if not _is_mock(value)]
        near = any(p.startswith(path + ".") or path.startswith(p + ".") for p in fixed)
        if not path or path in self.assigned or path in self.settings or near:
            return False
        self.settings[path] = found
        return True


def _is_mock(setting: object) -> bool:
    return isinstance(setting, Raw) and setting.text == "mock.MagicMock()"


def compare(left: Value, op: ast.cmpop, right: Value) -> Value:
    """Return what comparing two values gives. Raises NotSafeError where a test would raise."""
    mocks = "mock" in (left.kind, right.kind)
    if isinstance(op, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) and mocks:
        raise NotSafeError
    if left.same or right.same:
        return _compare_set(left, op, right)
    if left.kind == right.kind == "known":
        try:
            return known(_OPERATIONS[type(op)](left.value, right.value))
        except (TypeError, KeyError):
            raise NotSafeError from None
    if not mocks or "unknown" in (left.kind, right.kind):
        return Value("pure") if left.kind == right.kind == "pure" else UNKNOWN
    # Two mocks without a path may be one object or two.
    if left.kind == right.kind == "mock" and not (left.path and right.path):
        return UNKNOWN
    # A mock equals only itself, and contains nothing.
    same = (
        left.path is not None
        and left.path == right.path
        and not isinstance(op, (ast.In, ast.NotIn))
    )
    if (
        isinstance(op, (ast.In, ast.NotIn))
        and right.kind == "known"
        and not _holds_elements(right.value)
    ):
        raise NotSafeError
    return known(same != isinstance(op, (ast.NotEq, ast.IsNot, ast.NotIn)))


def _holds_elements(value: object) -> bool:
    return isinstance(value, (list, tuple, set, frozenset, dict, range))


def _compare_set(left: Value, op: ast.cmpop, right: Value) -> Value:
    # An attribute that was set to an expression, against that expression, or it plus or minus one.
    one, other = (left.same or left.text or ""), (right.same or right.text or "")
    # Any number does for the common base: only the difference decides.
    sample = {"": 0, " + 1": 1, " - 1": -1}
    for base in (one, other):
        a, b = one.removeprefix(base), other.removeprefix(base)
        fits = one.startswith(base) and other.startswith(base) and a in sample and b in sample
        if base and fits and type(op) in _OPERATIONS and not isinstance(op, (ast.In, ast.NotIn)):
            return known(_OPERATIONS[type(op)](sample[a], sample[b]))
    if "mock" in (left.kind, right.kind) and isinstance(op, (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)):
        return known(isinstance(op, (ast.NotEq, ast.IsNot)))
    if isinstance(op, (ast.Is, ast.IsNot)) and right.kind == "known" and right.value is None:
        return known(isinstance(op, ast.IsNot))
    return UNKNOWN


_OPERATIONS: dict[type[ast.cmpop], Callable[[object, object], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    # A TypeError of one of these is an answer: the caller catches it.
    ast.In: lambda a, b: a in b,  # type: ignore[operator]
    ast.NotIn: lambda a, b: a not in b,  # type: ignore[operator]
    ast.Lt: lambda a, b: a < b,  # type: ignore[operator]
    ast.LtE: lambda a, b: a <= b,  # type: ignore[operator]
    ast.Gt: lambda a, b: a > b,  # type: ignore[operator]
    ast.GtE: lambda a, b: a >= b,  # type: ignore[operator]
}


def truth(value: Value) -> bool | None:
    """Return whether a value counts as true, None when that is unknown."""
    # A date, or a list or tuple with elements, is true whatever it holds.
    if value.kind == "mock" or value.same.startswith(("datetime(", "(", "[")):
        return True
    return bool(value.value) if value.kind == "known" else None
