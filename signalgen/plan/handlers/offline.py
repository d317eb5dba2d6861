"""Whether the code of a handler may reach the database.

``needs_savepoint(...)`` asks because an error in a query breaks the caller's transaction,
``may_query(...)`` because tables may not exist yet.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts import orm
from signalgen.facts.names import BUILTINS
from signalgen.facts.offline import (
    ANNOTATED,
    CALLING,
    KEEPING,
    OUTSIDE,
    is_offline,
)
from signalgen.facts.tasks import AFTER_COMMIT
from signalgen.late import dataclass
from signalgen.plan.handlers.branches import wants_original
from signalgen.plan.handlers.waiting import queueing
from signalgen.plan.names.freenames import LOGGER, logger_of
from signalgen.plan.names.freenames import origin_of as known_origin
from signalgen.plan.names.origins import spec_imports
from signalgen.syntax import parse_body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.body import Piece
    from signalgen.plan.handlers.branches import FieldChanges
    from signalgen.plan.names.references import Sender
    from signalgen.plan.signals.listening import SignalParameter, SignalUse
    from signalgen.values.spec import HandlerSpec

_OBJECT = "@object"
_LITERALS: Mapping[type[ast.expr], str] = {
    ast.JoinedStr: "str",
    ast.List: "list",
    ast.ListComp: "list",
    ast.Tuple: "tuple",
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.Set: "set",
    ast.SetComp: "set",
}


@dataclass(frozen=True, slots=True)
class _BodyScope:
    """The context of a piece of code.

    ``parameters`` are those of the receiver, each with its plain type or ``@object``. ``assigned``
    are the names that the code binds, with the value if there is only one. ``plain`` are the fields
    that hold no row, ``relations`` those that fetch one.
    """

    ctx: Context
    parameters: Mapping[str, str]
    assigned: Mapping[str, ast.expr | None]
    plain: frozenset[str]
    relations: frozenset[str]
    queues: Callable[[ast.Call], bool]


def needs_savepoint(
    ctx: Context,
    handler: HandlerSpec,
    uses: Sequence[SignalUse],
    senders: Sequence[Sender],
    pieces: Sequence[Piece],
    parameters: Sequence[SignalParameter],
    changes: FieldChanges,
) -> bool:
    """Tell whether code under ``on_error: log`` needs a savepoint of its own.

    It does unless every call is known not to reach the database, and no generated line reads the
    stored row. For signals that are sent outside a caller's write only a certain write counts. An
    async receiver cannot have a savepoint: its certain queries are reported.
    """
    if handler.on_error != "log":
        return False
    reads = wants_original(handler, pieces) or bool(changes.fields and not changes.remembered)
    now = [piece for piece in pieces if piece.key != "after_commit"]
    scopes = [(piece, _scope(ctx, piece.text, uses, senders, parameters)) for piece in now]
    outside = all(use.family in OUTSIDE for use in uses)
    if handler.is_async:
        if not outside:
            _refuse_queries(ctx, handler, scopes, reads=reads)
        return False
    if outside:
        return any(
            next(_queries(scope, piece.text, orm.ROW_WRITING), None) for piece, scope in scopes
        )
    return reads or any(_may_reach(scope, piece.text) for piece, scope in scopes)


def may_query(
    ctx: Context,
    uses: Sequence[SignalUse],
    senders: Sequence[Sender],
    pieces: Sequence[Piece],
    parameters: Sequence[SignalParameter],
) -> bool:
    """Tell whether some call of ``pieces`` may query the database."""
    return any(
        _may_reach(_scope(ctx, piece.text, uses, senders, parameters), piece.text)
        for piece in pieces
    )


def _refuse_queries(
    ctx: Context, handler: HandlerSpec, scopes: Sequence[tuple[Piece, _BodyScope]], *, reads: bool
) -> None:
    codes = handler.codes()
    marks = [handler.place("on_error")] if reads else []
    for piece, scope in scopes:
        node = next(_queries(scope, piece.source, orm.ASYNC), None)
        if node is not None and piece.key in codes:
            marks.append(codes[piece.key].at_byte(node.lineno, node.col_offset))
    for mark in marks:
        message = (
            "the error of a query would be logged here and the caller's row lost: "
            "async code has no savepoint"
        )
        hint = (
            "use on_error: raise, or await sync_to_async() of your own function, which runs the "
            "query inside transaction.atomic()"
        )
        ctx.problem(mark, "async-savepoint", message, hint)


def _scope(
    ctx: Context,
    text: str,
    uses: Sequence[SignalUse],
    senders: Sequence[Sender],
    parameters: Sequence[SignalParameter],
) -> _BodyScope:
    known = {"sender": "", "signal": "", uses[0].catch_all: "dict"}
    for parameter in parameters:
        word = re.match(r"\w*", parameter.annotation)
        known[parameter.name] = ANNOTATED.get(word[0] if word else "", _OBJECT)
    known.update(dict.fromkeys(("old", "new", "original"), _OBJECT))
    tree = parse_body(text)
    bound = Counter(name for node in ast.walk(tree) for name in _bound(node))
    assigned: dict[str, ast.expr | None] = dict.fromkeys(bound)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            assigned[name] = node.value if bound[name] == 1 else None
    models = [sender.model for sender in senders]
    fields = [{f.name: f.kind for f in model.fields} if model else {} for model in models]
    names = {name for kinds in fields for name in kinds}
    relations = {n for n in names if any(k.get(n) in ("fk", "one_to_one") for k in fields)}
    plain = {n for n in names - relations if all(n in kinds for kinds in fields)}
    queues = queueing(ctx, ctx.targets.receivers, text, sorted(known))
    return _BodyScope(ctx, known, assigned, frozenset(plain), frozenset(relations), queues)


def _bound(node: ast.AST) -> Iterator[str]:
    # What a node binds, including imports and functions of the body.
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from (item.asname or item.name.partition(".")[0] for item in node.names)
    elif isinstance(node, ast.arg):
        yield node.arg


def _now(node: ast.AST) -> Iterator[ast.AST]:
    # The code that runs at once: not the bodies of functions, nor a callback of ``on_commit``.
    yield node
    later = isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "on_commit"
    for child in ast.iter_child_nodes(node):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and child in node.body:
            continue
        if not (later and isinstance(child, ast.Lambda)):
            yield from _now(child)


def _may_reach(scope: _BodyScope, text: str) -> bool:
    for node in _now(parse_body(text)):
        if isinstance(node, ast.Call) and not _is_offline(scope, node):
            return True
        if isinstance(node, ast.Attribute) and _fetches(scope, node):
            return True
        if any(_meaning(scope, value) == _OBJECT for value in _made_text(node)):
            # Formatting a row calls its ``__str__``, which may follow relations.
            return True
    return False


def _made_text(node: ast.AST) -> Iterator[ast.expr]:
    # The values whose text ``f"{a}"`` and ``"%s %s" % (a, b)`` ask for.
    if isinstance(node, ast.FormattedValue):
        yield node.value
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        yield from node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]


def _queries(scope: _BodyScope, text: str, methods: frozenset[str]) -> Iterator[ast.Attribute]:
    # Only certain queries: managers, and methods that only rows and managers have.
    tree = parse_body(text)
    calls = [node for node in _now(tree) if isinstance(node, ast.Call)]
    own = {id(call.func) for call in calls if not _is_offline(scope, call)}
    handed = {
        id(call.args[0])
        for call in calls
        if call.args and dotted(call.func).endswith("sync_to_async")
    }
    for node in _now(tree):
        if not isinstance(node, ast.Attribute):
            continue
        called = id(node) in own and node.attr in methods
        if (
            node.attr in orm.MANAGERS
            or called
            or (id(node) in handed and node.attr in orm.ROW_WRITING)
        ):
            yield node


def _is_offline(scope: _BodyScope, call: ast.Call) -> bool:
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    # Some of Django's task backends write a row in ``enqueue``, or run the task at once.
    if method in AFTER_COMMIT.values() or (method != "enqueue" and scope.queues(call)):
        return True
    name = _meaning(scope, call.func)
    if not is_offline(name):
        return False
    given = [*call.args, *(word.value for word in call.keywords)]
    if name not in KEEPING and any(_meaning(scope, value) == _OBJECT for value in given):
        return False
    return not any(
        word.arg in CALLING and not _is_harmless(scope, word.value) for word in call.keywords
    )


def _is_harmless(scope: _BodyScope, value: ast.expr) -> bool:
    return isinstance(value, (ast.Constant, ast.Lambda)) or is_offline(_meaning(scope, value))


def _fetches(scope: _BodyScope, node: ast.Attribute) -> bool:
    # Reading an attribute may fetch a row: through a relation, or from the attribute's value.
    if isinstance(node.value, ast.Name):
        return node.value.id == "instance" and node.attr in scope.relations
    inner = node.value
    if not isinstance(inner, ast.Attribute) or _meaning(scope, inner.value) != _OBJECT:
        return False
    own = inner.attr.startswith("_")  # _meta, _state, __class__
    return not own and not (dotted(inner) == f"instance.{inner.attr}" and inner.attr in scope.plain)


def _meaning(scope: _BodyScope, node: ast.expr) -> str:
    # The name of an expression's value in the notation of ``facts.offline``; "" when unknown.
    if isinstance(node, ast.Name):
        return _name(scope, node.id)
    if isinstance(node, ast.Constant):
        return type(node.value).__name__
    if isinstance(node, ast.Await):
        return _meaning(scope, node.value)
    if isinstance(node, ast.Attribute):
        inner = _meaning(scope, node.value)
        return f"{inner}.{node.attr}" if inner else ""
    if isinstance(node, ast.Subscript):
        inner = _meaning(scope, node.value)
        return f"{inner}[]" if inner else ""
    if isinstance(node, ast.Call):
        inner = _meaning(scope, node.func)
        if inner == "asgiref.sync.async_to_sync" and node.args:
            # Calling the wrapper calls the wrapped function.
            return _meaning(scope, node.args[0])
        return f"{inner}()" if inner else ""
    return _LITERALS.get(type(node), "")


def _name(scope: _BodyScope, name: str) -> str:
    if name in scope.assigned:
        value = scope.assigned[name]
        # Each name is resolved once, so that ``a = b; b = a`` ends.
        seen = replace(scope, assigned={**scope.assigned, name: None})
        return _meaning(seen, value) if value is not None else ""
    if name in scope.parameters:
        return scope.parameters[name]
    ctx, path = scope.ctx, scope.ctx.targets.receivers[0]
    if name in (LOGGER, logger_of(ctx, path)):
        return "logging.getLogger()"
    if name in ctx.app.names.get(path, ()):
        module, _, original = ctx.app.origins.get(path, {}).get(name, "").partition(":")
        return ".".join(filter(None, (module, original)))
    origin = dict(spec_imports(ctx.spec.imports)).get(name) or known_origin(ctx, name)
    if origin is not None:
        return ".".join(filter(None, (origin.module, origin.name)))
    return f"builtins.{name}" if name in BUILTINS else ""
