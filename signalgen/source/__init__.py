"""The typed view of a Python file: ``parse(data)``. Only this package uses tree-sitter.

All other code uses this view and never raw nodes, so that a change of parser stays here. Loaded
lazily: an outline of a file needs no tree-sitter, which is slow to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signalgen.source.mending import mend
    from signalgen.source.older import for_python, newer_than
    from signalgen.source.parser import parse
    from signalgen.source.requoting import requoted

__all__ = ["for_python", "mend", "newer_than", "parse", "requoted"]
_HOMES = {
    "for_python": "older",
    "mend": "mending",
    "newer_than": "older",
    "parse": "parser",
    "requoted": "requoting",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"signalgen.source.{_HOMES[name]}"), name)
