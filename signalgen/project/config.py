"""``[tool.signalgen]`` of pyproject.toml, wrong keys and values by line: ``read_config(text)``."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, cast

from signalgen.errors import Problem, UsageError
from signalgen.facts.signals import SUPPORTED
from signalgen.late import pattern
from signalgen.project.tables import Table, read_toml
from signalgen.values.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from signalgen.values.settings import TestDetail

    Formatter = Literal["black", "ruff", "none"]
    Tests = Literal["unittest", "pytest", "none"]
    Backend = Literal["celery", "django"]

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "formatter": ("black", "ruff", "none"),
    "tests": ("unittest", "pytest", "none"),
    "test_detail": ("brief", "full", "none"),
    "task_backend": ("celery", "django"),
    "target_django": tuple(f"{major}.{minor}" for major, minor in SUPPORTED),
}
_KINDS: Mapping[str, type] = {
    "typed": bool,
    "line_length": int,
    "receivers_module": str,
    "templates": str,
    "recipes": str,
}
_OF_CHECK = frozenset(
    [
        "select",
        "extend_select",
        "ignore",
        "per_file_ignores",
        "baseline",
        "exclude",
        "check",
        "deferring_bases",
        "level",
        "deferring_classes",
    ]
)
"""Keys that the analyser reads itself."""
_SHORTEST, _LONGEST = 40, 320
_MODULE = pattern(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


def read_config(text: str, file: str = "pyproject.toml") -> Settings:
    """Return the settings in the text of a pyproject.toml.

    Raises UsageError with all problems in signalgen's table.
    """
    parsed = read_toml(text)
    if parsed is None:
        if "[tool.signalgen" in text:
            line = _line(text, r"\[tool\.signalgen")
            raise UsageError(
                Problem(file, line, 1, "tool.signalgen", "bad-toml", f"{file} is not valid TOML")
            )
        return Settings()
    values = {
        key.replace("-", "_"): value
        for key, value in parsed.table("tool", "signalgen").values.items()
    }
    problems = [
        problem
        for key, value in values.items()
        if (problem := _problem(text, file, key, value)) is not None
    ]
    if problems:
        raise UsageError(problems)
    return _settings(Table(values))


def _settings(table: Table) -> Settings:
    return Settings(
        formatter=cast("Formatter | None", table.string("formatter")),
        typed=table.boolean("typed"),
        target_django=table.string("target_django"),
        tests=cast("Tests | None", table.string("tests")),
        test_detail=cast("TestDetail | None", table.string("test_detail")),
        task_backend=cast("Backend | None", table.string("task_backend")),
        receivers_module=table.string("receivers_module"),
        templates=table.string("templates"),
        recipes=table.string("recipes"),
        line_length=table.integer("line_length"),
    )


def _problem(text: str, file: str, key: str, value: object) -> Problem | None:
    if key in _OF_CHECK:
        return None
    known = (*_CHOICES, *_KINDS)
    if key not in known:
        near = difflib.get_close_matches(key, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(sorted(known))}"
        return _at(
            text, file, key, "unknown-setting", f"[tool.signalgen] has no setting {key!r}", hint
        )
    expected = _expected(key, value)
    if expected is None:
        return None
    return _at(text, file, key, "bad-setting", f"{key} cannot be {value!r}", f"give {expected}")


def _expected(key: str, value: object) -> str | None:
    choices = _CHOICES.get(key)
    if choices is not None:
        return (
            None if value in choices else "one of " + ", ".join(f'"{choice}"' for choice in choices)
        )
    if type(value) is not _KINDS[key]:
        return {bool: "true or false", int: "a whole number", str: "a text"}[_KINDS[key]]
    if key == "line_length" and isinstance(value, int) and not _SHORTEST <= value <= _LONGEST:
        return f"a number from {_SHORTEST} to {_LONGEST}"
    if key == "receivers_module" and isinstance(value, str) and not _MODULE.fullmatch(value):
        return 'the name of a module inside the app, such as "receivers" or "signals.handlers"'
    return None


def _at(text: str, file: str, key: str, code: str, message: str, hint: str) -> Problem:
    spelling = re.escape(key).replace("_", "[-_]")
    # The key may be quoted, dotted, or spelled with dashes.
    line = _line(text, rf"\s*[\"']?{spelling}[\"']?\s*[.=]") or _line(text, r"\[tool\.signalgen")
    lines = text.splitlines()
    return Problem(
        file, line, 1, f"tool.signalgen.{key}", code, message, hint, lines[line - 1] if line else ""
    )


def _line(text: str, pattern: str) -> int:
    # Within signalgen's table if there is one: other tools have keys of the same names.
    inside = "[tool.signalgen" not in text
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("["):
            inside = line.lstrip().startswith("[tool.signalgen") or "[tool.signalgen" not in text
        if inside and re.match(pattern, line):
            return number
    return 0
