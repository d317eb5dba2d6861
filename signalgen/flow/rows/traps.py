"""Uses of rows in a receiver that are right only as long as nothing else happens.

``lost_updates``, ``next_numbers``, ``without_database`` and ``not_stored`` are the entries;
``departing`` has those about deletions.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted, root_name
from signalgen.facts.families import FAMILIES
from signalgen.facts.orm import QUERYING, SAVING
from signalgen.flow.function.guards import conditions
from signalgen.flow.function.naming import assigned_values
from signalgen.flow.function.signature import (
    MODEL_SIGNALS,
    SAVE,
    all_parameters,
    names_of,
)
from signalgen.flow.reach.reach import own_calls
from signalgen.flow.rows.orm import chain, manager_model
from signalgen.flow.rows.partial import updated_fields
from signalgen.flow.rows.writes import model_of
from signalgen.index.memo import answered_once
from signalgen.index.models.relations import sender_model
from signalgen.index.reading.production import is_production
from signalgen.index.reading.resolving import resolve
from signalgen.index.reading.walking import walk
from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, ModelField, ModelInfo, Receiver

_DEEPEST = 3
_FOUND = frozenset({"using", "db_manager", "select_for_update"})


@dataclass(frozen=True, slots=True)
class Trap:
    """A node of a receiver, what goes wrong there, and the names that say how.

    ``model`` is None if it is of no model of the project.
    """

    node: ast.AST
    model: ModelInfo | None
    field: str
    written: str = ""

    @property
    def model_name(self) -> str:
        """The name of the model, empty without one."""
        return self.model.name if self.model is not None else ""


def lost_updates(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield where a field of another row is read, changed and saved, as ``row.n += 1``.

    Two such receivers at once store one change. Rows that were locked before do not count.
    """
    function = receiver.function
    saved = {
        dotted(item.call.func.value)
        for item in own_calls(index, function)
        if isinstance(item.call.func, ast.Attribute) and item.call.func.attr in SAVING
    }
    for node in walk(function.node):
        target = _counted(node)
        owner = dotted(target.value) if target is not None else ""
        if target is None or owner not in saved or owner in names_of(function, "instance"):
            continue
        model = model_of(index, function, target.value)
        field = model.field(target.attr) if model is not None else None
        locked = any(
            "select_for_update" in ast.unparse(value)
            for value in assigned_values(function, root_name(target))
        )
        if model is not None and field is not None and _counts(field) and not locked:
            yield Trap(node, model, target.attr, dotted(target))


def _counts(field: ModelField) -> bool:
    """Tell whether a field may be a number; changing a text or a date is not counting."""
    return field.kind == "plain" and (
        FAMILIES.get(field.type, "number") == "number" or field.type == "DurationField"
    )


def _counted(node: ast.AST) -> ast.Attribute | None:
    # ``row.n += 1``, ``row.n = max(0, row.n - 1)``, but not with ``F("n")``.
    target: ast.expr
    if isinstance(node, ast.AugAssign):
        target, value, counts = node.target, node.value, isinstance(node.op, (ast.Add, ast.Sub))
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
        target, value = node.targets[0], node.value
        counts = any(
            isinstance(part, ast.BinOp)
            and isinstance(part.op, (ast.Add, ast.Sub))
            and bool(dotted(target))
            and dotted(target) in (dotted(part.left), dotted(part.right))
            for part in walk(value)
        )
    else:
        return None
    computed = any(
        isinstance(part, ast.Call) and dotted(part.func).rpartition(".")[2] == "F"
        for part in walk(value)
    )
    return target if counts and not computed and isinstance(target, ast.Attribute) else None


