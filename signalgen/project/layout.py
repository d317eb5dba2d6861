"""How this project tests: where each app's tests are (``tests_of``), and the runner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from signalgen.project.tables import read_ini

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from signalgen.project.sources import Sources
    from signalgen.project.tables import Table
    from signalgen.values.project import App

Place = tuple[Literal["package", "module", "external", "none"], str | None]


def tests_of(sources: Sources, app: App, apps: Sequence[App]) -> Place:
    """Return where the tests of an app are, and the folder where that is not obvious.

    A project-wide folder counts when it has a folder named after the app, or when it is the only
    one.
    """
    own = {other.path for other in apps}
    for name in ("tests", "test"):
        folder = f"{app.path}/{name}"
        if folder not in own and sources.has_below(folder):
            return "package", folder
    if sources.has(f"{app.path}/tests.py"):
        return "module", None
    outside = _external(sources, app, own)
    return ("external", outside) if outside is not None else ("none", None)


def _external(sources: Sources, app: App, own: set[str]) -> str | None:
    parents = app.path.split("/")[:-1]
    tail = app.path.split("/")
    bases = [
        "/".join([*parents[:length], name])
        for length in range(len(parents) + 1)
        for name in ("tests", "test")
    ]
    bases = [base for base in bases if base not in own and sources.has_below(base)]
    for base in bases:
        # The folder may repeat the app's path or only its last parts.
        for kind in ("", "/unit", "/integration", "/apps"):
            for length in range(len(tail)):
                folder = f"{base}{kind}/{'/'.join(tail[length:])}"
                if folder not in own and sources.has_below(folder):
                    return folder
    if sum(_inside(sources, other, own) for other in own) * 2 > len(own):
        return None
    # Where most apps keep their own tests, a flat project-wide folder is not theirs.
    flat = [base + kind for base in bases for kind in ("", "/unit", "/integration")]
    return next(
        (
            folder
            for folder in flat
            if any(_is_test(path, folder) for path in sources.below(folder))
        ),
        None,
    )


def _inside(sources: Sources, folder: str, own: set[str]) -> bool:
    return sources.has(f"{folder}/tests.py") or (
        f"{folder}/tests" not in own and sources.has_below(f"{folder}/tests")
    )


def _is_test(path: str, base: str) -> bool:
    name = path[len(base) + 1 :]
    return "/" not in name and name.startswith("test_")


def uses_pytest(sources: Sources, pyproject: Table, packages: Iterable[str]) -> tuple[bool, bool]:
    """Return whether the project's tests run under pytest, and whether pytest-django is there."""
    known = set(packages)
    django = "pytest-django" in known
    configured = (
        "ini_options" in pyproject.table("tool", "pytest").values or "pytest.ini" in sources.configs
    )
    configured = configured or "pytest" in pyproject.table("tool").values
    for name, section in (("setup.cfg", "tool:pytest"), ("tox.ini", "pytest")):
        configured = configured or bool(read_ini(sources.config(name)).table(section).values)
    conftest = any(path.rpartition("/")[2] == "conftest.py" for path in sources.paths)
    return configured or conftest or django or "pytest" in known, django
