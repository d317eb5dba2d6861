"""Lookups through relations: finds the step of ``author__profile__city`` that does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from signalgen.facts.rownames import COMPARISONS, TRANSFORMS
from signalgen.flow.rows.spelling import likely
from signalgen.index.members.added import is_added
from signalgen.index.members.rownames import accessors as every_accessor
from signalgen.index.members.rownames import (
    back_of,
    gives,
    may_have,
    queried,
    query_back_of,
    row_names,
)
from signalgen.index.members.targets import settled, target_of

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.index.members.rownames import RowNames
    from signalgen.values.index import ModelField

_TWO = 2
_RELATIONS = ("fk", "one_to_one", "m2m")
_SUMMED = frozenset({"count", "sum", "avg", "max", "min", "stddev", "variance", "pk", "id"})


class Missing(NamedTuple):
    """What a model does not have, as a sentence, and what was probably meant."""

    message: str
    near: str


def missing(index: Index, names: RowNames, path: str, *, accessors: bool = False) -> Missing | None:
    """Return the first step of a lookup that is certainly wrong, None if there is none.

    ``accessors``: the steps are attributes of rows, as ``prefetch_related`` takes them.
    """
    here: RowNames | None = names
    parts = path.split("__")
    for at, part in enumerate(parts):
        if here is None or not part:
            return None
        rest = parts[at + 1 :]
        field = here.fields.get(part)
        if field is None and _is_key(here, part):
            return _ending(index, f"{here.name}.{part}", COMPARISONS, rest)
        if field is not None and field.kind not in _RELATIONS:
            return _of_field(index, here, field, rest)
        if field is not None:
            # Where the last step leads need not be known.
            if not rest or rest[0] in COMPARISONS:
                return None
            here = _target(index, here, field)
            continue
        back = (back_of if accessors else query_back_of)(index, here, part)
        if back is not None:
            here = row_names(index, back.model)
            continue
        found = _unknown(index, here, part, first=at == 0, accessors=accessors)
        return found or _split(index, here, parts[at:])
    return None


def _split(index: Index, names: RowNames, rest: list[str]) -> Missing | None:
    """Tell whether a field's own underscore was doubled: ``display__name`` for ``display_name``."""
    whole = "_".join(rest[:2])
    if len(rest) < _TWO or may_have(index, names, rest[0]):
        return None
    if whole not in names.fields or gives(index, names, rest[0]) or is_added(index, rest[0]):
        return None
    return Missing(f"{names.name} has no field {rest[0]!r}", whole)


def _is_key(names: RowNames, part: str) -> bool:
    """Tell whether a step is a key: a relation's, or the one that Django adds itself."""
    relation = names.fields.get(part.removesuffix("_id")) if part.endswith("_id") else None
    if relation is not None:
        return relation.kind in _RELATIONS
    own = any(field.options.get("primary_key") == "True" for field in names.fields.values())
    return part in ("pk", "id") and not own and not _has_parent(names)


def _has_parent(names: RowNames) -> bool:
    return names.info is not None and any(not item.abstract for item in names.info.parents)


def _target(index: Index, names: RowNames, field: ModelField) -> RowNames | None:
    if names.info is not None:
        name = target_of(index, names.info, field)
    else:
        name = settled(index, field.target)
    return row_names(index, name) if name else None


def _of_field(index: Index, names: RowNames, field: ModelField, rest: list[str]) -> Missing | None:
    # Only where the field is Django's own are all its lookups known.
    kind = field.type.rpartition(".")[2]
    if field.base or kind not in TRANSFORMS:
        return None
    return _ending(index, f"{names.name}.{field.name}", COMPARISONS | TRANSFORMS[kind], rest)


def _ending(index: Index, written: str, allowed: frozenset[str], rest: list[str]) -> Missing | None:
    word = rest[0] if rest else ""
    if not word or word in allowed | _SUMMED:
        return None
    near = likely(word, allowed, shortest=2)
    if not near or is_added(index, word):  # the name of a lookup of the project is a text
        return None
    return Missing(f"{written} has no lookup {word!r}", near)


def _unknown(
    index: Index, names: RowNames, part: str, *, first: bool, accessors: bool
) -> Missing | None:
    if part in names.told or (not first and part in COMPARISONS | _SUMMED):
        return None
    if may_have(index, names, part) or gives(index, names, part):
        return None
    other = (query_back_of if accessors else back_of)(index, names, part)
    if other is not None:  # ``line_set`` for ``line``, or the other way round
        near = other.accessor if accessors else other.query
    elif is_added(index, part):
        return None
    else:
        near = likely(part, _fields(index, names, accessors=accessors))
    if near:
        return Missing(f"{names.name} has no field {part!r}", near)
    # What follows a relation may also compare it.
    ending = None if first or accessors else _ending(index, names.name, COMPARISONS, [part])
    return ending._replace(message=f"{names.name} has no lookup {part!r}") if ending else None


def _fields(index: Index, names: RowNames, *, accessors: bool) -> set[str]:
    keys = {f"{name}_id" for name, field in names.fields.items() if field.kind in _RELATIONS}
    backwards = (every_accessor if accessors else queried)(index, names)
    return {*names.fields, *keys, *(name for name in backwards if not gives(index, names, name))}
