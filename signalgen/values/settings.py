"""``Settings`` of pyproject.toml, apart from ``values.project``: the analyser loads less."""

from __future__ import annotations

from typing import Literal

from signalgen.late import dataclass

TestStyle = Literal["unittest", "pytest"]
"""The test runner that generated tests are written for."""
TestDetail = Literal["brief", "full", "none"]
"""How detailed generated tests are; ``none``: no tests are generated."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``[tool.signalgen]`` of pyproject.toml; unset values are None or empty."""

    formatter: Literal["black", "ruff", "none"] | None = None
    typed: bool | None = None
    target_django: str | None = None
    tests: Literal["unittest", "pytest", "none"] | None = None
    test_detail: TestDetail | None = None
    task_backend: Literal["celery", "django"] | None = None
    receivers_module: str | None = None
    templates: str | None = None
    recipes: str | None = None
    line_length: int | None = None
