"""The index: a project's signal code with every name resolved through imports; it has no rules.

``list``, ``chart``, ``extract`` and ``check`` all read it. Files are searched as bytes first, and a
statement is parsed only when its content is needed, so a run costs what the signal code and the
code around it cost.

``build_index(survey)`` is the entry. ``read_project`` and ``project_view`` give generation plain
values; ``active_config`` says which AppConfig starts an app. All but the first are imported lazily.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from signalgen.index.build import Index, build_index

if TYPE_CHECKING:
    from signalgen.index.apps.django_settings import read_settings, user_model
    from signalgen.index.apps.finding import active_config
    from signalgen.index.view import project_view, read_project

__all__ = [
    "Index",
    "active_config",
    "build_index",
    "project_view",
    "read_project",
    "read_settings",
    "user_model",
]

_HOMES = {
    "read_settings": "apps.django_settings",
    "user_model": "apps.django_settings",
    "active_config": "apps.finding",
    "project_view": "view",
    "read_project": "view",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"signalgen.index.{_HOMES[name]}"), name)
