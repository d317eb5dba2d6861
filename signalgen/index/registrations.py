"""The receivers that are registered: ``@receiver`` in all its spellings, decorators of the project's own, and ``.connect()``."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from signalgen.index.names import dotted, find_class, find_function, local_names, method, resolve
from signalgen.index.scopes import FUNCTIONS, scoped
from signalgen.index.senders import assigned_value, sender_names
from signalgen.index.walking import walk
from signalgen.values.index import Connection, FunctionRef

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from signalgen.index.code import Code
    from signalgen.index.scopes import Scoped
    from signalgen.index.signals import Signals

RECEIVER = frozenset({"django.dispatch.receiver", "django.dispatch.dispatcher.receiver"})
_REGISTERING = (*FUNCTIONS, ast.Call)
_NEEDLES = (b"receiver", b".connect")
# What is connected on ``self`` or on the result of a call is never known to be a signal.
_CONNECTING = re.compile(rb"(?<![\w.)\]])(?!self\.|cls\.)[\w.]+\s*\.\s*connect\b")
_DOTTED = re.compile(rb"\.\s*connect\b")
_DECORATING = re.compile(rb"\breceiver\s*\(")
_ALIAS = re.compile(rb"\breceiver[ \t]+as[ \t]+(\w+)")


@dataclass(frozen=True, slots=True)
class Decorating:
    """A function of the project that connects what it decorates: the connect call in it, and its file."""

    function: FunctionRef
    scope: FunctionRef
    call: ast.Call


@dataclass(frozen=True, slots=True)
class Registrations:
    """Finds connections; remembers the decorators of the project by dotted name."""

    code: Code
    signals: Signals
    decorating: dict[str, Decorating] = field(default_factory=dict)

    def all(self, paths: Iterable[str]) -> Iterator[Connection]:
        """Yield the connections in the files at ``paths``, in the order of the files."""
        candidates = [
            path for path in paths if any(needle in self.code.data(path) for needle in _NEEDLES)
        ]
        found = {path: list(self._in_file(path)) for path in candidates}
        needles = tuple(f"@{name.rpartition('.')[2]}".encode() for name in self.decorating)
        if needles:
            users = (
                path for path in paths if any(needle in self.code.data(path) for needle in needles)
            )
            for path in users:
                found[path] = [*found.get(path, []), *self._decorated_by_own(path, needles)]
        for path in sorted(found):
            yield from found[path]

    def of(self, functions: Mapping[str, Collection[str]]) -> Iterator[Connection]:
        """Yield the connections of, and in, the named functions at the top of these files."""
        for path, names in sorted(functions.items()):
            yield from self._in_file(path, names)

    def _in_file(self, path: str, names: Collection[str] | None = None) -> Iterator[Connection]:
        outline = self.code.outline(path)
        aliases = [b"@" + name for name in _ALIAS.findall(outline.data)]
        for chunk in outline.chunks:
            if names is not None and chunk.name not in names:
                continue
            source = outline.source(chunk)
            if chunk.kind == "import" or not (
                _is_likely(source) or any(alias in source for alias in aliases)
            ):
                continue
            decorators: set[int] = set()
            for item in scoped(self.code, path, self.code.parsed(path, chunk), wanted=_REGISTERING):
                if isinstance(item.node, FUNCTIONS):
                    decorators.update(id(node) for node in item.node.decorator_list)
                    yield from self._decorated(path, item, item.node)
                elif isinstance(item.node, ast.Call) and id(item.node) not in decorators:
                    yield from self._connected(path, item, item.node)

    def _decorated(
        self, path: str, item: Scoped, node: ast.FunctionDef | ast.AsyncFunctionDef
    ) -> Iterator[Connection]:
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            target = call.func if call is not None else decorator
            name = dotted(target)
            if call is not None and self.is_receiver(path, name, item.scope):
                signals = self._listed(path, argument(call, "signal", 0), item.scope)
                if signals:
                    yield self._connection(path, item, decorator, call, signals, node)
            elif isinstance(target, ast.Attribute) and target.attr == "connect":
                signal = self.signals.named(path, target.value, item.scope)
                if signal:
                    yield self._connection(path, item, decorator, call, (signal,), node)

    def is_receiver(self, path: str, written: str, scope: FunctionRef | None) -> bool:
        """Tell whether a decorator's name means ``django.dispatch.receiver``."""
        if not written:
            return False
        name = resolve(self.code, path, written, scope)
        return name in RECEIVER or (
            name.startswith("django.dispatch") and name.endswith(".receiver")
        )

    def _listed(
        self, path: str, node: ast.expr | None, scope: FunctionRef | None
    ) -> tuple[str, ...]:
        if node is None:
            return ()
        if isinstance(node, ast.Name) and scope is not None:
            node = assigned_value(scope, node.id) or node
        parts = node.elts if isinstance(node, (ast.List, ast.Tuple, ast.Set)) else [node]
        named = (self.signals.named(path, part, scope) for part in parts)
        return tuple(name for name in named if name)

    def _connection(
        self,
        path: str,
        item: Scoped,
        decorator: ast.expr,
        call: ast.Call | None,
        signals: tuple[str, ...],
        node: ast.FunctionDef | ast.AsyncFunctionDef,
    ) -> Connection:
        sender = given(argument(call, "sender", None)) if call is not None else None
        return Connection(
            path=path,
            module=self.code.module(path),
            style="receiver",
            signals=signals,
            senders=() if sender is None else sender_names(self.code, path, sender, item.scope),
            sender=sender,
            receiver=self.code.function_ref(path, node, cls=item.cls, outer=item.scope),
            written=node.name,
            node=decorator,
            call=call,
            scope=item.scope,
            weak=argument(call, "weak", None) if call is not None else None,
            uid=given(argument(call, "dispatch_uid", None)) if call is not None else None,
        )

    def _connected(self, path: str, item: Scoped, call: ast.Call) -> Iterator[Connection]:
        func = call.func
        if (
            isinstance(func, ast.Call)
            and self.is_receiver(path, dotted(func.func), item.scope)
            and call.args
        ):
            signals = self._listed(path, argument(func, "signal", 0), item.scope)
            if signals and not self._note_decorator(item, func, call.args[0]):
                yield self._of_call(path, item, func, signals, call.args[0])
            return
        if not isinstance(func, ast.Attribute) or func.attr != "connect":
            return
        handler = argument(call, "receiver", 0)
        if handler is None or self._note_decorator(item, call, handler):
            return
        signals = self._connecting(path, func.value, item.scope)
        if signals:
            yield self._of_call(path, item, call, signals, handler)

    def _connecting(self, path: str, node: ast.expr, scope: FunctionRef | None) -> tuple[str, ...]:
        signal = self.signals.named(path, node, scope)
        if signal:
            return (signal,)
        if not isinstance(node, ast.Name):
            return ()
        # A loop over a literal list of signals.
        body = scope.node if scope is not None else None
        trees = [body] if body is not None else self.code.loops(path)
        for tree in trees:
            for loop in walk(tree):
                if (
                    isinstance(loop, ast.For)
                    and isinstance(loop.target, ast.Name)
                    and loop.target.id == node.id
                ):
                    return self._listed(path, loop.iter, scope)
        return ()

    def _note_decorator(self, item: Scoped, call: ast.Call, handler: ast.expr) -> bool:
        """Remember a decorator of the project: a function in which a parameter is connected."""
        scope = item.scope
        if scope is None or not isinstance(handler, ast.Name):
            return False
        if not _is_decorated_parameter(scope, handler.id):
            return False
        outermost = scope
        while outermost.outer is not None:
            outermost = outermost.outer
        if outermost.cls is None:
            self.decorating[outermost.dotted] = Decorating(outermost, scope, call)
        return True

    def _of_call(
        self, path: str, item: Scoped, call: ast.Call, signals: tuple[str, ...], handler: ast.expr
    ) -> Connection:
        connect = isinstance(call.func, ast.Attribute) and call.func.attr == "connect"
        sender = given(argument(call, "sender", 1 if connect else None))
        return Connection(
            path=path,
            module=self.code.module(path),
            style="connect",
            signals=signals,
            senders=() if sender is None else sender_names(self.code, path, sender, item.scope),
            sender=sender,
            receiver=self.function(path, handler, item),
            written=ast.unparse(handler),
            node=call,
            call=call,
            scope=item.scope,
            weak=argument(call, "weak", 2 if connect else None),
            uid=given(argument(call, "dispatch_uid", 3 if connect else None)),
            target=handler,
        )

    def function(self, path: str, handler: ast.expr, item: Scoped) -> FunctionRef | None:
        """Return the function of the project that an expression names: a plain one, a nested one, a method, a lambda, a partial's."""
        if isinstance(handler, ast.Lambda):
            return self.code.function_ref(path, handler, outer=item.scope)
        if isinstance(handler, ast.Call):
            if (
                dotted(handler.func).rpartition(".")[2] in ("partial", "receiver_wrapper")
                and handler.args
            ):
                return self.function(path, handler.args[0], item)
            return None
        written = dotted(handler)
        if not written:
            return None
        nested = _nested(self.code, path, written, item.scope)
        if nested is not None:
            return nested
        head, _, rest = written.partition(".")
        cls = item.cls if item.scope is None else _class_around(item.scope)
        if head in ("self", "cls") and rest and cls is not None:
            return method(self.code, self.code.class_ref(path, cls), rest)
        if item.scope is None and cls is not None:
            own = method(self.code, self.code.class_ref(path, cls), written)
            if own is not None:
                return own
        name = resolve(self.code, path, written, item.scope)
        return find_function(self.code, name) or self._method_of_instance(path, written, item)

    def _method_of_instance(self, path: str, written: str, item: Scoped) -> FunctionRef | None:
        """Return the method that ``thing.method`` names where ``thing = Class()`` is a module's or the function's own."""
        owner, _, last = written.rpartition(".")
        if not owner:
            return None
        value = assigned_value(item.scope, owner) if item.scope is not None else None
        if value is None:
            name, _, own = resolve(self.code, path, owner, item.scope).rpartition(".")
            where = self.code.path(name) if name else None
            stmt = self.code.definition(where, own) if where is not None else None
            value = stmt.value if isinstance(stmt, ast.Assign) else None
            path = where or path
        if not isinstance(value, ast.Call):
            return None
        cls = find_class(self.code, resolve(self.code, path, dotted(value.func), item.scope))
        return method(self.code, cls, last) if cls is not None else None

    def _decorated_by_own(self, path: str, needles: tuple[bytes, ...]) -> Iterator[Connection]:
        outline = self.code.outline(path)
        for chunk in outline.chunks:
            if not any(needle in outline.source(chunk) for needle in needles):
                continue
            for item in scoped(self.code, path, self.code.parsed(path, chunk), wanted=FUNCTIONS):
                if isinstance(item.node, FUNCTIONS):
                    yield from self._own(path, item, item.node)

    def _own(
        self, path: str, item: Scoped, node: ast.FunctionDef | ast.AsyncFunctionDef
    ) -> Iterator[Connection]:
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            written = dotted(call.func if call is not None else decorator)
            made = (
                self.decorating.get(resolve(self.code, path, written, item.scope))
                if written
                else None
            )
            if made is None:
                continue
            func = made.call.func
            given_signal = (
                argument(made.call, "signal", 0) if dotted(func).endswith("receiver") else None
            )
            signal = given_signal or (func.value if isinstance(func, ast.Attribute) else None)
            signals = self._substituted(path, item, made, call, signal)
            sender = given(
                argument(made.call, "sender", 1 if isinstance(func, ast.Attribute) else None)
            )
            actual = self._actual(made, call, sender)
            yield Connection(
                path=path,
                module=self.code.module(path),
                style="receiver",
                signals=signals,
                senders=() if actual is None else sender_names(self.code, path, actual, item.scope),
                sender=actual if actual is not None else sender,
                receiver=self.code.function_ref(path, node, cls=item.cls, outer=item.scope),
                written=node.name,
                node=decorator,
                call=None,
                scope=item.scope,
                weak=argument(made.call, "weak", 2),
                uid=given(argument(made.call, "dispatch_uid", 3)),
            )

    def _substituted(
        self,
        path: str,
        item: Scoped,
        made: Decorating,
        call: ast.Call | None,
        signal: ast.expr | None,
    ) -> tuple[str, ...]:
        """Return the signals of a decorator of the project: what it was called with, or what it names itself."""
        actual = self._actual(made, call, signal)
        if actual is not None:
            return self._listed(path, actual, item.scope)
        if isinstance(signal, ast.Name):
            for loop in walk(made.function.node):
                if (
                    isinstance(loop, ast.For)
                    and isinstance(loop.target, ast.Name)
                    and loop.target.id == signal.id
                ):
                    actual = self._actual(made, call, loop.iter)
                    if actual is not None:
                        return self._listed(path, actual, item.scope)
                    return self._listed(made.function.path, loop.iter, made.scope)
        return self._listed(made.function.path, signal, made.scope)

    def _actual(
        self, made: Decorating, call: ast.Call | None, wanted: ast.expr | None
    ) -> ast.expr | None:
        """Return what the decorator was called with for one of its own parameters."""
        if (
            call is None
            or not isinstance(wanted, ast.Name)
            or isinstance(made.function.node, ast.Lambda)
        ):
            return None
        arguments = made.function.node.args
        names = [item.arg for item in [*arguments.posonlyargs, *arguments.args]]
        position = names.index(wanted.id) if wanted.id in names else None
        if position is None and wanted.id not in [item.arg for item in arguments.kwonlyargs]:
            if arguments.vararg is not None and arguments.vararg.arg == wanted.id:
                return ast.Tuple(list(call.args), ast.Load())
            return None
        return argument(call, wanted.id, position)


