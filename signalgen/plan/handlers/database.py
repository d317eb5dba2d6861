"""The database of a handler whose signal does not send it. Entry: ``bound_using``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import dataclass
from signalgen.plan.names.freenames import Needs, resolve
from signalgen.plan.names.references import find_model
from signalgen.plan.signals.listening import SignalParameter
from signalgen.syntax import free_names
from signalgen.values.spec import Code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.names.references import Sender
    from signalgen.plan.signals.listening import SignalUse
    from signalgen.values.spec import HandlerSpec, SignalSpec

_NAME = "using"


@dataclass(frozen=True, slots=True)
class Database:
    """The expression that ``using`` is bound to, "" if it is a parameter or never read."""

    expression: str = ""
    names: Needs = Needs()

    @property
    def parameters(self) -> tuple[SignalParameter, ...]:
        """The names that bodies may read beside the signal's arguments."""
        return (SignalParameter(_NAME, "str"),) if self.expression else ()


def bound_using(
    ctx: Context,
    handler: HandlerSpec,
    uses: Sequence[SignalUse],
    senders: Sequence[Sender],
    declared: SignalSpec | None,
) -> Database:
    """Return what ``using`` means in the bodies of ``handler`` if its signals do not send it.

    It is the database that rows of the sender are written to, of the users for login signals, and
    the default one if the signal is not about rows.
    """
    if not uses:
        return Database()
    sent = any(arg.name == _NAME for use in uses for arg in use.arguments)
    if sent or not all(use.closed for use in uses) or _NAME not in _read(handler):
        return Database()
    if senders:
        expression = "router.db_for_write(sender)"
    elif declared is not None and declared.sender is not None and find_model(ctx, declared.sender):
        expression = f"router.db_for_write({declared.sender.text.rpartition('.')[2]})"
    elif uses[0].family == "auth":
        expression = "router.db_for_write(get_user_model())"
    else:
        expression = "DEFAULT_DB_ALIAS"
    code = Code(expression, handler.mark)
    names = resolve(ctx, code, ["sender"], ctx.targets.receivers, expression=True)
    return Database(expression, names)


def _read(handler: HandlerSpec) -> set[str]:
    return {
        name
        for text, expression in _texts(handler)
        for name in free_names(text, [], expression=expression)
    }


def _texts(handler: HandlerSpec) -> Iterator[tuple[str, bool]]:
    yield from ((code.text, False) for code in handler.codes().values())
    yield from ((code.text, True) for entry in handler.enqueue for code in entry.args)
    if handler.when is not None:
        yield handler.when.text, True
