"""Saves of a receiver's own model, and what ends the recursion: ``saves_own``, ``may_end``."""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.orm import CREATING, NEW_ROWS, SAVING, SAVING_BASE
from signalgen.flow.function.guards import Condition, conditions, enclosing, path_to
from signalgen.flow.function.signature import SAVE, mentions_argument, names_of, short
from signalgen.flow.function.truth import truth
from signalgen.flow.reach.callee import class_of
from signalgen.flow.rows.orm import manager_model
from signalgen.flow.rows.partial import is_raw, may_send_nothing, sends_nothing, updated_fields
from signalgen.flow.rows.writes import model_of
from signalgen.index.models.relations import same_model
from signalgen.index.reading.resolving import find_class, find_function, resolve
from signalgen.index.reading.walking import walk
from signalgen.late import pattern

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver

_CALLING = frozenset({"on_commit", "sync_to_async"})
"""Functions that call their argument."""
_MUTING = pattern(r"mute|disabl|silen|quiet|without|suspend|disconnect|skip|no_signal|pause")
"""Names of context managers that mute receivers: ``mute_signals`` of factory-boy."""
_REGISTRY = "sender._meta.apps is not "
"""A check that excludes rows of migrations: a receiver saves rows of the project's models."""
_ABOUT_ROWS = ("DoesNotExist", "MultipleObjectsReturned")


def saves_own(index: Index, receiver: Receiver, function: FunctionRef, call: ast.Call) -> bool:
    """Tell whether a call saves or creates a row of the receiver's sender, which sends again.

    ``instance.save()`` in the receiver itself, ``Sender.objects.create(…)``, ``Sender(…).save()``
    and a save of a row that is loaded again anywhere below it. ``QuerySet.update`` sends nothing,
    nor does a save of no fields.
    """
    func = _handed_over(index, function, call) or call.func
    if not isinstance(func, ast.Attribute) or sends_nothing(index, function, call):
        return False
    if func.attr in SAVING_BASE:
        row = func.value
        if call.args and func is call.func and dotted(row).rpartition(".")[2][:1].isupper():
            row = call.args[0]  # the method of the class, given the row
        return _is_own_row(index, receiver, function, row)
    if func.attr in CREATING:
        model = manager_model(index, function, call) if func is call.func else ""
        return bool(model) and model in receiver.senders
    return False


def saves_any(index: Index, receiver: Receiver, function: FunctionRef, call: ast.Call) -> bool:
    """Tell whether a call saves a row of some model, and the receiver has no sender."""
    func = call.func
    hears_all = any(
        item.sender is None and item.call is not None and SAVE.intersection(item.signals)
        for item in receiver.connections
    )
    if not hears_all or not isinstance(func, ast.Attribute) or sends_nothing(index, function, call):
        return False
    if func.attr in CREATING:
        return index.model(manager_model(index, function, call)) is not None
    return func.attr in SAVING and model_of(index, function, func.value) is not None


def _handed_over(index: Index, function: FunctionRef, call: ast.Call) -> ast.expr | None:
    """Return the function passed to ``on_commit`` or ``sync_to_async``, with ``partial`` or not.

    Lambdas and functions of the project are left out: their calls are counted themselves.
    """
    given = call.args[0] if call.args else None
    if short(dotted(call.func)) not in _CALLING or given is None:
        return None
    if isinstance(given, ast.Call) and short(dotted(given.func)) == "partial" and given.args:
        given = None if sends_nothing(index, function, given) else given.args[0]
    return given


def _is_own_row(index: Index, receiver: Receiver, function: FunctionRef, row: ast.expr) -> bool:
    if isinstance(row, ast.Name):
        # In a helper the same name may be another row.
        if function is receiver.function and row.id in names_of(function, "instance"):
            return True
        if receiver.senders and class_of(index, function, row.id) in receiver.senders:
            return True
    if isinstance(row, ast.Attribute):
        return False  # a row behind a relation is another one, mostly
    model = model_of(index, function, row)
    return model is not None and any(
        same_model(index, model.dotted, name) for name in receiver.senders
    )


def may_end(index: Index, receiver: Receiver, call: ast.Call) -> bool:
    """Tell whether a condition or ``try`` guards a save, so that it may not run the next time."""
    function = receiver.function
    if may_send_nothing(call):
        return True  # the second finds the row
    return is_caught(function, call) or not all(
        lasts(index, receiver, call, asked) for asked in conditions(function, call)
    )


def is_muted(index: Index, function: FunctionRef, call: ast.Call) -> bool:
    """Tell whether a ``with`` around a call mutes receivers, by its name or its code."""
    return any(
        _mutes(index, function, item.context_expr)
        for node in enclosing(function, call, (ast.With, ast.AsyncWith))
        if isinstance(node, (ast.With, ast.AsyncWith))
        for item in node.items
    )


