"""What a receiver calls: in its own body and in the helpers below it, other modules included, and whether after the commit.

``reached(index, function)`` is what most rules about side effects and queries start from.
"""

from __future__ import annotations

import ast
import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from signalgen.check.attributes import (
    attribute_classes,
    method_below,
    narrowed,
    returns_own_rows,
    wrapped_classes,
)
from signalgen.check.deferral import defers, is_on_commit
from signalgen.check.loops import loops
from signalgen.check.managers import has_manager
from signalgen.check.naming import assigned_values, class_of_value, result_classes
from signalgen.check.signature import names_of
from signalgen.check.tasks import task_kind
from signalgen.index.names import bases, dotted, find_class, find_function, method, resolve
from signalgen.index.walking import children, nodes_in, values_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    from signalgen.index import Index
    from signalgen.values.index import ClassRef, FunctionRef

    Possible: TypeAlias = "Callable[[Index, Reached], bool]"

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_CLOSED = (*_FUNCTIONS, ast.Lambda, ast.ClassDef)
"""What does not run where it stands."""
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
_RUNNING = (".run", ".apply", ".call_local", ".__call__")
_ONE_ROW = re.compile(
    r"^(?:a?get|a?create|a?update_or_create|first|last|latest|earliest)(?:_\w+)?$"
)
LEVELS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """A call that running a function leads to.

    ``function`` is where the call stands; ``name`` what it calls, resolved (empty for computed callees); ``target`` the
    function of the project behind it. ``entry`` is the call in the first function through which it is reached (the
    call itself at level 0). ``deferred``: it waits for the commit. ``chain`` are the helpers on the way, ``via`` the call of the last one.
    """

    call: ast.Call
    function: FunctionRef
    name: str
    target: FunctionRef | None
    entry: ast.Call
    deferred: bool = False
    chain: tuple[FunctionRef, ...] = ()
    via: Reached | None = None

    @property
    def level(self) -> int:
        """How many helpers lie between the receiver and the call."""
        return len(self.chain)


def reached(
    index: Index, function: FunctionRef, levels: int = LEVELS, may: Possible | None = None
) -> tuple[Reached, ...]:
    """Return the calls in a function and in the helpers below it, breadth first, each function once.

    ``may`` tells which calls can run at all; the others, and what only they lead to, are left out.
    """
    key = f"reached {id(function.node)} {may is not None}"
    search = index.lazy.get(key)
    if not isinstance(search, _Search):
        search = index.lazy[key] = _Search(index, function, may)
    return search.upto(index, levels)


class _Search:
    """What a function reaches, level by level: the rules look less or more far down, and each level is worked out once."""

    def __init__(self, index: Index, function: FunctionRef, may: Possible | None) -> None:
        self.may = may
        self.found: list[Reached] = []
        self.known: dict[int, tuple[Reached, ...]] = {}
        self.waiting: deque[tuple[FunctionRef, Reached | None, bool]] = deque(
            [(function, None, defers(index, function))]
        )
        self.seen = {(id(function.node), False)}

    def upto(self, index: Index, levels: int) -> tuple[Reached, ...]:
        """Return the calls with at most so many helpers before them."""
        if levels not in self.known:
            while self.waiting and _depth(self.waiting[0][1]) <= levels:
                self._enter(index, *self.waiting.popleft())
            self.known[levels] = tuple(item for item in self.found if len(item.chain) <= levels)
        return self.known[levels]

    def _enter(
        self, index: Index, function: FunctionRef, via: Reached | None, deferred: bool
    ) -> None:  # noqa: FBT001 - from the queue
        chain = () if via is None else (*via.chain, function)
        for item in own_calls(index, function):
            entry = via.entry if via is not None else item.call
            waits = item.deferred or deferred
            found = Reached(
                item.call, item.function, item.name, item.target, entry, waits, chain, via
            )
            if self.may is not None and not self.may(index, found):
                continue
            self.found.append(found)
            if found.target is None or task_kind(index, found.target) == "huey":
                continue
            key = id(found.target.node), waits
            if key not in self.seen:
                self.seen.add(key)
                self.waiting.append((found.target, found, waits or defers(index, found.target)))


def _depth(via: Reached | None) -> int:
    return 0 if via is None else len(via.chain) + 1


def own_calls(index: Index, function: FunctionRef) -> tuple[Reached, ...]:
    """Return the calls that a function itself makes; those in callbacks of ``on_commit`` come as deferred.

    The body of a nested function counts where it is called or handed to ``on_commit``; one that is handed to anything else, or
    returned, may run at any time: it is left out.
    """
    key = f"own {id(function.node)}"
    known = index.lazy.get(key)
    if not isinstance(known, tuple):
        body = function.node.body if isinstance(function.node.body, list) else [function.node.body]
        calls = _Calls(index, function)
        calls.enter(body, deferred=False)
        known = index.lazy[key] = tuple(calls.found)
    return known


