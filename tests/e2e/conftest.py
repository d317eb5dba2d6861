"""One generated project for each example, made once and then only looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from e2e_kit import EXAMPLES, Example, Generated, copy, signalgen, tree

if TYPE_CHECKING:
    from pathlib import Path


QUICK = ("orders", "payments")
"""Examples that every run of the tests looks at; the others, which cost as much, are looked at by ``make slow``."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for ``example`` once for each, all tests of one example on one worker."""
    if "example" in metafunc.fixturenames:
        params = []
        for example in EXAMPLES:
            marks = [pytest.mark.xdist_group(example.name)]
            marks += [] if example.name in QUICK else [pytest.mark.slow]
            params.append(pytest.param(example, id=example.name, marks=marks))
        metafunc.parametrize("example", params, scope="session")


@pytest.fixture(scope="session")
def generated(example: Example, tmp_path_factory: pytest.TempPathFactory) -> Generated:
    """Return the example's project with its spec generated into it. Tests must not write to it."""
    root = copy(example.project, tmp_path_factory.mktemp(example.name) / example.project)
    before = tree(root)
    done = signalgen(root, "new", "--spec", example.spec)
    assert done.code == 0, done.text
    return Generated(example, root, before, tree(root), done)


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """Return a fresh copy of the orders project."""
    return copy("orders", tmp_path / "orders")
