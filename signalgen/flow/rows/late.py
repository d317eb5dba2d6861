"""Values that a commit callback reads only when it runs: ``late_keys`` and ``late_names``."""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.flow.commit.deferral import is_on_commit
from signalgen.flow.commit.waiting import only_on_commit
from signalgen.flow.function.guards import conditions, in_try, path_to
from signalgen.flow.function.signature import DELETE, mentions_argument, names_of
from signalgen.flow.reach.handed import handed
from signalgen.flow.reach.reach import reached
from signalgen.flow.rows.keys import is_key, key_names
from signalgen.index.memo import answered_for_now, answered_once
from signalgen.index.models.relations import cascades, owning, sender_model
from signalgen.index.reading.resolving import find_function, resolve
from signalgen.index.reading.walking import nodes_in, own_nodes, walk
from signalgen.index.tasks import task_library
from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, ModelInfo, Receiver

    Loop: TypeAlias = "ast.For | ast.AsyncFor | ast.comprehension"

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (*_FUNCTIONS, ast.Lambda, ast.ClassDef)
_LOOPS = (ast.For, ast.AsyncFor)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
_LEVELS = 2
_ATOMIC_REQUESTS = pattern(rb"ATOMIC_(?:REQUESTS|MUTATIONS)[\"']?\]?[ \t]*[:=](?![^\n]*False)")
_COMMAND = pattern(r"(?:^|/)management/commands/")
_LEAVING = (ast.Return, ast.Raise, ast.Break)


@dataclass(frozen=True, slots=True, eq=False)
class Callback:
    """A lambda or nested function that is passed to ``on_commit``."""

    call: ast.Call
    node: ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef

    @property
    def body(self) -> list[ast.AST]:
        """The nodes that run after the commit; defaults of parameters are evaluated at once."""
        return [*self.node.body] if isinstance(self.node.body, list) else [self.node.body]


@dataclass(frozen=True, slots=True, eq=False)
class Late:
    """A read after the commit: of the row's key, or by ``relation``, whose row may be gone.

    ``callback`` is None if a function of the project reads it, which is then ``inside``.
    """

    node: ast.AST
    written: str
    relation: str = ""
    callback: Callback | None = None
    inside: FunctionRef | None = None


@answered_for_now
def callbacks(index: Index, function: FunctionRef) -> tuple[Callback, ...]:
    """Return the lambdas and nested functions that a function passes to ``on_commit``."""
    found = []
    inner = {node.name: node for node in nodes_in(function.node) if isinstance(node, _FUNCTIONS)}
    for call in nodes_in(function.node):
        if not isinstance(call, ast.Call) or not call.args:
            continue
        given = call.args[0]
        named = inner.get(given.id) if isinstance(given, ast.Name) else None
        node = given if isinstance(given, ast.Lambda) else named
        if node is not None and is_on_commit(index, function.path, call, function):
            found.append(Callback(call, node))
    return tuple(found)


@answered_for_now
def _after_commit(index: Index, function: FunctionRef) -> frozenset[int]:
    """Return the ids of the nodes that run after the commit."""
    return frozenset(
        id(part) for one in callbacks(index, function) for top in one.body for part in walk(top)
    )


def late_keys(index: Index, receiver: Receiver) -> Iterator[Late]:
    """Yield what a receiver of deletions reads of its row after the commit, when it has no key.

    That is the key itself, or a row that a cascading foreign key leads to.
    """
    function = receiver.function
    if not _is_of_deletions(receiver):
        return
    model = sender_model(index, receiver)
    rows, names = names_of(function, "instance"), key_names(model)
    for callback in callbacks(index, function):
        for node in (node for top in callback.body for node in walk(top)):
            if is_key(node, rows, names):
                yield Late(node, ast.unparse(node), callback=callback)
            elif model is not None and isinstance(node, ast.Attribute):
                name = _relation(index, function, model, node)
                if name:
                    yield Late(node, ast.unparse(node), name, callback)
            elif isinstance(node, ast.Call):
                yield from _in_helper(index, function, node, node, names)
    yield from _by_partial(index, function, names)


def _by_partial(index: Index, function: FunctionRef, names: frozenset[str]) -> Iterator[Late]:
    for call in nodes_in(function.node):
        if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Call):
            made = call.args[0]
            partial = dotted(made.func).rpartition(".")[2] == "partial" and made.args
            if partial and is_on_commit(index, function.path, call, function):
                inner = ast.Call(made.args[0], made.args[1:], made.keywords)
                yield from _in_helper(index, function, inner, made, names)


def _is_of_deletions(receiver: Receiver) -> bool:
    function = receiver.function
    if not receiver.signals or not DELETE.intersection(receiver.signals):
        return False
    # What also hears saves may ask which of the two it is.
    return {*receiver.signals} <= DELETE or not any(
        mentions_argument(function.node, function, name) for name in ("signal", "created")
    )


def _relation(index: Index, function: FunctionRef, model: ModelInfo, node: ast.Attribute) -> str:
    """Return the cascading key in ``instance.order.name``, unless its row was read before."""
    owner = node.value
    rows = names_of(function, "instance")
    if not isinstance(owner, ast.Attribute) or not is_key(owner, rows, frozenset({owner.attr})):
        return ""
    field = model.field(owner.attr)
    if field is None or field.kind not in ("fk", "one_to_one"):
        return ""
    relation = owning(index, model, field.name)
    if relation is None or not cascades(relation.call):
        return ""
    # Django keeps the row that was read first.
    inside = _after_commit(index, function)
    known = any(
        isinstance(other, ast.Attribute)
        and is_key(other, rows, frozenset({field.name}))
        and id(other) not in inside
        for other in nodes_in(function.node)
    )
    return "" if known else field.name


