"""What a trace has seen so far (``Trace``), and what assignments do to it (``bind``)."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from signalgen.testplan.follow.evaluate import evaluate
from signalgen.testplan.follow.mockvalues import UNKNOWN, NotSafeError, Raw, Value, World, known

if TYPE_CHECKING:
    from collections.abc import Callable


_STANDARD = frozenset(
    [
        "base64",
        "collections",
        "datetime",
        "decimal",
        "hashlib",
        "hmac",
        "itertools",
        "json",
        "math",
        "operator",
        "random",
        "re",
        "secrets",
        "string",
        "uuid",
    ]
)
"""Modules that a body may import itself: calling them with real values is safe."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A call of a collaborator: the mock's path, the arguments, and when it happens.

    Arguments are as a test says them, None for any. ``alone``: the result of the call is not used.
    """

    path: str
    arguments: str | None
    deferred: bool
    certain: bool
    in_try: bool
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Assigned:
    """``instance.slug = ...`` on the way: the attribute's path and its expected expression."""

    path: str
    text: str | None


@dataclass(slots=True)
class Trace:
    """What was seen so far.

    ``ended``: a return or raise was reached; ``raises`` names the exception of a raise, ``said`` is
    its argument, where that is plain. ``conditional``: a condition held only because a mock is
    truthy, which a real row need not be. ``refuse``: follow the way to that ``raise``, counted from
    1; otherwise the way that does something is taken. ``decline``: take that other way of a
    condition, counted from 1 (see ways); 0 once it has been taken. ``given`` are the settings of
    the scenario itself, before conditions asked for more. ``jump`` is the ``break`` or ``continue``
    that a loop is about to obey. ``inline``: in a function that the body calls itself, whose task
    calls are left as they are.
    """

    world: World
    waits: Callable[[ast.Call], bool]
    seen: list[Seen] = field(default_factory=list)
    assigned: list[Assigned] = field(default_factory=list)
    refuse: int = 0
    decline: int = 0
    conditional: bool = False
    ended: bool = False
    raises: str = ""
    deferred: bool = False
    in_try: bool = False
    inline: bool = False
    jump: str = ""
    raised_at: int = 0
    message: str = ""
    said: object = None
    given: dict[str, object] = field(default_factory=dict)

    def given_world(self) -> World:
        """Return a view of the scenario's own world, in which evaluation leaves no trace."""
        return replace(self.world.silent(), settings=dict(self.given))


def bind(target: ast.expr, value: Value, state: Trace) -> None:
    """Give ``value`` to the target of an assignment."""
    if isinstance(target, ast.Name):
        state.world.locals[target.id] = value
        # The name no longer means the nested function.
        state.world.nested.pop(target.id, None)
    elif isinstance(target, ast.Attribute):
        owner = evaluate(target.value, state.world)
        if owner.kind != "mock" or not owner.path or target.attr.startswith("__"):
            raise NotSafeError
        _set_attribute(f"{owner.path}.{target.attr}", value, state)
    elif isinstance(target, ast.Subscript):
        _set_item(target, value, state)
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(target, value, state)
    else:
        raise NotSafeError


def _set_attribute(path: str, value: Value, state: Trace) -> None:
    sayable = (
        state.world.certain and not state.deferred and value.text and "mock.ANY" not in value.text
    )
    state.assigned.append(Assigned(path, value.text if sayable else None))
    # A value that mentions its own attribute would mean the changed one when a test reads it.
    text = value.text if value.text and path not in value.text else None
    kept = (
        Value(value.kind, value.value, None, text, value.string) if state.world.certain else UNKNOWN
    )
    state.world.assigned[path] = kept


def _set_item(target: ast.Subscript, value: Value, state: Trace) -> None:
    # ``values["key"] = ...`` on a dict that the body made.
    name = target.value.id if isinstance(target.value, ast.Name) else ""
    held = state.world.locals.get(name)
    index = evaluate(target.slice, state.world)
    if (
        held is None
        or not isinstance(held.value, (dict, list))
        or index.kind != "known"
        or not state.world.certain
    ):
        raise NotSafeError
    if value.kind != "known":
        state.world.locals[name] = UNKNOWN
        return
    if not isinstance(held.value, dict):
        raise NotSafeError
    # A copy, as other names of the trace may hold the old dict.
    state.world.locals[name] = known({**held.value, index.value: value.value})


def _unpack(target: ast.Tuple | ast.List, value: Value, state: Trace) -> None:
    # A mock cannot be unpacked, so it is set to return a tuple; ``get_or_create`` and its like say
    # that the row is new.
    if any(isinstance(element, ast.Starred) for element in target.elts):
        raise NotSafeError
    if (
        value.kind == "known"
        and isinstance(value.value, (tuple, list))
        and len(value.value) == len(target.elts)
    ):
        for element, part in zip(target.elts, value.value, strict=True):
            bind(element, known(part), state)
        return
    # An earlier pass has set the tuple: the number of parts must still fit.
    if value.same.startswith("(mock.MagicMock()"):
        parts = value.same.count(",") + 1
        if parts != len(target.elts):
            raise NotSafeError
    elif (
        value.kind != "mock"
        or value.path is None
        or not all(isinstance(e, ast.Name) for e in target.elts)
    ):
        raise NotSafeError
    path = value.path or ""
    parts_text = ["mock.MagicMock()"] * len(target.elts)
    creates = path.endswith("_or_create.return_value") and len(parts_text) == _ROW_AND_FLAG
    if creates:
        parts_text[-1] = "True"
    state.world.settings[path] = Raw(f"({', '.join(parts_text)})")
    for element in target.elts:
        bind(element, Value("mock"), state)
    if creates:
        bind(target.elts[-1], known(value=True), state)


_ROW_AND_FLAG = 2


def import_names(statement: ast.Import | ast.ImportFrom, state: Trace) -> None:
    """Follow an import of the body, whose names cannot be replaced in the module.

    Raises NotSafeError unless the names are harmless.
    """
    for name in statement.names:
        module = statement.module or "" if isinstance(statement, ast.ImportFrom) else name.name
        if module.partition(".")[0] not in _STANDARD or name.name == "*":
            raise NotSafeError
        state.world.locals[name.asname or name.name.partition(".")[0]] = Value("pure")


def delete(statement: ast.Delete, state: Trace) -> None:
    """Follow ``del`` of a local name, or of one entry of a local dict."""
    for target in statement.targets:
        if isinstance(target, ast.Name) and target.id in state.world.locals:
            del state.world.locals[target.id]
            continue
        name = (
            target.value.id
            if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name)
            else ""
        )
        held = state.world.locals.get(name)
        index = (
            evaluate(target.slice, state.world).value if isinstance(target, ast.Subscript) else None
        )
        if held is None or not isinstance(held.value, dict) or index not in held.value:
            raise NotSafeError
        state.world.locals[name] = known({k: v for k, v in held.value.items() if k != index})


def plain_argument(error: ast.expr | None) -> object:
    """Return the one argument of an exception, or None where it is not plain."""
    if not isinstance(error, ast.Call) or len(error.args) != 1 or error.keywords:
        return None
    try:
        said: object = ast.literal_eval(error.args[0])
    except ValueError:
        return None
    return said
