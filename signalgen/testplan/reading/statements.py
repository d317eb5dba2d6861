"""Walks the statements of a body on one path. Entry: ``walk``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.testplan.choosing.conditions import assume, holds, only
from signalgen.testplan.choosing.lookups import (
    chain,
    leaves_out,
    lookups_of,
    may_point,
    method_of,
    relation_of,
    row_behind,
    row_found_by,
)
from signalgen.testplan.reading.effects import assign_field, perform, record_reads
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.state import Met, NotForeseenError, State, Term, chosen, constant
from signalgen.testplan.terms.terms import term

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_MOST_TURNS = 4


def walk(statements: Sequence[ast.stmt], state: State) -> None:
    """Walk ``statements`` until one of them ends the body; raises NotForeseenError."""
    for statement in statements:
        if state.done:
            return
        step = _STEPS.get(type(statement))
        if step is None:
            raise NotForeseenError(ast.unparse(statement).partition("\n")[0])
        state.answers.clear()
        step(statement, state)


def value(node: ast.expr, state: State) -> Term:
    """Return the value of ``node``; record the effect if it is a call."""
    if isinstance(node, ast.Await):
        return value(node.value, state)
    if not isinstance(node, ast.Call):
        return term(node, state)
    if isinstance(node.func, ast.Name) and node.func.id in ("list", "tuple", "sorted", "set"):
        return term(node, state)
    quiet = _quiet(node, state)
    return quiet if quiet is not None else perform(node, state, walk)


def _quiet(node: ast.Call, state: State) -> Term | None:
    # A call for its value, such as ``slugify(instance.title)``, does nothing else.
    kept = list(state.effects), dict(state.stood_in)
    try:
        return term(node, state)
    except NotForeseenError:
        state.effects[:], state.stood_in = kept
        return None


def _expression(node: ast.Expr, state: State) -> None:
    inner = node.value.value if isinstance(node.value, ast.Await) else node.value
    if isinstance(inner, ast.Call):
        perform(inner, state, walk)
    elif not isinstance(inner, ast.Constant):
        term(inner, state)


def _assign(node: ast.Assign, state: State) -> None:
    if len(node.targets) != 1:
        raise NotForeseenError(ast.unparse(node))
    _bind(node.targets[0], node.value, state)


def _annotated(node: ast.AnnAssign, state: State) -> None:
    if node.value is not None:
        _bind(node.target, node.value, state)


def _bind(target: ast.expr, given: ast.expr, state: State) -> None:
    if isinstance(target, ast.Tuple) and isinstance(given, ast.Tuple):
        for one, part in zip(target.elts, given.elts, strict=False):
            _bind(one, part, state)
        return
    found = value(given, state)
    if isinstance(target, ast.Tuple) and found.kind == "pair":
        made = Term(None, kinds.ROW, found.model, found.path)
        for one, term_of in zip(target.elts, (made, constant(found.value)), strict=False):
            if isinstance(one, ast.Name):
                state.names[one.id] = term_of
        return
    if isinstance(target, ast.Attribute):
        assign_field(target, found, state)
        return
    if not isinstance(target, ast.Name):
        raise NotForeseenError(ast.unparse(target))
    if found.kind == kinds.ROWS:
        state.queries[target.id] = given
    state.names[target.id] = found


def _augmented(node: ast.AugAssign, state: State) -> None:
    load = ast.parse(ast.unparse(node.target), mode="eval").body
    _bind(node.target, ast.BinOp(load, node.op, node.value), state)


def _if(node: ast.If, state: State) -> None:
    default = not _ends_at_once(node.body)
    if decide(node.test, state, default=default):
        walk(node.body, state)
        return
    if isinstance(node.body[0], ast.Raise):
        state.met.append(Met(ast.unparse(node.test), taken=False))
    walk(node.orelse, state)


def _while(node: ast.While, state: State) -> None:
    # As a condition that does not hold: how often a loop runs is unknown.
    if node.orelse or decide(node.test, state, default=False, firm=True):
        raise NotForeseenError(ast.unparse(node).partition("\n")[0])


def _ends_at_once(body: Sequence[ast.stmt]) -> bool:
    return isinstance(body[0], (ast.Return, ast.Pass, ast.Raise, ast.Continue))


def decide(test: ast.expr, state: State, *, default: bool = True, firm: bool = False) -> bool:
    """Return the side of ``test`` that the path takes, and choose values for it.

    If no value leads to the ``default`` side it is the other one, unless the choice is ``firm``.
    """
    record_reads(test, state)
    settled = holds(test, state)
    if settled is not None:
        return settled
    key = ast.unparse(test)
    choice = state.plan.get(key, default)
    parts = len(test.values) if isinstance(test, ast.BoolOp) else 0
    if isinstance(choice, bool) or not isinstance(test, ast.BoolOp):
        taken = _assumed(test, state, bool(choice), firm=firm or key in state.plan)
    else:
        taken = isinstance(test.op, ast.Or)
        only(test, choice, state)
    state.met.append(Met(key, taken, parts))
    return taken


def _assumed(test: ast.expr, state: State, want: bool, *, firm: bool) -> bool:  # noqa: FBT001
    take_back = chosen(state)
    try:
        assume(test, state, want=want)
    except NotForeseenError as error:
        if firm:
            raise
        take_back()
        assume(test, state, want=not want)
        state.refused = state.refused or str(error)
        return not want
    return want


def _return(node: ast.Return, state: State) -> None:
    if isinstance(node.value, ast.Call):
        perform(node.value, state, walk)
    state.done = True


def _raise(node: ast.Raise, state: State) -> None:
    raised = node.exc
    logged = state.scene.handled.receiver.log_errors
    if raised is None or node.cause is not None or logged:
        raise NotForeseenError("raise")
    called = raised.func if isinstance(raised, ast.Call) else raised
    state.raises = ast.unparse(called)
    if isinstance(raised, ast.Call) and raised.args:
        state.message = _message(raised.args[0], state)
    state.done = True


def _message(node: ast.expr, state: State) -> str:
    # The text of the error; Django's ValidationError shows it as lists.
    django = state.scene.meanings.get(state.raises)
    worded = django is not None and django.path.endswith("core.exceptions.ValidationError")
    if isinstance(node, ast.Dict):
        pairs = [(key, value) for key, value in zip(node.keys, node.values, strict=True) if key]
        said = {term(key, state).value: term(value, state).value for key, value in pairs}
        if not worded or not all(isinstance(text, str) for text in (*said, *said.values())):
            return ""
        return repr({key: [text] for key, text in said.items()})
    said_text = term(node, state).value
    if not isinstance(said_text, str):
        return ""
    return repr([said_text]) if worded else said_text


def _function(node: ast.FunctionDef, state: State) -> None:
    state.functions[node.name] = node


def _with(node: ast.With, state: State) -> None:
    for item in node.items:
        text = ast.unparse(item.context_expr)
        if not text.startswith(("transaction.atomic(", "suppress(", "contextlib.suppress(")):
            raise NotForeseenError(text)
    walk(node.body, state)


def _try(node: ast.Try, state: State) -> None:
    walk(node.body, state)
    for part in (node.orelse, node.finalbody):
        walk(part, state)


def _pass(_node: ast.stmt, _state: State) -> None:
    return


def _continue(_node: ast.stmt, state: State) -> None:
    state.done = True


def _for(node: ast.For, state: State) -> None:
    if node.orelse or not isinstance(node.target, ast.Name):
        raise NotForeseenError(ast.unparse(node.target))
    items = node.iter
    while (
        isinstance(items, ast.Call)
        and isinstance(items.func, ast.Name)
        and (items.func.id in ("list", "tuple", "sorted", "set") and len(items.args) == 1)
    ):
        items = items.args[0]
    for element in _elements(items, state):
        state.names[node.target.id] = element
        walk(node.body, state)
        if state.done and state.raises:
            return
        state.done = False


def _elements(items: ast.expr, state: State) -> Sequence[Term]:
    if isinstance(items, (ast.Tuple, ast.List)):
        if len(items.elts) > _MOST_TURNS:
            raise NotForeseenError(ast.unparse(items))
        return [term(part, state) for part in items.elts]
    found = term(items, state)
    if found.path == "pk_set":
        return [Term(ast.parse("other.pk", mode="eval").body, kinds.KEY, path="other.pk")]
    if found.kind != kinds.ROWS or found.model is None:
        raise NotForeseenError(ast.unparse(items))
    return _one_row(items, state)


def _one_row(items: ast.expr, state: State) -> Sequence[Term]:
    # One row that the query finds, made for the test.
    start, calls = chain(items, state)
    model, path = start.model, start.path
    if model is None or not path:
        name, model, calls = row_found_by(items, state)
        row = Term(ast.Name(name, ast.Load()), kinds.ROW, model, name)
        return _flat(row, calls)
    others = [call for call in calls if not leaves_out(call, state)]
    lookups = lookups_of([call for call in others if method_of(call) not in _PLAIN])
    if lookups is None:
        raise NotForeseenError(ast.unparse(items))
    nested = path.count(".") > 1
    if state.scene.fixed.get("adding") is True and not nested:
        return []  # nothing points at a new row yet
    handler = state.scene.handled.handler
    if handler.field is not None and path == f"instance.{handler.field.text}":
        if lookups:
            raise NotForeseenError(ast.unparse(items))
        there = state.fixed.get("action") in ("post_add", "pre_remove", "pre_clear")
        return _flat(state.names["other"], calls) if there else []
    if not may_point(relation_of(start, state).field, state):
        return []
    name = row_behind(start, lookups, state)
    row = Term(ast.Name(name, ast.Load()), kinds.ROW, model, name)
    return _flat(row, calls)


def _flat(row: Term, calls: Sequence[ast.Call]) -> Sequence[Term]:
    # The value of the row in a loop over the query.
    flat = next((call for call in calls if method_of(call) == "values_list"), None)
    if flat is None:
        return [row]
    wanted = flat.args[0].value if flat.args and isinstance(flat.args[0], ast.Constant) else ""
    if wanted not in ("pk", "id") or row.node is None:
        raise NotForeseenError(ast.unparse(flat))
    return [Term(ast.Attribute(row.node, "pk", ast.Load()), kinds.KEY)]


_PLAIN = ("all", "order_by", "select_related", "values_list", "using", "iterator")
_STEPS: Mapping[type[ast.stmt], Callable[..., None]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.If: _if,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.FunctionDef: _function,
    ast.With: _with,
    ast.Try: _try,
    ast.Pass: _pass,
    ast.Continue: _continue,
    ast.For: _for,
    ast.While: _while,
}
