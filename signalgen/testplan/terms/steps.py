"""The kind of a row's attribute, as far as it matters to a body. Entry: ``step``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from signalgen.late import dataclass
from signalgen.testplan.rows.fieldvalues import is_true
from signalgen.testplan.rows.relations import walk_path

if TYPE_CHECKING:
    from signalgen.plan.context import Context
    from signalgen.values.index import ModelField
    from signalgen.values.project import Model

Use = Literal["field", "key", "row", "rows", "back", "unknown"]
_USES: dict[str, Use] = {
    "fk": "row",
    "one_to_one": "row",
    "m2m": "rows",
    "reverse_fk": "rows",
    "reverse_m2m": "rows",
    "reverse_one_to_one": "back",
}


@dataclass(frozen=True, slots=True)
class UsedAs:
    """One attribute of a row of a model.

    ``field`` is a plain value, ``key`` a primary or foreign key, ``row`` the row that a foreign key
    leads to, ``rows`` a manager of many, ``back`` the one row that points here. ``model`` is the
    model of the row or rows; ``link`` its field that leads back, if any.
    """

    use: Use
    field: ModelField | None = None
    model: Model | None = None
    link: str = ""


def step(ctx: Context, model: Model, name: str) -> UsedAs:
    """Return the kind of the attribute ``name`` on a row of ``model``."""
    found = walk_path(ctx, model, [name])[0]
    field = found.field
    if found.kind == "plain":
        if name in ("pk", "id") or field is None or field.kind in ("fk", "one_to_one"):
            return UsedAs("key", field)
        return UsedAs("key" if is_true(field, "primary_key") else "field", field)
    use = _USES.get(found.kind, "unknown")
    back = field if found.kind in ("reverse_fk", "reverse_one_to_one") else None
    return UsedAs(use, field, found.model, back.name if back is not None else "")
