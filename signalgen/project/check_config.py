"""The analyser's part of ``[tool.signalgen]``: ``check_settings(pyproject)`` is the entry."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from signalgen.errors import Problem, UsageError
from signalgen.late import dataclass
from signalgen.values.check import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.project.tables import Table
    from signalgen.values.check import Severity


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """The settings of ``signalgen check`` in pyproject.toml; empty if not set."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    baseline: str | None = None
    deferring_bases: tuple[str, ...] = ()
    level: Severity = "warning"


def check_settings(pyproject: Table, file: str = "pyproject.toml") -> CheckSettings:
    """Return the settings of the analyser. Raises UsageError with all their problems."""
    table = pyproject.table("tool", "signalgen")
    values = {key.replace("-", "_"): value for key, value in table.values.items()}
    problems = [
        _problem(file, key, "a list of texts")
        for key in ("select", "extend_select", "ignore", "exclude", "deferring_bases")
        if key in values and not _is_texts(values[key])
    ]
    ignores = values.get("per_file_ignores", {})
    if not isinstance(ignores, dict) or not all(_is_texts(item) for item in ignores.values()):
        problems.append(
            _problem(file, "per-file-ignores", "a table of path patterns and lists of codes")
        )
    if "baseline" in values and not isinstance(values["baseline"], str):
        problems.append(_problem(file, "baseline", "the path of a file"))
    level = next((one for one in SEVERITIES if one == values.get("level", "warning")), None)
    if level is None:
        problems.append(_problem(file, "level", f"one of {', '.join(SEVERITIES)}"))
    if problems or level is None:
        raise UsageError(problems)
    baseline = values.get("baseline")
    return CheckSettings(
        select=_texts(values.get("select")),
        extend_select=_texts(values.get("extend_select")),
        ignore=_texts(values.get("ignore")),
        per_file_ignores={str(key): _texts(item) for key, item in ignores.items()}
        if isinstance(ignores, dict)
        else {},
        exclude=_texts(values.get("exclude")),
        deferring_bases=_texts(values.get("deferring_bases")),
        baseline=baseline if isinstance(baseline, str) else None,
        level=level,
    )


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _problem(file: str, key: str, expected: str) -> Problem:
    message = f"{key} of [tool.signalgen] is not {expected}"
    return Problem(file, 0, 0, f"tool.signalgen.{key}", "bad-setting", message, f"give {expected}")
