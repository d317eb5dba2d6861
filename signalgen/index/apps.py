"""Which AppConfig starts the app that a file belongs to: asked for seldom, so worked out only then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from signalgen.project.apps import find_apps
from signalgen.project.configs import find_configs
from signalgen.project.django_settings import read_settings
from signalgen.project.resolve import Index as Modules

if TYPE_CHECKING:
    from signalgen.index.code import Code
    from signalgen.values.project import App, AppConfigClass


@dataclass(frozen=True, slots=True)
class _Apps:
    """The apps of the project, and the entries of INSTALLED_APPS that are known."""

    found: tuple[App, ...]
    installed: frozenset[str]


def active_config(code: Code, path: str) -> AppConfigClass | None:
    """Return the one AppConfig that Django uses for the app around a file, None when that is not certain."""
    around = [app for app in _read(code).found if path.startswith(f"{app.path}/")]
    app = max(around, key=lambda item: len(item.path), default=None)
    if app is None or app.config is None or app.installed is False:
        return None
    config = app.config
    named = f"{code.module(config.path)}.{config.name}" in _read(code).installed
    # For the bare name of an app Django looks into apps.py only.
    return config if named or config.path == f"{app.path}/apps.py" else None


def _read(code: Code) -> _Apps:
    known = code.remembered.get("apps")
    if not isinstance(known, _Apps):
        modules = Modules(code.survey.sources, code.survey.names)
        settings = read_settings(modules)
        known = _Apps(find_apps(modules, find_configs(modules), settings, ()), settings.seen)
        code.remembered["apps"] = known
    return known
