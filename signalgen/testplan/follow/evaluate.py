"""Evaluates an expression of a body while every collaborator is a mock: ``evaluate``."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.source.reading import TEMPLATE
from signalgen.testplan.follow import mockcalls, plainvalues
from signalgen.testplan.follow.comprehension import comprehend
from signalgen.testplan.follow.mockvalues import (
    UNKNOWN,
    WITHOUT_EQUALITY,
    NotSafeError,
    Value,
    World,
    compare,
    known,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def evaluate(node: ast.expr, world: World) -> Value:
    """Return the value of ``node`` and report its calls to ``world``.

    Raises NotSafeError where a mock would misbehave.
    """
    handler = _EVALUATORS.get(type(node))
    if handler is None:
        raise NotSafeError
    value: Value = handler(node, world)
    return value


def passed(node: ast.expr, world: World) -> Value:
    """Evaluate what is handed on to other code, which may call a mock in it."""
    value = evaluate(node, world)
    if value.kind == "mock" and value.path and isinstance(node, (ast.Name, ast.Attribute)):
        world.escaped.add(value.path.partition(".")[0])
    if isinstance(node, ast.Name) and node.id in world.nested:
        escape(world.nested[node.id], world)
    return value


def escape(node: ast.AST, world: World) -> None:
    """Mark every replaced name in ``node`` as escaped: this code runs later or never."""
    names = {child.id for child in ast.walk(node) if isinstance(child, ast.Name)}
    world.escaped |= names & world.patched


def _constant(node: ast.Constant, _world: World) -> Value:
    return Value("known", node.value, None, ast.unparse(node))


def _name(node: ast.Name, world: World) -> Value:
    if node.id in world.locals:
        return world.locals[node.id]
    if node.id in world.parameters:
        value = world.parameters[node.id]
        # The mock may have been set to a value since the trace began.
        return world.at(value.path, value.text) if value.kind == "mock" and value.path else value
    if node.id in world.patched:
        return world.at(node.id, node.id)
    if node.id in world.builtins or node.id in world.importable:
        return Value("pure", text=node.id)
    return Value("pure", text=f"{world.module}.{node.id}")


def _attribute(node: ast.Attribute, world: World) -> Value:
    owner = evaluate(node.value, world)
    text = plainvalues.dot(owner.text, node.attr)
    if owner.kind == "mock" and not node.attr.startswith("__"):
        return (
            world.at(f"{owner.path}.{node.attr}", text) if owner.path else Value("mock", text=text)
        )
    if owner.kind == "mock" and node.attr == "__class__":
        return Value("unknown", text=f"type({owner.text})" if owner.text else None)
    if owner.kind == "pure":
        return Value("pure", text=text)
    if owner.kind == "unknown" and node.attr in ("__name__", "__qualname__", "__module__"):
        return Value("unknown", text=text, string=True)
    if owner.kind == "unknown" and owner.string:
        return Value("unknown", text=text, string=True)
    raise NotSafeError


def _call(node: ast.Call, world: World) -> Value:
    name = dotted(node.func)
    if isinstance(node.func, ast.Attribute):
        # Only the kind of the owner is asked for here, so the call must not be counted twice.
        owner = evaluate(node.func.value, world.silent())
        if owner.kind == "known":
            values = [passed(arg, world) for arg in node.args]
            value = mockcalls.method_of_known(owner, node.func, values, len(node.keywords), world)
            method = replace(owner, text=plainvalues.dot(owner.text, node.func.attr))
            return replace(value, text=value.text or _call_text(method, node, world))
    function = evaluate(node.func, world)
    # A slug of a mock is empty: its parts get names before the arguments are evaluated.
    if name == "slugify":
        plainvalues.name_rows(node, world, evaluate)
    values = [passed(arg, world) for arg in plainvalues.arguments_of(node)]
    if function.kind == "mock":
        return _mock_call(node, function, world)
    if name in ("getattr", "hasattr"):
        found = mockcalls.attribute_call(name, values, world)
        return found or UNKNOWN
    text = _call_text(function, node, world)
    # The body may have a local variable of the builtin's name.
    if name in world.builtins and name not in world.locals:
        if any(world.yields(value) for value in values):
            return mockcalls.builtin_of_row(name)
        return mockcalls.builtin(name, values, len(node.keywords), text)
    return mockcalls.real_call(node, function, values, text)


def _mock_call(node: ast.Call, function: Value, world: World) -> Value:
    text = _call_text(function, node, world)
    if not function.path:
        return Value("mock", text=text)
    world.on_call(function.path, node)
    root = function.path.partition(".")[0]
    result = f"{function.path}.return_value"
    return world.at(result, result if root in world.patched else text)


def _call_text(function: Value, node: ast.Call, world: World) -> str | None:
    if dotted(node.func) in WITHOUT_EQUALITY or function.text is None:
        return None
    arguments = arguments_text(node, world)
    if arguments is None or "mock.ANY" in arguments:
        return None
    return f"{function.text}({arguments})"


def arguments_text(node: ast.Call, world: World) -> str | None:
    """Return the arguments of a call as a test writes them; None with ``*args``.

    ``mock.ANY`` stands for what a test cannot say.
    """
    out: list[str] = []
    silent = world.silent()
    for arg in node.args:
        if isinstance(arg, ast.Starred):
            return None
        out.append(evaluate(arg, silent).text or "mock.ANY")
    for keyword in node.keywords:
        if keyword.arg is None:
            return None
        out.append(f"{keyword.arg}={evaluate(keyword.value, silent).text or 'mock.ANY'}")
    return ", ".join(out)


def _compare(node: ast.Compare, world: World) -> Value:
    if len(node.ops) > 1:
        return _bool(plainvalues.split_chain(node), world)
    left, right = evaluate(node.left, world), evaluate(node.comparators[0], world)
    if isinstance(node.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE)):
        left, right = (
            plainvalues.ordered(left, right, world),
            plainvalues.ordered(right, left, world),
        )
    return compare(left, node.ops[0], right)


def _unary(node: ast.UnaryOp, world: World) -> Value:
    value = evaluate(node.operand, world)
    if isinstance(node.op, ast.Not):
        _guess(value, world)
        answer = truth(value)
        return (
            known(not answer)
            if answer is not None
            else Value("pure" if value.kind == "pure" else "unknown")
        )
    if (
        value.kind == "known"
        and isinstance(node.op, ast.USub)
        and isinstance(value.value, (int, float))
    ):
        return known(-value.value)
    if value.kind in ("mock", "pure"):
        return Value(value.kind)
    raise NotSafeError


def _guess(value: Value, world: World) -> None:
    world.guessed = world.guessed or value.kind == "mock"


def _bool(node: ast.BoolOp, world: World) -> Value:
    # After a part that may or may not end the evaluation, nothing is certain any more.
    stop = isinstance(node.op, ast.Or)
    value = UNKNOWN
    before, unsure = world.certain, False
    for part in node.values:
        value = evaluate(part, world)
        _guess(value, world)
        answer = truth(value)
        if answer is stop:
            break
        unsure = unsure or answer is None
        world.certain = world.certain and not unsure
    world.certain = before
    return Value("pure" if value.kind == "pure" else "unknown") if unsure else value


def _binary(node: ast.BinOp, world: World) -> Value:
    return plainvalues.binary(evaluate(node.left, world), node.op, evaluate(node.right, world))


def _joined(node: ast.JoinedStr, world: World) -> Value:
    parts: list[ast.expr] = []
    values: list[Value] = []
    for part in node.values:
        if not isinstance(part, ast.FormattedValue):
            parts.append(part)
            continue
        value = evaluate(part.value, world)
        if part.format_spec is not None and part.conversion == -1:
            value = plainvalues.formatted(part.format_spec, value, world)
        values.append(value)
        replacement = plainvalues.expression(value.text) if value.text else part.value
        parts.append(ast.FormattedValue(replacement, part.conversion, part.format_spec))
    kinds = {value.kind for value in values}
    text = (
        ast.unparse(ast.JoinedStr(parts))
        if all(value.text is not None for value in values)
        else None
    )
    plain = plainvalues.filled(node, values) if kinds <= {"known"} else None
    if plain is not None:
        return Value("known", plain, None, text)
    return Value("pure" if kinds <= {"known", "pure"} else "unknown", text=text, string=True)


def _template(node: ast.expr, world: World) -> Value:
    # Expressions in a t-string run, but the result is no text.
    for part in ast.iter_child_nodes(node):
        inner = getattr(part, "value", None)
        if isinstance(inner, ast.expr):
            evaluate(inner, world)
    return UNKNOWN


def _container(node: ast.List | ast.Tuple | ast.Set, world: World) -> Value:
    if any(isinstance(item, ast.Starred) for item in node.elts):
        raise NotSafeError
    values = [passed(item, world) for item in node.elts]
    text = None
    if all(value.text is not None for value in values):
        inner = ", ".join(value.text or "" for value in values)
        tail = "," if isinstance(node, ast.Tuple) and len(values) == 1 else ""
        brackets = {ast.List: "[]", ast.Tuple: "()", ast.Set: "{}"}[type(node)]
        text = f"{brackets[0]}{inner}{tail}{brackets[1]}"
    if all(value.kind == "known" for value in values):
        makers: dict[type[ast.expr], Callable[[list[object]], object]] = {
            ast.List: list,
            ast.Tuple: tuple,
            ast.Set: set,
        }
        try:
            return Value("known", makers[type(node)]([value.value for value in values]), None, text)
        except TypeError:
            raise NotSafeError from None
    return Value(
        "pure" if all(v.kind in ("known", "pure") for v in values) else "unknown", text=text
    )


def _dict(node: ast.Dict, world: World) -> Value:
    if any(key is None for key in node.keys):
        raise NotSafeError
    keys = [passed(key, world) for key in node.keys if key is not None]
    values = [passed(value, world) for value in node.values]
    text = None
    if all(value.text is not None for value in [*keys, *values]):
        text = (
            "{" + ", ".join(f"{k.text}: {v.text}" for k, v in zip(keys, values, strict=True)) + "}"
        )
    if all(value.kind == "known" for value in [*keys, *values]):
        pairs = zip(keys, values, strict=True)
        return Value("known", {k.value: v.value for k, v in pairs}, None, text)
    return Value(
        "pure" if all(v.kind in ("known", "pure") for v in [*keys, *values]) else "unknown",
        text=text,
    )


def _await(node: ast.Await, world: World) -> Value:
    if not isinstance(node.value, ast.Call):
        raise NotSafeError
    function = evaluate(node.value.func, world.silent())
    value = evaluate(node.value, world)
    if function.kind == "mock" and function.path:
        world.awaited.add(function.path)
    elif function.kind == "mock":
        raise NotSafeError
    return value


def _subscript(node: ast.Subscript, world: World) -> Value:
    owner = evaluate(node.value, world)
    index = _index(node.slice, world)
    plain = index is not None
    # ``x.x`` without its last two characters is the owner, in parentheses where needed.
    said = plainvalues.dot(owner.text, "x")
    text = f"{said[:-2]}[{ast.unparse(node.slice)}]" if said and plain else None
    if owner.kind == "mock":
        return Value("mock", text=text)
    if owner.kind == "known" and plain:
        return plainvalues.element(owner.value, index)
    if owner.kind == "pure" and plain:
        return Value("pure", text=text)
    if owner.string and isinstance(node.slice, ast.Slice) and plain:
        return Value("unknown", text=text, string=True)
    raise NotSafeError


def _index(node: ast.expr, world: World) -> object:
    if not isinstance(node, ast.Slice):
        value = evaluate(node, world)
        return value.value if value.kind == "known" else None
    bounds = [
        evaluate(part, world) if part else None for part in (node.lower, node.upper, node.step)
    ]
    if any(bound is not None and bound.kind not in ("known", "mock") for bound in bounds):
        return None
    return slice(*[plainvalues.bound(part) if part else None for part in bounds])


def _lambda(node: ast.Lambda, world: World) -> Value:
    escape(node, world)
    return UNKNOWN


def _if_expression(node: ast.IfExp, world: World) -> Value:
    test = evaluate(node.test, world)
    _guess(test, world)
    answer = truth(test)
    if answer is not None:
        return evaluate(node.body if answer else node.orelse, world)
    # Either branch may run, so no call in them is certain.
    before, world.certain = world.certain, False
    parts = [evaluate(node.body, world), evaluate(node.orelse, world)]
    world.certain = before
    strings = all(part.string or isinstance(part.value, str) for part in parts)
    return Value(
        "pure" if all(p.kind in ("known", "pure") for p in (test, *parts)) else "unknown",
        string=strings,
    )


def _comprehension(
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, world: World
) -> Value:
    return comprehend(node, world, evaluate)


def _named(node: ast.NamedExpr, world: World) -> Value:
    value = evaluate(node.value, world)
    world.locals[node.target.id] = value if world.certain else UNKNOWN
    return value


_EVALUATORS: dict[type[ast.expr], Callable[..., Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Compare: _compare,
    ast.UnaryOp: _unary,
    ast.BoolOp: _bool,
    ast.BinOp: _binary,
    ast.JoinedStr: _joined,
    TEMPLATE: _template,
    ast.List: _container,
    ast.Tuple: _container,
    ast.Set: _container,
    ast.Dict: _dict,
    ast.Await: _await,
    ast.Subscript: _subscript,
    ast.Lambda: _lambda,
    ast.IfExp: _if_expression,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
    ast.NamedExpr: _named,
}
