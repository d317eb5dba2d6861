"""The operations that cannot fail on a value of each type. Data only.

A kind is a value's Python type, as far as it matters to a body.
"""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT, NUMBER, FLAG = "text", "number", "flag"
MOMENT, DAY, TIME, SPAN = "moment", "day", "time", "span"
KEY, FILE, DATA, ITEMS, NONE, ANY = "key", "file", "data", "items", "none", "any"
ROW, ROWS, MODEL, CLASS = "row", "rows", "model", "class"
UUID = "uuid"

OF_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("CharField", "TextField", "SlugField", "EmailField", "URLField"), TEXT),
        **dict.fromkeys(("FilePathField", "GenericIPAddressField", "IPAddressField"), TEXT),
        **dict.fromkeys(
            ("IntegerField", "SmallIntegerField", "BigIntegerField", "PositiveIntegerField"), NUMBER
        ),
        **dict.fromkeys(("PositiveSmallIntegerField", "PositiveBigIntegerField"), NUMBER),
        **dict.fromkeys(("FloatField", "DecimalField"), NUMBER),
        "BooleanField": FLAG,
        "NullBooleanField": FLAG,
        "DateTimeField": MOMENT,
        "DateField": DAY,
        "TimeField": TIME,
        "DurationField": SPAN,
        "UUIDField": UUID,
        "JSONField": DATA,
        "FileField": FILE,
        "ImageField": FILE,
    }
)
"""The kind of a field's value, by the last part of its class."""

_TO_TEXT = (
    "strip lstrip rstrip lower upper title capitalize casefold swapcase replace removeprefix "
    "removesuffix zfill center ljust rjust join format"
)
METHODS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        TEXT: {
            **dict.fromkeys(_TO_TEXT.split(), TEXT),
            **dict.fromkeys(("split", "rsplit", "splitlines", "partition", "rpartition"), ITEMS),
            **dict.fromkeys(("startswith", "endswith", "isdigit", "isalpha", "isupper"), FLAG),
            **dict.fromkeys(("count", "find"), NUMBER),
        },
        MOMENT: {
            "date": DAY,
            "time": TIME,
            "isoformat": TEXT,
            "strftime": TEXT,
            "timestamp": NUMBER,
        }
        | {"replace": MOMENT, "weekday": NUMBER, "isoweekday": NUMBER, "astimezone": MOMENT},
        DAY: {"isoformat": TEXT, "strftime": TEXT, "replace": DAY, "weekday": NUMBER}
        | {"isoweekday": NUMBER},
        TIME: {"isoformat": TEXT, "strftime": TEXT},
        SPAN: {"total_seconds": NUMBER},
        "headers": {"get": TEXT},
        DATA: {"get": ANY, "keys": ITEMS, "values": ITEMS, "items": ITEMS, "copy": DATA},
        ITEMS: {"append": NONE, "extend": NONE, "add": NONE, "index": NUMBER, "count": NUMBER}
        | {"update": NONE, "discard": NONE, "sort": NONE, "copy": ITEMS},
    }
)
"""The methods that cannot fail on any value of a kind, and the kind that they return."""

ATTRIBUTES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        MOMENT: dict.fromkeys(["year", "month", "day", "hour", "minute", "second"], NUMBER),
        DAY: dict.fromkeys(["year", "month", "day"], NUMBER),
        TIME: dict.fromkeys(["hour", "minute", "second"], NUMBER),
        SPAN: dict.fromkeys(["days", "seconds"], NUMBER),
        UUID: {"hex": TEXT},
        FILE: {"name": TEXT, "storage": "storage"},
    }
)

FUNCTIONS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("str", "repr", "hex", "chr"), TEXT),
        **dict.fromkeys(("len", "abs", "round", "sum", "max", "min"), NUMBER),
        **dict.fromkeys(("bool", "any", "all", "isinstance", "callable"), FLAG),
        **dict.fromkeys(
            ("list", "tuple", "set", "frozenset", "sorted", "range", "enumerate"), ITEMS
        ),
        **dict.fromkeys(("reversed", "zip"), ITEMS),
        "dict": DATA,
    }
)
"""Python's functions that a body may call on any fitting value."""

