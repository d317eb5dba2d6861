"""Where a signal is the wrong tool: said once for each case, when the receiver is new, and never as an error."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.syntax import dotted, parse_body

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.handler import Handled
    from signalgen.values.project import Model

ADVICE = frozenset({"single-receiver", "validation-in-receiver"})
"""The codes of the notes that advise."""


def advise(ctx: Context, handled: Sequence[Handled]) -> None:
    """Note what a person may want to do otherwise. A receiver that earlier runs wrote was their decision."""
    new = [one for one in handled if one.receiver.id not in ctx.generated]
    _say(
        ctx,
        [one for one in new if _is_alone(ctx, one, handled)],
        "single-receiver",
        "is the only receiver of a model of its own app",
        "overriding save() or delete(), or a service function, is easier to follow",
    )
    _say(
        ctx,
        [one for one in new if _validates(one)],
        "validation-in-receiver",
        "validates: bulk operations pass it by, and forms see it too late",
        "prefer validators, clean() or a database constraint",
    )


def _say(ctx: Context, found: Sequence[Handled], code: str, message: str, hint: str) -> None:
    if found:
        first, more = found[0].handler, len(found) - 1
        others = f" (and so for {more} more)" if more else ""
        ctx.note(first.place("name"), code, f"{first.name} {message}{others}", hint)


def _is_alone(ctx: Context, one: Handled, handled: Sequence[Handled]) -> bool:
    """Tell whether nothing else listens to the one model of ``one``, which is of the same app."""
    models = list(_models(one))
    if (
        one.uses[0].family not in ("save", "delete")
        or len(models) != 1
        or models[0] not in ctx.app.models
    ):
        return False
    others = [other for other in handled if other is not one and models[0] in _models(other)]
    listening = [
        registration
        for registration in ctx.project.registrations
        if registration.dispatch_uid not in {c.dispatch_uid for c in one.receiver.connections}
        and models[0].name in {sender.rpartition(".")[2] for sender in registration.senders}
    ]
    return not others and not listening


def _models(one: Handled) -> Iterator[Model]:
    return (sender.model for sender in one.senders if sender.model is not None)


def _validates(one: Handled) -> bool:
    """Tell whether a save may be refused; a relation has no better place for that than m2m_changed."""
    if one.uses[0].family != "save":
        return False
    raised = (
        node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        for piece in one.pieces
        for node in ast.walk(parse_body(piece.source))
        if isinstance(node, ast.Raise) and node.exc is not None
    )
    return any(dotted(error).rpartition(".")[2] == "ValidationError" for error in raised)
