"""What runs a synchronous query in an async function, and its async spelling: ``synchronous``.

Django raises SynchronousOnlyOperation for each; unsure means no.
"""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.orm import (
    DELETING,
    LAZY,
    QUERYING,
    REFRESHING,
    RELATING,
    SAVING,
    SAVING_BASE,
)
from signalgen.flow.function.naming import assigned_values
from signalgen.flow.function.signature import MODEL_SIGNALS, names_of
from signalgen.flow.reach.callee import callee
from signalgen.flow.rows.orm import chain, manager_model
from signalgen.flow.rows.writes import model_of
from signalgen.index.models.relations import points_at, relations
from signalgen.index.reading.resolving import resolve
from signalgen.index.reading.walking import children, nodes_in
from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, ModelInfo

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_CLOSED = (*_FUNCTIONS, ast.Lambda, ast.ClassDef)
_LEVELS = 2
_DEEPEST = 3
_LONGEST = 72
_OF_ROWS = frozenset(name for name in QUERYING if f"a{name}" in QUERYING) - {"iterator"}
_OF_RELATED = frozenset(name for name in RELATING if f"a{name}" in RELATING) | _OF_ROWS
_ROWS = SAVING | DELETING | REFRESHING
_OF_ROW = frozenset(name for name in _ROWS if f"a{name}" in _ROWS) | (SAVING_BASE - SAVING)
_SHORTCUTS = frozenset({"get_object_or_404", "get_list_or_404"})
_THREADED = frozenset(
    {
        "django.db.connection.cursor",
        "django.db.transaction.atomic",
        "django.db.transaction.on_commit",
        "django.db.transaction.savepoint",
    }
)
"""Calls on the connection, which belongs to another thread than async code."""
_COUNTING = {"len": "acount", "bool": "aexists"}
_ITERATING = frozenset(
    {"all", "any", "dict", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple"}
)
_PASSING = frozenset({"enumerate", "iter", "reversed", "zip"})


@dataclass(frozen=True, slots=True)
class Blocking:
    """A node that runs a query at once, and its async spelling.

    ``sure`` is False for a foreign key, which may be cached. ``inside`` is the helper that holds
    the query, None for the function itself.
    """

    node: ast.expr
    spelling: str
    sure: bool = True
    inside: FunctionRef | None = None


def synchronous(index: Index, function: FunctionRef, levels: int = _LEVELS) -> Iterator[Blocking]:
    """Yield what certainly runs a query in an async function, each foreign key once."""
    keys: set[str] = set()
    for node in _running(function):
        found = _blocking(index, function, node, levels)
        if found is not None and (found.sure or found.spelling not in keys):
            if not found.sure:
                keys.add(found.spelling)
            yield found


def _running(function: FunctionRef) -> Iterator[ast.AST]:
    """Yield the nodes that run with a function; nested ones run where they are called by name."""
    nested = {
        node.name: node
        for node in nodes_in(function.node)
        if isinstance(node, _FUNCTIONS) and not node.decorator_list
    }
    body = function.node.body
    stack: list[ast.AST] = list(reversed(body)) if isinstance(body, list) else [body]
    while stack:
        node = stack.pop()
        if isinstance(node, _CLOSED):
            continue
        yield node
        below = list(children(node))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            called = nested.pop(node.func.id, None)
            below += called.body if called is not None else []
        stack.extend(reversed(below))


def _blocking(index: Index, function: FunctionRef, node: ast.AST, levels: int) -> Blocking | None:
    if isinstance(node, ast.Call):
        spelling = _of_call(index, function, node)
        if spelling:
            return Blocking(node, spelling)
        return _below(index, function, node, levels) if levels else None
    if isinstance(node, ast.Attribute):
        known = isinstance(node.ctx, ast.Load) and _is_key(index, function, node)
        return Blocking(node, _short(node), sure=False) if known else None
    for rows, method in _evaluated(node):
        if is_rows(index, function, rows):
            text = _short(rows)
            return Blocking(rows, f"await {text}.{method}" if method else f"async for … in {text}")
    return None


def _evaluated(node: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Yield the querysets that a node evaluates, each with the equivalent method, "" for a loop."""
    if isinstance(node, ast.For) or (isinstance(node, ast.comprehension) and not node.is_async):
        given = node.iter
        if isinstance(given, ast.Call) and dotted(given.func) in _PASSING:
            yield from ((item, "") for item in given.args)
        else:
            yield given, ""
    elif isinstance(node, (ast.If, ast.While, ast.IfExp)):
        yield _tested(node.test), "aexists()"
    elif isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
        yield node.comparators[0], f"acontains({_short(node.left)})"
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        yield node.value, "" if node.slice.value else "afirst()"
    elif isinstance(node, ast.Starred):
        yield node.value, ""


def _tested(test: ast.expr) -> ast.expr:
    return test.operand if isinstance(test, ast.UnaryOp) else test


def is_rows(index: Index, function: FunctionRef, node: ast.expr, depth: int = 0) -> bool:
    """Tell whether an expression certainly is a queryset that is not evaluated yet."""
    if isinstance(node, ast.Name):
        values = list(assigned_values(function, node.id))
        alone = len(values) == 1 and depth < _DEEPEST
        return alone and is_rows(index, function, values[0], depth + 1)
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Slice) and is_rows(index, function, node.value, depth)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    if node.func.attr not in (LAZY | {"iterator"}) - {"none"}:
        return False
    return _is_manager(index, function, node.func.value, depth)


def _is_manager(index: Index, function: FunctionRef, node: ast.expr, depth: int = 0) -> bool:
    """Tell whether an expression is a manager of a known model, or a queryset."""
    if not isinstance(node, ast.Attribute):
        return is_rows(index, function, node, depth)
    call = ast.Call(ast.Attribute(node, "all", ast.Load()), [], [])
    model = manager_model(index, function, call)
    return (bool(model) and index.model(model) is not None) or _is_related(index, function, node)


def _is_related(index: Index, function: FunctionRef, node: ast.Attribute) -> bool:
    model = model_of(index, function, node.value)
    field = model.field(node.attr) if model is not None else None
    if field is not None:
        return field.kind == "m2m"
    if model is None or not model.complete:
        return False
    return node.attr.endswith("_set") or _points_back(index, model, node.attr)


def _points_back(index: Index, model: ModelInfo, name: str) -> bool:
    """Tell whether a relation of another model gives a model its rows by that `related_name`."""
    return any(
        relation.accessor == name
        and relation.type != "OneToOneField"
        and points_at(index, relation, model.dotted)
        for relation in relations(index, name.encode())
    )


def _of_call(index: Index, function: FunctionRef, call: ast.Call) -> str:
    """Return the async spelling of a call that runs a query, "" for any other."""
    func = call.func
    if isinstance(func, ast.Name) and len(call.args) == 1:
        if func.id in _COUNTING and is_rows(index, function, call.args[0]):
            return f"await {_short(call.args[0])}.{_COUNTING[func.id]}()"
        if func.id in _ITERATING and is_rows(index, function, call.args[0]):
            return f"[row async for row in {_short(call.args[0])}]"
    written = dotted(func)
    name = resolve(index.code, function.path, written, function) if written else ""
    if name.startswith("django.shortcuts.") and written.rpartition(".")[2] in _SHORTCUTS:
        return _awaited(call)
    if name in _THREADED:
        # What is between the braces of an `atomic()` must be in the same thread.
        whole = name.endswith(("atomic", "cursor"))
        return "the block as a function, for sync_to_async" if whole else _in_thread(func)
    if not isinstance(func, ast.Attribute):
        return ""
    if func.attr in _OF_ROW and _is_row(index, function, func.value):
        own = func.attr in _ROWS
        return _awaited(call) if own else _in_thread(func)
    verbs = _OF_RELATED if isinstance(func.value, ast.Attribute) else _OF_ROWS
    if func.attr in verbs and not _is_empty(func) and _is_manager(index, function, func.value):
        return _awaited(call)
    return ""


def _is_empty(func: ast.Attribute) -> bool:
    return "none" in chain(func)


def _is_row(index: Index, function: FunctionRef, node: ast.expr) -> bool:
    if model_of(index, function, node) is not None:
        return True
    receiver = index.receiver_of(function)
    return (
        receiver is not None
        and isinstance(node, ast.Name)
        and node.id in names_of(function, "instance")
        and all(name.startswith(MODEL_SIGNALS) for name in receiver.signals)
    )


def _is_key(index: Index, function: FunctionRef, node: ast.Attribute) -> bool:
    """Tell whether an attribute is a foreign key that the function itself has not assigned."""
    model = model_of(index, function, node.value)
    field = model.field(node.attr) if model is not None else None
    if field is None or field.kind not in ("fk", "one_to_one") or field.name != node.attr:
        return False
    others = (item for item in nodes_in(function.node) if isinstance(item, ast.Attribute))
    return not any(
        item.attr == "select_related"
        or (item.attr == node.attr and isinstance(item.ctx, ast.Store))
        for item in others
    )


def _below(index: Index, function: FunctionRef, call: ast.Call, levels: int) -> Blocking | None:
    """Return a call of a helper of the project that certainly runs a query."""
    if isinstance(call.func, ast.Call):
        return None  # sync_to_async(helper)(…) runs it in another thread
    target = callee(index, function, call.func)[1]
    if (
        target is None
        or not isinstance(target.node, _FUNCTIONS)
        or target.node.decorator_list
        or target.outer is not None
    ):
        return None
    if not any(found.sure for found in synchronous(index, target, levels - 1)):
        return None
    if isinstance(target.node, ast.AsyncFunctionDef):
        return Blocking(call, "async methods", inside=target)
    return Blocking(call, _in_thread(call.func), inside=target)


def _awaited(call: ast.Call) -> str:
    made = copy.deepcopy(call)
    if isinstance(made.func, ast.Attribute):
        made.func.attr = f"a{made.func.attr}"
    elif isinstance(made.func, ast.Name):
        made.func.id = f"a{made.func.id}"
    text = f"await {ast.unparse(made)}"
    if len(text) <= _LONGEST:
        return text
    return f"await {_short(made.func)}(…)"


def _in_thread(func: ast.expr) -> str:
    return f"await sync_to_async({_short(func)})(…)"


def _short(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if len(text) <= _LONGEST else f"….{text.rpartition('.')[2]}"
