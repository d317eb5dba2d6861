"""The only package that writes: ``publish(root, changes)``, all or none, and ``unified_diff``.

Loaded lazily: every command checks for an interrupted run, but few hash, lock or diff.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signalgen.write.diff import unified_diff
    from signalgen.write.leftovers import pending
    from signalgen.write.publishing import publish
    from signalgen.write.recovery import Recovery, recover
    from signalgen.write.remember import remember_unchanged
    from signalgen.write.texts import text_cache

__all__ = [
    "Recovery",
    "pending",
    "publish",
    "recover",
    "remember_unchanged",
    "text_cache",
    "unified_diff",
]

_HOMES = {
    "Recovery": "recovery",
    "pending": "leftovers",
    "publish": "publishing",
    "recover": "recovery",
    "remember_unchanged": "remember",
    "text_cache": "texts",
    "unified_diff": "diff",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"signalgen.write.{_HOMES[name]}"), name)
