"""Follows a body statement by statement, every collaborator a mock.

``trace(state, statements)`` is the entry: it notes the calls that the body must make.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.testplan.follow.assume import assume
from signalgen.testplan.follow.evaluate import arguments_text, evaluate
from signalgen.testplan.follow.leaving import (
    binds,
    define,
    ends,
    is_settled,
    jump,
    means_else,
    raise_error,
)
from signalgen.testplan.follow.matching import case_taken
from signalgen.testplan.follow.mockvalues import (
    UNKNOWN,
    Endless,
    NotSafeError,
    Raw,
    Value,
    known,
    truth,
)
from signalgen.testplan.follow.traced import Seen, Trace, bind, delete, import_names
from signalgen.testplan.follow.ways import choose, choose_expressions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ROUNDS = 50


def trace(statements: Sequence[ast.stmt], state: Trace) -> None:
    """Follow ``statements``. Raises NotSafeError when a run with mocks cannot be foreseen."""
    for statement in statements:
        if state.ended or state.jump:
            return
        choose_expressions(statement, state)
        _STATEMENTS.get(type(statement), _other)(statement, state)


def _other(statement: ast.stmt, _state: Trace) -> None:
    if not isinstance(statement, (ast.Pass, ast.Global, ast.Nonlocal)):
        raise NotSafeError


def _expression(statement: ast.Expr, state: Trace) -> None:
    _run(statement.value, state, alone=True)


def _run(node: ast.expr, state: Trace, *, alone: bool = False) -> Value:
    # A task call that stands alone happens after the commit.
    inner = node.value if isinstance(node, ast.Await) else node
    if isinstance(inner, ast.Call) and any(
        way(inner, state) for way in (_on_commit, _own_function, _setattr)
    ):
        return UNKNOWN

    def note(path: str, call: ast.Call) -> None:
        by_itself = alone and call is inner
        later = by_itself and not state.inline and state.waits(call)
        arguments = arguments_text(call, state.world)
        deferred = state.deferred or later
        state.seen.append(
            Seen(path, arguments, deferred, state.world.certain, state.in_try, by_itself)
        )

    state.world.on_call = note
    value = evaluate(node, state.world)
    state.conditional = state.conditional or state.world.guessed
    return value


def _own_function(call: ast.Call, state: Trace) -> bool:
    # A call of the body's own function without arguments: what it does happens here.
    name = dotted(call.func)
    if name not in state.world.nested:
        return False
    if call.args or call.keywords or state.inline:
        raise NotSafeError
    _inside(state.world.nested[name], state)
    return True


def _setattr(call: ast.Call, state: Trace) -> bool:
    # ``setattr(instance, "name", value)`` is an assignment.
    if dotted(call.func) != "setattr" or len(call.args) != 3:
        return False
    value = _run(call.args[2], state)
    owner, name = evaluate(call.args[0], state.world), evaluate(call.args[1], state.world)
    if owner.kind != "mock" or not isinstance(name.value, str) or not name.value.isidentifier():
        raise NotSafeError
    bind(ast.Attribute(call.args[0], name.value, ast.Store()), value, state)
    return True


def _inside(function: ast.FunctionDef, state: Trace) -> None:
    if function.args.args or function.args.kwonlyargs or function.decorator_list:
        raise NotSafeError
    before, state.inline = state.inline, True
    outer = dict(state.world.locals)
    trace(function.body, state)
    # The function's own variables end with it, and its return is not that of the body.
    state.world.locals.clear()
    state.world.locals.update(outer)
    state.inline, state.ended = before, bool(state.raises)


def _on_commit(call: ast.Call, state: Trace) -> bool:
    # ``transaction.on_commit(...)`` written by hand: its callback runs after the commit. Inside a
    # callback that a test runs itself, no transaction is left whose end it could see.
    if dotted(call.func) not in ("transaction.on_commit", "on_commit") or not call.args:
        return False
    callback = call.args[0]
    before, state.deferred = state.deferred, True
    certain, state.world.certain = state.world.certain, state.world.certain and not before
    if isinstance(callback, ast.Lambda):
        if callback.args.args:
            raise NotSafeError
        _run(callback.body, state)
    elif isinstance(callback, ast.Call) and dotted(callback.func) in (
        "partial",
        "functools.partial",
    ):
        made = ast.Call(callback.args[0], callback.args[1:], callback.keywords)
        _run(ast.copy_location(made, callback), state, alone=True)
    elif isinstance(callback, ast.Name) and callback.id in state.world.nested:
        _inside(state.world.nested[callback.id], state)
    else:
        _run(ast.copy_location(ast.Call(callback, [], []), callback), state, alone=True)
    state.deferred, state.world.certain = before, certain
    return True


def _assign(statement: ast.Assign | ast.AnnAssign, state: Trace) -> None:
    if statement.value is None:
        return
    value = _run(statement.value, state)
    if isinstance(statement.value, ast.Name) and isinstance(value.value, (list, dict, set)):
        # Two names of one container: changes through one are not seen through the other.
        value = state.world.locals[statement.value.id] = UNKNOWN
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for target in targets:
        bind(target, value, state)


def _augmented(statement: ast.AugAssign, state: Trace) -> None:
    target = statement.target
    if isinstance(target, ast.Name):
        loaded: ast.expr = ast.copy_location(ast.Name(target.id, ast.Load()), target)
    elif isinstance(target, ast.Attribute):
        loaded = ast.copy_location(ast.Attribute(target.value, target.attr, ast.Load()), target)
        current = evaluate(loaded, state.world)
        amount = evaluate(statement.value, state.world)
        if current.kind == "mock" and current.path and isinstance(amount.value, (int, float)):
            state.world.settle(current.path, 1)
    else:
        raise NotSafeError
    made = ast.copy_location(ast.BinOp(loaded, statement.op, statement.value), statement)
    value = _run(made, state)
    # The changed attribute is a new object, no longer the mock at the old path.
    if value.kind == "mock":
        value = Value("mock")
    bind(target, value, state)


def _if(statement: ast.If, state: Trace) -> None:
    # Prefers the way that does something over the way that ends the body.
    want = not ends(statement.body) or _wants_raise(statement.body[-1], state)
    before, guessed = state.conditional, state.world.guessed
    refuses = isinstance(statement.body[-1], ast.Raise)
    other = choose(statement.test, state, usual=want, refuses=refuses)
    settled = other or assume(statement.test, state.world, want=want)
    answer = truth(_run(statement.test, state))
    state.conditional = state.conditional or not is_settled(statement.test, state.world)
    if settled and is_settled(statement.test, state.world):
        state.conditional, state.world.guessed = before, guessed
    if answer is None:
        _both([statement.body, statement.orelse], state)
        return
    trace(statement.body if answer else statement.orelse, state)


def _wants_raise(last: ast.stmt, state: Trace) -> bool:
    # Whether the trace is after this refusal; those before it are passed by.
    if not state.refuse or not isinstance(last, ast.Raise):
        return False
    state.refuse -= 1
    return state.refuse == 0


def _both(ways: Sequence[Sequence[ast.stmt]], state: Trace) -> None:
    # Each branch must be safe, nothing in them is certain, nor is anything after a return.
    before, state.world.certain = state.world.certain, False
    outer = dict(state.world.locals)
    left = False
    for way in ways:
        trace(way, state)
        if state.raises or state.jump:
            raise NotSafeError
        left, state.ended = left or state.ended, False
        state.world.locals.clear()
        state.world.locals.update(outer)
    for name in {n.id for way in ways for s in way for n in ast.walk(s) if isinstance(n, ast.Name)}:
        if any(binds(s, name) for way in ways for s in way):
            state.world.locals[name] = UNKNOWN
    state.conditional = True
    state.world.certain = before and not left


def _for(statement: ast.For | ast.AsyncFor, state: Trace) -> None:
    # Only known elements are followed; a mock yields none.
    source = _run(statement.iter, state)
    if isinstance(source.value, Endless):
        raise NotSafeError
    if source.kind == "known" and source.value and isinstance(source.value, _ITERABLE):
        _each(
            statement,
            list(source.value),
            state,
            ordered=not isinstance(source.value, (set, frozenset)),
        )
        if state.ended or state.jump:
            state.jump = ""
            return
    elif _one_row(statement, source, state):
        if _leaves(state):
            return
    elif source.kind != "mock" and not (
        isinstance(source.value, _ITERABLE) and isinstance(statement, ast.For)
    ):
        raise NotSafeError
    trace(statement.orelse, state)


_ITERABLE = (list, tuple, str, dict, set, frozenset)


def _each(
    statement: ast.For | ast.AsyncFor, elements: Sequence[object], state: Trace, *, ordered: bool
) -> None:
    # One pass for each element; a jump that is left tells that the loop was left.
    if (
        (len(elements) > 1 and not ordered)
        or len(elements) > _ROUNDS
        or isinstance(statement, ast.AsyncFor)
    ):
        raise NotSafeError
    for element in elements:
        bind(statement.target, known(element), state)
        trace(statement.body, state)
        if _leaves(state):
            state.jump = "break"
            return


def _one_row(statement: ast.For | ast.AsyncFor, source: Value, state: Trace) -> bool:
    # A mock that is iterated over yields one more mock, with which the body is followed.
    inner = statement.iter
    if (
        isinstance(inner, ast.Call)
        and dotted(inner.func) in ("list", "tuple")
        and len(inner.args) == 1
    ):
        source = evaluate(inner.args[0], replace(state.world, on_call=lambda _path, _call: None))
    target = statement.target.id if isinstance(statement.target, ast.Name) else ""
    if source.kind != "mock" or not source.path or not target or not state.world.certain:
        return False
    name = f"one_{target}" if means_else(target, state.world) else target
    method = "__aiter__" if isinstance(statement, ast.AsyncFor) else "__iter__"
    path = f"{source.path}.{method}.return_value"
    if path not in state.world.settings:
        if "return_value" not in source.path or not state.world.settle(path, Raw(f"[{name}]")):
            return False
        # The settings are made in order: the element must exist before the list that holds it.
        state.world.settings = {name: Raw("mock.MagicMock()"), **state.world.settings}
    state.world.locals[target] = Value("mock", None, name, name)
    state.conditional = True
    trace(statement.body, state)
    return True


def _leaves(state: Trace) -> bool:
    # Obeys ``continue`` and ``break``; tells whether the loop is left, and its ``else`` skipped.
    jump, state.jump = state.jump, ""
    return jump == "break" or state.ended


def _while(statement: ast.While, state: Trace) -> None:
    for _ in range(_ROUNDS):
        value = _run(statement.test, state)
        if value.kind != "known":
            raise NotSafeError
        if not value.value:
            trace(statement.orelse, state)
            return
        trace(statement.body, state)
        if _leaves(state):
            return
    raise NotSafeError


def _with(statement: ast.With | ast.AsyncWith, state: Trace) -> None:
    swallows = False
    for item in statement.items:
        value = _run(item.context_expr, state)
        name = dotted(item.context_expr.func) if isinstance(item.context_expr, ast.Call) else ""
        swallows = swallows or name.endswith("suppress")
        if value.kind != "mock" and not name.endswith(("suppress", "transaction.atomic", "atomic")):
            raise NotSafeError
        if item.optional_vars is not None:
            entered = "__aenter__" if isinstance(statement, ast.AsyncWith) else "__enter__"
            path = f"{value.path}.{entered}.return_value" if value.path else None
            bind(item.optional_vars, state.world.at(path, path) if path else Value("mock"), state)
    before, state.in_try = state.in_try, state.in_try or swallows
    trace(statement.body, state)
    state.in_try = before


def _try(statement: ast.Try, state: Trace) -> None:
    before, state.in_try = state.in_try, True
    trace(statement.body, state)
    state.in_try = before
    state.conditional = state.conditional or bool(statement.handlers)
    trace(statement.orelse, state)
    if statement.finalbody:
        # A finally block runs after a return as well.
        ended, state.ended = state.ended, False
        trace(statement.finalbody, state)
        state.ended = state.ended or ended


def _return(statement: ast.Return, state: Trace) -> None:
    if statement.value is not None:
        _run(statement.value, state)
    state.ended = True


def _assert(statement: ast.Assert, state: Trace) -> None:
    if not assume(statement.test, state.world, want=True):
        raise NotSafeError
    _run(statement.test, state)


def _match(statement: ast.Match, state: Trace) -> None:
    subject = _run(statement.subject, state)
    if (
        subject.kind == "mock"
        and subject.path
        and isinstance(statement.cases[0].pattern, ast.MatchValue)
    ):
        first = statement.cases[0].pattern.value
        assume(ast.Compare(statement.subject, [ast.Eq()], [first]), state.world, want=True)
        subject = evaluate(statement.subject, state.world)
    way = case_taken(statement, subject, state.world)
    if way is None:
        _both([*(case.body for case in statement.cases), []], state)
    else:
        trace(way, state)


_STATEMENTS: dict[type[ast.stmt], Callable[..., None]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _assign,
    ast.AugAssign: _augmented,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.Break: jump,
    ast.Continue: jump,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.Return: _return,
    ast.Raise: raise_error,
    ast.FunctionDef: define,
    ast.Assert: _assert,
    ast.Import: import_names,
    ast.ImportFrom: import_names,
    ast.Delete: delete,
    ast.Match: _match,
}