def next_numbers(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield where a field of the receiver's row becomes one more than a query's result.

    ``written`` is the query. Nothing where rows are locked or an error is caught.
    """
    function = receiver.function
    model = sender_model(index, receiver)
    rows = names_of(function, "instance")
    if model is None or not SAVE.intersection(receiver.signals):
        return
    if any(
        isinstance(node, ast.ExceptHandler) or _is_locking(node) for node in walk(function.node)
    ):
        return
    for node in walk(function.node):
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        target = node.targets[0]
        if not isinstance(target, ast.Attribute) or dotted(target.value) not in rows:
            continue
        field = model.field(target.attr)
        query = _counted_up(function, node.value)
        if field is None or query is None:
            continue
        name = manager_model(index, function, query)
        if name and index.model(name) is not None:
            yield Trap(node, model, field.name, ast.unparse(query))


def _is_locking(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "select_for_update" or "lock" in node.attr.lower()
    return isinstance(node, ast.Name) and "lock" in node.id.lower()


def _counted_up(function: FunctionRef, node: ast.expr, depth: int = 0) -> ast.Call | None:
    """Return the query in ``count() + 1``, ``(last.number or 0) + 1``, also in a text."""
    for part in walk(node):
        one = isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add)
        if isinstance(part, ast.BinOp) and one:
            sides = [part.left, part.right]
            if any(isinstance(side, ast.Constant) and side.value == 1 for side in sides):
                found = _query(function, part)
                if found is not None:
                    return found
    if isinstance(node, ast.Name) and depth < _DEEPEST:
        for value in assigned_values(function, node.id):
            found = _counted_up(function, value, depth + 1)
            if found is not None:
                return found
    return None


def _query(function: FunctionRef, node: ast.AST, depth: int = 0) -> ast.Call | None:
    for part in walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            ordered = {"order_by", "latest"} & {*chain(part.func)}
            if part.func.attr == "count" and not part.args:
                return part
            if part.func.attr == "aggregate" and "Max(" in ast.unparse(part):
                return part
            if part.func.attr in ("last", "latest") or (part.func.attr == "first" and ordered):
                return part
        elif isinstance(part, ast.Name) and depth < _DEEPEST:
            for value in assigned_values(function, part.id):
                found = _query(function, value, depth + 1)
                if found is not None:
                    return found
    return None


def without_database(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield the manager calls that do not name a database, if the project has several."""
    if not has_several_databases(index):
        return
    function = receiver.function
    for item in own_calls(index, function):
        func = item.call.func
        if not isinstance(func, ast.Attribute) or func.attr not in QUERYING:
            continue
        name = manager_model(index, function, item.call)
        model = index.model(name) if name else None
        if model is not None and not _FOUND & {*chain(func)} - {"select_for_update"}:
            yield Trap(item.call, model, func.attr)


@answered_once
def has_several_databases(index: Index) -> bool:
    """Tell whether the settings of production name two databases or more."""
    for path, item in index.nodes(b"DATABASES", wanted=(ast.Assign, ast.AnnAssign)):
        node = item.node
        if not is_production(index.code.survey.sources, path):
            continue
        targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        for target in targets:
            named = isinstance(target, ast.Name) and target.id == "DATABASES"
            if named and isinstance(value, ast.Dict) and len(value.keys) > 1:
                return True
            added = isinstance(target, ast.Subscript) and dotted(target.value) == "DATABASES"
            if (
                added
                and isinstance(target, ast.Subscript)
                and isinstance(target.slice, ast.Constant)
                and target.slice.value != "default"
            ):
                return True
    return False


def not_stored(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield where ``pre_save`` gives a field a value that a save of the project leaves out.

    That is a ``save(update_fields=[…])`` of this model without the field, with fields that the
    receiver reads. ``written`` tells where.
    """
    function = receiver.function
    model = sender_model(index, receiver)
    if model is None or receiver.signals != (MODEL_SIGNALS + "pre_save",):
        return
    rows = names_of(function, "instance")
    used = [
        node
        for node in walk(function.node)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in rows
    ]
    set_here = {node.attr: node for node in used if isinstance(node.ctx, ast.Store)}
    read = {node.attr for node in used if isinstance(node.ctx, ast.Load)} - {"pk", "_state"}
    guard = _guard(function)
    for name, node in set_here.items():
        field = model.field(name)
        if field is None or field.kind == "m2m":
            continue
        asked = _asked(function, node, rows) - {name}
        for save in _partial_saves(index):
            runs = save.fields & (asked or read - {name}) or not read
            if save.model == model.dotted and name not in save.fields and runs:
                if (guard and not guard & save.fields) or _refused(function, node, rows, save):
                    continue
                yield Trap(node, model, name, f"{save.path}:{save.line}")
                break


def _asked(function: FunctionRef, node: ast.AST, rows: frozenset[str]) -> set[str]:
    """Return the fields of the row that decide whether a node runs."""
    return {
        part.attr
        for one in conditions(function, node)
        for part in walk(one.test)
        if isinstance(part, ast.Attribute) and dotted(part.value) in rows
    } - {"pk", "id", "_state"}


def _refused(
    function: FunctionRef, node: ast.AST, rows: frozenset[str], save: _PartialSave
) -> bool:
    """Tell whether a field is saved with a value for which a node does not run."""
    for one in conditions(function, node):
        all_of = isinstance(one.test, ast.BoolOp) and isinstance(one.test.op, ast.And)
        for test in one.test.values if all_of and isinstance(one.test, ast.BoolOp) else [one.test]:
            if (
                one.positive
                and isinstance(test, ast.Compare)
                and isinstance(test.ops[0], ast.Eq)
                and isinstance(test.left, ast.Attribute)
                and dotted(test.left.value) in rows
                and isinstance(test.comparators[0], ast.Constant)
            ):
                given = dict(save.values).get(test.left.attr, frozenset())
                if given and test.comparators[0].value not in given:
                    return True
    return False


def _guard(function: FunctionRef) -> set[object]:
    # The fields without which ``update_fields`` lets the receiver return at once.
    tests = [stmt.test for stmt in getattr(function.node, "body", []) if isinstance(stmt, ast.If)]
    return {
        item.value
        for test in tests
        for call in walk(test)
        if isinstance(call, ast.Call) and dotted(call.func) == "update_fields.isdisjoint"
        for part in call.args
        for item in walk(part)
        if isinstance(item, ast.Constant)
    }


@dataclass(frozen=True, slots=True)
class _PartialSave:
    path: str
    line: int
    model: str
    fields: frozenset[object]
    values: tuple[tuple[str, frozenset[object]], ...] = ()
    """The constants that its function assigns to fields, if it assigns nothing else."""


@answered_once
def _partial_saves(index: Index) -> tuple[_PartialSave, ...]:
    return tuple(_saves(index))


def _saves(index: Index) -> Iterator[_PartialSave]:
    for path, item in index.nodes(b"update_fields", wanted=(ast.Call,)):
        call = item.node
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        if call.func.attr not in SAVING or item.scope is None:
            continue
        if not is_production(index.code.survey.sources, path):
            continue
        fields = updated_fields(index, item.scope, call)
        if not fields:
            continue
        owner = call.func.value
        model = model_of(index, item.scope, owner) or _called_like(index, item.scope, owner, fields)
        if model is not None:
            values = tuple(_constants(item.scope, dotted(owner)))
            yield _PartialSave(path, call.lineno, model.dotted, frozenset(fields), values)


def _constants(function: FunctionRef, owner: str) -> Iterator[tuple[str, frozenset[object]]]:
    found: dict[str, list[ast.expr]] = {}
    for node in walk(function.node):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Attribute) and owner and dotted(target.value) == owner:
                found.setdefault(target.attr, []).append(node.value)
    for name, values in found.items():
        constants = [one.value for one in values if isinstance(one, ast.Constant)]
        if len(constants) == len(values):
            yield name, frozenset(constants)


def _called_like(
    index: Index, function: FunctionRef, node: ast.expr, fields: Sequence[object]
) -> ModelInfo | None:
    """Return the model that a parameter is named after, if it has all the fields: ``order``."""
    if not isinstance(node, ast.Name) or node.id not in {
        item.arg for item in all_parameters(function) if item.annotation is None
    }:
        return None
    name = "".join(part.capitalize() for part in node.id.split("_"))
    found = index.models.get(resolve(index.code, function.path, name, function))
    if found is None or not all(isinstance(one, str) and found.field(one) for one in fields):
        return None
    return None if any(assigned_values(function, node.id)) else found
