"""Resolves names and tasks in the pieces of a handler: bodies, guards, ``enqueue`` lines.

``make_piece(...)`` is the entry: from declared code to generated code with its imports.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.facts.tasks import LIKELY, WRAPPER
from signalgen.late import dataclass
from signalgen.plan.handlers.defer import (
    calls,
    capture_primary_key,
    ends,
)
from signalgen.plan.handlers.enqueuing import enqueue_line
from signalgen.plan.handlers.waiting import deferred_in, note_kept, report_used
from signalgen.plan.names.freenames import Needs, origin_of, resolve
from signalgen.syntax import bound_names, captured, free_names, parse_body
from signalgen.treewalk import all_nodes
from signalgen.values.fragment import ImportNeed
from signalgen.values.spec import watched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.plan.context import Context
    from signalgen.values.spec import Code, HandlerSpec, Mark

ON_COMMIT = ImportNeed("django.db", "transaction")
PARTIAL = ImportNeed("functools", "partial")
SYNC_TO_ASYNC = ImportNeed("asgiref.sync", "sync_to_async")
ASYNC_TO_SYNC = ImportNeed("asgiref.sync", WRAPPER)


@dataclass(frozen=True, slots=True)
class Piece:
    """Code of one branch, as declared (``source``) and as generated (``text``, tasks deferred).

    ``lines`` are the lines of ``source`` from ``enqueue``. ``waiting`` holds the ends of the calls
    in ``source`` that wait for the commit in ``text``, ``kept`` the variable that keeps a deleted
    row's primary key until then.
    """

    key: str
    source: str
    text: str
    names: Needs
    used: frozenset[str]
    defers: bool = False
    lines: tuple[Code, ...] = ()
    waiting: frozenset[tuple[int, int]] = frozenset()
    kept: str = ""


@dataclass(frozen=True, slots=True)
class UnknownTask:
    """A call of a task with unknown arguments, with its place."""

    node: ast.Call
    mark: Mark


@dataclass(frozen=True, slots=True)
class Scope:
    """What all pieces of a handler share: parameters, target module, deferral, signals."""

    parameters: tuple[str, ...]
    target: tuple[str, str]
    stubs: frozenset[str]
    using: bool
    deleting: bool
    heard: tuple[str, ...]
    effects: bool = True
    """Whether the signal is sent around a write, so that there is a commit to wait for."""


def stub_names(
    ctx: Context, handlers: Sequence[HandlerSpec], parameters: Sequence[str]
) -> dict[str, UnknownTask]:
    """Return each task that handlers call and whose arguments are unknown.

    Such a task does not exist, or is declared without arguments. The keys are names in bodies and
    ``enqueue`` entries, the values the first call of each.
    """
    bare = {task.name: task for task in ctx.spec.tasks if not task.args}
    found: dict[str, UnknownTask] = {}
    for handler in handlers:
        for code in handler.codes().values():
            for call in calls(code.text):
                name, _, method = call.callee.rpartition(".")
                if method not in LIKELY or name not in free_names(code.text, parameters):
                    continue
                if name in bare or _is_unknown(ctx, name):
                    found.setdefault(
                        name,
                        UnknownTask(
                            call.node, code.at_byte(call.node.lineno, call.node.col_offset)
                        ),
                    )
        for entry in handler.enqueue:
            name = entry.task.text
            if name.isidentifier() and (name in bare or _is_unknown(ctx, name)):
                line = enqueue_line(ctx, entry, bare, has_instance="instance" in parameters)
                node = next(iter(calls(line.text))).node
                found.setdefault(name, UnknownTask(node, entry.task.mark))
    return found


def _is_unknown(ctx: Context, name: str) -> bool:
    if f"task:{name}" in ctx.generated and all(t.name != name for s in ctx.specs for t in s.tasks):
        # The stub of an earlier run: left out of the plan it would count as removed from the spec.
        return True
    known = any(name in names for names in ctx.app.names.values())
    return (
        not known
        and origin_of(ctx, name) is None
        and not any(name in code.text for code in ctx.spec.imports)
    )


def make_piece(
    ctx: Context, handler: HandlerSpec, key: str, codes: Sequence[Code], scope: Scope
) -> Piece:
    """Resolve the names of one branch and defer its tasks.

    ``codes`` are the body as written and its ``enqueue`` lines. Unknown names are reported to
    ``ctx``.
    """
    extra: tuple[str, ...] = ()
    if key.startswith("on_change"):
        extra = ("changed",) if len(watched(key)) > 1 else ("old", "new")
    bound = (*scope.parameters, *extra, *(["original"] if _binds_original(handler, key) else []))
    whole = "\n".join(code.text for code in codes)
    names = [_names(ctx, code, bound, whole, scope) for code in codes]
    imports = {need for name in names for need in name.imports}
    used = frozenset(free for code in codes for free in _uses(code.text))
    text, kept, defers, waiting = whole, "", False, frozenset[tuple[int, int]]()
    if key != "after_commit" and (handler.defer_tasks or handler.defer_effects):
        whole, deferred = deferred_in(ctx, handler, whole, bound, scope)
        report_used(ctx, codes[0], deferred.used)
        note_kept(ctx, codes[0], deferred.kept)
        text, defers = deferred.text, bool(deferred.deferred)
        waiting = frozenset(ends(call.node) for call in deferred.deferred)
        imports |= {ASYNC_TO_SYNC} if f"{WRAPPER}(" in text else set()
        imports |= {PARTIAL} if deferred.partial else set()
    if key == "after_commit":
        defers = True
        text, kept = capture_primary_key(text) if scope.deleting else (text, "")
        text = _with_parameters(text, bound)
    if defers:
        imports |= {ON_COMMIT} | ({SYNC_TO_ASYNC} if handler.is_async else set())
    local = {need for name in names for need in name.local}
    return Piece(
        key,
        whole,
        text,
        Needs(tuple(sorted(imports)), tuple(sorted(local)), any(n.logs for n in names)),
        used,
        defers,
        tuple(codes[1:] if key in handler.codes() else codes),
        waiting,
        kept,
    )


def _names(ctx: Context, code: Code, bound: Sequence[str], whole: str, scope: Scope) -> Needs:
    _report_captured(ctx, code, bound)
    own = [*bound, *bound_names(whole)]
    return resolve(ctx, code, own, scope.target, stubs=scope.stubs, heard=scope.heard)


def _report_captured(ctx: Context, code: Code, bound: Sequence[str]) -> None:
    # Only a parameter can be what a function in a body declares nonlocal and the body never binds.
    tree = parse_body(code.text)
    names = set(captured(tree.body)).difference(bound) if "nonlocal" in code.text else set()
    for node in ast.walk(tree) if names else ():
        if isinstance(node, ast.Nonlocal):
            for name in sorted(names.intersection(node.names)):
                message = f"this is not valid Python: no binding for nonlocal {name!r} found"
                ctx.problem(code.at_byte(node.lineno, node.col_offset), "python-syntax", message)


def _with_parameters(text: str, bound: Sequence[str]) -> str:
    """Return the body of a nested function that may rebind the receiver's parameters.

    Without ``nonlocal`` they would be its own names, unbound before the assignment.
    """
    read = free_names(text, []).keys() | _uses(text)
    wholly = (node for node in ast.walk(parse_body(text)) if isinstance(node, ast.Global))
    left = {name for node in wholly for name in node.names}
    names = [name for name in bound_names(text) if name in bound and name in read - left]
    return f"nonlocal {', '.join(sorted(names))}\n{text}" if names else text


def _uses(text: str) -> set[str]:
    return {node.id for node in all_nodes(parse_body(text)) if isinstance(node, ast.Name)}


def _binds_original(handler: HandlerSpec, key: str) -> bool:
    return any(ref.text.endswith("pre_save") for ref in handler.signals) and key in (
        "implementation",
        "on_update",
    )


def merged(names: Sequence[Needs]) -> Needs:
    """Return the needs of several pieces as one."""
    top = tuple(sorted({need for n in names for need in n.imports}))
    local = tuple(sorted({need for n in names for need in n.local}))
    return replace(Needs(), imports=top, local=local, logs=any(n.logs for n in names))
