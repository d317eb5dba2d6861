"""Which files are production code, not tests or migrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import pattern

if TYPE_CHECKING:
    from signalgen.project.sources import Sources

_MIGRATIONS = pattern(r"(?:^|/)migrations/")
_TESTS = pattern(
    r"(?:^|/)(?:(?:unit|integration|functional|system|e2e|acceptance)_?tests?|tests|testing"
    r"|testapp|test_app|test_?utils|fixtures|testdata)/"
    r"|(?:^|/)(?:tests|test_[^/]*|[^/]*_tests?|conftest)\.py$"
)
_TEST_FOLDER = pattern(r"(?:^|/)test/")
_APP = (
    "models.py",
    "views.py",
    "urls.py",
    "apps.py",
    "admin.py",
    "signals.py",
    "models/__init__.py",
)


def is_production(sources: Sources, path: str) -> bool:
    """Tell whether a file is in neither migrations nor tests; an app may be named ``test``."""
    if "igrations/" in path and _MIGRATIONS.search(path):
        return False
    if "test" not in path and "fixtures/" not in path:
        return True
    if _TESTS.search(path):
        return False
    # A folder `test` with an app's modules is an app, not a test folder.
    folder = _TEST_FOLDER.search(path)
    return folder is None or any(sources.has(path[: folder.end()] + name) for name in _APP)
