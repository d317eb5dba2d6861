"""What is right and could be better. Entry: ``give_hints``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.syntax import parse_body

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeGuard

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.handler import Handled

_MANY = 5


def give_hints(ctx: Context, handled: Sequence[Handled]) -> None:
    """Note what is right in ``handled`` and could be better.

    That is, at the last of them, five receivers or more of one signal and sender in a spec, and a
    body that reads ``environ`` without asking whether there is one: ASGI sends none.
    """
    _note_many(ctx, handled)
    for one in handled:
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
            hint = "one handler can do it all, and on_error: log lets the others go on"
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
                mark, "no-environ", message, "say when: environ is not None, or read scope too"
            )
            return


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
