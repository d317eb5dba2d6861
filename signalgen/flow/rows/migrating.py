"""Receivers around migrations that ask for what is not there yet.

``permissions_later``, ``for_every_app`` and ``before_tables`` are the entries.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.orm import QUERYING, ROW_WRITING
from signalgen.flow.connections.senders import place_of
from signalgen.flow.function.guards import in_try
from signalgen.flow.function.signature import MODEL_SIGNALS, mentions_argument, short
from signalgen.flow.reach.reach import own_calls, reached
from signalgen.flow.rows.orm import manager_model
from signalgen.flow.rows.traps import Trap
from signalgen.index.apps.finding import apps_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import Receiver
    from signalgen.values.project import App

_AFTER = MODEL_SIGNALS + "post_migrate"
_BEFORE = frozenset(
    {MODEL_SIGNALS + "pre_migrate", "django.db.backends.signals.connection_created"}
)
_MAKERS = {
    "django.contrib.auth.models.Permission": ("django.contrib.auth", "create_permissions"),
    "django.contrib.contenttypes.models.ContentType": (
        "django.contrib.contenttypes",
        "create_contenttypes",
    ),
}
"""Models whose rows an app makes in post_migrate: that app, and the function that does it."""
_FETCHING = frozenset({"get", "aget", "filter", "first", "last", "in_bulk", "get_by_natural_key"})


def permissions_later(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield where post_migrate asks for permissions or content types that come after it.

    Their app makes them in post_migrate too, and Django calls receivers in the order in which the
    apps are installed. ``field`` is the app of the receiver, ``written`` that of the rows.
    """
    app = _app_of(index, receiver) if _AFTER in receiver.signals else None
    installed = apps_of(index.code).settings.installed or ()
    place = _position(installed, app.name) if app is not None else None
    if app is None or place is None:
        return
    calls = reached(index, receiver.function)
    made = {dotted(item.call.func).rpartition(".")[2] for item in calls}
    for item in calls:
        model = _asked(index, item)
        home, maker = _MAKERS.get(model, ("", ""))
        later = _position(installed, home) if home else None
        if later is not None and place < later and maker not in made:
            yield Trap(item.entry, None, app.name, home)


def _asked(index: Index, item: Reached) -> str:
    func = item.call.func
    if not isinstance(func, ast.Attribute) or func.attr not in _FETCHING:
        return ""
    return manager_model(index, item.function, item.call)


def _position(installed: tuple[str, ...], name: str) -> int | None:
    # ``INSTALLED_APPS`` names a package or its AppConfig.
    places = (at for at, entry in enumerate(installed) if f"{entry}.".startswith(f"{name}."))
    return next(places, None)


def _app_of(index: Index, receiver: Receiver) -> App | None:
    path = receiver.function.path
    around = [app for app in apps_of(index.code).found if path.startswith(f"{app.path}/")]
    return max(around, key=lambda app: len(app.path), default=None)


def for_every_app(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield where post_migrate writes rows once for each app that is installed.

    Nothing where the receiver asks which app it is.
    """
    function = receiver.function
    heard = [item for item in receiver.connections if _AFTER in item.signals]
    if not heard or any(item.sender is not None for item in heard):
        return
    if any(
        mentions_argument(function.node, function, name)
        for name in ("sender", "app_config", "kwargs")
    ):
        return
    if any(_writes(index, item) for item in reached(index, function)):
        yield Trap(place_of(heard[0]), None, "post_migrate", _name(index, receiver))


def _name(index: Index, receiver: Receiver) -> str:
    app = _app_of(index, receiver)
    return app.name if app is not None else ""


def _writes(index: Index, item: Reached) -> bool:
    func = item.call.func
    written = isinstance(func, ast.Attribute) and func.attr in ROW_WRITING
    return written and bool(manager_model(index, item.function, item.call))


def before_tables(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield the queries of a receiver that also runs before the first migration made the tables."""
    signals = _BEFORE.intersection(receiver.signals)
    calls = own_calls(index, receiver.function) if signals else ()
    if any("table_names" in dotted(item.call.func) for item in calls):
        return
    for item in calls:
        name = manager_model(index, item.function, item.call)
        model = index.model(name) if name else None
        # A queryset that nothing asks for rows yet is none of these calls.
        func = item.call.func
        asks = isinstance(func, ast.Attribute) and func.attr in QUERYING
        if (
            model is not None
            and asks
            and not item.deferred
            and not in_try(item.function, item.call)
        ):
            yield Trap(item.call, model, short(min(signals)))
