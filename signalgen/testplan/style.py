"""The style of generated tests: ``style_of_tests(...)``, and ``class_name(...)`` in it."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.plan.context import Context
    from signalgen.values.settings import TestStyle


def style_of_tests(ctx: Context) -> TestStyle:
    """Return the style for this app's tests: its own, otherwise the project's.

    Both runners collect a TestCase, so that is the default: an installed pytest proves nothing.
    TestCases of earlier runs stay TestCases.
    """
    chosen, testing = ctx.project.settings.tests, ctx.project.testing
    if chosen in ("unittest", "pytest"):
        return "pytest" if chosen == "pytest" else "unittest"
    named = not testing.functions or _collects(testing.functions, "test_on_create")
    if not (testing.pytest_django and named):
        return "unittest"
    made = {path for key, path in ctx.places.items() if key.startswith("test:")}
    styles = ctx.app.test_styles
    if any(styles.get(path) == "unittest" for path in made):
        return "unittest"
    own = [style for path, style in styles.items() if path not in made]
    if own:
        return "pytest" if own.count("pytest") * 2 > len(own) else "unittest"
    return ctx.project.test_style or ("pytest" if testing.pytest else "unittest")


def class_name(name: str, style: TestStyle, classes: Sequence[str] = ()) -> str:
    """Return the name of a function's test class.

    ``classes`` are pytest's ``python_classes``, the names that it collects; by default those that
    begin with Test. It collects a TestCase of any name.
    """
    camel = "".join(part[:1].upper() + part[1:] for part in name.split("_"))
    if style == "unittest":
        return f"{camel}Tests"
    usual = (f"Test{camel}", f"{camel}Tests", f"{camel}Test", f"{camel}TestCase")
    if not classes:
        return usual[0]
    found = next((word for word in usual if _collects(classes, word)), None)
    first = classes[0]
    return found or (first.replace("*", camel) if "*" in first else f"{first}{camel}")


def _collects(patterns: Sequence[str], name: str) -> bool:
    # A prefix, or a pattern with wildcards, as pytest reads them.
    return any(
        name.startswith(word) or (any(mark in word for mark in "*?[") and fnmatchcase(name, word))
        for word in patterns
    )
