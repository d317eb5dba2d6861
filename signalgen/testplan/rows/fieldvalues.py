"""Valid values for a field, as Python expressions, by its type. Entry: ``plain_value``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import pattern
from signalgen.values.fragment import ImportNeed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.values.index import ModelField

_IMPORTS = {
    "uuid4": "uuid",
    "timezone": "django.utils",
    "timedelta": "datetime",
    "date": "datetime",
    "time": "datetime",
    "Decimal": "decimal",
    "IPv4Address": "ipaddress",
}
_NAME = pattern(rf'(?<![.\w"])(?:{"|".join(_IMPORTS)})(?=[.(])')
_CHANGELESS = ("auto_now", "auto_now_add", "primary_key")
_LENGTHS = {"SlugField": 50, "EmailField": 254}
_SMALL = ("SmallIntegerField", "PositiveSmallIntegerField")


def plain_value(field: ModelField, *, other: bool = False, unique: bool = False) -> str | None:
    """Return a value for a field that is not a relation, None if its type is unknown.

    ``other``: one that differs from the field's default and from the value without ``other``.
    ``unique``: one that differs each time.
    """
    kind = _KINDS.get(field.type) or _KINDS.get(field.base)
    if other and any(is_true(field, option) for option in _CHANGELESS):
        return None
    if field.choices:
        return _choice(field, other=other)
    if kind is None:
        return None
    if kind in _UNIQUE and (unique or is_true(field, "unique") or is_true(field, "primary_key")):
        return _unique(field, kind)
    default = field.options.get("default", "").replace("'", '"')
    if kind == "bool":
        current = default == "True" if default else field.required
        return "False" if other and current else "True"
    first, *others = (_fitting(field, kind, value) for value in _VALUES[kind])
    return next((value for value in others if value != default), None) if other else first


def imports_of(code: str) -> tuple[ImportNeed, ...]:
    """Return the imports that an expression of ``plain_value`` needs."""
    return tuple(ImportNeed(_IMPORTS[name], name) for name in sorted({*_NAME.findall(code)}))


def is_true(field: ModelField, option: str) -> bool:
    """Tell whether an option of a field is True."""
    return field.options.get(option) == "True"


def _choice(field: ModelField, *, other: bool) -> str | None:
    first = field.choices[0][1]
    if not other:
        return first
    default = field.options.get("default", first).replace("'", '"')
    name = default.removesuffix(".value").rpartition(".")[2]
    current = next((value for member, value in field.choices if member == name), default)
    return next((value for _, value in field.choices if value != current), None)


def _length(field: ModelField) -> int | None:
    length = field.options.get("max_length", "")
    return int(length) if length.isdigit() else _LENGTHS.get(field.type)


def _fitting(field: ModelField, kind: str, value: str) -> str:
    # A text, with its quotes, cut to the length of the field.
    length = _length(field)
    fits = kind != "text" or length is None or length >= len(value) - 2
    return value if fits else f'{value[: (length or 0) + 1]}"'


def _unique(field: ModelField, kind: str) -> str:
    length = _length(field)
    cut = f"[:{length}]" if length and length < 32 else ""
    digits, places = (field.options.get(key, "") for key in ("max_digits", "decimal_places"))
    room = int(digits) - int(places) if digits.isdigit() and places.isdigit() else 9
    number = 4 if field.type in _SMALL else max(min(room, 9), 1)
    return _UNIQUE[kind].replace("[cut]", cut).replace("[digits]", f"{number}")


_UNIQUE = {
    "text": "uuid4().hex[cut]",
    "email": 'f"{uuid4().hex[:20]}@example.com"',
    "url": 'f"https://example.com/{uuid4().hex}"',
    "file": 'f"{uuid4().hex}.txt"',
    "int": "uuid4().int % 10**[digits]",
    "float": "float(uuid4().int % 10**[digits])",
    "decimal": "Decimal(uuid4().int % 10**[digits])",
    "date": "date.fromordinal(uuid4().int % 10**6 + 1)",
    "duration": "timedelta(uuid4().int % 10**6)",
    "json": '{"key": uuid4().hex}',
    "ip": "str(IPv4Address(uuid4().int % 2**32))",
}
"""Values that differ each time; ``[cut]`` and ``[digits]`` are the room in the field."""

_VALUES: Mapping[str, tuple[str, ...]] = {
    "text": ('"text"', '"other"', '"another"'),
    "email": ('"somebody@example.com"', '"other@example.com"', '"another@example.com"'),
    "url": ('"https://example.com/"', '"https://example.com/other"'),
    "int": ("1", "2", "3"),
    "float": ("1.0", "2.0", "3.0"),
    "decimal": ('Decimal("1")', 'Decimal("2")', 'Decimal("3")'),
    "datetime": ("timezone.now()", "timezone.now() - timedelta(1)"),
    "date": ("timezone.now().date()", "timezone.now().date() - timedelta(1)"),
    "time": ("time(1)", "time(2)", "time(3)"),
    "duration": ("timedelta(1)", "timedelta(2)", "timedelta(3)"),
    "uuid": ("uuid4()", "uuid4()"),
    "json": ("{}", '{"key": 1}'),
    "list": ("[]",),
    "range": ("(1, 2)", "(1, 3)"),
    "bytes": ('b"text"', 'b"other"'),
    "file": ('"file.txt"', '"other.txt"'),
    "image": ('"image.png"', '"other.png"'),
    "ip": ('"127.0.0.1"', '"127.0.0.2"', '"127.0.0.3"'),
    "phone": ('"+12125552368"', '"+12125552369"'),
    "country": ('"DE"', '"FR"', '"IT"'),
    "color": ('"#ffffff"', '"#000000"', '"#999999"'),
    "digits": ('"1"', '"2"', '"3"'),
    "zone": ('"UTC"', '"Europe/Berlin"'),
}
"""Values of each kind: the first for a new row, the others for changes."""

_TYPES = {
    "text": "CharField TextField SlugField CICharField CITextField RichTextField HTMLField "
    "RichTextUploadingField MarkdownField MarkdownxField MarkupField MartorField CKEditor5Field "
    "SplitField EncryptedCharField EncryptedTextField FilePathField",
    "email": "EmailField CIEmailField EncryptedEmailField",
    "url": "URLField",
    "bool": "BooleanField NullBooleanField",
    "int": "IntegerField SmallIntegerField BigIntegerField PositiveIntegerField "
    "PositiveSmallIntegerField PositiveBigIntegerField",
    "float": "FloatField",
    "decimal": "DecimalField MoneyField",
    "datetime": "DateTimeField MonitorField",
    "date": "DateField",
    "time": "TimeField",
    "duration": "DurationField",
    "uuid": "UUIDField",
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
_KINDS = {name: kind for kind, names in _TYPES.items() for name in names.split()}
"""The kind of value of each field class, by its last name."""