class _Calls:
    """The walk through one function."""

    def __init__(self, index: Index, function: FunctionRef) -> None:
        self.index = index
        self.function = function
        self.found: list[Reached] = []
        self.nested = {
            node.name: node for node in nodes_in(function.node) if isinstance(node, _FUNCTIONS)
        }
        self.open: set[str] = set()

    def enter(self, nodes: Iterable[ast.AST], *, deferred: bool) -> None:
        """Note the calls below ``nodes``."""
        for node in nodes:
            if isinstance(node, ast.Call):
                self._call(node, deferred=deferred)
            elif not isinstance(node, _CLOSED):
                if isinstance(node, ast.withitem) and isinstance(node.context_expr, ast.Call):
                    self._entered(node.context_expr, deferred=deferred)
                self.enter(children(node), deferred=deferred)

    def _entered(self, call: ast.Call, *, deferred: bool) -> None:
        """Note the ``__enter__`` of a context manager whose class is one of the project."""
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
        if name in self.nested and name not in self.open:
            self.open.add(name)
            self.enter(self.nested[name].body, deferred=deferred)
            self.open.discard(name)

    def _callback(self, call: ast.Call, callback: ast.expr, *, deferred: bool) -> None:
        """Note what a callback of ``on_commit`` calls; a function that is only named counts as a call of it.

        Only the callback waits: what makes it, and the arguments that ``partial`` keeps for it, are worked out at once.
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
            self._made(call, callback, deferred=True)
            self.enter([callback], deferred=deferred)
        else:
            self.enter([callback], deferred=deferred)

    def _made(self, call: ast.Call, func: ast.expr, *, deferred: bool) -> None:
        name, target = callee(self.index, self.function, func)
        self.found.append(Reached(call, self.function, name, target, call, deferred))


def callee(index: Index, function: FunctionRef, func: ast.expr) -> tuple[str, FunctionRef | None]:
    """Return what an expression in a function names, resolved, and the function of the project that it is.

    Methods are followed where the object is known: ``self``, ``instance`` of a receiver with one sender, a row that a manager gave,
    what a class or a function with a known result made. ``task.run`` and a class mean the task and its ``__init__``.
    """
    written = dotted(func)
    code = index.code
    if written:
        name = resolve(code, function.path, written, function)
        found = find_function(code, name) if name != written or "." in written else None
        if found is None and name.endswith(_RUNNING):
            found = find_function(code, name.rpartition(".")[0])
        if found is None:
            made = find_class(code, name)
            found = method(code, made, "__init__") if made is not None else None
        if found is not None or not isinstance(func, ast.Attribute):
            return name, found
    elif not isinstance(func, ast.Attribute):
        return "", None
    known = _method_of(index, function, func)
    if known is not None:
        return known
    return (resolve(code, function.path, written, function) if written else ""), None


def _method_of(
    index: Index, function: FunctionRef, func: ast.Attribute
) -> tuple[str, FunctionRef] | None:
    """Return the method that an attribute of a known object names, as ``callee`` does; one of a mixin's ``self`` may be that of its subclasses."""
    code = index.code
    for owner in classes_behind(index, function, func.value):
        for held in (owner, *wrapped_classes(index, owner)):
            made_by = method(code, held, func.attr)
            if made_by is not None:
                return f"{held.dotted}.{func.attr}", made_by
    if not isinstance(func.value, ast.Name) or func.value.id not in ("self", "cls"):
        return None
    own = find_class(code, class_of(index, function, func.value.id))
    mixed = method_below(index, own, func.attr) if own is not None else None
    return (mixed.dotted, mixed) if mixed is not None else None


def classes_behind(index: Index, function: FunctionRef, node: ast.expr) -> Iterator[ClassRef]:
    """Yield the classes that the object may be of which an expression gives, the likeliest first."""
    code = index.code
    if isinstance(node, ast.Name):
        cls = find_class(code, class_of(index, function, node.id))
        if cls is not None:
            yield cls
        yield from narrowed(index, function, node)
    if isinstance(node, ast.Call) and dotted(node.func) == "super":
        cls = find_class(code, class_of(index, function, "self"))
        parents = [find_class(code, base) for base in bases(code, cls)] if cls is not None else []
        yield from (parent for parent in parents if parent is not None)
        return
    if isinstance(node, ast.Call):
        name, target = callee(index, function, node.func)
        constructed = find_class(code, name)
        if constructed is not None:
            yield constructed
        elif target is not None:
            yield from result_classes(index, target)
    if isinstance(node, ast.Attribute):
        yield from _managers(index, function, node)
        if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
            own = find_class(code, class_of(index, function, node.value.id))
            yield from attribute_classes(index, own, node.attr) if own is not None else ()
    known = class_of_value(index, function.path, function, node)
    if known is not None:
        yield known


