"""What receivers do while ``migrate`` runs.

``written_too_early``, ``permissions_too_early`` and ``asked_of_default`` are the entries.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.orm import BULK, CREATING, QUERYING
from signalgen.flow.function.guards import conditions, in_try
from signalgen.flow.function.signature import MODEL_SIGNALS, names_of
from signalgen.flow.reach.reach import own_calls, reached
from signalgen.flow.rows.migrating import permissions_later
from signalgen.flow.rows.orm import chain, manager_model
from signalgen.flow.rows.traps import has_several_databases
from signalgen.index.apps.finding import apps_of
from signalgen.index.reading.walking import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.function.guards import Condition
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, ModelInfo, Receiver

_SAVED = frozenset({MODEL_SIGNALS + "pre_save", MODEL_SIGNALS + "post_save"})
_MIGRATED = frozenset({MODEL_SIGNALS + "post_migrate"})
_DEFAULT_MANAGERS = ("using", "db_manager")
_PERMISSION = "django.contrib.auth.models.Permission"
_ASKING = frozenset({"isinstance", "issubclass"})


def written_too_early(index: Index, receiver: Receiver) -> tuple[ast.Call, ModelInfo] | None:
    """Return the first row that a receiver of every sender makes for the rows of ``migrate``.

    Django saves a row for each migration that it has applied, when the table that the receiver
    writes to may not exist. None where a condition may keep it from that.
    """
    every = any(
        item.sender is None and item.tells(item.sender) and _SAVED.intersection(item.signals)
        for item in receiver.connections
    )
    function = receiver.function
    for item in own_calls(index, function) if every else ():
        func = item.call.func
        if not isinstance(func, ast.Attribute) or func.attr not in CREATING | BULK:
            continue
        name = manager_model(index, function, item.call)
        model = index.model(name) if name else None
        if model is None or item.deferred or in_try(function, item.call):
            continue
        asked = conditions(function, item.call)
        if all(_lets_through(function, one) for one in asked):
            return item.call, model
    return None


def _lets_through(function: FunctionRef, asked: Condition) -> bool:
    """Tell whether the row of an applied migration certainly gets past a condition."""
    test = asked.test
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _lets_through(function, type(asked)(test.operand, not asked.positive))
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
    """Tell whether a test is one for a class of the project: ``sender is Change``."""
    subjects = names_of(function, "sender") | names_of(function, "instance")
    if isinstance(test, ast.Call) and dotted(test.func) in _ASKING and len(test.args) == 2:
        return dotted(test.args[0]) in subjects and _are_classes(test.args[1])
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    kind = isinstance(test.ops[0], (ast.Is, ast.Eq, ast.In))
    return kind and dotted(test.left) in subjects and _are_classes(test.comparators[0])


def _are_classes(node: ast.expr) -> bool:
    parts = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]
    names = [dotted(part).rpartition(".")[2] for part in parts]
    return all(name[:1].isupper() and not name.isupper() and name != "Migration" for name in names)


def permissions_too_early(index: Index, receiver: Receiver) -> ast.AST | None:
    """Return where a receiver of its own app's ``post_migrate`` looks for permissions too early.

    None where it hears other apps as well, and so runs again, or makes permissions itself.
    """
    configs = {
        f"{index.code.module(config.path)}.{config.name}"
        for app in apps_of(index.code).found
        for config in app.configs
    }
    own = all(item.senders and configs.issuperset(item.senders) for item in receiver.connections)
    if not own or apps_of(index.code).settings.installed is None:
        return None
    for item in reached(index, receiver.function):
        making = getattr(item.call.func, "attr", "") in CREATING | BULK
        if making and manager_model(index, item.function, item.call) == _PERMISSION:
            return None
    trap = next(permissions_later(index, receiver), None)
    return trap.node if trap is not None else None


def asked_of_default(index: Index, receiver: Receiver) -> Iterator[ast.Call]:
    """Yield what a receiver of ``post_migrate`` asks of a manager without ``using()``.

    Only where the project has several databases.
    """
    if not _MIGRATED.intersection(receiver.signals) or not has_several_databases(index):
        return
    function = receiver.function
    used = names_of(function, "using")
    if any(isinstance(node, ast.Name) and node.id in used for node in walk(function.node)):
        return  # it looks at the database in some way
    for item in own_calls(index, function):
        func = item.call.func
        if not isinstance(func, ast.Attribute) or func.attr not in QUERYING:
            continue
        named = manager_model(index, function, item.call)
        if named and not set(chain(func)) & {*_DEFAULT_MANAGERS}:
            yield item.call
