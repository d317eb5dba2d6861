"""Writes by which a receiver of saves triggers itself: ``resaves`` and ``readds``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.orm import RELATING, SAVING, SAVING_BY_MANAGER
from signalgen.flow.function.guards import conditions, enclosing
from signalgen.flow.function.signature import names_of
from signalgen.flow.function.truth import may_run, truth
from signalgen.flow.function.wrapping import is_wrapped
from signalgen.flow.reach.arguments import can_run, possible
from signalgen.flow.reach.handed import handed
from signalgen.flow.rows.endless import is_caught, lasts, saves_own
from signalgen.flow.rows.partial import sends_nothing
from signalgen.flow.rows.writes import model_of
from signalgen.index.models.relations import points_at, relations, same_model
from signalgen.index.reading.walking import walk
from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver

_LEVELS = 3
_LOOPS = (
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ListComp,
    ast.SetComp,
    ast.GeneratorExp,
    ast.DictComp,
)
_CHANGES = RELATING - {"set", "aset"}
_THROUGH = ".through"


@dataclass(frozen=True, slots=True)
class Resave:
    """A write that sends the receiver's signal again; if ``guarded``, something may end it."""

    item: Reached
    guarded: bool


def resaves(index: Index, receiver: Receiver) -> Iterator[Resave]:
    """Yield the saves of the receiver's model that its body does not show, one per call of it."""
    told: set[int] = set()
    for item in _changes(index, receiver, SAVING | SAVING_BY_MANAGER):
        if id(item.entry) in told or _is_kept_quiet(item):
            continue
        # Another row of the model may differ each time, so a loop of it may end.
        other = not _is_own_row(index, receiver, item)
        if other and not _is_own_model(index, receiver, item):
            continue
        told.add(id(item.entry))
        yield Resave(
            item, (other and _is_one_of_many(item)) or _is_guarded(index, receiver, item, {})
        )


def readds(index: Index, receiver: Receiver) -> Iterator[Resave]:
    """Yield the changes of the many-to-many field that the receiver listens to, one per call.

    Django also sends the signal for an ``add`` of rows that are already there. A ``set`` ends by
    itself: the second one finds nothing to change.
    """
    fields = {
        parts[-2]
        for sender in receiver.senders
        if sender.endswith(_THROUGH) and len(parts := sender.split(".")) > 2
    }
    told: set[int] = set()
    for item in _changes(index, receiver, _CHANGES) if fields else ():
        func = item.call.func
        if id(item.entry) in told or _is_kept_quiet(item):
            continue
        owner = func.value if isinstance(func, ast.Attribute) else None
        if (
            not isinstance(func, ast.Attribute)
            or not isinstance(owner, ast.Attribute)
            or owner.attr not in fields
        ):
            continue
        if not isinstance(owner.value, ast.Name) or not _is_instance(
            receiver, item, owner.value.id
        ):
            continue
        # The change sends pre and post; the receiver must run for one of them.
        states = [{"action": f"{when}_{func.attr}"} for when in ("pre", "post")]
        may = [(state, may_run(index, receiver.function, item.entry, state)) for state in states]
        runs = [(state, surely) for state, surely in may if surely is not False]
        if runs and not any(
            _asks_for_action(function, call)
            for function, call in _way(item)
            if function is not receiver.function
        ):
            told.add(id(item.entry))
            guarded = _is_one_of_many(item) or all(
                not surely or _is_guarded(index, receiver, item, state) for state, surely in runs
            )
            yield Resave(item, guarded)


def _changes(index: Index, receiver: Receiver, verbs: frozenset[str]) -> Iterator[Reached]:
    for item in possible(index, receiver.function):
        if (
            item.level > _LEVELS
            or not isinstance(item.call.func, ast.Attribute)
            or item.call.func.attr not in verbs
        ):
            continue
        # Every step on the way must be possible.
        step: Reached | None = item
        while step is not None and can_run(index, step):
            step = step.via
        if step is None:
            yield item


def _is_own_row(index: Index, receiver: Receiver, item: Reached) -> bool:
    func = item.call.func
    if (
        not item.chain
        or not isinstance(func, ast.Attribute)
        or func.attr not in SAVING
        or _is_raw(index, item)
    ):
        return False
    name = func.value.id if isinstance(func.value, ast.Name) else ""
    if (
        isinstance(func.value, ast.Call)
        and dotted(func.value.func) == "super"
        and item.function.name not in SAVING
    ):
        name = next((argument.arg for argument in item.function.node.args.args), "")
    return bool(name) and _is_instance(receiver, item, name)


