"""Which files hold the code that runs in production: tests, migrations and their like register receivers to other ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signalgen.project.sources import Sources

_MIGRATIONS = re.compile(r"(?:^|/)migrations/")
_TESTS = re.compile(
    r"(?:^|/)(?:(?:unit|integration|functional|system|e2e|acceptance)_?tests?|tests|testing|testapp|test_app|test_?utils|fixtures|testdata)/|(?:^|/)(?:tests|test_[^/]*|[^/]*_tests?|conftest)\.py$"
)
_TEST_FOLDER = re.compile(r"(?:^|/)test/")
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
    """Tell whether a file is neither a migration nor part of the tests. An app that is called ``test`` is no test."""
    if "igrations/" in path and _MIGRATIONS.search(path):
        return False
    if "test" not in path and "fixtures/" not in path:
        return True
    if _TESTS.search(path):
        return False
    folder = _TEST_FOLDER.search(path)
    return folder is None or any(sources.has(path[: folder.end()] + name) for name in _APP)