def _managers(index: Index, function: FunctionRef, node: ast.Attribute) -> Iterator[ClassRef]:
    """Yield the classes whose methods ``Model.objects`` has: of ``Manager()``, ``Rows.as_manager()``, ``Manager.from_queryset(Rows)()``."""
    written = dotted(node.value)
    model = (
        index.models.get(resolve(index.code, function.path, written, function)) if written else None
    )
    for owner in (model, *model.parents) if model is not None else ():
        for value in values_of(owner.cls.node).get(node.attr, ()):
            made = value.func if isinstance(value, ast.Call) else None
            rows = made.args if isinstance(made, ast.Call) else []
            for item in filter(None, [made.func if isinstance(made, ast.Call) else made, *rows]):
                name = dotted(item).removesuffix(".as_manager").removesuffix(".from_queryset")
                cls = (
                    find_class(index.code, resolve(index.code, owner.cls.path, name))
                    if name
                    else None
                )
                if cls is not None:
                    yield cls


def class_of(index: Index, function: FunctionRef, name: str) -> str:
    """Return the class of the object that a local name holds, as a dotted name, empty when it is not known."""
    around = function
    while around.outer is not None:
        around = around.outer
    if name in ("self", "cls") and around.cls is not None:
        return f"{around.module}.{around.cls.name}"
    receiver = index.receiver_of(function)
    if receiver is not None and name in names_of(function, "instance"):
        model = index.model(receiver.senders[0]) if len(receiver.senders) == 1 else None
        return model.dotted if model is not None else ""
    for value in assigned_values(function, name):
        cls = _row_class(index, function, value)
        if cls:
            return cls
        made = class_of_value(index, function.path, function, value)
        if made is not None:
            return made.dotted
    return _element_class(index, function, name) or _parameter_class(index, function, name)


def _element_class(index: Index, function: FunctionRef, name: str) -> str:
    """Return the model of the rows that a loop over ``Model.objects.…`` gives its target."""
    for loop in loops(function):
        if not isinstance(loop.target, ast.Name) or loop.target.id != name:
            continue
        rows = (
            list(assigned_values(function, loop.iter.id))
            if isinstance(loop.iter, ast.Name)
            else [loop.iter]
        )
        rows += [
            value
            for item in list(rows)
            if isinstance(item, ast.Call)
            and isinstance(owner := getattr(item.func, "value", None), ast.Name)
            for value in assigned_values(function, owner.id)
        ]
        return next((cls for item in rows if (cls := _rows_class(index, function, item))), "")
    return ""


def _rows_class(index: Index, function: FunctionRef, node: ast.expr) -> str:
    """Return the model of calls in a row on ``Model.objects``, none of which gives a single object."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if _ONE_ROW.match(node.func.attr):
            made_by = callee(index, function, node.func)[1]
            if made_by is None or not returns_own_rows(made_by):
                return ""
        node = node.func.value
    if not isinstance(node, ast.Attribute):
        return ""
    name = resolve(index.code, function.path, dotted(node.value), function)
    model = index.models.get(name)
    return name if model is not None and has_manager(index, model, node.attr) else ""


def _row_class(index: Index, function: FunctionRef, value: ast.expr) -> str:
    """Return the model of ``Model.objects.get(…)`` and of other manager methods that give one row by their name."""
    func = value.func if isinstance(value, ast.Call) else None
    if not isinstance(func, ast.Attribute) or not isinstance(func.value, ast.Attribute):
        return ""
    if func.value.attr not in ("objects", "_default_manager") or not _ONE_ROW.match(func.attr):
        return ""
    name = resolve(index.code, function.path, dotted(func.value.value), function)
    return name if index.models.get(name) is not None else ""


def _parameter_class(index: Index, function: FunctionRef, name: str) -> str:
    """Return the class that a parameter is annotated with."""
    arguments = function.node.args
    for item in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
        if item.arg != name or item.annotation is None:
            continue
        node = item.annotation
        written = (
            node.value
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            else dotted(node)
        )
        resolved = resolve(index.code, function.path, written, function) if written else ""
        return resolved if find_class(index.code, resolved) is not None else ""
    return ""
