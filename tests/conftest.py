"""What every test can rely on: the user's cache folder is not touched, and nothing in it changes what a test sees."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_collection_finish() -> None:
    """Look through thirteen thousand tests for garbage seldom, not over and over.

    ``gc.freeze()`` would hide them from ``gc.get_referrers`` too, which Hypothesis asks about its own objects.
    """
    gc.collect()
    gc.set_threshold(2_000_000, 20, 100)


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        # Users have buffered output; containers often set this.
        patch.delenv("PYTHONUNBUFFERED", raising=False)
        yield
