"""The signals that a project defines, their sends and their receivers: ``signals``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.chart.labels import app_of
from signalgen.values.listing import DefinedSignal, Spot

if TYPE_CHECKING:
    from signalgen.index import Index


def signals(index: Index) -> tuple[DefinedSignal, ...]:
    """Return the project's own signals, in file order."""
    sent: dict[str, set[Spot]] = {}
    for item in index.signal_calls():
        if "send" in item.method:
            scope = item.scope.dotted if item.scope is not None else ""
            sent.setdefault(item.signal, set()).add(Spot(item.path, item.call.lineno, scope))
    heard: dict[str, set[str]] = {}
    for connection in index.connections:
        function = connection.receiver
        name = function.dotted if function is not None else connection.written
        for signal in connection.signals:
            heard.setdefault(signal, set()).add(name)
    return tuple(
        sorted(
            DefinedSignal(
                path=made.path,
                line=made.node.lineno,
                signal=made.dotted,
                app=app_of(index, made.path),
                senders=tuple(sorted(sent.get(made.dotted, ()))),
                receivers=tuple(sorted(heard.get(made.dotted, ()))),
            )
            for made in index.signal_definitions()
        )
    )
