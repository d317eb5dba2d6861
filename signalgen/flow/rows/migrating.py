"""What receivers do while ``migrate`` runs, when tables and rows may not exist yet.

``permissions_later``, ``for_every_app``, ``before_tables``, ``written_too_early`` and
``asked_of_default`` are the entries.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.orm import BULK, CREATING, QUERYING, ROW_WRITING, SAVING
from signalgen.flow.connections.senders import place_of
from signalgen.flow.function.guards import conditions, in_try
from signalgen.flow.function.naming import assigned_values
from signalgen.flow.function.signature import MODEL_SIGNALS, mentions_argument, names_of, short
from signalgen.flow.reach.reach import own_calls, reached
from signalgen.flow.rows.orm import chain, manager_model
from signalgen.flow.rows.traps import Trap, has_several_databases
from signalgen.index.apps.finding import apps_of
from signalgen.index.reading.resolving import resolve
from signalgen.index.reading.walking import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.function.guards import Condition
    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, ModelInfo, Receiver
    from signalgen.values.project import App

_SAVED = frozenset({MODEL_SIGNALS + "pre_save", MODEL_SIGNALS + "post_save"})
_DEFAULT_MANAGERS = ("using", "db_manager")
_ASKING = frozenset({"isinstance", "issubclass"})
_NAMES = frozenset({"__name__", "__class__.__name__", "_meta.model_name", "_meta.object_name"})
"""Where the name of a model is, of its class or of a row."""
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
"""Models whose rows an app creates in post_migrate: that app, and the function that does it."""
_FETCHING = frozenset({"get", "aget", "filter", "first", "last", "in_bulk", "get_by_natural_key"})


def permissions_later(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield where post_migrate reads permissions or content types that are created later.

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
    if any(_makes(index, item) for item in calls):
        return  # it looks for those that it has made
    for item in calls:
        model = _asked(index, item)
        home, maker = _MAKERS.get(model, ("", ""))
        later = _position(installed, home) if home else None
        if later is not None and place < later and maker not in made:
            yield Trap(item.entry, None, app.name, home)


def _makes(index: Index, item: Reached) -> bool:
    made = getattr(item.call.func, "attr", "") in CREATING | BULK
    return made and manager_model(index, item.function, item.call) in _MAKERS


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

    Nothing if the receiver checks the app.
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


def written_too_early(index: Index, receiver: Receiver) -> tuple[ast.Call, ModelInfo] | None:
    """Return the first row that a receiver of every sender makes for the rows of ``migrate``.

    Django saves a row for each migration that it has applied, when the table that the receiver
    writes to may not exist. None if a condition may prevent that.
    """
    every = any(
        item.sender is None and item.tells(item.sender) and _SAVED.intersection(item.signals)
        for item in receiver.connections
    )
    function = receiver.function
    for item in own_calls(index, function) if every else ():
        func = item.call.func
        if not isinstance(func, ast.Attribute):
            continue
        if func.attr in CREATING | BULK:
            name = manager_model(index, function, item.call)
        else:
            name = _made(index, function, func.value) if func.attr in SAVING else ""
        model = index.model(name) if name else None
        if model is None or item.deferred or in_try(function, item.call):
            continue
        asked = conditions(function, item.call)
        if all(_lets_through(function, one) for one in asked):
            return item.call, model
    return None


def _made(index: Index, function: FunctionRef, row: ast.expr) -> str:
    """Return the class in ``Change(…)``, by the only name that it is assigned to as well."""
    if isinstance(row, ast.Name):
        values = list(assigned_values(function, row.id))
        row = values[0] if len(values) == 1 else row
    written = dotted(row.func) if isinstance(row, ast.Call) else ""
    return resolve(index.code, function.path, written, function) if written else ""


def _lets_through(function: FunctionRef, asked: Condition) -> bool:
    """Tell whether the row of an applied migration certainly passes a condition."""
    test = asked.test
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _lets_through(function, type(asked)(test.operand, not asked.positive))
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.Is, ast.Eq)):
        flag = test.comparators[0]
        if len(test.ops) == 1 and isinstance(flag, ast.Constant) and isinstance(flag.value, bool):
            # ``created == True``
            return _lets_through(function, type(asked)(test.left, asked.positive is flag.value))
    if isinstance(test, ast.BoolOp):
        # ``if raw or sender is Change: return`` must be false in each part.
        sure = isinstance(test.op, ast.And) if asked.positive else isinstance(test.op, ast.Or)
        parts = (type(asked)(part, asked.positive) for part in test.values)
        return sure and all(_lets_through(function, part) for part in parts)
    if _is_flag(function, test, "created"):
        return asked.positive
    return not asked.positive and (_is_flag(function, test, "raw") or _names_others(function, test))


def _is_flag(function: FunctionRef, test: ast.expr, name: str) -> bool:
    if isinstance(test, ast.Name):
        return test.id in names_of(function, name)
    if isinstance(test, ast.Call) and dotted(test.func).endswith(".get") and test.args:
        given = test.args[0]
        return isinstance(given, ast.Constant) and given.value == name
    return False


def _names_others(function: FunctionRef, test: ast.expr) -> bool:
    """Tell whether a condition tests for a class of the project: ``sender is Change``."""
    subjects = names_of(function, "sender") | names_of(function, "instance")
    if isinstance(test, ast.Call) and dotted(test.func) in _ASKING and len(test.args) == 2:
        return dotted(test.args[0]) in subjects and _are_classes(test.args[1])
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    kind = isinstance(test.ops[0], (ast.Is, ast.Eq, ast.In))
    whose, _, what = dotted(test.left).partition(".")
    if not kind or whose not in subjects:
        return False
    other = test.comparators[0]
    return _are_names(other) if what in _NAMES else not what and _are_classes(other)


def _are_names(node: ast.expr) -> bool:
    """Tell whether these are texts, none of which is the name of the row of a migration."""
    parts = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]
    texts = [part.value if isinstance(part, ast.Constant) else None for part in parts]
    return all(isinstance(text, str) and text.lower() != "migration" for text in texts)


def _are_classes(node: ast.expr) -> bool:
    parts = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]
    names = [dotted(part).rpartition(".")[2] for part in parts]
    return all(name[:1].isupper() and not name.isupper() and name != "Migration" for name in names)


def asked_of_default(index: Index, receiver: Receiver) -> Iterator[ast.Call]:
    """Yield the manager queries of a receiver of ``post_migrate`` without ``using()``.

    Only where the project has several databases.
    """
    if not {_AFTER}.intersection(receiver.signals) or not has_several_databases(index):
        return
    function = receiver.function
    named = (name for item in receiver.connections for name in item.senders)
    if any(index.model(name) is not None for name in named):
        return  # the sender is an AppConfig, so this never runs
    used = names_of(function, "using")
    if any(isinstance(node, ast.Name) and node.id in used for node in walk(function.node)):
        return  # it looks at the database in some way
    for item in own_calls(index, function):
        func = item.call.func
        if not isinstance(func, ast.Attribute) or func.attr not in QUERYING:
            continue
        model = manager_model(index, function, item.call)
        if model and not set(chain(func)) & {*_DEFAULT_MANAGERS}:
            yield item.call