def _is_own_model(index: Index, receiver: Receiver, item: Reached) -> bool:
    func = item.call.func
    if not isinstance(func, ast.Attribute) or _is_raw(index, item):
        return False
    if item.chain and saves_own(index, receiver, item.function, item.call):
        return dotted(func.value) != "self" or not _is_bound(item.function, "self")
    if not isinstance(func.value, ast.Attribute):
        return False
    if func.attr in SAVING:
        model = model_of(index, item.function, func.value)
        return model is not None and any(
            same_model(index, model.dotted, name) for name in receiver.senders
        )
    return func.attr in SAVING_BY_MANAGER and _is_own_set(index, receiver, item, func.value)


def _is_own_set(index: Index, receiver: Receiver, item: Reached, rows: ast.Attribute) -> bool:
    """Tell whether an attribute holds the sender's rows that point at the row before the dot."""
    owner = model_of(index, item.function, rows.value)
    if owner is None:
        return False
    needles = [f"related_name={quote}{rows.attr}{quote}" for quote in ("'", '"')]
    if rows.attr.endswith("_set"):
        models = filter(None, map(index.model, receiver.senders))
        needles += [field.name for model in models for field in model.fields if field.target]
    return any(
        relation.accessor == rows.attr
        and points_at(index, relation, owner.dotted)
        and any(same_model(index, relation.model, name) for name in receiver.senders)
        for needle in needles
        for relation in relations(index, needle.encode())
    )


def _is_raw(index: Index, item: Reached) -> bool:
    given = any(word.arg == "raw" for word in item.call.keywords)
    return given or sends_nothing(index, item.function, item.call)


def _is_instance(receiver: Receiver, item: Reached | None, name: str) -> bool:
    via = item.via if item is not None else None
    if item is None or via is None:
        return name in names_of(receiver.function, "instance")
    function = item.function
    if _is_bound(function, name):
        return False
    func = via.call.func
    first = [argument.arg for argument in function.node.args.args[:1]]
    decorators = getattr(function.node, "decorator_list", [])
    if function.cls is not None and [name] == first and not decorators:
        return (
            isinstance(func, ast.Attribute)
            and isinstance(func.value, ast.Name)
            and _is_instance(receiver, via, func.value.id)
        )
    return any(
        isinstance(node, ast.Name) and _is_instance(receiver, via, node.id)
        for parameter, node in handed(via.call, function)
        if parameter == name
    )


def _is_bound(function: FunctionRef, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
        for node in walk(function.node)
    )


def _way(item: Reached) -> Iterator[tuple[FunctionRef, ast.Call]]:
    step: Reached | None = item
    while step is not None:
        yield step.function, step.call
        step = step.via


def _is_one_of_many(item: Reached) -> bool:
    """Tell whether a call is in a loop, which ends with the rows, or climbs a relation."""
    func = item.call.func
    climbs = (
        isinstance(func, ast.Attribute)
        and func.attr in SAVING
        and isinstance(func.value, ast.Attribute)
    )
    return climbs or any(enclosing(function, call, _LOOPS) for function, call in _way(item))


def _is_guarded(
    index: Index, receiver: Receiver, item: Reached, given: Mapping[str, object]
) -> bool:
    """Tell whether a condition, ``try`` or decorator may end the recursion; ``raw`` does not."""
    if is_wrapped(receiver):
        return True
    for function, call in _way(item):
        if is_caught(function, call):
            return True
        for condition in conditions(function, call):
            own = function is receiver.function
            decided = (
                own and bool(given) and truth(index, function, condition.test, given) is not None
            )
            if not decided and not (own and lasts(index, receiver, item.call, condition)):
                return True
    return False


def _asks_for_action(function: FunctionRef, call: ast.Call) -> bool:
    return any(
        isinstance(node, ast.Name) and "action" in node.id
        for condition in conditions(function, call)
        for node in walk(condition.test)
    )


def _is_context(node: ast.AST) -> bool:
    items = node.items if isinstance(node, ast.With) else []
    return any(
        "atomic" not in dotted(getattr(item.context_expr, "func", item.context_expr))
        for item in items
    )


def _is_kept_quiet(item: Reached) -> bool:
    """Tell whether a helper disconnects something, or a ``with`` may keep the receiver quiet."""
    return any(_disconnects(helper) for helper in item.chain) or any(
        _is_context(node)
        for function, call in _way(item)
        for node in enclosing(function, call, (ast.With,))
    )


def _disconnects(function: FunctionRef) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr == "disconnect"
        for node in walk(function.node)
    )