def _mutes(index: Index, function: FunctionRef, node: ast.expr) -> bool:
    written = dotted(node.func if isinstance(node, ast.Call) else node)
    if _MUTING.search(written.rpartition(".")[2]):
        return True
    name = resolve(index.code, function.path, written, function) if written else ""
    made = find_function(index.code, name) or find_class(index.code, name)
    return made is not None and any(
        isinstance(item, ast.Attribute) and item.attr == "disconnect" for item in walk(made.node)
    )


def is_caught(function: FunctionRef, call: ast.Call) -> bool:
    """Tell whether a ``try`` catches more than a missing or an ambiguous row."""
    return any(
        isinstance(parent, ast.Try)
        and any(stmt is child for stmt in parent.body)
        and not all(_is_about_rows(handler.type) for handler in parent.handlers)
        for parent, child in pairwise(path_to(function.node, call))
    )


def _is_about_rows(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return all(map(_is_about_rows, caught.elts))
    return short(dotted(caught)) in _ABOUT_ROWS


def lasts(index: Index, receiver: Receiver, call: ast.Call, asked: Condition) -> bool:
    """Tell whether a condition of a save in a receiver holds in the signal of that save again.

    A row created in post_save is ``created`` there too, one that is saved once more never is; in
    pre_save, an unsaved row stays new. Only fixtures are raw.
    """
    return _Again(index, receiver, call).holds(asked.test, positive=asked.positive)


class _Again:
    """The known arguments of the signal that a save in a receiver sends."""

    def __init__(self, index: Index, receiver: Receiver, call: ast.Call) -> None:
        self.index = index
        self.function = receiver.function
        self.rows = names_of(self.function, "instance")
        self.signals = {short(name) for name in receiver.signals if name in SAVE}
        func = _handed_over(index, self.function, call) or call.func
        self.verb = func.attr if isinstance(func, ast.Attribute) else ""
        self.row = func.value if isinstance(func, ast.Attribute) else None
        self.given: dict[str, object] = {}
        is_new = self._is_new()
        if is_new is not None and self.signals == {"post_save"}:
            self.given["created"] = is_new
        if self.verb in SAVING | NEW_ROWS and not call.args:
            self._with_fields(call)
        if is_raw(call):
            self.given["raw"] = True

    def _is_new(self) -> bool | None:
        if self.verb in NEW_ROWS:
            return True
        if self.verb not in SAVING:
            return None
        # A row that is made by its class here may have a primary key or not.
        row = self.row
        if isinstance(row, ast.Name):
            return False if row.id in self.rows else None
        made = isinstance(row, ast.Call) and dotted(row.func).rpartition(".")[2][:1].isupper()
        return None if made else False

    def _with_fields(self, call: ast.Call) -> None:
        given = [item for item in call.keywords if item.arg in (None, "update_fields")]
        if not given or self.verb in NEW_ROWS:
            self.given["update_fields"] = None
        else:
            names = updated_fields(self.index, self.function, call)
            if names is not None:
                self.given["update_fields"] = list(names)

    def holds(self, test: ast.expr, *, positive: bool) -> bool:
        """Tell whether a condition with the truth ``positive`` certainly has it again."""
        if ast.unparse(test).startswith(_REGISTRY):
            return True
        known = truth(self.index, self.function, test, self.given)
        if known is not None:
            return known == positive
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return self.holds(test.operand, positive=not positive)
        if isinstance(test, ast.BoolOp):
            parts = [self.holds(value, positive=positive) for value in test.values]
            return all(parts) if isinstance(test.op, ast.And) is positive else any(parts)
        if mentions_argument(test, self.function, "raw"):
            return True
        if isinstance(test, ast.Compare):
            return self._is_there(test) and positive
        return self._of_row(dotted(test), positive=positive)

    def _is_there(self, test: ast.Compare) -> bool:
        """Tell whether a condition tests for a row, or for its key after the save."""
        asks = isinstance(test.ops[0], ast.IsNot) and dotted(test.left) in self._present()
        against = test.comparators[0]
        return asks and isinstance(against, ast.Constant) and against.value is None

    def _present(self) -> set[str]:
        keys = {f"{name}.{key}" for name in self.rows for key in ("pk", "id")}
        return {*self.rows, *(keys if self.signals == {"post_save"} else ())}

    def _of_row(self, written: str, *, positive: bool) -> bool:
        if written in self._present():
            return positive
        if written not in {f"{name}._state.adding" for name in self.rows}:
            return False
        if self.signals == {"post_save"} or self.verb in NEW_ROWS:
            return positive is (self.signals != {"post_save"})
        if self.verb not in SAVING or not isinstance(self.row, ast.Name):
            return self.verb in SAVING and not positive
        return self.row.id in self.rows