def _in_helper(
    index: Index, function: FunctionRef, call: ast.Call, at: ast.AST, names: frozenset[str]
) -> Iterator[Late]:
    """Yield the read of the key in a function of the project to which the row is passed."""
    rows = names_of(function, "instance")
    if not any(isinstance(part, ast.Name) and part.id in rows for part in _given(call)):
        return
    written = dotted(call.func)
    target = find_function(index.code, resolve(index.code, function.path, written, function))
    if target is None or not written:
        return
    for name, value in handed(call, target):
        if not isinstance(value, ast.Name) or value.id not in rows:
            continue
        for node in own_nodes(target.node):
            if is_key(node, frozenset({name}), names) and not in_try(target, node):
                yield Late(at, ast.unparse(node), inside=target)
                return


def _given(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(word.value for word in call.keywords)]


def late_names(
    index: Index, function: FunctionRef, call: ast.Call
) -> tuple[Callback, tuple[str, ...]] | None:
    """Return the callback of a call in a loop, and the names in it that each iteration assigns.

    All callbacks see the last value. None if each iteration commits, or is the last one.
    """
    callback = next((one for one in callbacks(index, function) if one.call is call), None)
    if callback is None:
        return None
    path = path_to(function.node, call)
    start = max((at for at, node in enumerate(path[1:], 1) if isinstance(node, _SCOPES)), default=0)
    bound: set[str] = set()
    for parent, child in pairwise(path[start:]):
        if isinstance(parent, _LOOPS) and child in parent.body:
            if not any(node is callback.node for node in walk(parent)) or _ends(path, parent):
                return None
            if _is_for_one(function, call, parent):
                return None
            bound |= _stored(parent)
        elif isinstance(parent, _COMPREHENSIONS):
            bound |= {name for one in parent.generators for name in _stored(one.target)}
    names = tuple(sorted(bound & _free(callback)))
    return (callback, names) if names and _in_transaction(index, function, call) else None


def _in_transaction(index: Index, function: FunctionRef, call: ast.Call) -> bool:
    """Tell whether a transaction is visible around a call; otherwise it runs at once."""
    scope: FunctionRef | None = function
    while scope is not None:
        decorators = getattr(scope.node, "decorator_list", [])
        if index.receiver_of(scope) is not None or any(map(_is_atomic, decorators)):
            return True
        scope = scope.outer
    if any(
        _is_atomic(item.context_expr)
        for node in path_to(function.node, call)
        if isinstance(node, (ast.With, ast.AsyncWith))
        for item in node.items
    ):
        return True
    if _has_atomic_requests(index) and not _is_beside_requests(index, function):
        return True
    return any(
        item.function.node is function.node and not item.deferred
        for receiver in index.receivers
        for item in reached(index, receiver.function, _LEVELS)
    )


def _is_beside_requests(index: Index, function: FunctionRef) -> bool:
    """Tell whether a function is outside requests: a task, a command, or run after the commit."""
    return (
        bool(_COMMAND.search(function.path))
        or task_library(index, function) is not None
        or only_on_commit(index, function.dotted)
    )


def _is_atomic(node: ast.expr) -> bool:
    return "atomic" in ast.unparse(node)


@answered_once
def _has_atomic_requests(index: Index) -> bool:
    return any(
        _ATOMIC_REQUESTS.search(index.code.data(path))
        for path in index.containing(b"ATOMIC_REQUESTS", b"ATOMIC_MUTATIONS")
    )


def _is_for_one(function: FunctionRef, call: ast.Call, loop: ast.For | ast.AsyncFor) -> bool:
    """Tell whether a test picks out one iteration: ``if formset.prefix == "lines"``."""
    names = _stored(loop.target)
    return any(
        one.positive
        and isinstance(one.test, ast.Compare)
        and isinstance(one.test.ops[0], ast.Eq)
        and isinstance(one.test.comparators[0], ast.Constant)
        and any(isinstance(part, ast.Name) and part.id in names for part in walk(one.test.left))
        for one in conditions(function, call)
    )


def _ends(path: list[ast.AST], loop: ast.AST) -> bool:
    """Tell whether an iteration commits by itself, or leaves the loop after the call."""
    inside = path[path.index(loop) :]
    for parent, child in pairwise(inside):
        if isinstance(parent, (ast.With, ast.AsyncWith)) and any(
            _is_atomic(item.context_expr) for item in parent.items
        ):
            return True
        for block in (getattr(parent, "body", None), getattr(parent, "orelse", None)):
            if isinstance(block, list) and child in block:
                after = block[block.index(child) + 1 :]
                if any(isinstance(stmt, _LEAVING) for stmt in after):
                    return True
    return False


def _stored(node: ast.AST) -> set[str]:
    return {
        part.id
        for part in walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }


def _free(callback: Callback) -> set[str]:
    """Return the names that a callback reads from its enclosing function."""
    arguments = callback.node.args
    own = {part.arg for part in ast.walk(arguments) if isinstance(part, ast.arg)}
    read: set[str] = set()
    for top in callback.body:
        own |= _stored(top)
        read |= {
            part.id
            for part in walk(top)
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)
        }
    return read - own
