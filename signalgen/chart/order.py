"""The order in which Django connects receivers, and so calls them: ``called_order``.

Django imports the models of all apps in the order of ``INSTALLED_APPS`` and then calls each
``ready()`` in that order; a signal calls its receivers in the order of their connections.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from signalgen.index.apps.django_settings import read_settings
from signalgen.index.apps.finding import apps_of
from signalgen.index.memo import answered_once
from signalgen.index.models.shapes import in_models_module

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import Connection

Called: TypeAlias = "tuple[bool, int, str, int]"
"""When a connection is made: late or with the models, the place of its app, file and line."""
_LAST = 10_000


def called_order(index: Index, item: Connection) -> Called:
    """Return a key that sorts connections by when they are made, as far as reading tells."""
    late = not (in_models_module(item.path) and item.scope is None)
    line = getattr(item.call or item.node, "lineno", 0)
    return (late, _position(index, item.path), item.path, line)


@answered_once
def _position(index: Index, path: str) -> int:
    places = _places(index)
    around = [folder for folder in places if path.startswith(f"{folder}/")]
    return places[max(around, key=len)] if around else _LAST


@answered_once
def _places(index: Index) -> dict[str, int]:
    # The folder of each installed app, and where INSTALLED_APPS names it.
    found: dict[str, int] = {}
    for app in apps_of(index.code).found:
        found[app.path] = position(index, app.name)
    return found


def position(index: Index, package: str) -> int:
    """Return where INSTALLED_APPS names an app or its AppConfig, behind all others where not."""
    entries = enumerate(read_settings(index.code).installed or ())
    named = (at for at, entry in entries if f"{entry}.".startswith(f"{package}."))
    return next(named, _LAST)