def _is_likely(source: bytes) -> bool:
    """Tell whether something may be registered in a statement. The patterns take long, so plainer ones go before them."""
    if b"receiver" in source and _DECORATING.search(source):
        return True
    return b"connect" in source and bool(_DOTTED.search(source) and _CONNECTING.search(source))


def argument(call: ast.Call, keyword: str, position: int | None) -> ast.expr | None:
    """Return the argument of a call by its keyword, else the one at ``position``, None when it is not given so."""
    for item in call.keywords:
        if item.arg == keyword:
            return item.value
    if position is not None and position < len(call.args):
        found = call.args[position]
        if not any(isinstance(item, ast.Starred) for item in call.args[: position + 1]):
            return found
    return None


def given(node: ast.expr | None) -> ast.expr | None:
    """Return an argument that says something: None for none and for a literal ``None``."""
    return None if isinstance(node, ast.Constant) and node.value is None else node


def _is_decorated_parameter(scope: FunctionRef, name: str) -> bool:
    """Tell whether ``name`` is the function being decorated: a parameter of ``scope``, or a wrapper it defines around one, returned."""
    node = scope.node
    if isinstance(node, ast.Lambda):
        return False
    returned = any(
        isinstance(item, ast.Return) and isinstance(item.value, ast.Name) for item in walk(node)
    )
    if not returned:
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


def _nested(code: Code, path: str, written: str, scope: FunctionRef | None) -> FunctionRef | None:
    """Return the function called ``written`` that ``scope``, or one around it, defines."""
    while scope is not None:
        body = scope.node.body if isinstance(scope.node.body, list) else []
        for stmt in body:
            for node in walk(stmt):
                if isinstance(node, FUNCTIONS) and node.name == written:
                    return code.function_ref(path, node, outer=scope)
        scope = scope.outer
    return None


def _class_around(scope: FunctionRef) -> ast.ClassDef | None:
    while scope.outer is not None:
        scope = scope.outer
    return scope.cls
