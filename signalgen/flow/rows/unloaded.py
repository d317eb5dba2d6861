"""Columns that a receiver of post_init reads while a queryset may not have loaded them.

``unloaded(index, receiver)`` is the entry. Reading such a column loads it alone, into a second
object, for which the signal is sent again. With two columns that never ends: the object that was
loaded for the first lacks the second, and the other way round. Measured on Django 4.2 to 6.1, with
``only()``, ``defer()``, ``refresh_from_db(fields=…)``, and the deletion of a row above: a cascade
loads its rows only by key unless a receiver listens to their deletion.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from signalgen.dotted import dotted
from signalgen.flow.function.guards import conditions
from signalgen.flow.function.signature import DELETE, names_of
from signalgen.flow.objects.own import own_reading
from signalgen.flow.reach.callee import callee
from signalgen.flow.reach.handed import handed
from signalgen.index.members.reverse import reverse_names
from signalgen.index.memo import answered_once
from signalgen.index.models.relations import cascades, owning, same_model, sender_model
from signalgen.index.reading.resolving import method, resolve
from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, ModelInfo, Receiver

_KEYS = frozenset({"pk", "id"})
_LOADED = frozenset({"get_deferred_fields", "__dict__"})
"""Names in conditions that check whether the columns are loaded."""
_WHOLE = frozenset({"django.forms.models.model_to_dict", "django.forms.model_to_dict"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_ENDLESS = 2


@dataclass(frozen=True, slots=True)
class UnloadedReads:
    """The first read of a column, the number of different ones, and what omits them.

    ``where`` says in words what loads rows without them; empty if the project does not.
    """

    node: ast.AST
    columns: int
    where: str

    @property
    def endless(self) -> bool:
        """Tell whether the reads recurse endlessly."""
        return self.columns >= _ENDLESS


class _Partial(NamedTuple):
    """A queryset or refresh of ``model`` that loads only ``columns``, or all except these."""

    model: str
    without: bool
    columns: frozenset[str]
    where: str

    def lacks(self, read: set[str]) -> bool:
        named = self.columns | {f"{name}_id" for name in self.columns}
        return bool(read & named if self.without else read - named)


def unloaded(index: Index, receiver: Receiver) -> UnloadedReads | None:
    """Return what a receiver of post_init reads of rows that may lack it, None if nothing."""
    model = sender_model(index, receiver)
    if model is None:
        return None
    function = receiver.function
    found: dict[str, ast.AST] = {}
    for node, name in _reads(index, function, names_of(function, "instance"), model, 1):
        found.setdefault(name, node)
    if not found:
        return None
    return UnloadedReads(
        next(iter(found.values())), len(found), _leaving_out(index, model, set(found))
    )


def _reads(
    index: Index, function: FunctionRef, names: frozenset[str], model: ModelInfo, levels: int
) -> Iterator[tuple[ast.AST, str]]:
    """Yield the columns that a function reads of a row, with what reads them in this function."""
    columns = _columns(model)
    for node in _own(function.node):
        read: list[str] = []
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            read = [node.attr] if _is_named(node.value, names) else []
        elif isinstance(node, ast.Call) and any(_is_named(item, names) for item in node.args):
            read = _by_call(index, function, node, names, columns)
            if not read and levels:
                read = _in_helper(index, function, node, names, model)
        elif isinstance(node, ast.Call) and levels and isinstance(node.func, ast.Attribute):
            read = _in_method(index, node.func, names, model)
        kept = [name for name in read if name in columns]
        if kept and not _asks(function, node):
            for name in kept:
                yield node, name


def _own(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _FUNCTIONS):
            yield child
            yield from _own(child)


def _is_named(node: ast.expr, names: frozenset[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _columns(model: ModelInfo) -> set[str]:
    # A foreign key that is followed is another matter: its key alone is a column.
    keys = {field.name for field in model.fields if "primary_key" in field.options} | _KEYS
    plain = {field.name for field in model.fields if field.kind in ("plain", "file")}
    keyed = {f"{item.name}_id" for item in model.fields if item.kind in ("fk", "one_to_one")}
    return (plain | keyed) - keys


def _by_call(
    index: Index, function: FunctionRef, call: ast.Call, names: frozenset[str], columns: set[str]
) -> list[str]:
    written = dotted(call.func)
    if written == "getattr" and len(call.args) > 1 and _is_named(call.args[0], names):
        name = call.args[1]
        if isinstance(name, ast.Constant):
            return [str(name.value)]
        return []
    known = resolve(index.code, function.path, written, function) if written else ""
    whole = known in _WHOLE and len(call.args) == 1 and not call.keywords
    return sorted(columns) if whole else []


def _in_helper(
    index: Index, function: FunctionRef, call: ast.Call, names: frozenset[str], model: ModelInfo
) -> list[str]:
    target = callee(index, function, call.func)[1]
    if target is None:
        return []
    given = frozenset(name for name, node in handed(call, target) if _is_named(node, names))
    return [name for _, name in _reads(index, target, given, model, 0)]


def _in_method(
    index: Index, func: ast.Attribute, names: frozenset[str], model: ModelInfo
) -> list[str]:
    target = method(index.code, model.cls, func.attr) if _is_named(func.value, names) else None
    if target is None or not target.node.args.args:
        return []
    own = frozenset({target.node.args.args[0].arg})
    return [name for _, name in _reads(index, target, own, model, 0)]


def _asks(function: FunctionRef, node: ast.AST) -> bool:
    """Tell whether something is read only when the columns are there, or the row is a new one."""
    return any(
        _means_new(condition.test, positive=condition.positive)
        or any(
            isinstance(item, ast.Attribute) and item.attr in _LOADED
            for item in ast.walk(condition.test)
        )
        for condition in conditions(function, node)
    )


def _means_new(test: ast.expr, *, positive: bool) -> bool:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _means_new(test.operand, positive=not positive)
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) is positive:
        return any(_means_new(item, positive=positive) for item in test.values)
    if isinstance(test, ast.Compare) and isinstance(test.left, ast.Attribute):
        none = [isinstance(one, ast.Constant) and one.value is None for one in test.comparators]
        same = isinstance(test.ops[0], (ast.Is, ast.Eq))
        return test.left.attr in _KEYS and all(none) and same is positive
    if isinstance(test, ast.Attribute):
        return test.attr == "adding" if positive else test.attr in _KEYS
    return False


def _leaving_out(index: Index, model: ModelInfo, read: set[str]) -> str:
    """Return in words what loads rows of a model without all the columns; empty if nothing."""
    for item in _partial(index):
        if item.model == model.dotted and item.lacks(read):
            return item.where
    above = _cascades_through(index, model) if len(read) >= _ENDLESS else ""
    return f"a deletion of {above} rows" if above else ""


@answered_once
def _partial(index: Index) -> tuple[_Partial, ...]:
    """Return the querysets and refreshes of the project that load only some columns."""
    found = []
    needles = (b".only(", b".defer(", b"refresh_from_db(")
    for path, item in index.nodes(*needles, wanted=(ast.Call,), near=True):
        call = item.node
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        names = _named_columns(call, call.func.attr)
        if names is None or item.scope is None:
            continue
        what = own_reading(index, item.scope).what(call.func.value)
        kinds = ("row",) if call.func.attr == "refresh_from_db" else ("rows", "class")
        if what is not None and what.kind in kinds and len(what.models) == 1:
            said = f"{call.func.attr}() in {path}"
            (model,) = what.models
            found.append(_Partial(model, call.func.attr == "defer", names, said))
    return tuple(found)


def _named_columns(call: ast.Call, name: str) -> frozenset[str] | None:
    values: list[ast.expr] = list(call.args)
    if name == "refresh_from_db":
        given = [item.value for item in call.keywords if item.arg == "fields"]
        values = (
            list(given[0].elts) if given and isinstance(given[0], (ast.List, ast.Tuple)) else []
        )
    elif name not in ("only", "defer"):
        return None
    texts = [str(item.value) for item in values if isinstance(item, ast.Constant)]
    return frozenset(texts) if texts and len(texts) == len(values) else None


def _cascades_through(index: Index, model: ModelInfo) -> str:
    """Return the name of a model whose deletion collects rows of this one only by key."""
    whole = index.everything()
    if any(
        DELETE.intersection(item.signals)
        and (not item.senders or any(same_model(index, model.dotted, to) for to in item.senders))
        for item in whole.connections
    ):
        return ""
    related = reverse_names(whole).of.get(model.dotted, ())
    if not related and not any(field.kind in ("m2m", "generic") for field in model.fields):
        return ""
    for field in model.fields:
        relation = owning(index, model, field.name) if field.kind in ("fk", "one_to_one") else None
        if relation is not None and cascades(relation.call) and relation.targets:
            return relation.targets[0].rpartition(".")[2]
    return ""
