"""The index: what a project's signal code says, with every name followed through imports. There is no rule in it.

``list``, ``chart``, ``extract`` and the analyser all read it. Files are searched for bytes first; a statement is parsed
only when somebody asks for what is in it, so that the cost of a run is that of the signal code and what it touches.
``active_config`` comes lazily: hardly any run asks for it, and it brings the reader of apps and settings along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.index.build import Index, build_index

if TYPE_CHECKING:
    from signalgen.index.apps import active_config

__all__ = ["Index", "active_config", "build_index"]


def __getattr__(name: str) -> object:
    if name != "active_config":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return import_module("signalgen.index.apps").active_config
