"""Package signals that no model sends, although a spec names one: ``check_sent_by(...)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.facts.thirdparty import SENT_BY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.names.references import Sender
    from signalgen.plan.signals.listening import SignalUse
    from signalgen.values.spec import HandlerSpec

_HISTORY = "simple_history.signals"


def check_sent_by(
    ctx: Context, handler: HandlerSpec, uses: Sequence[SignalUse], senders: Sequence[Sender]
) -> None:
    """Note each model of ``handler`` if its signal has senders of another kind."""
    for use in uses:
        who = SENT_BY.get(f"{use.origin.module}.{use.name}") or SENT_BY.get(use.origin.module)
        named = zip(handler.models, senders, strict=False)
        for ref, sender in named if who else ():
            # ``Order.history.model`` and classes of packages have no model of the project.
            is_row = sender.model is not None or sender.lookup == "get_user_model()"
            if is_row and who:
                history = use.origin.module == _HISTORY
                hint = f"use model: {ref.text}.history.model" if history else "leave out the model"
                message = f"{use.name} is sent by {who}, never by {ref.text}"
                ctx.note(ref.mark, "other-senders", message, hint)
