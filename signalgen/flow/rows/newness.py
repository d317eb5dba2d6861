"""How a receiver of ``pre_save`` tells new rows from stored ones, and what may be wrong there.

``key_tests``, ``stored_rows``, ``rows_not_loaded``, ``keys_in_text`` and ``hidden_rows``.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.orm import MANAGERS
from signalgen.flow.function.guards import conditions, enclosing, in_try, path_to
from signalgen.flow.function.signature import MODEL_SIGNALS, mentions_argument, names_of, short
from signalgen.flow.reach.reach import own_calls
from signalgen.flow.rows.keys import is_counted, is_given, is_key, key_names, looks_up_own
from signalgen.flow.rows.orm import chain
from signalgen.index.models.relations import sender_model
from signalgen.index.models.shapes import class_values
from signalgen.index.reading.resolving import find_class, method, resolve
from signalgen.index.reading.walking import nodes_in, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, ModelInfo, Receiver

PRE_SAVE = MODEL_SIGNALS + "pre_save"
_GETTING = frozenset({"get", "aget"})
_LENIENT = frozenset({"first", "afirst", "exists", "aexists", "suppress"})
_BRANCHING = (ast.If, ast.IfExp, ast.While)


def before_saves(receiver: Receiver) -> bool:
    """Tell whether a receiver gets ``pre_save`` alone, or does not test which signal it gets."""
    node = receiver.function.node
    return PRE_SAVE in receiver.signals and (
        len(receiver.signals) == 1
        or not any(mentions_argument(node, receiver.function, one) for one in ("signal", "created"))
    )


def key_tests(index: Index, receiver: Receiver) -> Iterator[ast.expr]:
    """Yield tests of a key that every row has before its first save, as if new rows had none.

    Nothing if the receiver also checks the row itself, gives it the key, or does not need the
    stored row.
    """
    function = receiver.function
    model = sender_model(index, receiver) if PRE_SAVE in receiver.signals else None
    if model is None or not before_saves(receiver) or not is_given(model):
        return
    rows, names = names_of(function, "instance"), key_names(model)
    for node in nodes_in(function.node):
        if isinstance(node, ast.Attribute):
            asks_row = node.attr in ("_state", *_LENIENT)
            if asks_row or (is_key(node, rows, names) and isinstance(node.ctx, ast.Store)):
                return
        elif isinstance(node, ast.ExceptHandler):
            return
    for node in nodes_in(function.node):
        test = _asked(node)
        if test is not None and is_key(test, rows, names):
            yield test


def _asked(node: ast.AST) -> ast.expr | None:
    """Return the expression whose presence a node tests: ``x is None``, ``not x``, ``if x``."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        other = node.comparators[0]
        none = isinstance(other, ast.Constant) and other.value is None
        return node.left if none else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return node.operand
    return node.test if isinstance(node, _BRANCHING) else None


def stored_rows(index: Index, receiver: Receiver) -> Iterator[ast.Call]:
    """Yield where a receiver of ``pre_save`` gets the stored row for every row, including new ones.

    Conditions on ``raw`` do not exclude new rows, any other may.
    """
    function = receiver.function
    for call in _gets_of_stored(index, receiver):
        if all(_is_about_raw(function, one.test) for one in conditions(function, call)):
            yield call


def rows_not_loaded(index: Index, receiver: Receiver) -> Iterator[ast.Call]:
    """Yield where ``pre_save`` gets the stored row if the row has a key that the database gives.

    ``if instance.pk: Order.objects.get(pk=instance.pk)``: the rows of a fixture have their keys,
    and are not stored yet.
    """
    function = receiver.function
    model = sender_model(index, receiver)
    if model is not None and not is_counted(model):
        return
    # The models of packages that can be looked up by their own key all have one of this name.
    rows, names = names_of(function, "instance"), key_names(model) | {"id"}
    for call in _gets_of_stored(index, receiver):
        tests = [_asked_whether(one.test) for one in conditions(function, call)]
        if tests and all(is_key(test, rows, names) for test in tests):
            yield call


def _gets_of_stored(index: Index, receiver: Receiver) -> Iterator[ast.Call]:
    """Yield each ``get()`` of the row itself in ``pre_save`` whose DoesNotExist nothing handles."""
    function = receiver.function
    if not before_saves(receiver):
        return
    for item in own_calls(index, function):
        call, func = item.call, item.call.func
        if item.deferred or not isinstance(func, ast.Attribute) or func.attr not in _GETTING:
            continue
        if not looks_up_own(index, receiver, call) or in_try(function, call):
            continue
        if not enclosing(function, call, (ast.With, ast.AsyncWith, ast.Lambda, ast.FunctionDef)):
            yield call


def _asked_whether(test: ast.expr) -> ast.expr:
    """Return what a condition is about: ``x`` of ``x``, ``not x`` and ``x is None``."""
    return _asked(test) or test


def _is_about_raw(function: FunctionRef, test: ast.expr) -> bool:
    kwargs = function.node.args.kwarg
    known = names_of(function, "raw") | ({kwargs.arg} if kwargs is not None else set())
    names = {part.id for part in walk(test) if isinstance(part, ast.Name)}
    return names <= known and mentions_argument(test, function, "raw")


