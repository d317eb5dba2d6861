"""The effect of a call in a body: it leaves the process, or changes rows. Entry: ``perform``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted, root_name
from signalgen.facts import orm
from signalgen.testplan.choosing.answers import suited
from signalgen.testplan.choosing.found import fetched, first_row
from signalgen.testplan.choosing.given import fill
from signalgen.testplan.reading.rowsaves import read_again, save_row, shown_near
from signalgen.testplan.reading.rowwrites import write_rows
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.queries import start_otherwise
from signalgen.testplan.terms.state import (
    NOTHING,
    UNKNOWN,
    BodyEffect,
    NotForeseenError,
    State,
    Term,
)
from signalgen.testplan.terms.terms import term

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from signalgen.testplan.terms.names import Meaning

_LEAVING = ("task", "cache", "logger", "mail", "signal", "project", "library")
_FIRST = ("first", "last", "afirst", "alast")
_FRESH = (kinds.TEXT, kinds.MOMENT, kinds.UUID)
_WRITING = orm.CREATING | orm.BULK | orm.DELETING | orm.RELATING


def perform(
    node: ast.Call, state: State, walk: Callable[[Sequence[ast.stmt], State], None]
) -> Term:
    """Record the effect of ``node`` and return its result; ``walk`` walks an inner function.

    Raises NotForeseenError.
    """
    if dotted(node.func).endswith("on_commit") and node.args and not _is_task(node, state):
        return _on_commit(node, state, walk)
    if isinstance(node.func, ast.Name):
        return _named(node, node.func, state, walk)
    if not isinstance(node.func, ast.Attribute):
        raise NotForeseenError(ast.unparse(node))
    return _of_object(node, node.func, state)


def _is_task(node: ast.Call, state: State) -> bool:
    found = state.scene.meanings.get(root_name(node.func))
    return found is not None and found.sort == "task"


def _on_commit(
    node: ast.Call, state: State, walk: Callable[[Sequence[ast.stmt], State], None]
) -> Term:
    waited, target = state.deferred, node.args[0]
    if "." not in dotted(node.func):
        raise NotForeseenError(ast.unparse(node.func))
    using = next((k.value for k in node.keywords if k.arg == "using"), None)
    state.commits.append('"default"' if using is not None else "None")
    state.deferred = True
    if isinstance(target, ast.Lambda):
        body = target.body
        if isinstance(body, ast.Call):
            perform(body, state, walk)
        else:
            term(body, state)
    elif isinstance(target, ast.Call) and dotted(target.func).rpartition(".")[2] == "partial":
        called = ast.Call(target.args[0], target.args[1:], target.keywords)
        perform(called, state, walk)
    elif isinstance(target, (ast.Name, ast.Attribute)):
        perform(ast.Call(target, [], []), state, walk)
    else:
        raise NotForeseenError(ast.unparse(node))
    state.deferred = waited
    return NOTHING


def _named(
    node: ast.Call, func: ast.Name, state: State, walk: Callable[[Sequence[ast.stmt], State], None]
) -> Term:
    name = func.id
    if name in state.functions:
        function = state.functions[name]
        if node.args or node.keywords or function.args.args:
            raise NotForeseenError(ast.unparse(node))
        walk(function.body, state)
        state.done = False
        return NOTHING
    if name == "setattr":
        return _setattr(node, state)
    found = state.scene.meanings.get(name)
    if found is None or name in state.names:
        raise NotForeseenError(ast.unparse(node))
    if name == "print":
        for argument in node.args:
            term(argument, state)
        return NOTHING
    if _may_leave(found) and found.path not in {*kinds.STABLE, *kinds.FRESH}:
        return _leaves(node, name, name, state)
    return term(node, state)


def _setattr(node: ast.Call, state: State) -> Term:
    target, name, value = node.args
    known = term(name, state)
    if not isinstance(known.value, str):
        raise NotForeseenError(ast.unparse(node))
    assign_field(ast.Attribute(target, known.value, ast.Store()), term(value, state), state)
    return NOTHING


def assign_field(target: ast.Attribute, value: Term, state: State) -> None:
    """Record that the body assigns ``value`` to an attribute of a row."""
    owner = term(target.value, state)
    if owner.kind != kinds.ROW or owner.model is None or not owner.path:
        raise NotForeseenError(ast.unparse(target))
    path = f"{owner.path}.{target.attr}"
    field = owner.model.field(target.attr)
    if field is None and (target.attr in owner.model.attributes or not owner.model.complete):
        raise NotForeseenError(path)
    value = suited(value, field, state)
    state.assigned[path] = value
    before = state.scene.before and owner.path == "instance"
    if field is None or not before or field.kind == "file":
        return
    near = shown_near(value, field, path, state)
    was = state.given.get(path)
    filled_in = was is not None and was.value is None and not value.nullable
    shown = value.node is not None or near or filled_in or value.kind in _FRESH
    if shown and start_otherwise(value, field, path, state):
        text = value.text if value.node is not None else near
        earlier = [e for e in state.effects if not (e.kind == "assign" and e.name == target.attr)]
        state.effects[:] = [*earlier, BodyEffect("assign", text, target.attr)]


def _of_object(node: ast.Call, func: ast.Attribute, state: State) -> Term:
    root = root_name(func)
    found = state.scene.meanings.get(root) if root not in state.names else None
    path = dotted(func)
    if found is not None and _may_leave(found) and (path or _made_there(func)):
        name = f"{found.path}.{path.partition('.')[2]}"
        puts = tuple(f"{root}.{method}(" for method in ("set", "add"))
        if path == f"{root}.get" and any(e.text.startswith(puts) for e in state.effects):
            raise NotForeseenError(ast.unparse(node))  # it may be the value stored there
        if name not in kinds.STABLE and name not in kinds.FRESH:
            return _leaves(node, root, _written(func, state), state)
    double = state.names.get(root)
    if double is not None and double.kind == "message":
        _arguments(node, state)
        if func.attr == "send" and double.value:
            state.effects.append(BodyEffect("mail", deferred=_waits(node, state)))
        return NOTHING
    if double is not None and double.kind == "double":
        text = f"{double.path}.{path.partition('.')[2]}"
        return _leaves(node, double.path.partition("(")[0].partition(".")[0], text, state)
    if func.attr in _WRITING:
        return write_rows(node, state)
    return _of_value(node, func, state)


def _may_leave(found: Meaning) -> bool:
    return (
        found.sort in _LEAVING
        and bool(found.path)
        and not found.path.startswith(("django.db", "django.core.ex"))
    )


def _made_there(func: ast.Attribute) -> bool:
    # ``Ledger().book(…)``, ``work.s(…).delay()``
    inner = func.value
    return isinstance(inner, ast.Call) and isinstance(inner.func, (ast.Name, ast.Attribute))


def _written(func: ast.Attribute, state: State) -> str:
    # The path as a mock records it: ``Ledger().book``.
    inner: ast.expr = func.value
    found = state.scene.meanings.get(root_name(func))
    if isinstance(inner, ast.Call) and found is not None and found.sort == "mail":
        raise NotForeseenError(ast.unparse(func))
    if isinstance(inner, ast.Call):
        owner = inner.func
        made = _written(owner, state) if isinstance(owner, ast.Attribute) else dotted(owner)
        text = f"{made}({_arguments(inner, state)})"
        state.effects.append(BodyEffect("call", text, root_name(func), state.deferred))
        return f"{made}().{func.attr}"
    return dotted(func)


def _of_value(node: ast.Call, func: ast.Attribute, state: State) -> Term:
    owner = term(func.value, state)
    if owner.kind == kinds.ROW and owner.model is not None:
        if func.attr in orm.SAVING and not owner.model.custom_save:
            save_row(owner, node, state)
            return NOTHING
        if func.attr in orm.REFRESHING:
            for keyword in node.keywords:
                if keyword.arg not in ("update_fields", "using", "fields"):
                    raise NotForeseenError(ast.unparse(node))
            if owner.path == "instance" and state.scene.before:
                raise NotForeseenError(ast.unparse(node))
            read_again(owner, state)
            return NOTHING
        raise NotForeseenError(ast.unparse(node))
    if owner.kind == kinds.ROWS and func.attr in ("get", "aget"):
        return fetched(node, state)
    if owner.kind == kinds.ROWS and func.attr in _FIRST:
        return first_row(node, state)
    return term(node, state)


def _waits(node: ast.Call, state: State) -> bool:
    # Whether a call waits for the commit, in the body itself or because it was deferred.
    made_to = (node.end_lineno or 0, node.end_col_offset or 0) in state.waiting
    if made_to:
        state.commits.append('"default"' if state.scene.handled.receiver.has_using else "None")
    return state.deferred or made_to


def _leaves(node: ast.Call, name: str, path: str, state: State) -> Term:
    deferred = _waits(node, state)
    if path.endswith("_on_commit"):
        state.commits.append("None")
    text = f"{path}({_arguments(node, state)})"
    state.effects.append(BodyEffect("call", text, name, deferred))
    if path[:1].isupper() and path == name and state.scene.meanings[name].sort == "mail":
        return Term(None, "message", value=_is_addressed(node, state))
    if path[:1].isupper() and path == name:
        return Term(None, "double", path=f"{path}()")
    if path == f"{name}.get" and state.scene.meanings[name].sort == "cache":
        return term(node.args[1], state) if len(node.args) > 1 else NOTHING
    return Term(None, kinds.ANY)


def _is_addressed(node: ast.Call, state: State) -> bool:
    # Whether a message surely goes to somebody: Django sends none without an address.
    named = [k.value for k in node.keywords if k.arg in ("to", "cc", "bcc")]
    for group in [*node.args[3:4], *named]:
        for item in group.elts if isinstance(group, (ast.List, ast.Tuple)) else ():
            found = term(item, state)
            known = found.value if found.value is not UNKNOWN else isinstance(item, ast.JoinedStr)
            if known or (found.path and fill(found, "somebody@example.com", state)):
                return True
    return False


def record_reads(test: ast.expr, state: State) -> None:
    """Record the cache calls in a condition: the test sees them as well."""
    for node in ast.walk(test):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        root = root_name(node.func)
        found = state.scene.meanings.get(root)
        if found is None or found.sort != "cache" or root in state.names:
            continue
        if isinstance(test, ast.BoolOp):
            raise NotForeseenError(ast.unparse(test))
        _leaves(node, root, dotted(node.func), state)


def _arguments(node: ast.Call, state: State) -> str:
    parts: list[str] = []
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            raise NotForeseenError(ast.unparse(node))
        parts.append(said(argument, state))
    for keyword in node.keywords:
        if keyword.arg is None:
            raise NotForeseenError(ast.unparse(node))
        parts.append(f"{keyword.arg}={said(keyword.value, state)}")
    return ", ".join(parts)


def said(node: ast.expr, state: State) -> str:
    """Return an argument's text as a test expects it."""
    inner = node if isinstance(node, ast.Call) and _is_task(node, state) else None
    if inner is not None and isinstance(inner.func, ast.Attribute):
        # ``group(work.s(…))``: the signature is created here, and is a new one each time.
        return _of_object(inner, inner.func, state).text
    return term(node, state).text
