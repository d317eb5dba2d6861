"""What `make release-check` says is open about changelog, addresses and versions, and nothing where all is well."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "scripts"))
import addresses
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


def test_files_that_the_sdist_lacks_are_told():
    wanted = {"action.yml", "ci/gitlab.yml", ".gitignore", "scripts/demo.py"}
    assert release_check.lacking(wanted - {".gitignore"}, wanted) == ""
    assert release_check.lacking({"action.yml"}, wanted) == "ci/gitlab.yml, scripts/demo.py"
    assert release_check.lacking(set(), {f"{n}.py" for n in range(7)}).endswith("4.py and 2 more")


def test_every_example_of_an_address_is_told_and_replaced():
    text = "https://git.example.com/signalgen OWNER/signalgen@v1 GROUP/signalgen acme/signalgen"
    (point, _) = release_check.addresses(REAL, {"docs/ci.md": text}, "1.2.0")
    assert point.open.startswith("https://git.example.com/signalgen and OWNER/signalgen and GROUP")
    assert "scripts/addresses.py" in point.open
    done = addresses.addressed(text, "https://github.com/acme/signalgen/")
    assert (
        done == "https://github.com/acme/signalgen acme/signalgen@v1 acme/signalgen acme/signalgen"
    )
    assert release_check.addresses(REAL, {"docs/ci.md": done}, "1.2.0")[0].open == ""


def test_no_file_but_the_known_ones_has_an_example_of_an_address():
    own = {"scripts/addresses.py", "tests/packaging/test_packaging_release.py"}
    named = {
        path.relative_to(ROOT).as_posix()
        for pattern in (
            "*.md",
            "*.toml",
            "*.yml",
            "docs/**/*.md",
            "ci/*",
            ".github/**/*",
            "scripts/*.py",
        )
        for path in ROOT.glob(pattern)
        if path.is_file() and addresses.left_in(path.read_text(encoding="utf-8"))
    }
    assert named - own <= set(addresses.FILES)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("[a](https://x.org/a) [b](#part)\n", ""),
        ("[a](docs/a.md)\n![p](docs/p.svg)\n", "docs/a.md, docs/p.svg"),
        ("```\n[a](docs/a.md)\n```\n", ""),
    ],
)
def test_relative_links_of_a_description(text, links):
    assert release_check.relative(text) == links


def test_the_readme_of_the_package_links_to_the_tag(monkeypatch):
    hook = load_hook(monkeypatch)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    done = hook.absolute_links(text, "https://x.org/s", "v1.2.0")
    assert release_check.relative(text)
    assert release_check.relative(done) == ""
    assert "![" in done
    assert "](https://x.org/s/raw/v1.2.0/docs/pictures/session.svg)" in done
    assert "](https://x.org/s/blob/v1.2.0/docs/check.md#rules)" in done
    assert "[ruff](https://docs.astral.sh/ruff/)" in done


def load_hook(monkeypatch):
    """Load the build hook without its library, which only builds have."""
    for name in ("builders.hooks", "metadata"):
        plugin = ModuleType("interface")
        plugin.BuildHookInterface = plugin.MetadataHookInterface = object
        monkeypatch.setitem(sys.modules, f"hatchling.{name}.plugin.interface", plugin)
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
