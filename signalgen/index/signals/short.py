"""Arguments missing when a project sends Django's own signals itself: ``left_out``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.facts.signals import BUILTIN
from signalgen.index.reading.production import is_production
from signalgen.index.signals.calls import signal_calls
from signalgen.late import pattern

if TYPE_CHECKING:
    from signalgen.index.build import Index

_SENDS = pattern(rb"\b(?:(?:pre|post)_(?:save|delete|init)|m2m_changed)\s*\.\s*a?send")


def left_out(index: Index) -> dict[str, frozenset[str]]:
    """Return the arguments that some send in the project leaves out, by signal name.

    Sends with ``**arguments`` count as complete.
    """
    code, found = index.code, dict[str, frozenset[str]]()
    paths = [
        path
        for path in index.paths
        if _SENDS.search(code.data(path)) and is_production(code.survey.sources, path)
    ]
    for item in signal_calls(code, index.signals, paths):
        module, _, name = item.signal.rpartition(".")
        signal = BUILTIN.get(name)
        given = {word.arg for word in item.call.keywords}
        if item.method == "disconnect" or signal is None or signal.module != module:
            continue
        if None not in given:
            missing = {argument.name for argument in signal.arguments} - given
            found[name] = found.get(name, frozenset()) | missing
    return {name: missing for name, missing in found.items() if missing}
