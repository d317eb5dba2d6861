"""The style of the project's tests, and how they are run.

``read_testing`` reads the settings of pytest and TEST_RUNNER, ``styles_of`` the test files.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import TYPE_CHECKING
from zlib import crc32

from signalgen.late import pattern
from signalgen.project.tables import Table, read_ini, read_toml
from signalgen.values.project import Testing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from signalgen.project.sources import Sources
    from signalgen.values.settings import TestStyle

_TEST_FILE = pattern(r"(?:^|/)(?:tests/.*|tests?|tests?_[^/]*|[^/]*_tests?)\.py$")
# A class with its bases, or a test function: of a module, or of the class above it.
_TEST = pattern(
    rb"^class[ \t]+\w+[ \t]*(?:\((?P<bases>[^)]*)\))?[ \t]*:"
    rb"|^(?P<inner>[ \t]*)(?:async[ \t]+)?def[ \t]+test\w*[ \t]*\(",
    re.MULTILINE,
)
_ASSERTS = pattern(rb"\bself\.(?:assert[A-Z]\w*|fail|subTest)\(")
_DJANGO = ("django_settings_module", "--ds")
_MOST = 40
"""How many test files are read: enough to show the style; a large project has thousands."""
_OURS = "signal"
"""A part of the name of every generated test file."""


def read_testing(
    sources: Sources, pyproject: Table, packages: Iterable[str], runner: str | None
) -> Testing:
    """Return how the project's tests are run.

    ``packages`` are those it requires, ``runner`` is the TEST_RUNNER of its settings.
    """
    name, table = _pytest_settings(sources, pyproject)
    said = " ".join(f"{key} {value}" for key, value in table.values.items()).lower()
    folder = os.path.dirname(sources.configs.get(name, ""))  # noqa: PTH120
    configured = any(word in said for word in _DJANGO) or "pytest" in (runner or "").lower()
    return Testing(
        pytest_django=configured or "pytest-django" in packages,
        pytest=configured,
        files=_words(table, "python_files"),
        classes=_words(table, "python_classes"),
        functions=_words(table, "python_functions"),
        paths=tuple(_below(sources.root, folder, path) for path in _words(table, "testpaths")),
    )


def _pytest_settings(sources: Sources, pyproject: Table) -> tuple[str, Table]:
    # The files that pytest looks at, in its order: the first with a section for it counts.
    for name in ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini"):
        if name in sources.configs:
            text = sources.config(name)
            found = read_toml(text) if name.endswith("toml") else read_ini(text)
            return name, (found or Table()).table("pytest")
    pytest = pyproject.table("tool", "pytest")
    if pytest.values:
        older = pytest.table("ini_options")
        return "pyproject.toml", older if older.values else pytest
    for name, section in (("tox.ini", "pytest"), ("setup.cfg", "tool:pytest")):
        held = read_ini(sources.config(name)).table(section)
        if held.values:
            return name, held
    return "", Table()


def _words(table: Table, key: str) -> tuple[str, ...]:
    text = table.string(key)
    return tuple(text.split()) if text is not None else table.strings(key)


def _below(root: Path, folder: str, path: str) -> str:
    # Settings above the project name folders from there.
    found = os.path.relpath(os.path.join(root, folder, path), root)  # noqa: PTH118
    return found.replace(os.sep, "/")


def styles_of(sources: Sources, paths: Iterable[str]) -> dict[str, TestStyle]:
    """Return the style of each file that has tests, by path.

    If there are many, only some are read; generated files do not change which.
    """
    tests = [path for path in paths if _TEST_FILE.search(path)]
    # In an arbitrary order, so that they come from the whole project.
    others = sorted(
        (p for p in tests if not _may_be_ours(p)),
        key=lambda p: (crc32(p.encode("utf-8", "surrogateescape")), p),
    )
    read = sorted({*others[:_MOST], *filter(_may_be_ours, tests)})
    found = ((path, style_of_file(sources.data(path))) for path in read)
    return {path: style for path, style in found if style is not None}


def habit_of(sources: Sources, folders: Iterable[str]) -> TestStyle | None:
    """Return the style of most test files in ``folders``, except files that may be generated."""
    paths = {path for folder in folders for path in sources.below(folder)}
    return most(styles_of(sources, [p for p in paths if not _may_be_ours(p)]).values())


def _may_be_ours(path: str) -> bool:
    return _OURS in path.rpartition("/")[2]


def most(styles: Iterable[TestStyle]) -> TestStyle | None:
    """Return the style of most files; in a tie unittest's, which both runners collect."""
    counts = Counter(styles)
    if not counts:
        return None
    return "pytest" if counts["pytest"] > counts["unittest"] else "unittest"


def style_of_file(data: bytes) -> TestStyle | None:
    """Return the style of most tests in the text of a module, None if it has none.

    A test of unittest is a method of a TestCase. For a class with another base the assertions
    decide; with neither, its tests are not counted.
    """
    counts: Counter[TestStyle | None] = Counter()
    around: TestStyle | None = None
    for found in _TEST.finditer(data):
        inner = found["inner"]
        if inner is None:
            around = _style_of_class(found["bases"] or b"", data)
        else:
            counts["pytest" if not inner else around] += 1
    return most(style for style in counts.elements() if style is not None)


def _style_of_class(bases: bytes, data: bytes) -> TestStyle | None:
    if b"TestCase" in bases or b"LiveServer" in bases:
        return "unittest"
    if not bases.strip() or bases.strip() == b"object":
        return "pytest"
    if _ASSERTS.search(data):
        return "unittest"
    return "pytest" if b"    assert " in data else None
