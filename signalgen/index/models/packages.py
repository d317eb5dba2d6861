"""The fields of well-known packages' model classes: ``package_fields``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.facts.modelbases import RELATION_FIELDS
from signalgen.facts.packagefields import PACKAGE_FIELDS
from signalgen.values.index import ModelField

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.values.index import FieldKind

_OPTIONS = {"n": "null", "b": "blank", "d": "default"}
_FILES = ("FileField", "ImageField")


def package_fields(name: str) -> dict[str, ModelField] | None:
    """Return the fields of a class by its dotted name, None for an unknown class."""
    text = PACKAGE_FIELDS.get(name)
    return None if text is None else {field.name: field for field in _fields(text)}


def _fields(text: str) -> Iterator[ModelField]:
    for word in text.split():
        name, kind, flags, to = word.split(":")
        options = {_OPTIONS[flag]: "True" for flag in flags if flag in _OPTIONS}
        relation = RELATION_FIELDS.get(kind)
        if relation is None and to:
            relation = "m2m" if "Manager" in kind else "fk"
        plain: FieldKind = "file" if kind in _FILES else "plain"
        # Blank text may be left out; a relation that is blank but not null may not.
        optional = set(flags) & set("nda") or ("b" in flags and relation is None)
        yield ModelField(
            name,
            kind,
            relation or plain,
            0,
            to=to or None,
            target=to,
            options=options,
            required=not optional and relation != "m2m",
        )
