"""The order in which Django connects receivers, and therefore calls them: ``called_order``.

Django imports the models of all apps in the order of ``INSTALLED_APPS`` and then calls each
``ready()`` in that order, line by line; a signal calls its receivers in the order of their
connections.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from signalgen.chart.loads import loaded
from signalgen.index.apps.django_settings import read_settings
from signalgen.index.apps.finding import apps_of
from signalgen.index.memo import answered_once, remembered
from signalgen.index.models.shapes import in_models_module

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import Connection

Called: TypeAlias = "tuple[bool, int, int, str, int]"
"""When a connection is made: late or with the models, the place of its app, the line of ``ready()``
that leads to it, its file and line."""
_LAST = 10_000
_READY = ".ready"


def called_order(index: Index, item: Connection) -> Called:
    """Return a key that sorts connections by when they are made, as far as the code shows."""
    late = not (in_models_module(item.path) and item.scope is None)
    line = getattr(item.call or item.node, "lineno", 0)
    reached = 0
    if late:
        in_ready = item.scope is not None and item.scope.qualname.endswith(_READY)
        reached = line if in_ready else _line_of_ready(index, item.path)
    return (late, _position(index, item.path), reached, item.path, line)


@remembered(meanwhile=0)
def _line_of_ready(index: Index, path: str) -> int:
    """Return the line of an apps.py that leads to the import of a module, 0 if none does."""
    link = loaded(index, path)
    if link.answer != "yes" or link.path in ("", path):
        return 0
    return link.line if link.path.endswith("/apps.py") else _line_of_ready(index, link.path)


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
    """Return the position of an app in INSTALLED_APPS, after all others if it is not listed."""
    entries = enumerate(read_settings(index.code).installed or ())
    named = (at for at, entry in entries if f"{entry}.".startswith(f"{package}."))
    return next(named, _LAST)
