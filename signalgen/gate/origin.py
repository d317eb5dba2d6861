"""From generated code back to the spec: ``origin_of(spec, fragment, function, node)``.

The place is the same statement in one of the spec's bodies, otherwise the symbol's entry.
"""

from __future__ import annotations

import ast
from copy import deepcopy
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.late import dataclass
from signalgen.syntax import parse_body, parse_expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.values.fragment import Fragment
    from signalgen.values.spec import (
        Code,
        EnqueueSpec,
        HandlerSpec,
        Mark,
        SignalSpec,
        Spec,
        TaskSpec,
    )

_BEFORE = ("body", "implementation")
_LAST = "after_commit"


@dataclass(frozen=True, slots=True)
class SpecOrigin:
    """A place in a spec, and its handler, if any; ``in_body``: it is in a line of Python."""

    mark: Mark
    handler: HandlerSpec | None = None
    in_body: bool = False


@dataclass(frozen=True, slots=True)
class _Written:
    """A node of a spec's Python, its code, and its line (from 1) and byte column (from 0) there."""

    code: Code
    node: ast.AST
    line: int
    column: int


def origin_of(spec: Spec, fragment: Fragment, function: ast.stmt, node: ast.AST) -> SpecOrigin:
    """Return the place in ``spec`` that ``node``, in the statement ``function``, comes from.

    ``function`` is the top-level statement made from ``fragment``.
    """
    handler = _handler(spec, fragment)
    codes = _codes(handler) if handler is not None else []
    codes += [(item.code, False) for item in spec.definitions if item.name == fragment.name]
    found = (
        _same_statement(codes, function, node)
        or _same_node(codes, function, node)
        or _same_call(codes, function, node)
    )
    if found is not None:
        mark = _mark(spec, found)
        return SpecOrigin(mark or found.code.mark, handler, in_body=mark is not None)
    return SpecOrigin(_asked_for(spec, fragment, handler, function, node), handler)


def _handler(spec: Spec, fragment: Fragment) -> HandlerSpec | None:
    """Return the handler of a symbol: a receiver, companion or recursion guard."""
    handlers = [*spec.handlers, *(item for signal in spec.signals for item in signal.handlers)]
    key = fragment.id.partition(":")[2]
    for name in (key, key.removesuffix(".before")) if fragment.kind == "receiver" else ():
        for handler in handlers:
            if handler.id == name:
                return handler
    return next((item for item in handlers if fragment.name == f"_{item.name}_running"), None)


def _codes(handler: HandlerSpec) -> list[tuple[Code, bool]]:
    """Return a handler's codes in generated order, each with whether it is an expression."""
    bodies = handler.codes()
    middle = [key for key in bodies if key not in (*_BEFORE, _LAST)]
    found = [(handler.when, True)] if handler.when is not None else []
    found += [(bodies[key], False) for key in (*_BEFORE, *middle, _LAST) if key in bodies]
    return found + [(argument, True) for entry in handler.enqueue for argument in entry.args]


def _written(codes: Sequence[tuple[Code, bool]]) -> Iterator[_Written]:
    for code, is_expression in codes:
        tree: ast.AST = parse_expression(code.text) if is_expression else parse_body(code.text)
        for node in _placed(tree):
            yield _Written(code, node, _line(node) - is_expression, _column(node))


def _same_statement(
    codes: Sequence[tuple[Code, bool]], function: ast.stmt, node: ast.AST
) -> _Written | None:
    """Return the spec's counterpart of ``node`` in a statement equal to the one around it."""
    # From the innermost statement outwards: the smallest equal one is the most certain.
    around = [
        stmt for stmt in _placed(function) if isinstance(stmt, ast.stmt) and _holds(stmt, node)
    ]
    for statement in reversed(around):
        text = _dump(statement)
        equal = [
            stmt for stmt in _placed(function) if isinstance(stmt, ast.stmt) and _dump(stmt) == text
        ]
        asked = [
            item
            for item in _written(codes)
            if isinstance(item.node, ast.stmt) and _dump(item.node) == text
        ]
        if asked:
            chosen = asked[min(equal.index(statement), len(asked) - 1)]
            # Equal statements correspond in order; a surplus maps to the last.
            twin = _twin(statement, node, chosen.node)
            if twin is not None:
                return _Written(chosen.code, twin, _line(twin), _column(twin))
            return chosen
    return None


def _same_node(
    codes: Sequence[tuple[Code, bool]], function: ast.stmt, node: ast.AST
) -> _Written | None:
    # The code around the expression was generated; plain names and constants prove nothing, but the
    # call around them may.
    if not any(item is node for item in _placed(function)):
        return None
    whole = node
    if isinstance(node, (ast.Name, ast.Constant)):
        around = [item for item in _placed(function) if isinstance(item, ast.Call)]
        calls = [item for item in around if any(each is node for each in ast.walk(item))]
        if not calls:
            return None
        whole = calls[-1]
    text = _dump(whole)
    found = next((item for item in _written(codes) if _dump(item.node) == text), None)
    if found is None or whole is node:
        return found
    twin = _twin(whole, node, found.node) or found.node
    return _Written(found.code, twin, found.line + _line(twin) - _line(found.node), _column(twin))


def _twin(whole: ast.AST, node: ast.AST, other: ast.AST) -> ast.AST | None:
    """Return the node of ``other`` at the place that ``node`` has in ``whole``, an equal tree."""
    inside = [item for item in _placed(whole) if type(item) is type(node)]
    twins = [item for item in _placed(other) if type(item) is type(node)]
    if len(inside) != len(twins):
        # A deferred call has one more call around it in the generated code.
        inside = [item for item in inside if _dump(item) == _dump(node)]
        twins = [item for item in twins if _dump(item) == _dump(node)]
    return twins[min(inside.index(node), len(twins) - 1)] if node in inside and twins else None


