"""The branches of a receiver: conditions of ``on_*`` bodies, comparisons of ``on_change``.

``plan_branches(...)`` and ``plan_changes(...)`` are the entries.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from signalgen.facts.signals import M2M_ACTIONS
from signalgen.late import dataclass
from signalgen.syntax import binds_loosely, single_if
from signalgen.values.plan import Branch, FieldChange
from signalgen.values.spec import watched

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from signalgen.plan.handlers.body import Piece
    from signalgen.plan.names.references import Sender
    from signalgen.plan.signals.listening import SignalUse
    from signalgen.values.project import Model
    from signalgen.values.spec import HandlerSpec


def plan_branches(
    handler: HandlerSpec, uses: Sequence[SignalUse], pieces: Sequence[Piece]
) -> tuple[tuple[Branch, ...], set[str]]:
    """Return the branches in the order of their tests, and the arguments they read."""
    by_key = {piece.key: piece for piece in pieces}
    if uses[0].family == "m2m":
        return _actions(by_key)
    yes, no, needed = _row_conditions(handler, uses, pieces)
    new = [Branch(p.key, yes, p.text) for p in pieces if p.key == "on_create"]
    old = [Branch(p.key, no, p.text) for p in pieces if p.key in ("on_update", "implementation")]
    # ``is not None`` reads better first, and type checkers learn more from it.
    ordered = [*old, *new] if no == "original is not None" else [*new, *old]
    if not ordered:
        return (), set()
    if new and old:
        ordered[-1] = replace(ordered[-1], condition="")
    return _join_single_if(ordered), needed


def _row_conditions(
    handler: HandlerSpec, uses: Sequence[SignalUse], pieces: Sequence[Piece]
) -> tuple[str, str, set[str]]:
    # ``pk`` does not show whether a row is new: a primary key with a default is set before the
    # first save.
    if any(use.name == "post_save" for use in uses):
        return "created", "not created", {"created"}
    if wants_original(handler, pieces):
        return "original is None", "original is not None", set()
    return "instance._state.adding", "not instance._state.adding", set()


def _actions(by_key: Mapping[str, Piece]) -> tuple[tuple[Branch, ...], set[str]]:
    # Adding rows that are already related sends an empty ``pk_set``: nothing was added.
    found = [
        (key, action, by_key[key].text) for key, action in M2M_ACTIONS.items() if key in by_key
    ]
    branches: list[Branch] = []
    for code, group in groupby(found, key=lambda item: item[2]):
        same = list(group)
        branches.append(
            Branch(same[0][0], _action_condition([(key, action) for key, action, _ in same]), code)
        )
    adds = any(key in by_key for key in _ADDS)
    return _join_single_if(branches), {"pk_set"} if adds else set()


_ADDS = ("on_pre_add", "on_add")


def _action_condition(actions: Sequence[tuple[str, str]]) -> str:
    adding = [f'action == "{action}" and pk_set' for key, action in actions if key in _ADDS]
    plain = [f'"{action}"' for key, action in actions if key not in _ADDS]
    if not plain and len(adding) == 1:
        return adding[0]
    parts = [f"({condition})" for condition in adding]
    if plain:
        parts.append(
            f"action == {plain[0]}" if len(plain) == 1 else f"action in ({', '.join(plain)})"
        )
    return " or ".join(parts)


def _join_single_if(branches: list[Branch]) -> tuple[Branch, ...]:
    # A lone ``if`` in the last branch joins the branch's condition; under ``else`` it becomes
    # ``elif``.
    if not branches:
        return ()
    last = branches[-1]
    inner = single_if(last.code)
    if inner is not None and not last.condition:
        branches[-1] = replace(last, condition=inner[0], code=inner[1])
    elif inner is not None:
        test, code = inner
        outer = f"({last.condition})" if " or " in last.condition else last.condition
        test = f"({test})" if binds_loosely(test) and not test.startswith("(\n") else test
        branches[-1] = replace(last, condition=f"{outer} and {test}", code=code)
    return tuple(branches)


def wants_original(handler: HandlerSpec, pieces: Sequence[Piece]) -> bool:
    """Tell whether the receiver binds ``original``, the stored row."""
    return any(
        piece.key == "implementation"
        or (piece.key == "on_update" and "original" in piece.used and is_pre_save(handler))
        for piece in pieces
    )


def is_pre_save(handler: HandlerSpec) -> bool:
    """Tell whether the handler listens to pre_save."""
    return any(ref.text.rpartition(".")[2] == "pre_save" for ref in handler.signals)


@dataclass(frozen=True, slots=True)
class FieldChanges:
    """The ``on_change`` branches, the fields they compare, the key of the stored values."""

    changes: tuple[FieldChange, ...] = ()
    fields: tuple[str, ...] = ()
    remembered: str = ""


def plan_changes(
    handler: HandlerSpec,
    uses: Sequence[SignalUse],
    senders: Sequence[Sender],
    pieces: Sequence[Piece],
) -> FieldChanges:
    """Return what ``on_change`` needs.

    After a save the old values are gone, so a companion receiver keeps them before it.
    """
    changes: list[FieldChange] = []
    for piece in pieces:
        if piece.key.startswith("on_change."):
            name = piece.key.removeprefix("on_change.")
            if len(several := watched(name)) > 1:
                group = tuple((one, _column(senders, one)) for one in several)
                changes.append(
                    FieldChange("", piece.text, uses_old=False, uses_new=False, group=group)
                )
                continue
            old, new = "old" in piece.used, "new" in piece.used
            saved_as = saved_names(senders, name)
            changes.append(FieldChange(_column(senders, name), piece.text, old, new, saved_as))
    if not changes:
        return FieldChanges()
    remembered = f"_{handler.name}_before" if any(use.name == "post_save" for use in uses) else ""
    fields = tuple(dict.fromkeys(name for change in changes for name in change.columns))
    return FieldChanges(_hinted(changes, remembered=bool(remembered)), fields, remembered)


def _hinted(changes: Sequence[FieldChange], *, remembered: bool) -> tuple[FieldChange, ...]:
    # Where several fields assign ``old`` and ``new``, type checkers must accept any value for them;
    # those of remembered values are untyped anyway.
    olds = [] if remembered else [change.field for change in changes if change.uses_old]
    news = [change.field for change in changes if change.uses_new]
    first_old, first_new = (fields[0] if len(fields) > 1 else None for fields in (olds, news))
    return tuple(
        replace(
            change,
            old_hint=": Any" if change.field == first_old else "",
            new_hint=": Any" if change.field == first_new else "",
        )
        for change in changes
    )


def _column(senders: Sequence[Sender], name: str) -> str:
    # ``customer_id`` for a foreign key: the stored value without a query.
    return saved_names(senders, name)[-1]


def saved_names(senders: Sequence[Sender], name: str) -> tuple[str, ...]:
    """Return the names of a field in ``save(update_fields=...)``.

    A foreign key may go by its own name or its column's.
    """
    models: list[Model] = [sender.model for sender in senders if sender.model is not None]
    plain = name.removesuffix("_id")
    for known in (name, plain):
        fields = [field for model in models if (field := model.field(known)) is not None]
        if any(field.kind in ("fk", "one_to_one") for field in fields):
            return known, f"{known}_id"
    return (name,)
