"""Names of code that another signal would send: ``unsent(name, heard)`` says which, and a way out.

Only arguments whose names mean nothing else in a body: what is called ``value`` may be anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.facts.signals import BUILTIN

if TYPE_CHECKING:
    from collections.abc import Sequence

_TELLING = frozenset(
    [
        *("action", "created", "credentials", "instance", "origin", "pk_set", "raw", "request"),
        *("reverse", "update_fields", "user", "using"),
    ]
)
_OWN = "declare a signal under signals: with args: [{}] and let the view send it"
_WAYS = {
    "request": f"{_OWN.format('request')}, or listen to user_logged_in",
    "user": f"read a foreign key of the row, or {_OWN.format('user')}",
    "pk_set": "write signal: m2m_changed with field: and on_add",
    "action": "write signal: m2m_changed with field: and on_add, on_remove or on_clear",
}
_IN_BRANCHES = {
    "old": "on_change of one field",
    "new": "on_change of one field",
    "original": "on_update or implementation of pre_save",
}


def unsent(name: str, heard: Sequence[str]) -> tuple[str, str] | None:
    """Return message and hint about what is wrong with ``name`` in a receiver of ``heard``.

    These are signals by name. None where it is the name of no signal's argument.
    """
    if name in _IN_BRANCHES:
        place = _IN_BRANCHES[name]
        return f"{name!r} has a value in {place} alone", f"move this code to {place}"
    if name not in _TELLING or not heard:
        return None
    signals = " and ".join(heard)
    senders = [
        signal.name
        for signal in BUILTIN.values()
        if any(argument.name == name for argument in signal.arguments)
    ]
    message = f"{signals} sends no {name!r}; that comes with {_listed(senders)}"
    known = [BUILTIN[signal] for signal in heard if signal in BUILTIN]
    if len(known) < len(heard):
        return message, f"add {name} to the args of the signal"
    if name == "created" and any(signal.name == "pre_save" for signal in known):
        return message, "write on_create and on_update"
    sent = sorted({argument.name for signal in known for argument in signal.arguments})
    return message, _WAYS.get(name) or f"it sends {', '.join(sent) or 'nothing'}"


def _listed(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
