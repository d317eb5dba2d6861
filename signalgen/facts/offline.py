"""The calls that are known not to reach the database, by resolved name: ``is_offline(name)``.

Any other call may. A name is written as resolved: ``django.core.mail.EmailMessage().send`` is the
method of a message that the body made, ``str.join`` one of a string, ``builtins.len`` a builtin
function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

_RUNNING = (
    "map|filter|eval|exec|compile|breakpoint|input|getattr|hasattr|setattr|delattr|super|__import__"
)
"""Builtins that may run any code: of an argument, a module, or a property of a row."""
_PLAIN = "str|bytes|int|float|complex|bool|list|tuple|dict|set|frozenset"
_CHAINED = (
    r"base64|binascii|calendar|datetime|decimal|fractions|hashlib|hmac|html|httpx|io|ipaddress|json"
    r"|"
    r"locale|logging|math|mimetypes|pathlib|re|requests|secrets|sentry_sdk|smtplib|statistics|"
    r"string|structlog|tempfile|time|unicodedata|urllib|uuid|zipfile|zlib|zoneinfo|dateutil|"
    r"django\.core\.mail|django\.core\.signing|django\.urls|channels\.layers|"
    r"django\.utils\.(?:crypto|dateformat|dateparse|encoding|formats|html|http|safestring|"
    r"text|timesince|timezone|translation)"
)
"""Modules whose values, and their methods' results, are plain data."""
_ONCE = (
    r"collections|contextvars|inspect|os|platform|pprint|random|shutil|subprocess|sys|textwrap|"
    r"traceback|warnings|django\.conf|django\.core\.cache|django\.core\.exceptions|"
    r"django\.core\.files|django\.core\.validators"
)
"""Modules whose calls may return their arguments or stored objects: a row, for example."""
_MATCH = pattern(
    rf"builtins\.(?!(?:{_RUNNING})$)\w+|(?:builtins\.(?:{_PLAIN})\(\)|{_PLAIN})\.\w+"
    r"|(?:str|bytes)(?:\.\w+\(\))+\.\w+"
    rf"|(?:{_CHAINED})(?:\.\w+(?:\(\))?|\[\])*\.\w+|(?:{_ONCE})(?:\.\w+|\[\])*\.\w+"
    r"|copy\.(?:deep)?copy|functools\.(?:partial|wraps)|itertools\.(?:chain|count|cycle|islice"
    r"|repeat)"
    r"|contextlib\.(?:suppress|nullcontext)|threading\.Thread(?:\(\)\.(?:start|join))?"
    r"|asgiref\.sync\.(?:async_to_sync|sync_to_async)|django\.db\.transaction\.on_commit"
    r"|django\.db\.models\.(?:F|Q|Value)|@object\.get_\w+_display"
)
KEEPING: frozenset[str] = frozenset(
    {
        "builtins.callable",
        "builtins.id",
        "builtins.isinstance",
        "builtins.type",
        "builtins.vars",
        "django.db.transaction.on_commit",
        "functools.partial",
    }
)
"""The offline calls that do not convert a row to text."""
CALLING: frozenset[str] = frozenset({"key", "default", "target", "object_hook"})
"""Arguments of such calls that are functions to be called."""
OUTSIDE: frozenset[str] = frozenset(
    {"request", "setting", "template", "db", "class", "init", "autoreload"}
)
"""Families of signals that are not sent around a write, so that no caller's row can be lost.

Those for rows that come into memory (``init``) are sent once for each row of a query.
"""


def is_offline(name: str) -> bool:
    """Return whether a call of ``name``, a resolved name, cannot reach the database."""
    return _MATCH.fullmatch(name) is not None


ANNOTATED: Mapping[str, str] = {word: word for word in _PLAIN.split("|")}
"""The types of signal arguments whose methods are Python's own."""
