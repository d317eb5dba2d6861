"""Nested tables of configuration, empty if missing or mistyped: ``read_toml``, ``read_ini``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import field

from signalgen.late import dataclass

_MOST_DIGITS = 9
_MOST = 10**_MOST_DIGITS
"""The largest number: larger ones, which Python may refuse to convert, count as this."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a TOML or INI file."""

    values: Mapping[str, object] = field(default_factory=dict)

    def table(self, *keys: str) -> Table:
        """Return the table at the end of a path of keys, an empty one when there is none."""
        values: object = self.values
        for key in keys:
            values = values.get(key) if isinstance(values, Mapping) else None
        return Table(values) if isinstance(values, Mapping) else Table()

    def tables(self, key: str) -> tuple[Table, ...]:
        """Return the tables of a list of tables."""
        value = self.values.get(key)
        items = value if isinstance(value, list) else []
        return tuple(Table(item) for item in items if isinstance(item, Mapping))

    def string(self, key: str) -> str | None:
        """Return a string, None if there is none."""
        value = self.values.get(key)
        return value if isinstance(value, str) else None

    def strings(self, key: str) -> tuple[str, ...]:
        """Return a string or list as a tuple; an INI value splits at commas and line ends."""
        value = self.values.get(key)
        if isinstance(value, str):
            value = [part.strip() for line in value.splitlines() for part in line.split(",")]
        return (
            tuple(item for item in value if isinstance(item, str) and item)
            if isinstance(value, list)
            else ()
        )

    def integer(self, key: str) -> int | None:
        """Return an integer, or one that an INI file holds as text, None if there is none."""
        value = self.values.get(key)
        if isinstance(value, str) and value.strip().isdecimal():
            return int(value.strip()[:_MOST_DIGITS])
        if isinstance(value, bool) or not isinstance(value, int):
            return None
        return int(max(-_MOST, min(value, _MOST)))

    def boolean(self, key: str) -> bool | None:
        """Return a boolean, or one that an INI file holds as text, None if there is none."""
        value = self.values.get(key)
        if isinstance(value, str):
            return {
                "true": True,
                "1": True,
                "yes": True,
                "on": True,
                "false": False,
                "0": False,
                "no": False,
            }.get(value.strip().lower())
        return value if isinstance(value, bool) else None


def read_toml(text: str) -> Table | None:
    """Return the tables of a TOML text, None if it is not TOML (a template of one, say)."""
    if not text.strip():
        return Table()
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return Table(tomllib.loads(text))
    except (ValueError, RecursionError):  # such as a number of thousands of digits
        return None


def read_ini(text: str) -> Table:
    """Return the sections of an INI text, none if invalid; keys have underscores for dashes."""
    if not text.strip():
        return Table()
    import configparser  # hardly any project has INI files

    parser = configparser.RawConfigParser(strict=False, allow_no_value=True, default_section="\0")
    try:
        # An .editorconfig starts with keys that belong to no section.
        parser.read_string(f"[-]\n{text}")
    except (configparser.Error, ValueError):
        return Table()
    return Table(
        {
            name: {key.replace("-", "_"): value or "" for key, value in parser.items(name)}
            for name in parser.sections()
        }
    )
