"""The index: what a project's signal code says, with every name followed through imports. There is no rule in it.

``list``, ``chart``, ``extract`` and the analyser all read it. Files are searched for bytes first; a statement is parsed
only when somebody asks for what is in it, so that the cost of a run is that of the signal code and what it touches.

``build_index`` makes it from a survey of the project; ``read_project`` and ``project_view`` give what generation needs
to know as plain values; ``active_config`` says which AppConfig starts an app. All but the first come lazily.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from signalgen.index.build import Index, build_index

if TYPE_CHECKING:
    from signalgen.index.apps.django_settings import read_settings
    from signalgen.index.apps.finding import active_config
    from signalgen.index.view import project_view, read_project

__all__ = ["Index", "active_config", "build_index", "project_view", "read_project", "read_settings"]

_HOMES = {
    "read_settings": "apps.django_settings",
    "active_config": "apps.finding",
    "project_view": "view",
    "read_project": "view",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"signalgen.index.{_HOMES[name]}"), name)
