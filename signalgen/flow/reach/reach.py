"""The calls that running a function leads to, in its body and its helpers: ``reached``.

``reached(index, function)`` is the entry: most rules about side effects and queries start from it.
Each call says whether it waits for the commit.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from signalgen.dotted import dotted
from signalgen.flow.commit.deferral import DJANGO_ON_COMMIT, defers, is_on_commit
from signalgen.flow.reach.callee import callee, classes_behind
from signalgen.flow.reach.overriding import filled_in, own_method
from signalgen.flow.reach.readings import method_of_row, told_by
from signalgen.index.memo import answered_for_now
from signalgen.index.reading.resolving import method, resolve
from signalgen.index.reading.walking import children, nodes_in
from signalgen.index.tasks import is_called, task_library
from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_CLOSED = (*_FUNCTIONS, ast.Lambda, ast.ClassDef)
"""Nodes whose bodies do not run where they are written."""
_INLINE = frozenset(
    {
        "sorted",
        "map",
        "filter",
        "min",
        "max",
        "sum",
        "any",
        "all",
        "next",
        "sort",
        "reduce",
        "setdefault",
    }
)
LEVELS = 5
_MOST_WAYS = 4
"""With how many different arguments a helper is analysed."""
_FULL: list[object] = [None] * _MOST_WAYS
"""The paths of a function that is not analysed again."""


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """A call that running a function leads to.

    ``function`` contains the call; ``name`` is what it calls, resolved (empty if computed),
    ``target`` the function of the project behind it. ``entry`` is the call in the first function
    that leads to it (itself at level 0). ``deferred``: it waits for the commit. ``chain`` are the
    helpers on the way, ``via`` the call of the last one. ``row`` is the model (dotted) of ``self``
    if only the path tells it: in a method that a model inherits.
    """

    call: ast.Call
    function: FunctionRef
    name: str
    target: FunctionRef | None
    entry: ast.Call
    deferred: bool = False
    chain: tuple[FunctionRef, ...] = ()
    via: Reached | None = None
    row: str = ""

    @property
    def level(self) -> int:
        """How many helpers are between the receiver and the call."""
        return len(self.chain)


class Pruning(NamedTuple):
    """Leaves out calls that cannot run, and everything that only they lead to.

    ``way`` gives the arguments of a call to its helper as a comparable value: a different value is
    a different path through the helper.
    """

    can_run: Callable[[Index, Reached], bool]
    way: Callable[[Index, Reached], object]


def reached(
    index: Index, function: FunctionRef, levels: int = LEVELS, pruning: Pruning | None = None
) -> tuple[Reached, ...]:
    """Return the calls in a function and the helpers below it, breadth first, each helper once.

    With ``pruning`` a helper is listed once for each of its first few paths.
    """
    return _search(index, function, pruning).upto(index, levels)


@answered_for_now
def _search(index: Index, function: FunctionRef, pruning: Pruning | None) -> _Search:
    return _Search(index, function, pruning)


class _Search:
    """A search that can be continued for more levels.

    There are several for each receiver, so they are small: the calls of the function itself are in
    ``own_calls``.
    """

    __slots__ = ("found", "known", "pruning", "seen", "waiting")

    def __init__(self, index: Index, function: FunctionRef, pruning: Pruning | None) -> None:
        self.pruning = pruning
        self.found: list[Reached] = []
        self.known: dict[int, tuple[Reached, ...]] = {}
        self.waiting: list[tuple[FunctionRef, Reached | None, bool]] = [
            (function, None, defers(index, function))
        ]
        self.seen: dict[tuple[int, bool], list[object]] = {(id(function.node), False): _FULL}

    def upto(self, index: Index, levels: int) -> tuple[Reached, ...]:
        """Return the calls with at most ``levels`` helpers before them."""
        if levels not in self.known:
            while self.waiting and _depth(self.waiting[0][1]) <= levels:
                self._enter(index, *self.waiting.pop(0))
            self.known[levels] = tuple(item for item in self.found if len(item.chain) <= levels)
        return self.known[levels]

    def _enter(
        self,
        index: Index,
        function: FunctionRef,
        via: Reached | None,
        deferred: bool,  # noqa: FBT001 - from the queue
    ) -> None:
        chain = () if via is None else (*via.chain, function)
        # What a helper is given may tell whose methods it calls.
        told = told_by(index, function, via) if via is not None else None
        for item in own_calls(index, function):
            waits = item.deferred or deferred
            found = item
            if via is not None or waits != item.deferred:
                entry = via.entry if via is not None else item.call
                found = Reached(
                    item.call, item.function, item.name, item.target, entry, waits, chain, via
                )
            if told is not None and found.target is None:
                known = method_of_row(told, item.call)
                if known is not None:
                    found = replace(found, name=known.dotted, target=known)
            own = own_method(index, via, item.call) if via is not None else None
            if own is not None:
                found = replace(found, name=own[0], target=own[1])
            if self.pruning is not None and not self.pruning.can_run(index, found):
                continue
            self.found.append(found)
            if found.target is None or is_called(index, found.target):
                continue
            self._go_on(index, found, found.target, deferred=waits)
            for name, override in filled_in(index, found.target):
                there = replace(found, name=name, target=override)
                self._go_on(index, there, override, deferred=waits)

    def _go_on(self, index: Index, found: Reached, target: FunctionRef, *, deferred: bool) -> None:
        # Once at once and once deferred: both matter to the rules.
        way = self.pruning.way(index, found) if self.pruning is not None else None
        ways = self.seen.setdefault((id(target.node), deferred), [])
        if way not in ways and len(ways) < _MOST_WAYS:
            ways.append(way)
            self.waiting.append((target, found, deferred or defers(index, target)))


def _depth(via: Reached | None) -> int:
    return 0 if via is None else len(via.chain) + 1


@answered_for_now
def own_calls(index: Index, function: FunctionRef) -> tuple[Reached, ...]:
    """Return the calls that a function makes itself; those in ``on_commit`` callbacks are deferred.

    A nested function's body counts if it is called or passed to ``on_commit``; one that is passed
    to anything else, or returned, may run at any time and is left out.
    """
    body = function.node.body if isinstance(function.node.body, list) else [function.node.body]
    calls = _Calls(index, function)
    calls.enter(body, deferred=False)
    return tuple(calls.found)


class _Calls:
    def __init__(self, index: Index, function: FunctionRef) -> None:
        self.index = index
        self.function = function
        self.found: list[Reached] = []
        self.nested = {
            node.name: node for node in nodes_in(function.node) if isinstance(node, _FUNCTIONS)
        }
        self.open: set[str] = set()

    def enter(self, nodes: Iterable[ast.AST], *, deferred: bool) -> None:
        """Collect the calls below ``nodes``."""
        for node in nodes:
            if isinstance(node, ast.Call):
                self._call(node, deferred=deferred)
            elif not isinstance(node, _CLOSED):
                if isinstance(node, ast.withitem) and isinstance(node.context_expr, ast.Call):
                    self._entered(node.context_expr, deferred=deferred)
                self.enter(children(node), deferred=deferred)

    def _entered(self, call: ast.Call, *, deferred: bool) -> None:
        for cls in classes_behind(self.index, self.function, call):
            entered = method(self.index.code, cls, "__enter__")
            if entered is not None:
                self.found.append(
                    Reached(call, self.function, entered.dotted, entered, call, deferred)
                )
                return

    def _call(self, call: ast.Call, *, deferred: bool) -> None:
        path = self.function.path
        self._made(call, call.func, deferred=deferred)
        self.enter([call.func], deferred=deferred)
        waits = is_on_commit(self.index, path, call, self.function)
        arguments = [*call.args, *(item.value for item in call.keywords)]
        for position, argument in enumerate(arguments):
            if waits and (position == 0 or isinstance(argument, ast.Lambda)):
                self._callback(call, argument, deferred=deferred)
            elif (
                isinstance(argument, ast.Lambda) and dotted(call.func).rpartition(".")[2] in _INLINE
            ):
                self.enter([argument.body], deferred=deferred)
            else:
                self.enter([argument], deferred=deferred)
        name = dotted(call.func)
        # `open` holds the nested functions being entered: they may call themselves.
        if name in self.nested and name not in self.open:
            self.open.add(name)
            self.enter(self.nested[name].body, deferred=deferred)
            self.open.discard(name)

    def _callback(self, call: ast.Call, callback: ast.expr, *, deferred: bool) -> None:
        """Collect the calls of an ``on_commit`` callback; a function named there counts as called.

        Only the callback waits: the expression that makes it and the arguments that ``partial``
        keeps are evaluated at once.
        """
        if isinstance(callback, ast.Lambda):
            self.enter([callback.body], deferred=True)
        elif isinstance(callback, ast.Name) and callback.id in self.nested:
            if callback.id not in self.open:  # it may put itself off once more
                self.open.add(callback.id)
                self.enter(self.nested[callback.id].body, deferred=True)
                self.open.discard(callback.id)
        elif (
            isinstance(callback, ast.Call)
            and dotted(callback.func).rpartition(".")[2] == "partial"
            and callback.args
        ):
            self._callback(call, callback.args[0], deferred=deferred)
            self.enter(
                [*callback.args[1:], *(item.value for item in callback.keywords)], deferred=deferred
            )
        elif isinstance(callback, (ast.Name, ast.Attribute)):
            if not self._is_queued(call, callback):
                self._made(call, callback, deferred=True)
            self.enter([callback], deferred=deferred)
        else:
            self.enter([callback], deferred=deferred)

    def _is_queued(self, call: ast.Call, callback: ast.expr) -> bool:
        """Tell whether a task is passed to a wrapper of the project that queues it on commit."""
        if (
            resolve(self.index.code, self.function.path, dotted(call.func), self.function)
            == DJANGO_ON_COMMIT
        ):
            return False
        task = callee(self.index, self.function, callback)[1]
        return task is not None and task_library(self.index, task) is not None

    def _made(self, call: ast.Call, func: ast.expr, *, deferred: bool) -> None:
        name, target = callee(self.index, self.function, func)
        self.found.append(Reached(call, self.function, name, target, call, deferred))
