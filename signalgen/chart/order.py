"""The order in which Django connects receivers, and so calls them: ``called_order``.

Django imports the models of all apps in the order of ``INSTALLED_APPS`` and then calls each
``ready()`` in that order; a signal calls its receivers in the order of their connections.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.index.apps.django_settings import read_settings
from signalgen.index.apps.finding import apps_of
from signalgen.index.memo import answered_once
from signalgen.index.models.shapes import in_models_module

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import Connection

_LAST = 10_000


def called_order(index: Index, item: Connection) -> tuple[int, int, str, int]:
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
    entries = read_settings(index.code).installed or ()
    found: dict[str, int] = {}
    for app in apps_of(index.code).found:
        position = next(
            (
                at
                for at, entry in enumerate(entries)
                if entry == app.name or entry.startswith(f"{app.name}.")
            ),
            _LAST,
        )
        found[app.path] = position
    return found
