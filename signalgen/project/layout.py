"""Where each app's tests are: ``tests_of``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from signalgen.project.sources import Sources
    from signalgen.values.project import App

Place = tuple[Literal["package", "module", "external", "none"], str | None]
_NAMES = ("tests", "test", "unittests", "unit_tests")
_KINDS = ("", "/unit", "/integration")


def tests_of(sources: Sources, app: App, apps: Sequence[App], collected: Sequence[str]) -> Place:
    """Return where the tests of an app are, and their folder if that is not obvious.

    A project-wide folder counts if it has a folder named after the app, or is the only one. An app
    without tests follows the others; ``collected`` are the folders that the runner searches, none
    for all.
    """
    own = {other.path for other in apps}
    for folder in (f"{app.path}/tests", f"{app.path}/test"):
        # A package called test may be about anything.
        there = sources.has_below(folder) and (folder.endswith("s") or _tests_in(sources, folder))
        if folder not in own and there:
            return "package", folder
    if _beside(sources, app.path):
        return "module", None
    outside = _external(sources, app.path, own)
    if outside is None and collected and not _within(f"{app.path}/tests", collected):
        outside = next((path for path in collected if sources.has_below(path)), None)
    return ("external", outside) if outside is not None else ("none", None)


def _within(path: str, folders: Iterable[str]) -> bool:
    return any(folder == "." or f"{path}/".startswith(f"{folder}/") for folder in folders)


def _beside(sources: Sources, folder: str) -> bool:
    # A test module in the package itself.
    return sources.has(f"{folder}/tests.py") or _tests_in(sources, folder) > 0


def _external(sources: Sources, path: str, own: set[str]) -> str | None:
    named = _named(sources, path, own)
    if named is not None:
        return "/".join([named[0], *path.split("/")[-named[1] :]])
    if sum(_inside(sources, other, own) for other in own) * 2 > len(own):
        return None
    # Where most apps keep their own tests, a project-wide folder is not theirs.
    flat = [base + kind for base in _bases(sources, path, own) for kind in _KINDS]
    fullest = max(flat, key=lambda folder: _tests_in(sources, folder), default="")
    if fullest and _tests_in(sources, fullest):
        return fullest
    # Next to the folders that are named after other apps.
    for other in sorted(own - {path}):
        named = _named(sources, other, own)
        if named is not None and _reaches(named[0], path):
            return "/".join([named[0], *path.split("/")[-named[1] :]])
    return None


def _bases(sources: Sources, path: str, own: set[str]) -> Iterator[str]:
    """Yield the test folders beside an app and above it, the outermost first."""
    parents = path.split("/")[:-1]
    for length in range(len(parents) + 1):
        for name in _NAMES:
            base = "/".join([*parents[:length], name])
            # Tests may have models of their own, which makes their folder an app.
            if sources.has_below(base) and (base not in own or _holds_tests(sources, base)):
                yield base


def _holds_tests(sources: Sources, base: str) -> bool:
    return any(_tests_in(sources, base + kind) for kind in _KINDS)


def _reaches(base: str, path: str) -> bool:
    # Whether a test folder is next to an app or above it.
    above = next((base.partition(f"/{name}")[0] for name in _NAMES if f"/{name}" in base), "")
    return not above or path.startswith(f"{above}/")


def _named(sources: Sources, path: str, own: set[str]) -> tuple[str, int] | None:
    """Return the folder that has one named after an app, and how many parts of its path match."""
    tail = path.split("/")
    for base in _bases(sources, path, own):
        for kind in (*_KINDS, "/apps"):
            for length in range(len(tail)):
                # It may repeat the app's path or only its last parts.
                folder = f"{base}{kind}/{'/'.join(tail[length:])}"
                if folder not in own and sources.has_below(folder):
                    return base + kind, len(tail) - length
    return None


def _inside(sources: Sources, folder: str, own: set[str]) -> bool:
    return _beside(sources, folder) or (
        f"{folder}/tests" not in own and sources.has_below(f"{folder}/tests")
    )


def _tests_in(sources: Sources, folder: str) -> int:
    # The test files directly in a folder.
    start = f"{folder}/test_"
    return sum("/" not in path[len(start) :] for path in sources.starting(start))
