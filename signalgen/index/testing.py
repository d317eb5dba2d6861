"""The style and location of the project's tests, and how they are run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.index.apps.django_settings import read_settings
from signalgen.index.memo import answered_once
from signalgen.project.layout import tests_of
from signalgen.project.testing import habit_of, read_testing, styles_of
from signalgen.project.versions import requirements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.index.reading.code import Codebase
    from signalgen.values.project import App, Testing
    from signalgen.values.settings import TestStyle


@answered_once
def testing_of(code: Codebase) -> Testing:
    """Return how the project's tests are run, read once."""
    sources, pyproject = code.survey.sources, code.survey.pyproject
    return read_testing(sources, pyproject, required(code), read_settings(code).test_runner)


@answered_once
def required(code: Codebase) -> dict[str, str]:
    """Return what the project requires, read once: package name -> version specifier."""
    return requirements(code.survey.sources)


def with_tests(code: Codebase, app: App, apps: Sequence[App]) -> App:
    """Return ``app`` with the location of its tests."""
    place, folder = tests_of(code.survey.sources, app, apps, testing_of(code).paths)
    return replace(app, tests=place, tests_path=folder)


def tests_outside(code: Codebase, app: App) -> Iterator[str]:
    """Yield the files of the app's tests outside its package."""
    if app.tests == "external" and app.tests_path:
        yield from code.survey.sources.below(app.tests_path)


def styles_in(code: Codebase, app: App, files: Sequence[str]) -> dict[str, TestStyle]:
    """Return the styles of an app's tests, by path; ``files`` are those of its package."""
    return styles_of(code.survey.sources, [*files, *tests_outside(code, app)])


def common_style(code: Codebase, apps: Sequence[App]) -> TestStyle | None:
    """Return the style of most tests of ``apps``, None if they have none."""
    return habit_of(code.survey.sources, [app.tests_path or app.path for app in apps])