STABLE: Mapping[str, str] = MappingProxyType(
    {
        "decimal.Decimal": NUMBER,
        "django.utils.text.slugify": TEXT,
        "django.utils.text.capfirst": TEXT,
        "django.utils.html.escape": TEXT,
        "datetime.timedelta": SPAN,
        "datetime.date": DAY,
        "datetime.datetime": MOMENT,
        "json.dumps": TEXT,
        "math.ceil": NUMBER,
        "math.floor": NUMBER,
        "operator.attrgetter": ANY,
        "django.utils.translation.gettext": TEXT,
        "django.utils.translation.gettext_lazy": TEXT,
    }
)
"""Functions, by import path, that always return the same, and its kind."""

FRESH: Mapping[str, str] = MappingProxyType(
    {
        "django.utils.timezone.now": MOMENT,
        "django.utils.timezone.localtime": MOMENT,
        "django.utils.timezone.localdate": DAY,
        "datetime.datetime.now": MOMENT,
        "datetime.date.today": DAY,
        "uuid.uuid4": UUID,
        "secrets.token_hex": TEXT,
        "secrets.token_urlsafe": TEXT,
        "django.utils.crypto.get_random_string": TEXT,
        "time.time": NUMBER,
        "time.monotonic": NUMBER,
    }
)
"""Functions, by import path, that return a different value each time, and its kind."""

CLOCKS = frozenset(f"django.utils.timezone.{name}" for name in ("now", "localdate"))
"""Functions, by import path, that give about the same if they are called again soon."""

SAMPLES: Mapping[str, str] = MappingProxyType(
    {
        TEXT: '"text"',
        NUMBER: "1",
        FLAG: "True",
        MOMENT: "timezone.now()",
        DAY: "timezone.now().date()",
        SPAN: "timedelta(1)",
        UUID: "uuid4()",
        DATA: '{"key": "value"}',
        FILE: '"file.txt"',
    }
)
"""A true value of each kind, as a test writes it."""

EMPTY: Mapping[str, str] = MappingProxyType(
    {TEXT: '""', NUMBER: "0", FLAG: "False", DATA: "{}", FILE: '""'}
)
"""A false value of each kind."""

DJANGO_SETTINGS = pattern(
    "(?:USE|SECURE|SESSION|CSRF|LANGUAGE|TIME|FORCE|DATA|FILE|PREPEND|APPEND|DATABASES|CACHES|EMAIL"
    "|INSTALLED|MIDDLEWARE|TEMPLATES|STORAGES|TASKS|AUTH|DEFAULT|STATIC|MEDIA|LOGGING|SITE|DEBUG)"
)
"""Prefixes of Django's own settings, which a test should not change."""

SUMS: Mapping[tuple[str, type[ast.operator], str], str] = {
    (TEXT, ast.Add, TEXT): TEXT,
    (TEXT, ast.Mult, NUMBER): TEXT,
    (MOMENT, ast.Add, SPAN): MOMENT,
    (MOMENT, ast.Sub, SPAN): MOMENT,
    (MOMENT, ast.Sub, MOMENT): SPAN,
    (DAY, ast.Add, SPAN): DAY,
    (DAY, ast.Sub, SPAN): DAY,
    (DAY, ast.Sub, DAY): SPAN,
    (ITEMS, ast.Add, ITEMS): ITEMS,
}
"""The kind of the result of an operator on two values."""

EXPRESSIONS = frozenset(
    f"django.db.models{part}"
    for part in (".F", ".Q", ".Value", ".Count", ".Sum", ".Max", ".Min", ".Avg", ".functions.Now")
)
"""Functions, by import path, that the database evaluates."""
