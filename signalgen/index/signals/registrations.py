"""The registered receivers: ``@receiver``, the project's own decorators, and ``.connect()``.

``Registrations.all(paths)`` is the entry; ``of`` finds only the ones of some functions.
"""

from __future__ import annotations

import ast
import re
from dataclasses import field, replace
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.index.models.senders import sender_names
from signalgen.index.reading.given import argument, argument_or_options, options, spelled_out
from signalgen.index.reading.listed import PlacedExpression, in_round, loop_around, rounds
from signalgen.index.reading.resolving import find, resolve
from signalgen.index.reading.scopes import FUNCTIONS, scoped
from signalgen.index.signals.decorating import Decorating, OwnDecorators
from signalgen.index.signals.receiving import function_meant, is_partly_given, is_receiver
from signalgen.late import dataclass, pattern
from signalgen.values.index import Connection

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from signalgen.index.models.shapes import Models
    from signalgen.index.reading.code import Codebase
    from signalgen.index.reading.scopes import Scoped
    from signalgen.index.signals.definitions import Signals
    from signalgen.values.index import ClassRef, FunctionRef


_REGISTERING = (*FUNCTIONS, ast.Call)
_NEEDLES = (b"receiver", b".connect")
# Most connected results of calls are not signals; only these lookups are.
_CONNECTING = pattern(
    rb"(?<![\w.)\]])(?!self\.|cls\.)[\w.]+\s*\.\s*connect\b"
    rb"|\b(?:getattr|get_class)\s*\([^()]*\)\s*\.\s*connect\b"
    rb"|:=[\s\w.]*\)\s*\.\s*connect\b"
)
# `self.x.connect` counts only in a module that mentions signals.
_OF_SELF = pattern(rb"\b(?:self|cls)\.\w+\s*\.\s*connect\b")
_RETURNING = pattern(rb"return(?<!\wreturn)\s+(?:[\w.]+\.)?(\w+)\s*\(")
_DOTTED = pattern(rb"\.\s*connect\b")
_DECORATING = pattern(rb"\breceiver\s*\(|\bpartial\(\s*[\w.]*receiver\b")
_ALIAS = pattern(rb"receiver(?<!\wreceiver)[ \t]+as[ \t]+(\w+)")
_OPTIONS = frozenset({"sender", "weak", "dispatch_uid"})


