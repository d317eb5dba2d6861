"""What to do after code was generated: run its tests, commit it. Entry: ``last_steps``."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from signalgen.values.plan import TestClass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.values.change import Result
    from signalgen.values.plan import Plan
    from signalgen.values.project import Project

RECORD = ".signalgen/"
"""The folder of signalgen's own record, which is part of the project."""
_MANAGE = "manage.py"
_MOST = 3
"""How many test files a command names; with more it runs all tests."""


def last_steps(made: Result, command: str) -> Iterator[str]:
    """Yield the last line of a run's output: how to run the tests, and what to commit.

    ``command`` runs the tests. There is none if the run changes nothing or may not write.
    """
    if not made.changed or made.problems or made.clashes:
        return
    run = f"run the tests ({command})" if command else "run your tests"
    yield f"{run}, then commit {RECORD} together with the code"


def steps_after_removal(made: Result) -> Iterator[str]:
    """Yield the last line of a run that removes generated code; none if it changes nothing."""
    if made.changed and not made.problems:
        yield f"run your tests, then commit the code together with the changes in {RECORD}"


def command_for_tests(project: Project, plan: Plan) -> str:
    """Return the command that runs the tests of ``plan`` in the project's folder, "" if unknown."""
    classes = [item for app in plan.apps for item in app.items if isinstance(item, TestClass)]
    paths = sorted({item.path for item in classes})
    few = paths if len(paths) <= _MOST else []
    if project.testing.pytest or any(item.style == "pytest" for item in classes):
        return shlex.join(["pytest", *few])
    manage = _manage(project.files)
    if not manage:
        return ""
    folder = manage.removesuffix(_MANAGE)
    inside = all(path.startswith(folder) for path in few)
    labels = [_label(path.removeprefix(folder)) for path in few] if inside else []
    return shlex.join(["python", manage, "test", *labels])


def _manage(files: Sequence[str]) -> str:
    # If there are several, as in a repository of many projects, none is chosen.
    if _MANAGE in files:
        return _MANAGE
    found = [path for path in files if path.endswith(f"/{_MANAGE}")]
    return found[0] if len(found) == 1 else ""


def _label(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")
