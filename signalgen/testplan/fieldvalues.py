"""Values that a field takes, as Python expressions, by its type. Entry: ``plain_value``."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from signalgen.syntax import string_literal
from signalgen.values.fragment import ImportNeed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.values.index import ModelField

_UUID = ImportNeed("uuid", "uuid4")
_TIMEZONE = ImportNeed("django.utils", "timezone")
_TIMEDELTA = ImportNeed("datetime", "timedelta")
_LENGTHS = {"SlugField": 50, "EmailField": 254}
# Digits that a number of each type certainly has room for.
_DIGITS = {"SmallIntegerField": 4, "PositiveSmallIntegerField": 4}


@dataclass(frozen=True, slots=True)
class PlainValue:
    """An expression and the imports that it needs."""

    code: str
    imports: tuple[ImportNeed, ...] = ()


def plain_value(
    field: ModelField, *, other: bool = False, unique: bool = False
) -> PlainValue | None:
    """Return a value for a field that is no relation, None where its type is unknown.

    ``other``: one that differs from the field's default and from what is given without ``other``.
    ``unique``: one that differs each time.
    """
    options = literal_choices(field)
    if options:
        return _choice(field, options, other=other)
    kind = _KINDS.get(field.type)
    if kind is None:
        return None
    if unique or "True" in (field.options.get("unique"), field.options.get("primary_key")):
        return _unique(field, kind) or _VALUES[kind][0]
    if kind == "bool":
        return PlainValue("False" if other != (field.options.get("default") == "True") else "True")
    first, *others = (_fitting(field, kind, value) for value in _VALUES[kind])
    if not other:
        return first
    default = field.options.get("default")
    return next((value for value in others if value.code != default), None)


def literal_choices(field: ModelField) -> tuple[str, ...]:
    """Return the values that a field's ``choices`` list, as Python literals."""
    try:
        listed = ast.literal_eval(field.options.get("choices", "()"))
        return tuple(
            string_literal(value) if isinstance(value, str) else repr(value) for value, _ in listed
        )
    except (ValueError, TypeError, SyntaxError):
        return ()


def _choice(field: ModelField, options: tuple[str, ...], *, other: bool) -> PlainValue | None:
    if not other:
        return PlainValue(options[0])
    default = field.options.get("default", options[0]).replace("'", '"')
    return next(
        (PlainValue(value) for value in options if value not in (default, options[0])), None
    )


def _length(field: ModelField) -> int | None:
    length = field.options.get("max_length", "")
    return int(length) if length.isdigit() else _LENGTHS.get(field.type)


def _fitting(field: ModelField, kind: str, value: PlainValue) -> PlainValue:
    # A text, with its quotes, cut to the length of the field.
    length = _length(field)
    if kind != "text" or length is None or length >= len(value.code) - 2:
        return value
    return PlainValue(f'{value.code[: length + 1]}"')


def _unique(field: ModelField, kind: str) -> PlainValue | None:
    if kind == "text":
        length = _length(field)
        return PlainValue(
            "uuid4().hex" + (f"[:{length}]" if length and length < 32 else ""), (_UUID,)
        )
    number = f"uuid4().int % 10**{_digits(field)}"
    made = {
        "email": PlainValue('f"{uuid4().hex[:20]}@example.com"', (_UUID,)),
        "url": PlainValue('f"https://example.com/{uuid4().hex}"', (_UUID,)),
        "file": PlainValue('f"{uuid4().hex}.txt"', (_UUID,)),
        "int": PlainValue(number, (_UUID,)),
        "float": PlainValue(f"float({number})", (_UUID,)),
        "decimal": PlainValue(f"Decimal({number})", (_UUID, ImportNeed("decimal", "Decimal"))),
        "uuid": PlainValue("uuid4()", (_UUID,)),
        "date": PlainValue(
            "date.fromordinal(uuid4().int % 10**6 + 1)", (_UUID, ImportNeed("datetime", "date"))
        ),
        "duration": PlainValue("timedelta(uuid4().int % 10**6)", (_UUID, _TIMEDELTA)),
        "json": PlainValue('{"key": uuid4().hex}', (_UUID,)),
        "ip": PlainValue(
            "str(IPv4Address(uuid4().int % 2**32))", (_UUID, ImportNeed("ipaddress", "IPv4Address"))
        ),
    }
    return made.get(kind)


