"""The parameters of a receiver: those it reads, in the signal's order, then ``**kwargs``.

``chosen_parameters`` selects them, ``signature`` renders them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.plan.signals.listening import MODEL_FAMILIES, SignalParameter, SignalUse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.body import Piece
    from signalgen.plan.names.references import Sender


def chosen_parameters(
    offered: Sequence[SignalParameter],
    needed: AbstractSet[str],
    family: str,
    pieces: Sequence[Piece],
) -> tuple[SignalParameter, ...]:
    """Return ``instance`` and all parameters that are read, in the signal's order.

    A custom signal gets every argument that it sends.
    """
    read = frozenset(needed).union(*(piece.used for piece in pieces))
    whole = family in ("custom", "auth", "request")
    return tuple(
        p
        for p in (_SIGNAL, *offered)
        if p.name in read or p.name == "instance" or (whole and not p.default and p is not _SIGNAL)
    )


_SIGNAL = SignalParameter("signal", "Any", "", (("typing", "Any"),))
"""What every signal sends beside its own arguments."""


def signature(
    ctx: Context,
    chosen: Sequence[SignalParameter],
    senders: Sequence[Sender],
    uses: Sequence[SignalUse],
) -> tuple[str, ...]:
    """Return the finished parameters, with type hints in a typed app."""
    catch_all = uses[0].catch_all
    if not ctx.typed:
        plain = [f"{p.name}={p.default}" if p.default else p.name for p in _required_first(chosen)]
        return ("sender", *plain, f"**{catch_all}")
    row = row_type(senders)
    family = uses[0].family
    sender = f"type[{row}]" if senders and family in MODEL_FAMILIES - {"m2m"} else "Any"
    typed = []
    for p in _required_first(chosen):
        annotation = p.annotation.replace("{model}", row)
        of_row = family == "m2m" or (family == "custom" and p.annotation == "Model" and senders)
        if p.name == "instance" and of_row:
            annotation = row
        typed.append(f"{p.name}: {annotation}" + (f" = {p.default}" if p.default else ""))
    return (f"sender: {sender}", *typed, f"**{catch_all}: Any")


def _required_first(chosen: Sequence[SignalParameter]) -> list[SignalParameter]:
    return sorted(chosen, key=lambda p: bool(p.default))


def row_type(senders: Sequence[Sender]) -> str:
    """Return the type of one row of the senders, quoted for type-checking-only imports."""
    names = [
        f'"{s.annotation}"' if any(need.type_checking for need in s.type_imports) else s.annotation
        for s in senders
    ]
    return " | ".join(dict.fromkeys(names)) or "Any"
