"""The project's own decorators that connect the decorated function; ``partial(receiver, signal)``.

``OwnDecorators`` is the entry: ``note`` and its siblings collect them, ``connected`` uses them.
"""

from __future__ import annotations

import ast
from dataclasses import field
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.index.models.senders import sender_names
from signalgen.index.reading.code import flattened
from signalgen.index.reading.given import argument, argument_or_options, given, options, spelled_out
from signalgen.index.reading.listed import PlacedExpression, elements, loop_around
from signalgen.index.reading.resolving import local_names, method, resolve
from signalgen.index.reading.scopes import FUNCTIONS
from signalgen.index.reading.walking import nodes_in, walk
from signalgen.index.signals.receiving import RECEIVER, is_receiver
from signalgen.late import dataclass
from signalgen.values.index import Connection, FunctionRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from signalgen.index.reading.code import Codebase
    from signalgen.index.reading.scopes import Scoped
    from signalgen.index.signals.definitions import Signals

_FIRST = ("self", "cls")


@dataclass(frozen=True, slots=True)
class Decorating:
    """A decorator of the project: the ``connect`` or ``receiver`` call in it and its place.

    ``function`` has the parameters that the decorator is called with: itself, or the ``__init__``
    of a class, whose ``fields`` say which attribute keeps which parameter. A ``partial`` takes the
    remaining arguments of ``receiver``.
    """

    path: str
    scope: FunctionRef | None
    call: ast.Call
    function: FunctionRef | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    partial: bool = False

    @property
    def arguments(self) -> ast.arguments:
        """The parameters that a use of the decorator fills."""
        return self.function.node.args if self.function is not None else _NO_ARGUMENTS

    @property
    def connects(self) -> bool:
        """Whether the call is ``signal.connect(…)``, not ``receiver(…)``."""
        return isinstance(self.call.func, ast.Attribute) and self.call.func.attr == "connect"


_NO_ARGUMENTS = ast.arguments([], [], None, [], [], None, [])


@dataclass(frozen=True, slots=True)
class OwnDecorators:
    """Collects the project's decorators by dotted name, and finds what they connect."""

    code: Codebase
    signals: Signals
    known: dict[str, Decorating]

    def note(self, path: str, item: Scoped, call: ast.Call, handler: ast.expr) -> bool:
        """Remember the function around a call that connects its parameter; tell whether it does."""
        scope = item.scope
        if scope is None or not isinstance(handler, ast.Name):
            return False
        if not _is_decorated_parameter(scope, handler.id):
            return False
        # The nested function connects; what a use calls is the outermost one, or its class.
        outermost = scope
        while outermost.outer is not None:
            outermost = outermost.outer
        if outermost.cls is not None and outermost.name == "__call__":
            cls = self.code.class_ref(path, outermost.cls)
            init = method(self.code, cls, "__init__")
            self.known[cls.dotted] = Decorating(path, scope, call, init, _fields(init))
        elif outermost.dotted in RECEIVER:
            pass  # a copy of Django inside the project: its uses are seen already
        elif outermost.cls is None or _is_callable_by_class(outermost):
            self.known[outermost.dotted] = Decorating(path, scope, call, outermost)
        return True

    def note_returned(self, path: str, item: Scoped) -> None:
        """Remember a function that returns ``receiver(…)``."""
        if item.scope is not None or not isinstance(item.node, FUNCTIONS):
            return
        function = self.code.function_ref(path, item.node, cls=item.cls)
        for node in flattened(item.node.body):
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Call):
                made = self._of_value(path, node.value, function)
                if made is not None:
                    self.known[function.dotted] = made

    def note_assigned(self, path: str, stmt: ast.stmt) -> None:
        """Remember a name that is assigned ``receiver(…)`` or ``partial(receiver, …)``."""
        if isinstance(stmt, ast.Assign) and isinstance(stmt.value, ast.Call):
            made = self._of_value(path, stmt.value, None)
            for target in stmt.targets:
                if made is not None and isinstance(target, ast.Name):
                    self.known[f"{self.code.module(path)}.{target.id}"] = made

    def _of_value(
        self, path: str, call: ast.Call, function: FunctionRef | None
    ) -> Decorating | None:
        if is_receiver(self.code, path, call.func, function):
            return Decorating(path, function, call, function)
        partial = dotted(call.func).rpartition(".")[2] == "partial" and call.args
        if function is None and partial and is_receiver(self.code, path, call.args[0], None):
            rest = ast.copy_location(ast.Call(call.args[0], call.args[1:], call.keywords), call)
            return Decorating(path, None, rest, partial=True)
        return None

    def connected(
        self, path: str, item: Scoped, node: ast.FunctionDef | ast.AsyncFunctionDef
    ) -> Iterator[Connection]:
        """Yield the connections that the decorators of a function make."""
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            written = dotted(call.func if call is not None else decorator)
            name = resolve(self.code, path, written, item.scope) if written else ""
            made = self.known.get(name)
            if made is None or (made.partial and call is None):
                continue
            if call is not None:
                call = spelled_out(self.code, path, call, item.scope)
            use = _Use(self.code, made, call, PlacedExpression(path, decorator, item.scope))
            # connect() takes the receiver first; what `receiver()` takes is keywords only.
            positions = (1, 2, 3) if made.connects else (None, None, None)
            sender, weak, uid = (
                use.given(name, at)
                for name, at in zip(("sender", "weak", "dispatch_uid"), positions, strict=True)
            )
            yield Connection(
                path=path,
                module=self.code.module(path),
                style="receiver",
                signals=self._signals(use),
                senders=_senders(use, sender),
                sender=sender.node if sender is not None else None,
                receiver=self.code.function_ref(path, node, cls=item.cls, outer=item.scope),
                written=node.name,
                node=decorator,
                call=None,
                scope=item.scope,
                weak=weak.node if weak is not None else None,
                uid=uid.node if uid is not None else None,
                options=use.options(),
            )

    def _signals(self, use: _Use) -> tuple[str, ...]:
        func = use.made.call.func
        if use.made.connects and isinstance(func, ast.Attribute):
            signal: PlacedExpression | None = use.value(func.value)
        else:
            signal = use.given("signal", 0)
        if signal is None:
            return ()
        found = [self.signals.meant(part, loose=True) for part in use.looped(signal)]
        return tuple(dict.fromkeys(name for names in found for name in names))


