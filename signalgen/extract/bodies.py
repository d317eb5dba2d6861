"""The body of a receiver as keys of a spec: ``variants(node, text, signals)``.

The first variant separates guards and branches, the last one keeps the body as it is.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.extract.likeness import argument, is_bare_return, is_naming, is_raw_test
from signalgen.extract.pieces import Lines
from signalgen.facts.signals import M2M_ACTIONS
from signalgen.syntax import negate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.values.index import FunctionNode

Body = dict[str, object]
_IN_PLACE = {"defer_tasks": False, "defer_effects": False}
_ACTIONS = {action: key for key, action in M2M_ACTIONS.items()}


def variants(node: FunctionNode, text: str, signals: frozenset[str]) -> tuple[Body, ...]:
    """Return the ways to write a receiver's body as keys of a handler, the most specific first.

    ``text`` is the file of ``node``, ``signals`` are those that it receives.
    """
    lines = Lines(text)
    stmts = list(node.body)
    head: Body = {}
    docstring = ast.get_docstring(node)
    if docstring is not None:
        head["description"] = docstring
        stmts = stmts[1:]
    if not stmts:
        return ()
    if isinstance(node, ast.AsyncFunctionDef):
        head["async"] = True
    end = node.end_lineno or stmts[-1].lineno
    named = _unpacked(stmts)
    found: list[Body] = []
    for body in (named, stmts) if named and len(named) < len(stmts) else (stmts,):
        parts = _parts(lines, body, signals)
        found += [] if parts is None else [parts]
        found.append({"body": lines.block(body, end)})
    return tuple({**head, **shape, **waits} for shape in found for waits in ({}, _IN_PLACE))


def _unpacked(stmts: Sequence[ast.stmt]) -> Sequence[ast.stmt]:
    """Return statements without the leading ones that only name an argument."""
    while stmts and is_naming(stmts[0]):
        stmts = stmts[1:]
    return stmts


def _parts(lines: Lines, stmts: Sequence[ast.stmt], signals: frozenset[str]) -> Body | None:
    """Return guards and branches of a body, None if it has neither."""
    conditions: list[tuple[ast.expr, bool]] = []
    raw = False
    while stmts:
        first = stmts[0]
        if isinstance(first, ast.If) and not first.orelse and is_bare_return(first.body):
            held, stmts = False, stmts[1:]
        elif isinstance(first, ast.If) and not first.orelse and len(stmts) == 1:
            held, stmts = True, first.body
        else:
            break
        inner = first.test.operand if isinstance(first.test, ast.UnaryOp) else first.test
        if is_raw_test(inner) and held == (inner is not first.test):
            raw = True
        else:
            conditions.append((first.test, held))
    if not stmts:
        return None
    branches, rest = _branches(lines, stmts, conditions, signals)
    if not branches or (not raw and not rest and "body" in branches):
        return None
    when = [_condition(lines, test, held=held) for test, held in rest]
    joined = " and ".join(f"({one})" if len(when) > 1 else one for one in when)
    return {**({"raw": "skip"} if raw else {}), **({"when": joined} if when else {}), **branches}


def _condition(lines: Lines, test: ast.expr, *, held: bool) -> str:
    text = lines.expression(test)
    return text if held else negate(text)


def _branches(
    lines: Lines,
    stmts: Sequence[ast.stmt],
    conditions: Sequence[tuple[ast.expr, bool]],
    signals: frozenset[str],
) -> tuple[Body, list[tuple[ast.expr, bool]]]:
    """Return the bodies of a receiver by their keys, and the remaining conditions."""
    rest: list[tuple[ast.expr, bool]] = []
    key = ""
    for test, held in conditions:
        told = _key(test, signals)
        if not told or key:
            rest.append((test, held))
            continue
        key = told if held else _OTHER.get(told, "")
        if not key:
            return {}, []
    if key:
        return {key: lines.block(stmts)}, rest
    split: Body = dict(_split(lines, stmts, signals))
    return split or {"body": lines.block(stmts)}, rest


_OTHER = {"on_create": "on_update", "on_update": "on_create"}


def _key(test: ast.expr, signals: frozenset[str]) -> str:
    """Return the key of the bodies that run if ``test`` holds, "" for none."""
    if signals == {"post_save"}:
        if argument(test) == "created":
            return "on_create"
        inner = test.operand if isinstance(test, ast.UnaryOp) else None
        return "on_update" if inner is not None and argument(inner) == "created" else ""
    if signals != {"m2m_changed"} or not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return ""
    value = test.comparators[0]
    same = isinstance(test.ops[0], ast.Eq) and argument(test.left) == "action"
    action = value.value if isinstance(value, ast.Constant) else None
    return _ACTIONS.get(action, "") if same and isinstance(action, str) else ""


def _split(
    lines: Lines, stmts: Sequence[ast.stmt], signals: frozenset[str]
) -> Iterator[tuple[str, str]]:
    only = stmts[0]
    if len(stmts) != 1 or not isinstance(only, ast.If):
        return
    key = _key(only.test, signals)
    if not key:
        return
    yield key, lines.block(only.body)
    if not only.orelse:
        return
    other = _OTHER.get(key, "")
    if other:
        yield other, lines.block(only.orelse)
    else:
        yield from _split(lines, only.orelse, signals)
