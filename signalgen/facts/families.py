"""The kind of a field's values, by its class: ``FAMILIES``. Data only.

The classes are those of Django 6.0, and the date fields of django-model-utils and
django-extensions.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Family = Literal["number", "text", "date", "other"]

_NUMBERS = (
    "IntegerField SmallIntegerField BigIntegerField PositiveIntegerField PositiveSmallIntegerField "
    "PositiveBigIntegerField FloatField DecimalField"
)
_TEXTS = (
    "CharField TextField SlugField EmailField URLField FilePathField CommaSeparatedIntegerField"
)
_OTHERS = "BooleanField NullBooleanField DurationField GenericIPAddressField JSONField UUIDField"

_OF_PACKAGES = (
    "AutoCreatedField AutoLastModifiedField MonitorField CreationDateTimeField "
    "ModificationDateTimeField"
)

FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        **dict.fromkeys(_NUMBERS.split(), "number"),
        **dict.fromkeys(_TEXTS.split(), "text"),
        **dict.fromkeys(("DateField", "DateTimeField", "TimeField"), "date"),
        **dict.fromkeys(_OF_PACKAGES.split(), "date"),
        **dict.fromkeys(_OTHERS.split(), "other"),
    }
)
"""Classes by last name. Text fields store an empty text if a new row has no value."""

FITTING: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "number": frozenset({"number"}),
        "text": frozenset({"text"}),
        "date": frozenset({"date", "text"}),
        "file": frozenset({"file"}),
        "link": frozenset({"fk", "one_to_one"}),
        "m2m": frozenset({"m2m"}),
        "value": frozenset({"number", "text", "date", "other", "file", "column"}),
        "stored": frozenset(
            {"number", "text", "date", "other", "file", "column", "fk", "one_to_one"}
        ),
        "shown": frozenset(
            {"number", "text", "date", "other", "file", "column", "fk", "one_to_one", "generic"}
        ),
        "row": frozenset({"fk", "one_to_one", "generic"}),
    }
)
"""What a recipe may ask of a field, and the families and kinds of fields that it means.

``value`` is a column as a plain value is given to it, so that of a foreign key by its ``_id``;
``stored`` any column, ``shown`` whatever has a text; ``row`` a relation to one row, from either
side.
"""

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "number": ("number", "numbers"),
        "text": ("text field", "text fields"),
        "date": ("date", "dates"),
        "file": ("file field", "file fields"),
        "link": ("foreign key", "foreign keys"),
        "m2m": ("many-to-many field", "many-to-many fields"),
        "value": ("plain value", "plain values"),
        "stored": ("column of its own", "columns"),
        "shown": ("value of one row", "columns"),
        "row": ("relation to one row", "relations to one row"),
    }
)
"""The words for one of each kind, and for several."""