@dataclass(frozen=True, slots=True)
class _Use:
    code: Codebase
    made: Decorating
    call: ast.Call | None
    at: PlacedExpression

    def given(self, keyword: str, position: int | None) -> PlacedExpression | None:
        """Return an argument of the connect call, filled in from this use; None if not given."""
        made, call = self.made, self.call
        node = argument(made.call, keyword, position)
        if node is None and made.partial and call is not None:
            node = argument_or_options(call, keyword, 0 if keyword == "signal" else None)
            return self.at.at(node) if node is not None else None
        # Not in the decorator's own call, so it can only come through its `**options`.
        if node is None:
            spread = options(made.call)
            kwarg = made.arguments.kwarg
            handed_on = kwarg is not None and dotted(spread) == kwarg.arg
            if call is not None and handed_on and keyword not in _parameters(made.arguments):
                node = argument_or_options(call, keyword, None)
                return self.at.at(node) if node is not None else None
            return (
                PlacedExpression(made.path, spread, made.scope)
                if spread is not None and not handed_on
                else None
            )
        found = self.value(node)
        return None if given(found.node) is None else found

    def options(self) -> ast.expr | None:
        """Return the ``**options`` with unknown content."""
        spread = options(self.made.call)
        kwarg = self.made.arguments.kwarg
        if spread is not None and not (kwarg is not None and dotted(spread) == kwarg.arg):
            return spread
        return options(self.call) if self.call is not None else None

    def value(self, node: ast.expr) -> PlacedExpression:
        """Return an expression of the decorator, or the argument that replaces it in this use."""
        name = dotted(node)
        head, _, rest = name.partition(".")
        name = self.made.fields.get(rest, "") if head == "self" else name
        arguments = self.made.arguments
        here = PlacedExpression(self.made.path, node, self.made.scope)
        if not name or name not in _parameters(arguments):
            return here
        call = self.call if self.call is not None else ast.Call(node, [], [])
        places = [item.arg for item in (*arguments.posonlyargs, *arguments.args)]
        # The caller does not pass `self`.
        places = places[1:] if places[:1] and places[0] in _FIRST else places
        if arguments.vararg is not None and arguments.vararg.arg == name:
            return self.at.at(ast.Tuple(call.args[len(places) :], ast.Load()))
        found = argument(call, name, places.index(name) if name in places else None)
        if found is not None:
            return self.at.at(found)
        return here.at(options(call) or _default(arguments, name) or node)

    def looped(self, item: PlacedExpression) -> tuple[PlacedExpression, ...]:
        """Return an expression of the decorator for each iteration of the loop that binds it."""
        if isinstance(item.node, ast.Name) and item.path == self.made.path:
            loop = loop_around(self.code, self.made.call, item.node.id, item)
            if loop is not None and isinstance(loop[0].target, ast.Name):
                return elements(self.code, self.value(loop[1].node))
        return (item,)


def _is_callable_by_class(function: FunctionRef) -> bool:
    decorators = getattr(function.node, "decorator_list", [])
    return any(dotted(item) in ("staticmethod", "classmethod") for item in decorators)


def _senders(use: _Use, sender: PlacedExpression | None) -> tuple[str, ...]:
    parts = use.looped(sender) if sender is not None else ()
    named = [sender_names(use.code, *part) for part in parts]
    return tuple(name for names in named for name in names) if all(named) else ()


def _parameters(arguments: ast.arguments) -> set[str]:
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg)
    return {item.arg for item in every if item is not None}


def _default(arguments: ast.arguments, name: str) -> ast.expr | None:
    positional = [*arguments.posonlyargs, *arguments.args]
    with_default = positional[len(positional) - len(arguments.defaults) :]
    pairs = [
        *zip(with_default, arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return next((value for item, value in pairs if item.arg == name), None)


def _fields(init: FunctionRef | None) -> dict[str, str]:
    found = {}
    for node in nodes_in(init.node) if init is not None else ():
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            for target in node.targets:
                head, _, name = dotted(target).partition(".")
                if head == "self" and name:
                    found[name] = node.value.id
    return found


def _is_decorated_parameter(scope: FunctionRef, name: str) -> bool:
    """Tell whether ``name`` is the decorated function: a parameter, or a returned wrapper."""
    node = scope.node
    if isinstance(node, ast.Lambda):
        return False
    if not any(
        isinstance(item, ast.Return) and isinstance(item.value, (ast.Name, ast.Call))
        for item in walk(node)
    ):
        return False
    parameters = {item.arg for item in [*node.args.posonlyargs, *node.args.args]}
    if name in parameters:
        return True
    wrapper = next(
        (item for item in node.body if isinstance(item, FUNCTIONS) and item.name == name), None
    )
    if wrapper is None or (scope.outer is None and not parameters):
        return False
    used = {item.id for item in walk(wrapper) if isinstance(item, ast.Name)}
    called = parameters - local_names(wrapper)
    return bool(used & called) and any(
        isinstance(item, ast.Return)
        and isinstance(item.value, ast.Name)
        and item.value.id in {name, *called}
        for item in walk(node)
    )
