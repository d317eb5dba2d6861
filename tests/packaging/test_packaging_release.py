"""What `make release-check` says is open about changelog, addresses and versions, and nothing where all is well."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "scripts"))
import release_check

READY = "## [Unreleased]\n\n## [1.2.0] - 2027-01-31\n\n- All of it.\n"
REAL = {"urls": {"Homepage": "https://example.org/signalgen"}}


def still_open(points):
    return [point.asks for point in points if point.open]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (READY, 0),
        (READY.replace("## [Unreleased]\n\n", ""), 0),
        (READY.replace("2027-01-31", "soon"), 1),
        (READY.replace("## [1.2.0] - 2027-01-31\n", ""), 2),
        (READY.replace("[Unreleased]\n", "[Unreleased]\n\n- More.\n"), 1),
        (READY.replace("1.2.0", "1.2.01"), 1),
    ],
)
def test_changelog(text, count):
    assert len(still_open(release_check.changelog("1.2.0", text))) == count


@pytest.mark.parametrize(
    ("project", "page", "count"),
    [
        (REAL, "rev: v1.2.0\n", 0),
        (REAL, "no hook here", 0),
        ({}, "", 1),
        ({"urls": {"Homepage": "https://git.example.com/signalgen"}}, "", 1),
        (REAL, "repo: https://git.example.com/signalgen\n", 1),
        (REAL, "rev: v1.1.0\n", 1),
    ],
)
def test_addresses_and_versions(project, page, count):
    assert len(still_open(release_check.addresses(project, {"docs/ci.md": page}, "1.2.0"))) == count


def test_a_wheel_that_lacks_templates_is_told(tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "x.whl", "w") as wheel:
        wheel.writestr("signalgen/_templates/signals.py.j2", "")
        wheel.writestr("signalgen/py.typed.old", "")
    assert release_check.within(tmp_path / "x.whl", "signalgen/_templates")
    assert not release_check.within(tmp_path / "x.whl", "signalgen/py.typed")
