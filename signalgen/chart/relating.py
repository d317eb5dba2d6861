"""Changes that code makes to many-to-many fields: ``related_change``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.facts.orm import RELATING
from signalgen.flow.reach.readings import reading_of
from signalgen.index.members.reverse import line_of
from signalgen.index.members.rownames import back_of
from signalgen.index.members.targets import target_of
from signalgen.values.listing import Deed

if TYPE_CHECKING:
    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.index.members.rownames import RowNames

ACTIONS = {
    "add": "are added to",
    "remove": "are removed from",
    "clear": "are cleared from",
}
"""The actions that Django sends for a many-to-many field, as a method and in words."""
_CHANGES, _OF = "changes ", " of"


def related_change(index: Index, item: Reached) -> Deed | None:
    """Return the change that a call makes to a many-to-many field, from either side.

    Whether it writes depends on the rows that are related already.
    """
    func = item.call.func
    if not isinstance(func, ast.Attribute) or func.attr not in RELATING:
        return None
    related = func.value
    if not isinstance(related, ast.Attribute) or not (item.call.args or func.attr == "clear"):
        return None
    reading = reading_of(index, item)
    row = reading.what(related.value)
    names = reading.names_of(row) if row is not None and row.kind == "row" else []
    found = _field(index, names[0], related.attr) if len(names) == 1 else None
    if found is None:
        return None
    label, field = found
    return Deed(f"{_CHANGES}{field}{_OF}", label, item.deferred, maybe=True)


def actions_of(call: ast.Call) -> tuple[str, ...]:
    """Return the actions of ``m2m_changed`` that a method of a related manager leads to."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    found = tuple(action for action in ACTIONS if name in (action, f"a{action}"))
    return found or ("remove", "add")


def field_changed(deed: Deed) -> str:
    """Return the many-to-many field that an effect changes, empty for any other effect."""
    verb = deed.verb
    is_change = verb.startswith(_CHANGES) and verb.endswith(_OF)
    return verb.removeprefix(_CHANGES).removesuffix(_OF) if is_change else ""


def _field(index: Index, names: RowNames, attribute: str) -> tuple[str, str] | None:
    """Return the model label and field name behind an attribute of a row."""
    own = names.fields.get(attribute)
    if own is not None:
        has = names.info is not None and own.kind == "m2m"
        return (names.info.label, attribute) if has and names.info is not None else None
    back = back_of(index, names, attribute)
    other = index.models.get(back.model) if back is not None and back.many else None
    if other is None:
        return None
    line = line_of(names.info) if names.info is not None else {names.dotted}
    every = (one for one in other.fields if target_of(index, other, one) in line)
    fields = [one for one in every if one.kind in ("m2m", "fk", "one_to_one")]
    sure = len(fields) == 1 and fields[0].kind == "m2m"
    return (other.label, fields[0].name) if sure else None