def keys_in_text(index: Index, receiver: Receiver) -> Iterator[ast.Attribute]:
    """Yield where ``pre_save`` writes the key into a text of the row, None for new ones."""
    function = receiver.function
    model = sender_model(index, receiver) if PRE_SAVE in receiver.signals else None
    if model is None or receiver.signals != (PRE_SAVE,) or not is_counted(model):
        return
    rows, names = names_of(function, "instance"), key_names(model)
    for node in nodes_in(function.node):
        if not is_key(node, rows, names) or not isinstance(node, ast.Attribute):
            continue
        path = path_to(function.node, node)
        stored = any(
            isinstance(target, ast.Attribute)
            and isinstance(target.value, ast.Name)
            and target.value.id in rows
            and model.field(target.attr) is not None
            and not (model.custom_save and _is_set_by_itself(model, target.attr))
            for parent in path
            if isinstance(parent, ast.Assign)
            for target in parent.targets
        )
        asked = in_try(function, node) or any(
            _asks_newness(one.test, rows, names) and not _is_about_raw(function, one.test)
            for one in conditions(function, node)
        )
        if stored and not asked and any(map(_makes_text, path)):
            yield node


def _is_set_by_itself(model: ModelInfo, field: str) -> bool:
    """Tell whether a class sets a field of its row, as ``save()`` does before any signal."""
    return any(
        isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and node.attr == field
        and dotted(node.value) == "self"
        for node in walk(model.cls.node)
    )


def _makes_text(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        format_ = isinstance(node.func, ast.Attribute) and node.func.attr == "format"
        return format_ or (isinstance(node.func, ast.Name) and node.func.id == "str")
    text = isinstance(node, ast.BinOp) and isinstance(node.left, ast.Constant)
    return isinstance(node, ast.JoinedStr) or (
        text and isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod)
    )


def _asks_newness(test: ast.expr, rows: frozenset[str], names: frozenset[str]) -> bool:
    # Any name or call may hold the answer; only fields of the row itself do not.
    return any(
        is_key(part, rows, names)
        or (isinstance(part, ast.Attribute) and part.attr in ("_state", "adding"))
        or (isinstance(part, ast.Name) and part.id not in rows)
        or isinstance(part, ast.Call)
        for part in walk(test)
    )


def hidden_rows(index: Index, receiver: Receiver) -> Iterator[tuple[ast.Call, str]]:
    """Yield where the receiver's row is looked up by a manager that leaves rows out, and its class.

    ``Order.objects.get(pk=instance.pk)`` with a manager whose ``get_queryset`` filters.
    """
    function = receiver.function
    model = sender_model(index, receiver)
    if model is None or not any(one.startswith(MODEL_SIGNALS) for one in receiver.signals):
        return
    for item in own_calls(index, function):
        call = item.call
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in ("get", "filter"):
            continue
        parts = chain(call.func)
        name = next((one for one in parts if one in MANAGERS or one.endswith("_objects")), "")
        if name and looks_up_own(index, receiver, call):
            left_out = _left_out(index, model, name)
            if left_out is not None and not _is_asked_first(receiver, call, left_out[1]):
                yield call, left_out[0]


def _is_asked_first(receiver: Receiver, call: ast.Call, fields: frozenset[str]) -> bool:
    """Tell whether a condition around a lookup tests a field that the manager filters by.

    Before the save the stored row may have another value than the one tested.
    """
    rows = names_of(receiver.function, "instance")
    asked = {f"{row}.{field}" for row in rows for field in fields}
    return all("post_" in short(signal) for signal in receiver.signals) and any(
        isinstance(part, ast.Attribute) and dotted(part) in asked
        for one in conditions(receiver.function, call)
        for part in walk(one.test)
    )


def _left_out(index: Index, model: ModelInfo, name: str) -> tuple[str, frozenset[str]] | None:
    """Return the class of a model's manager, and the fields that it always filters by.

    None if its ``get_queryset`` leaves nothing out.
    """
    for owner in (model, *model.parents):
        value = class_values(owner.cls.node).get(name)
        if value is None:
            continue
        func = value.func if isinstance(value, ast.Call) else None
        made = func.func if isinstance(func, ast.Call) else func
        written = dotted(made).removesuffix(".from_queryset")
        cls = find_class(index.code, resolve(index.code, owner.cls.path, written))
        found = method(index.code, cls, "get_queryset") if cls is not None and written else None
        fields = _filtered(found) if found is not None else None
        return (cls.node.name, fields) if cls is not None and fields is not None else None
    return None


def _filtered(function: FunctionRef) -> frozenset[str] | None:
    returned = [node.value for node in nodes_in(function.node) if isinstance(node, ast.Return)]
    if len(returned) != 1:
        return None
    value = returned[0]
    # Down the chain itself: a subquery in an ``annotate`` leaves nothing out.
    found = False
    names: set[str] = set()
    while isinstance(value, (ast.Attribute, ast.Call)):
        if isinstance(value, ast.Call):
            names.update(word.arg for word in value.keywords if word.arg is not None)
            value = value.func
        else:
            found = found or value.attr in ("filter", "exclude")
            value = value.value
    return frozenset(names) if found else None
