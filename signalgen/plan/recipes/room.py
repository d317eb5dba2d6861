"""Whether the values that recipes store fit their columns. Entry: ``check_room``.

SQLite stores any value; PostgreSQL and MariaDB refuse a text that is longer than its column, and
with it the save.
"""

from __future__ import annotations

from sys import maxsize
from typing import TYPE_CHECKING

from signalgen.plan.recipes.fields import family
from signalgen.plan.recipes.models import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.plan.context import Context
    from signalgen.values.index import ModelField
    from signalgen.values.project import Model
    from signalgen.values.uses import RoomUse

_USUAL = {"SlugField": 50, "EmailField": 254, "URLField": 200, "FilePathField": 100}
_LENGTHS = {
    "UUIDField": (36, 36),
    "DateField": (10, 10),
    "DateTimeField": (19, 32),
    "TimeField": (8, 15),
    "BooleanField": (4, 5),
    "GenericIPAddressField": (2, 39),
}
"""By class: the shortest and the longest text of a value."""
_ANY = maxsize


def check_room(ctx: Context, use: RoomUse) -> None:
    """Report a column too short for every value that goes there; note one too short for some."""
    model = rows_of(ctx, use.model)
    column = model.field(use.name.text) if model is not None else None
    if model is None or column is None or family(column) != "text":
        return
    room, where = _room(column), f"{column.name} of {model.name}"
    if not room:
        return
    if use.characters > room:
        message = f"{where} has room for {room} characters, and the recipe stores {use.characters}"
        ctx.problem(use.mark, "short-column", message, f"max_length={use.characters} or more")
        return
    for name, least, most in _stored(ctx, use):
        message = f"{where} has room for {room} characters, and {name} "
        if least > room:
            hint = f"max_length={most} or more"
            ctx.problem(use.mark, "short-column", f"{message}has {least} or more", hint)
        elif most > room:
            message += "is of any length" if most == _ANY else f"has up to {most}"
            longer = "longer values are cut" if use.cut else "the database refuses longer values"
            ctx.note(use.mark, "short-column", message, longer)


def _room(field: ModelField) -> int:
    length = field.options.get("max_length", "")
    return int(length) if length.isdecimal() else 0 if length else _USUAL.get(field.type, 0)


def _stored(ctx: Context, use: RoomUse) -> Iterator[tuple[str, int, int]]:
    # Each field that is stored, with the shortest and the longest text that its values may have.
    model = rows_of(ctx, use.source) if use.source is not None else None
    for name in use.fields:
        field = _field(model, name) if model is not None else None
        if field is not None and family(field) == "text":
            chosen = max((len(value) - 2 for _, value in field.choices), default=0)
            yield name, 0, chosen or (_ANY if field.type == "TextField" else _room(field))
        elif field is not None and not field.base:
            yield name, *_LENGTHS.get(field.type, (0, 0))


def _field(model: Model, name: str) -> ModelField | None:
    if name != "pk":
        return model.field(name)
    own = (field for field in model.fields if field.options.get("primary_key") == "True")
    return next(own, None)
