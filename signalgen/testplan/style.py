"""The style of generated tests: ``style_of_tests(...)``, and ``class_name(...)`` in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signalgen.plan.context import Context
    from signalgen.values.settings import TestStyle


def style_of_tests(ctx: Context) -> TestStyle:
    """Return how this app's tests are written."""
    chosen = ctx.project.settings.tests
    if chosen in ("unittest", "pytest"):
        return "pytest" if chosen == "pytest" else "unittest"
    return "pytest" if ctx.project.uses_pytest_django else "unittest"


def class_name(name: str, style: TestStyle) -> str:
    """Return the name of a function's test class; pytest collects names with Test in front."""
    camel = "".join(part[:1].upper() + part[1:] for part in name.split("_"))
    return f"Test{camel}" if style == "pytest" else f"{camel}Tests"
