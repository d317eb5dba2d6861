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
class Literal:
    """An expression and the imports that it needs."""

    code: str
    imports: tuple[ImportNeed, ...] = ()


def plain_value(field: ModelField, *, other: bool = False, unique: bool = False) -> Literal | None:
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
        return Literal("False" if other != (field.options.get("default") == "True") else "True")
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


def _choice(field: ModelField, options: tuple[str, ...], *, other: bool) -> Literal | None:
    if not other:
        return Literal(options[0])
    default = field.options.get("default", options[0]).replace("'", '"')
    return next((Literal(value) for value in options if value not in (default, options[0])), None)


def _length(field: ModelField) -> int | None:
    length = field.options.get("max_length", "")
    return int(length) if length.isdigit() else _LENGTHS.get(field.type)


def _fitting(field: ModelField, kind: str, value: Literal) -> Literal:
    # A text, with its quotes, cut to the length of the field.
    length = _length(field)
    if kind != "text" or length is None or length >= len(value.code) - 2:
        return value
    return Literal(f'{value.code[: length + 1]}"')


def _unique(field: ModelField, kind: str) -> Literal | None:
    if kind == "text":
        length = _length(field)
        return Literal("uuid4().hex" + (f"[:{length}]" if length and length < 32 else ""), (_UUID,))
    number = f"uuid4().int % 10**{_digits(field)}"
    made = {
        "email": Literal('f"{uuid4().hex[:20]}@example.com"', (_UUID,)),
        "url": Literal('f"https://example.com/{uuid4().hex}"', (_UUID,)),
        "file": Literal('f"{uuid4().hex}.txt"', (_UUID,)),
        "int": Literal(number, (_UUID,)),
        "float": Literal(f"float({number})", (_UUID,)),
        "decimal": Literal(f"Decimal({number})", (_UUID, ImportNeed("decimal", "Decimal"))),
        "uuid": Literal("uuid4()", (_UUID,)),
        "date": Literal(
            "date.fromordinal(uuid4().int % 10**6 + 1)", (_UUID, ImportNeed("datetime", "date"))
        ),
        "duration": Literal("timedelta(uuid4().int % 10**6)", (_UUID, _TIMEDELTA)),
        "json": Literal('{"key": uuid4().hex}', (_UUID,)),
        "ip": Literal(
            "str(IPv4Address(uuid4().int % 2**32))", (_UUID, ImportNeed("ipaddress", "IPv4Address"))
        ),
    }
    return made.get(kind)


def _digits(field: ModelField) -> int:
    digits, places = (field.options.get(key, "") for key in ("max_digits", "decimal_places"))
    if digits.isdigit() and places.isdigit():
        return max(min(int(digits) - int(places), 9), 1)
    return _DIGITS.get(field.type, 9)


_VALUES: Mapping[str, tuple[Literal, ...]] = {
    "text": tuple(map(Literal, ('"text"', '"other"', '"another"'))),
    "email": (
        Literal('"somebody@example.com"'),
        Literal('"other@example.com"'),
        Literal('"another@example.com"'),
    ),
    "url": (
        Literal('"https://example.com/"'),
        Literal('"https://example.com/other"'),
        Literal('"https://example.com/another"'),
    ),
    "bool": (Literal("True"), Literal("False")),
    "int": tuple(map(Literal, ("1", "2", "3"))),
    "float": tuple(map(Literal, ("1.0", "2.0", "3.0"))),
    "decimal": tuple(
        Literal(f'Decimal("{number}")', (ImportNeed("decimal", "Decimal"),)) for number in (1, 2, 3)
    ),
    "datetime": (
        Literal("timezone.now()", (_TIMEZONE,)),
        Literal("timezone.now() - timedelta(1)", (_TIMEZONE, _TIMEDELTA)),
    ),
    "date": (
        Literal("timezone.now().date()", (_TIMEZONE,)),
        Literal("timezone.now().date() - timedelta(1)", (_TIMEZONE, _TIMEDELTA)),
    ),
    "time": tuple(Literal(f"time({hour})", (ImportNeed("datetime", "time"),)) for hour in (1, 2)),
    "duration": tuple(Literal(f"timedelta({days})", (_TIMEDELTA,)) for days in (1, 2)),
    "uuid": (Literal("uuid4()", (_UUID,)),) * 2,
    "json": tuple(map(Literal, ("{}", '{"key": 1}'))),
    "list": tuple(map(Literal, ("[]",))),
    "range": tuple(map(Literal, ("(1, 2)", "(1, 3)"))),
    "bytes": tuple(map(Literal, ('b"text"', 'b"other"'))),
    "file": tuple(map(Literal, ('"file.txt"', '"other.txt"'))),
    "image": tuple(map(Literal, ('"image.png"', '"other.png"'))),
    "ip": tuple(map(Literal, ('"127.0.0.1"', '"127.0.0.2"'))),
    "phone": tuple(map(Literal, ('"+12125552368"', '"+12125552369"'))),
    "country": tuple(map(Literal, ('"DE"', '"FR"'))),
    "color": tuple(map(Literal, ('"#ffffff"', '"#000000"'))),
    "digits": tuple(map(Literal, ('"1"', '"2"'))),
    "zone": tuple(map(Literal, ('"UTC"', '"Europe/Berlin"'))),
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
