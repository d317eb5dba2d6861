"""``[tool.signalgen]`` of pyproject.toml; apart from ``values.project``, of which the analyser needs nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TestStyle = Literal["unittest", "pytest"]
"""The test runner that generated tests are written for."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``[tool.signalgen]`` of pyproject.toml, each None or empty when it is not set."""

    formatter: Literal["black", "ruff", "none"] | None = None
    typed: bool | None = None
    target_django: str | None = None
    tests: Literal["unittest", "pytest", "none"] | None = None
    task_backend: Literal["celery", "django"] | None = None
    receivers_module: str | None = None
    templates: str | None = None
    recipes: str | None = None
    line_length: int | None = None