def _same_call(
    codes: Sequence[tuple[Code, bool]], function: ast.stmt, node: ast.AST
) -> _Written | None:
    """Return the spec's counterpart of ``node`` in a call that was deferred or respelled.

    ``work.delay(instance)`` may have become ``partial(work.send, instance)``.
    """
    for call in _calls_around(function, node):
        func, given = _unpacked(call)
        written = dotted(func)
        names = {written, f"{written}.delay", f"{written.rpartition('.')[0]}.delay"} - {""}
        for item in _written(codes):
            twin = item.node
            if not isinstance(twin, ast.Call) or dotted(twin.func) not in names:
                continue
            values = [*twin.args, *(word.value for word in twin.keywords)]
            if [_dump(value) for value in values] != [_dump(value) for value in given]:
                continue
            same = next(
                (own for own, value in zip(values, given, strict=True) if value is node), twin
            )
            line = item.line - twin.lineno + same.lineno
            return _Written(item.code, same, line, same.col_offset)
    return None


def _unpacked(call: ast.Call) -> tuple[ast.expr, list[ast.expr]]:
    """Return what a call or ``partial`` calls, and the arguments."""
    values = [word.value for word in call.keywords]
    if dotted(call.func) == "partial" and call.args:
        return call.args[0], [*call.args[1:], *values]
    if dotted(call.func).endswith("on_commit") and len(call.args) == 1:
        return call.args[0], []
    return call.func, [*call.args, *values]


def _covers(call: ast.Call, node: ast.AST) -> bool:
    return (_line(call), _column(call)) <= (_line(node), _column(node)) and _end(node) <= _end(call)


def _mark(spec: Spec, found: _Written) -> Mark | None:
    # The text at the mark differs in code of recipes and in folded scalars: no certain place.
    line = found.code.text.split("\n")[found.line - 1]
    start = line.encode()[: found.column].decode("utf-8", "ignore")
    mark = found.code.at(found.line, len(start))
    beginning = line[len(start) :][:8].rstrip()
    return mark if spec.source_line(mark)[mark.column - 1 :].startswith(beginning) else None


def _asked_for(
    spec: Spec, fragment: Fragment, handler: HandlerSpec | None, function: ast.stmt, node: ast.AST
) -> Mark:
    """Return the place of a symbol's entry, or of its sender or signal above its first line."""
    if handler is not None:
        for around in (node, *_calls_around(function, node)):
            named = {item.id for item in ast.walk(around) if isinstance(item, ast.Name)}
            for entry in handler.enqueue:
                if entry.task.text in named:
                    return _argument(entry, node) or entry.mark
        above = _line(node) < _line(function)
        return (handler.models or handler.signals or (handler,))[0].mark if above else handler.mark
    own: list[SignalSpec | TaskSpec] = [*spec.signals, *spec.tasks]
    words = {fragment.name, fragment.id.partition(":")[2]}
    return next((item.mark for item in own if item.name in words), spec.app.mark)


def _argument(entry: EnqueueSpec, node: ast.AST) -> Mark | None:
    text = ast.dump(node)
    same = (arg for arg in entry.args if ast.dump(parse_expression(arg.text)) == text)
    return next((arg.mark for arg in same), None)


def _calls_around(function: ast.stmt, node: ast.AST) -> list[ast.Call]:
    found = [item for item in _placed(function) if isinstance(item, ast.Call)]
    return [item for item in reversed(found) if _covers(item, node)]


def _dump(node: ast.AST) -> str:
    """Return the structure of ``node``, the same for a call and its deferred form."""
    has_calls = any(isinstance(item, ast.Call) for item in ast.walk(node))
    return ast.dump(_AtOnce().visit(deepcopy(node)) if has_calls else node)


class _AtOnce(ast.NodeTransformer):
    """Turns ``transaction.on_commit(partial(f, x), using=using)`` into ``f(x)``."""

    def visit_Await(self, node: ast.Await) -> ast.AST:
        """Remove the ``await`` of an async receiver as well."""
        inner = node.value
        waits = isinstance(inner, ast.Call) and isinstance(inner.func, ast.Call)
        made = self.generic_visit(node)
        value = node.value
        return value if waits and not isinstance(getattr(value, "func", None), ast.Call) else made

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Return the deferred call instead of ``on_commit``."""
        self.generic_visit(node)
        func = node.func
        if isinstance(func, ast.Call) and dotted(func.func) == "sync_to_async" and func.args:
            func = func.args[0]
        if not dotted(func).endswith("transaction.on_commit") or not node.args:
            return node
        callback = node.args[0]
        if isinstance(callback, ast.Call) and dotted(callback.func) == "partial" and callback.args:
            return ast.Call(callback.args[0], callback.args[1:], callback.keywords)
        plain = isinstance(callback, (ast.Name, ast.Attribute))
        return ast.Call(callback, [], []) if plain else node


def _placed(tree: ast.AST) -> list[ast.AST]:
    found = [node for node in ast.walk(tree) if hasattr(node, "lineno")]
    return sorted(
        found, key=lambda node: (_line(node), _column(node), -_end(node)[0], -_end(node)[1])
    )


def _holds(statement: ast.stmt, node: ast.AST) -> bool:
    return (_line(statement), _column(statement)) <= (_line(node), _column(node)) and _end(
        node
    ) <= _end(statement)


def _line(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 1))


def _column(node: ast.AST) -> int:
    return int(getattr(node, "col_offset", 0))


def _end(node: ast.AST) -> tuple[int, int]:
    return int(getattr(node, "end_lineno", 1) or 1), int(getattr(node, "end_col_offset", 0) or 0)