def _digits(field: ModelField) -> int:
    digits, places = (field.options.get(key, "") for key in ("max_digits", "decimal_places"))
    if digits.isdigit() and places.isdigit():
        return max(min(int(digits) - int(places), 9), 1)
    return _DIGITS.get(field.type, 9)


_VALUES: Mapping[str, tuple[PlainValue, ...]] = {
    "text": tuple(map(PlainValue, ('"text"', '"other"', '"another"'))),
    "email": (
        PlainValue('"somebody@example.com"'),
        PlainValue('"other@example.com"'),
        PlainValue('"another@example.com"'),
    ),
    "url": (
        PlainValue('"https://example.com/"'),
        PlainValue('"https://example.com/other"'),
        PlainValue('"https://example.com/another"'),
    ),
    "bool": (PlainValue("True"), PlainValue("False")),
    "int": tuple(map(PlainValue, ("1", "2", "3"))),
    "float": tuple(map(PlainValue, ("1.0", "2.0", "3.0"))),
    "decimal": tuple(
        PlainValue(f'Decimal("{number}")', (ImportNeed("decimal", "Decimal"),))
        for number in (1, 2, 3)
    ),
    "datetime": (
        PlainValue("timezone.now()", (_TIMEZONE,)),
        PlainValue("timezone.now() - timedelta(1)", (_TIMEZONE, _TIMEDELTA)),
    ),
    "date": (
        PlainValue("timezone.now().date()", (_TIMEZONE,)),
        PlainValue("timezone.now().date() - timedelta(1)", (_TIMEZONE, _TIMEDELTA)),
    ),
    "time": tuple(
        PlainValue(f"time({hour})", (ImportNeed("datetime", "time"),)) for hour in (1, 2)
    ),
    "duration": tuple(PlainValue(f"timedelta({days})", (_TIMEDELTA,)) for days in (1, 2)),
    "uuid": (PlainValue("uuid4()", (_UUID,)),) * 2,
    "json": tuple(map(PlainValue, ("{}", '{"key": 1}'))),
    "list": tuple(map(PlainValue, ("[]",))),
    "range": tuple(map(PlainValue, ("(1, 2)", "(1, 3)"))),
    "bytes": tuple(map(PlainValue, ('b"text"', 'b"other"'))),
    "file": tuple(map(PlainValue, ('"file.txt"', '"other.txt"'))),
    "image": tuple(map(PlainValue, ('"image.png"', '"other.png"'))),
    "ip": tuple(map(PlainValue, ('"127.0.0.1"', '"127.0.0.2"'))),
    "phone": tuple(map(PlainValue, ('"+12125552368"', '"+12125552369"'))),
    "country": tuple(map(PlainValue, ('"DE"', '"FR"'))),
    "color": tuple(map(PlainValue, ('"#ffffff"', '"#000000"'))),
    "digits": tuple(map(PlainValue, ('"1"', '"2"'))),
    "zone": tuple(map(PlainValue, ('"UTC"', '"Europe/Berlin"'))),
}
"""Values of each kind: the first for a new row, the rest to change it to."""

_TYPES = {
    "text": "CharField TextField SlugField CICharField CITextField RichTextField HTMLField "
    "RichTextUploadingField MarkdownField MarkdownxField MartorField CKEditor5Field SplitField "
    "EncryptedCharField EncryptedTextField FilePathField StatusField",
    "email": "EmailField CIEmailField EncryptedEmailField",
    "url": "URLField",
    "bool": "BooleanField NullBooleanField",
    "int": "IntegerField SmallIntegerField BigIntegerField PositiveIntegerField "
    "PositiveSmallIntegerField PositiveBigIntegerField",
    "float": "FloatField",
    "decimal": "DecimalField",
    "datetime": "DateTimeField MonitorField",
    "date": "DateField",
    "time": "TimeField",
    "duration": "DurationField",
    "uuid": "UUIDField ShortUUIDField",
    "json": "JSONField HStoreField",
    "list": "ArrayField",
    "range": "IntegerRangeField BigIntegerRangeField DecimalRangeField",
    "bytes": "BinaryField",
    "file": "FileField",
    "image": "ImageField ThumbnailerImageField ProcessedImageField ThumbnailerField",
    "ip": "GenericIPAddressField IPAddressField",
    "phone": "PhoneNumberField",
    "country": "CountryField",
    "color": "ColorField",
    "digits": "CommaSeparatedIntegerField",
    "zone": "TimeZoneField",
}
_KINDS: Mapping[str, str] = {name: kind for kind, names in _TYPES.items() for name in names.split()}
"""The kind of value of each field class, by its last name."""
