"""Names that another signal or key would give, with a remedy.

``unsent(name, heard)`` says which signal sends a name, ``other_value(name, known)`` which name
holds the value before or after a change. Only unmistakable names count: ``value`` may be anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.facts.signals import BUILTIN
from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

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
_BEFORE = pattern(r"(?:old|original|prev|previous|former)(?:_\w+)?|\w+_before")
_AFTER = pattern(r"new_\w+|\w+_after")


def unsent(name: str, heard: Sequence[str]) -> tuple[str, str] | None:
    """Return message and hint about the use of ``name`` in a receiver of ``heard``.

    ``heard`` has signals by name. None if no signal has an argument of that name.
    """
    if name in _IN_BRANCHES:
        place = _IN_BRANCHES[name]
        return f"{name!r} has a value only in {place}", f"move this code to {place}"
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


def other_value(name: str, known: Collection[str]) -> str:
    """Return a hint if ``name`` seems to stand for a value before or after a change, else "".

    ``known`` are the names that the code may use.
    """
    before = _BEFORE.fullmatch(name) is not None
    if not before and not _AFTER.fullmatch(name):
        return ""
    if "old" in known and "new" in known:
        return "old is the value before the change, new the one after it"
    if before and "original" in known:
        return "original is the stored row, before the save"
    return "on_change of one field gives old and new, the values before and after the change"


def _listed(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
