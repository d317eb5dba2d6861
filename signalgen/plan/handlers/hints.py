"""Hints for code that is correct but could be better. Entry: ``give_hints``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.syntax import parse_body

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeGuard

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.body import Piece
    from signalgen.plan.handlers.handler import Handled

_MANY = 5


def give_hints(ctx: Context, handled: Sequence[Handled]) -> None:
    """Note what is correct in ``handled`` but could be better.

    That is five or more receivers of one signal and sender in a spec (noted at the last), a body
    that reads ``environ`` without a check (ASGI sends none), and a branch whose ``return`` skips
    other branches.
    """
    _note_many(ctx, handled)
    for one in handled:
        _note_returns(ctx, one)
        _note_environ(ctx, one)


def _note_many(ctx: Context, handled: Sequence[Handled]) -> None:
    heard: dict[tuple[str, str], list[Handled]] = {}
    for one in handled:
        if "recipes[" in one.handler.mark.path or one.handler.on_error == "log":
            continue
        senders = ", ".join(sender.annotation for sender in one.senders)
        for use in one.uses:
            heard.setdefault((use.name, senders), []).append(one)
    for (signal, senders), found in heard.items():
        if len(found) >= _MANY:
            of = f" of {senders}" if senders else ""
            many = f"{signal}{of} has {len(found)} receivers here"
            message = f"{many}: an error in one stops those after it"
            hint = (
                "use one handler for all of it, or on_error: log, with which the others still run"
            )
            ctx.note(found[-1].handler.mark, "many-receivers", message, hint)


def _note_environ(ctx: Context, one: Handled) -> None:
    if not any(use.name == "request_started" for use in one.uses):
        return
    if not any(path.rpartition("/")[2] == "asgi.py" for path in ctx.project.files):
        return
    for code in one.handler.codes().values():
        nodes = list(ast.walk(parse_body(code.text)))
        used = {node.id for node in nodes if isinstance(node, ast.Name)}
        read = [node for node in nodes if _reads(node)]
        if read and "scope" not in used and not any(map(_asks, nodes)) and not one.handler.when:
            mark = code.at_byte(read[0].lineno, read[0].col_offset)
            message = "environ is None under ASGI, which the project has: there scope is sent"
            ctx.note(
                mark, "no-environ", message, "use when: environ is not None, or read scope too"
            )
            return


def _note_returns(ctx: Context, one: Handled) -> None:
    # The branches are one function. A ``body`` runs before all of them, and may end them all.
    if "recipes[" in one.handler.mark.path:
        return
    codes = one.handler.codes()
    for piece in one.pieces:
        code = codes.get(piece.key)
        ended = _return_in(parse_body(code.text)) if code is not None else None
        skipped = _after(one, piece)
        if code is None or ended is None or not skipped or piece.key == "body":
            continue
        rest = f"{' and '.join(skipped)} {'does' if len(skipped) == 1 else 'do'}"
        message = f"return ends the whole receiver: {rest} not run then"
        hint = "put what follows it in the branch under an if, or use a handler of its own"
        ctx.note(code.at_byte(ended.lineno, ended.col_offset), "return-skips", message, hint)


def _after(one: Handled, piece: Piece) -> list[str]:
    # The pieces that may run after ``piece`` in the same call.
    keys = [other.key for other in one.pieces]
    later = ["after_commit"] if "after_commit" in keys else []
    changes = [key for key in keys if key.startswith("on_change.")]
    if piece.key in ("on_update", "implementation"):
        later = [*changes, *later]
    elif piece.key in changes:
        later = [*changes[changes.index(piece.key) + 1 :], *later]
    return [*(["enqueue"] if piece.lines else []), *later] if piece.key != "after_commit" else []


def _return_in(node: ast.AST) -> ast.Return | None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            continue
        found = child if isinstance(child, ast.Return) else _return_in(child)
        if found is not None:
            return found
    return None


def _reads(node: ast.AST) -> TypeGuard[ast.Subscript | ast.Attribute]:
    owner = node.value if isinstance(node, (ast.Subscript, ast.Attribute)) else None
    return isinstance(owner, ast.Name) and owner.id == "environ"


def _asks(node: ast.AST) -> bool:
    # ``if environ``, ``environ is None``, ``environ or {}``.
    if isinstance(node, (ast.If, ast.IfExp)):
        asked: list[ast.expr] = [node.test]
    elif isinstance(node, ast.BoolOp):
        asked = node.values
    else:
        asked = [node.left] if isinstance(node, ast.Compare) else []
    return any(isinstance(one, ast.Name) and one.id == "environ" for one in asked)
