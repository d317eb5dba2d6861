"""An expression of a body, in a form for a test that cannot fail. Entry: ``term``.

An expression that might fail raises ``NotForeseenError``: its body has no test.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.testplan.rows.relations import user_model
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.attributes import (
    attribute_of,
    display_of,
    filled,
    of_class,
    of_meta,
    of_model,
    of_request,
    of_row,
)
from signalgen.testplan.terms.comprehensions import gathered, reduced
from signalgen.testplan.terms.names import USER_MODEL
from signalgen.testplan.terms.queries import counted, of_sums, queried
from signalgen.testplan.terms.state import (
    COUNT,
    BodyEffect,
    Met,
    NotForeseenError,
    State,
    Term,
    constant,
)
from signalgen.testplan.terms.steps import step
from signalgen.testplan.terms.texts import joined, shows_gone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def term(node: ast.expr, state: State) -> Term:
    """Return the term of ``node`` on this path; raises NotForeseenError."""
    if isinstance(node, ast.Await):
        node = node.value
    read = _READERS.get(type(node))
    if read is None:
        raise NotForeseenError(ast.unparse(node))
    return read(node, state)


def _name(node: ast.Name, state: State) -> Term:
    name, scene = node.id, state.scene
    if name in state.names:
        return counted(state.names[name], state)
    if name in state.fixed:
        return constant(state.fixed[name])
    found = scene.meanings.get(name)
    if found is None:
        raise NotForeseenError(name)
    if found.model is not None:
        return Term(node, kinds.MODEL, found.model)
    return Term(node, kinds.CLASS, path=f"@{found.path}")


def _attribute(node: ast.Attribute, state: State) -> Term:
    owner = term(node.value, state)
    name = node.attr
    if owner.kind == kinds.ROW and owner.model is not None:
        return of_row(owner, name, state)
    if owner.kind == kinds.MODEL and owner.model is not None:
        return of_model(owner, name)
    if owner.kind == kinds.CLASS:
        return of_class(owner, name)
    if owner.kind == "meta":
        return of_meta(owner, name)
    if owner.kind == "request":
        return of_request(owner, name, state)
    if owner.kind == "choices":
        chosen = attribute_of(owner, name)
        shown = ast.unparse(chosen) if chosen is not None else name
        return Term(chosen, "choice", value=("choice", shown))
    if owner.nullable:
        owner = filled(owner, state)
    kind = kinds.ATTRIBUTES.get(owner.kind, {}).get(name)
    if kind is None:
        raise NotForeseenError(ast.unparse(node))
    return Term(attribute_of(owner, name), kind)


def _call(node: ast.Call, state: State) -> Term:
    special = _special(node, state)
    if special is not None:
        return special
    if isinstance(node.func, ast.Attribute):
        return _method(node, node.func, state)
    if not isinstance(node.func, ast.Name):
        raise NotForeseenError(ast.unparse(node))
    return _function(node, node.func, state)


def _special(node: ast.Call, state: State) -> Term | None:
    # ``type(instance)``, ``getattr(instance, "x", default)`` and the like.
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name == "type" and len(node.args) == 1:
        row = term(node.args[0], state)
        if row.kind == kinds.ROW and row.model is not None:
            called = ast.Call(ast.Name("type", ast.Load()), [row.node or node.args[0]], [])
            return Term(called, kinds.MODEL, row.model)
    if name == "getattr" and len(node.args) in (2, 3):
        return _getattr(node, state)
    return None


def _getattr(node: ast.Call, state: State) -> Term:
    key = term(node.args[1], state)
    if not isinstance(key.value, str):
        raise NotForeseenError(ast.unparse(node))
    owner = term(node.args[0], state)
    plain = ast.Attribute(node.args[0], key.value, ast.Load())
    if owner.kind == "request" and len(node.args) > len((owner, key)):
        there = bool(state.plan.get(ast.unparse(node), True)) and owner.path not in state.given
        state.met.append(Met(ast.unparse(node), there))
        if not there:
            state.given[owner.path] = constant(None)
            return term(node.args[2], state)
        return _attribute(plain, state)
    if len(node.args) == 2:
        return _attribute(plain, state)
    if owner.path == "@django.conf.settings":
        return _attribute(plain, state)
    if owner.kind != kinds.ROW or owner.model is None:
        raise NotForeseenError(ast.unparse(node))
    if step(state.scene.ctx, owner.model, key.value).use == "unknown":
        if key.value in owner.model.attributes or not owner.model.complete:
            raise NotForeseenError(ast.unparse(node))
        return term(node.args[2], state)
    return _attribute(plain, state)


def _method(node: ast.Call, func: ast.Attribute, state: State) -> Term:
    owner = term(func.value, state)
    if owner.kind == kinds.ROWS:
        return queried(node, func.attr, owner, state, term)
    if owner.kind == kinds.CLASS:
        return _library(node, f"{owner.path}.{func.attr}", state, attribute_of(owner, func.attr))
    if owner.kind == kinds.ROW and owner.model is not None:
        return display_of(owner, func.attr, node)
    if owner.kind == "kwargs" and func.attr == "get":
        return constant(None)
    if owner.kind == "headers" and func.attr == "get" and len(node.args) > 1:
        return _header(node, owner, state)
    if owner.nullable:
        owner = filled(owner, state)
    kind = kinds.METHODS.get(owner.kind, {}).get(func.attr)
    if kind is None:
        raise NotForeseenError(ast.unparse(node))
    if owner.near is not None and func.attr == "date":
        called = ast.Attribute(owner.near, "date", ast.Load())
        return Term(None, kind, near=ast.Call(called, [], []))
    return _applied(attribute_of(owner, func.attr), node, kind, state)


def _header(node: ast.Call, owner: Term, state: State) -> Term:
    # A request may lack the attribute that the body reads.
    name, default = (term(argument, state) for argument in node.args)
    there = bool(state.plan.get(ast.unparse(node), True))
    state.met.append(Met(ast.unparse(node), there))
    if there:
        return _applied(attribute_of(owner, "get"), node, kinds.TEXT, state)
    state.headers.add(str(name.value))
    return default


def _function(node: ast.Call, func: ast.Name, state: State) -> Term:
    found = state.scene.meanings.get(func.id)
    if func.id in state.names or found is None:
        raise NotForeseenError(ast.unparse(node))
    if found.path == USER_MODEL:
        return Term(node, kinds.MODEL, user_model(state.scene.ctx))
    if found.sort == "builtin":
        over_rows = reduced(node, func.id, state, term)
        if over_rows is not None:
            return over_rows
        kind = kinds.FUNCTIONS.get(func.id)
        if func.id == "int" and len(node.args) == 1 and term(node.args[0], state).kind in _COUNTS:
            kind = kinds.NUMBER
        if kind is None or any(_handed_on(k.value, state) for k in node.keywords):
            raise NotForeseenError(ast.unparse(node))
        if func.id in ("max", "min") and _may_be_empty(node, state):
            raise NotForeseenError(ast.unparse(node))
        return _applied(func, node, kind, state)
    if found.sort == "project":
        return _stands_in(node, func, state)
    return _library(node, f"@{found.path}", state, func)


def _may_be_empty(call: ast.Call, state: State) -> bool:
    # ``max(totals)`` of an unknown list, without a default.
    if len(call.args) != 1 or any(k.arg == "default" for k in call.keywords):
        return False
    return isinstance(call.args[0], ast.Name) and term(call.args[0], state).node is None


def _handed_on(node: ast.expr, state: State) -> bool:
    # Such as ``sorted(rows, key=push)``, which calls a function that the test replaces.
    return term(node, state).kind == kinds.CLASS


def _stands_in(node: ast.Call, func: ast.Name, state: State) -> Term:
    # A function of the project whose result the body uses: a double returns it.
    if id(node) in state.answers:  # a condition is read more than once
        return state.answers[id(node)]
    unpacked = any(isinstance(one, ast.Starred) for one in node.args)
    if unpacked or func.id in state.stood_in or any(word.arg is None for word in node.keywords):
        raise NotForeseenError(ast.unparse(node))
    parts = [term(one, state).text for one in node.args]
    parts += [f"{word.arg}={term(word.value, state).text}" for word in node.keywords]
    state.stood_in[func.id] = '"answer"'
    called = f"{func.id}({', '.join(parts)})"
    state.effects.append(BodyEffect("call", called, func.id, state.deferred))
    found = Term(ast.Constant("answer"), kinds.ANY, path=f"={func.id}")
    state.answers[id(node)] = found
    return found


def _library(node: ast.Call, path: str, state: State, func: ast.expr | None) -> Term:
    name = path.removeprefix("@")
    if name in kinds.STABLE:
        return _applied(func, node, kinds.STABLE[name], state)
    for arguments in (*node.args, *(k.value for k in node.keywords)):
        term(arguments, state)
    if name in kinds.FRESH:
        return Term(None, kinds.FRESH[name], near=node if name in kinds.CLOCKS else None)
    if name in kinds.EXPRESSIONS:
        return _applied(func, node, "expression", state)
    raise NotForeseenError(ast.unparse(node))


def _applied(func: ast.expr | None, node: ast.Call, kind: str, state: State) -> Term:
    if any(isinstance(arg, ast.Starred) for arg in node.args) or any(
        keyword.arg is None for keyword in node.keywords
    ):
        raise NotForeseenError(ast.unparse(node))
    args = [term(arg, state).node for arg in node.args]
    keywords = [(k.arg, term(k.value, state).node) for k in node.keywords]
    values = [*node.args, *(k.value for k in node.keywords)]
    unknown = func is None or None in args or any(value is None for _, value in keywords)
    if unknown or func is None or (kind == kinds.TEXT and shows_gone(values, state)):
        return Term(None, kind)
    called = ast.Call(
        func,
        [arg for arg in args if arg is not None],
        [ast.keyword(name, value) for name, value in keywords if value is not None],
    )
    return Term(called, kind)


def _combined(node: ast.BinOp, state: State) -> Term:
    left, right = term(node.left, state), term(node.right, state)
    left, right = (filled(side, state) if side.nullable else side for side in (left, right))
    if "expression" in (left.kind, right.kind):
        kind: str | None = "expression"
    else:
        kind = kinds.SUMS.get((left.kind, type(node.op), right.kind))
    if kind is None and left.kind == right.kind == kinds.NUMBER:
        kind = kinds.NUMBER if isinstance(node.op, (ast.Add, ast.Sub, ast.Mult)) else None
    if kind is None and left.kind == kinds.TEXT and isinstance(node.op, ast.Mod):
        kind = kinds.TEXT
    if kind is None:
        raise NotForeseenError(ast.unparse(node))
    parts = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
    if left.node is None or right.node is None or shows_gone(parts, state):
        if left.near is None or right.node is None or kind not in (kinds.MOMENT, kinds.DAY):
            return Term(None, kind)
        return Term(None, kind, near=ast.BinOp(left.near, node.op, right.node))
    return Term(ast.BinOp(left.node, node.op, right.node), kind)


def _unary(node: ast.UnaryOp, state: State) -> Term:
    inner = term(node.operand, state)
    if isinstance(node.op, ast.Not):
        shown = ast.UnaryOp(node.op, inner.node) if inner.node is not None else None
        return Term(shown, kinds.FLAG)
    if inner.kind != kinds.NUMBER:
        raise NotForeseenError(ast.unparse(node))
    value = inner.value
    if isinstance(node.op, ast.USub) and isinstance(value, (int, float)):
        return Term(ast.UnaryOp(node.op, ast.Constant(value)), kinds.NUMBER, value=-value)
    return Term(ast.UnaryOp(node.op, inner.node) if inner.node else None, kinds.NUMBER)


def _sequence(node: ast.List | ast.Tuple | ast.Set, state: State) -> Term:
    parts = [term(part, state).node for part in node.elts]
    if None in parts:
        return Term(None, kinds.ITEMS)
    nodes = [part for part in parts if part is not None]
    made = ast.Set(nodes) if isinstance(node, ast.Set) else type(node)(nodes, ast.Load())
    return Term(made, kinds.ITEMS)


def _dict(node: ast.Dict, state: State) -> Term:
    if None in node.keys:
        raise NotForeseenError(ast.unparse(node))
    keys = [term(key, state).node for key in node.keys if key is not None]
    values = [term(value, state).node for value in node.values]
    if None in keys or None in values:
        return Term(None, kinds.DATA)
    return Term(ast.Dict(list(keys), [v for v in values if v is not None]), kinds.DATA)


def _subscript(node: ast.Subscript, state: State) -> Term:
    owner = term(node.value, state)
    if owner.kind == "sums":
        return of_sums(node, owner)
    if owner.nullable:
        owner = filled(owner, state)
    kind = kinds.TEXT if _is_end_of_split(node) else owner.kind
    known = isinstance(node.slice, ast.Slice) or kind != owner.kind
    if not known or owner.kind not in (kinds.TEXT, kinds.ITEMS):
        raise NotForeseenError(ast.unparse(node))
    if owner.node is None:
        return Term(None, kind)
    return Term(ast.Subscript(owner.node, node.slice, ast.Load()), kind)


def _is_end_of_split(node: ast.Subscript) -> bool:
    # ``email.split("@")[0]``: the first and the last part are always there.
    func = node.value.func if isinstance(node.value, ast.Call) else None
    splits = isinstance(func, ast.Attribute) and func.attr in ("split", "rsplit", "partition")
    with_arguments = isinstance(node.value, ast.Call) and bool(node.value.args)
    return splits and with_arguments and ast.unparse(node.slice) in ("0", "-1")


def _compare(node: ast.Compare, state: State) -> Term:
    left = term(node.left, state)
    others = [term(other, state) for other in node.comparators]
    if any(side.path.startswith(COUNT) for side in (left, *others)):
        return constant(state.decide(node))
    orders = any(isinstance(op, (ast.Lt, ast.Gt, ast.LtE, ast.GtE)) for op in node.ops)
    if orders and len({left.kind, *(other.kind for other in others)}) > 1:
        raise NotForeseenError(ast.unparse(node))
    shown = [other.node for other in others if other.node is not None]
    if left.node is None or len(shown) < len(others):
        return Term(None, kinds.FLAG)
    return Term(ast.Compare(left.node, node.ops, shown), kinds.FLAG)


def _choice(node: ast.IfExp, state: State) -> Term:
    # The side is chosen as for a condition.
    from_test = state.decide(node.test)
    return term(node.body if from_test else node.orelse, state)


def _either(node: ast.BoolOp, state: State) -> Term:
    parts = [term(part, state) for part in node.values]
    kinds_found = {part.kind for part in parts}
    kind = parts[0].kind if len(kinds_found) == 1 else kinds.ANY
    ends = isinstance(node.op, ast.Or)
    shown: list[ast.expr] = []
    for part in parts:
        if part.node is None:
            return Term(None, kind)
        # A known value is not repeated: linters would report it.
        known = bool(part.node.value) if isinstance(part.node, ast.Constant) else None
        if known is None or known is ends or part is parts[-1]:
            shown.append(part.node)
        if known is ends:
            break
    return Term(shown[0] if len(shown) == 1 else ast.BoolOp(node.op, shown), kind)


_COUNTS = (kinds.NUMBER, kinds.FLAG, kinds.KEY)
_READERS: Mapping[type[ast.expr], Callable[..., Term]] = {
    ast.Constant: lambda node, _state: constant(node.value),
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.JoinedStr: lambda node, state: joined(node, state, term),
    ast.BinOp: _combined,
    ast.UnaryOp: _unary,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dict,
    **dict.fromkeys(
        (ast.ListComp, ast.SetComp, ast.GeneratorExp),
        lambda node, state: gathered(node, state, term),
    ),
    ast.Subscript: _subscript,
    ast.Compare: _compare,
    ast.IfExp: _choice,
    ast.BoolOp: _either,
}