@dataclass(frozen=True, slots=True)
class Registrations:
    """Finds connections, and collects the project's decorators by dotted name."""

    code: Codebase
    signals: Signals
    models: Models
    paths: tuple[str, ...]
    decorating: dict[str, Decorating] = field(default_factory=dict)

    @property
    def own(self) -> OwnDecorators:
        """The decorators of the project."""
        return OwnDecorators(self.code, self.signals, self.decorating)

    def all(self, paths: Iterable[str]) -> Iterator[Connection]:
        """Yield the connections in the files at ``paths``, in file order."""
        candidates = [
            path for path in paths if any(needle in self.code.data(path) for needle in _NEEDLES)
        ]
        found = {path: list(self._in_file(path)) for path in candidates}
        # Second pass: by now the project's own decorators are known, from whichever file.
        names = sorted({name.rpartition(".")[2].encode() for name in self.decorating})
        for path in paths if names else ():
            data = self.code.data(path)
            if any(name in data for name in names):
                found[path] = [*found.get(path, []), *self._decorated_by_own(path, names)]
        for path in sorted(found):
            yield from found[path]

    def of(self, functions: Mapping[str, Collection[str]]) -> Iterator[Connection]:
        """Yield the connections of, and in, the named top-level functions of these files."""
        for path, names in sorted(functions.items()):
            yield from self._in_file(path, names)
            yield from self._decorated_here(path, names)

    def _in_file(self, path: str, names: Collection[str] | None = None) -> Iterator[Connection]:
        outline = self.code.outline(path)
        aliases = {b"receiver", *_ALIAS.findall(outline.data)}
        of_signals = b"ignal" in outline.data
        for chunk in outline.chunks:
            if names is not None and chunk.name not in names:
                continue
            source = outline.source(chunk)
            if chunk.kind == "import" or not (
                _is_likely(source)
                or (of_signals and _OF_SELF.search(source))
                or (len(aliases) > 1 and any(alias in source for alias in aliases))
            ):
                continue
            decorators: set[int] = set()
            returns = b"return" in source and not aliases.isdisjoint(_RETURNING.findall(source))
            if chunk.kind == "assign":
                for stmt in self.code.parsed(path, chunk):
                    self.own.note_assigned(path, stmt)
            for item in scoped(self.code, path, self.code.parsed(path, chunk), wanted=_REGISTERING):
                # A decorator is also a call below its function; it must not count twice.
                if isinstance(item.node, FUNCTIONS):
                    decorators.update(id(node) for node in item.node.decorator_list)
                    if returns:
                        self.own.note_returned(path, item)
                    yield from self._decorated(path, item, item.node)
                elif isinstance(item.node, ast.Call) and id(item.node) not in decorators:
                    yield from self._connected(path, item, item.node)

    def _decorated(
        self, path: str, item: Scoped, node: ast.FunctionDef | ast.AsyncFunctionDef
    ) -> Iterator[Connection]:
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            target = call.func if call is not None else decorator
            signals: tuple[str, ...] = ()
            if call is not None and is_receiver(self.code, path, target, item.scope):
                signal = argument(call, "signal", 0)
                if signal is not None:
                    place = PlacedExpression(path, signal, item.scope)
                    signals = self.signals.meant(place, loose=True, at=decorator)
                    signals = signals or self._element_of(place)
            elif isinstance(target, ast.Attribute) and target.attr == "connect":
                signals = self.signals.meant(
                    PlacedExpression(path, target.value, item.scope), at=decorator
                )
            if signals:
                receiver = self.code.function_ref(path, node, cls=item.cls, outer=item.scope)
                made = self._registered(path, item, call, signals, {}, connect=False)
                yield replace(
                    made, style="receiver", node=decorator, receiver=receiver, written=node.name
                )

    def _registered(
        self,
        path: str,
        item: Scoped,
        call: ast.Call | None,
        signals: tuple[str, ...],
        bound: Mapping[str, PlacedExpression],
        *,
        connect: bool,
    ) -> Connection:
        """Return a call's connection, without its receiver; ``bound`` are the loop's values."""
        spelled = ast.Call(ast.Name("connect", ast.Load()), [], [])
        if call is not None:
            spelled = spelled_out(self.code, path, call, item.scope)
        sender, weak, uid = (
            argument_or_options(spelled, name, position if connect else None)
            for position, name in enumerate(("sender", "weak", "dispatch_uid"), 1)
        )
        meant = PlacedExpression(path, sender, item.scope) if sender is not None else None
        if meant is not None:
            meant = in_round(meant, bound)
            same = bound.get(dotted(uid))
            uid = same.node if same is not None and same.path == path else uid
        return Connection(
            path=path,
            module=self.code.module(path),
            style="connect",
            signals=signals,
            senders=sender_names(self.code, *meant) if meant is not None else (),
            sender=sender,
            receiver=None,
            written="",
            node=call if call is not None else spelled,
            call=call,
            scope=item.scope,
            weak=weak,
            uid=uid,
            options=options(spelled),
        )

    def _connected(self, path: str, item: Scoped, call: ast.Call) -> Iterator[Connection]:
        func = call.func
        if isinstance(func, ast.Call):
            if not is_receiver(self.code, path, func.func, item.scope):
                return
            registering, signal = func, argument(func, "signal", 0)
            handler = next(iter(call.args), None)
        elif isinstance(func, ast.Attribute) and func.attr == "connect":
            registering, signal, handler = call, func.value, argument(call, "receiver", 0)
        else:
            return
        if signal is None or handler is None or self.own.note(path, item, registering, handler):
            return
        connect = registering is call
        # With a signal's own keywords, an unknown object is taken for a signal.
        loose = not connect or any(key.arg in _OPTIONS for key in call.keywords)
        for bound in self._rounds(path, item, registering, handler, signal):
            meant = in_round(PlacedExpression(path, signal, item.scope), bound)
            # The value of an iteration may be in another loop and use its names.
            near = call if meant.node is signal else meant.node
            signals = self.signals.meant(meant, loose=loose, at=near)
            by = in_round(PlacedExpression(path, handler, item.scope), bound)
            where = item._replace(scope=by.scope)
            receiver = function_meant(self.code, by.path, by.node, where, self._by_label)
            if signals or (loose and connect and receiver is not None and self._is_open(meant)):
                made = self._registered(path, item, registering, signals, bound, connect=connect)
                written = ast.unparse(by.node)
                partial = is_partly_given(self.code, by.path, by.node, where)
                yield replace(
                    made, receiver=receiver, written=written, target=handler, partial=partial
                )

    def _by_label(self, label: str) -> ClassRef | None:
        model = self.models.by_label(label, self.paths)
        return model.cls if model is not None else None

    def _element_of(self, signal: PlacedExpression) -> tuple[str, ...]:
        """Return a name for ``SIGNALS["sold"]``: anything in ``@receiver()`` is a signal."""
        node = signal.node
        written = dotted(node.value) if isinstance(node, ast.Subscript) else ""
        name = resolve(self.code, signal.path, written, signal.scope) if written else ""
        return (f"{name}[]",) if name else ()

    def _is_open(self, signal: PlacedExpression) -> bool:
        written = dotted(signal.node)
        return find(self.code, resolve(self.code, signal.path, written, signal.scope)) is None

    def _rounds(
        self, path: str, item: Scoped, call: ast.Call, handler: ast.expr, signal: ast.expr
    ) -> list[Mapping[str, PlacedExpression]]:
        for node in (handler, signal, argument(call, "sender", 1)):
            head = dotted(node).partition(".")[0]
            place = PlacedExpression(path, handler, item.scope)
            loop = loop_around(self.code, call, head, place) if head else None
            if loop is not None and (node is handler or not isinstance(loop[0].target, ast.Name)):
                return rounds(self.code, *loop) or [{}]
        return [{}]

    def _decorated_by_own(self, path: str, names: list[bytes]) -> Iterator[Connection]:
        outline = self.code.outline(path)
        every = [*names]
        for name in names:
            every += re.findall(rb"\b" + name + rb"[ \t]+as[ \t]+(\w+)", outline.data)
        used = re.compile(rb"@\s*(?:[\w.]+\.)?(?:" + b"|".join(every) + rb")\b")
        for chunk in outline.chunks:
            if used.search(outline.source(chunk)):
                for item in scoped(
                    self.code, path, self.code.parsed(path, chunk), wanted=FUNCTIONS
                ):
                    if isinstance(item.node, FUNCTIONS):
                        yield from self.own.connected(path, item, item.node)

    def _decorated_here(self, path: str, names: Collection[str]) -> Iterator[Connection]:
        for chunk in self.code.outline(path).chunks:
            if chunk.name not in names or chunk.kind not in ("def", "class"):
                continue
            stmts = self.code.parsed(path, chunk)
            for item in scoped(self.code, path, stmts, wanted=FUNCTIONS):
                if isinstance(item.node, FUNCTIONS) and item.node.decorator_list:
                    for decorator in item.node.decorator_list:
                        self._note(path, decorator, item.scope)
                    yield from self.own.connected(path, item, item.node)

    def _note(self, path: str, decorator: ast.expr, scope: FunctionRef | None) -> None:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        written = dotted(target)
        found = find(self.code, resolve(self.code, path, written, scope)) if written else None
        if found is not None:
            for _ in self._in_file(found.path, {found.name}):
                pass  # only its decorators are wanted, not its connections


def _is_likely(source: bytes) -> bool:
    """Tell whether a statement may register a receiver. Fast substring tests come first."""
    if b"receiver" in source and _DECORATING.search(source):
        return True
    return b"connect" in source and bool(_DOTTED.search(source) and _CONNECTING.search(source))
