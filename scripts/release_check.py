"""Say whether a release can be made of what lies here: ``make release-check``. Nothing is published, tagged or changed.

Builds the wheel and the sdist in ``.work/dist``, has twine check their metadata, builds a wheel of the sdist alone, and looks at the
changelog, the tag and the addresses. Every point is a line, and the exit code is 1 while one is open.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / ".work" / "dist"
PLACEHOLDER = "git.example.com"
PAGES = ("docs/ci.md", "docs/check.md")


class Point(NamedTuple):
    """A point of the list: what is asked, and what is open about it (nothing: it holds)."""

    asks: str
    open: str


def tool(name: str) -> str:
    """Return a program of this environment."""
    return str(Path(sys.executable).with_name(name))


def call(*words: str | Path) -> tuple[bool, str]:
    """Run a command; return whether it ended well, and the end of what it said."""
    done = subprocess.run([*map(str, words)], cwd=ROOT, capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).strip().splitlines()
    return done.returncode == 0, " / ".join(said[-3:])


def built() -> list[Point]:
    """Build both files, and a wheel of the sdist; ask twine about their metadata."""
    shutil.rmtree(DIST, ignore_errors=True)
    fine, said = call(tool("uv"), "build", "--quiet", "--out-dir", DIST, ROOT)
    points = [Point("wheel and sdist are built", "" if fine else said)]
    if not fine:
        return points
    (sdist,) = DIST.glob("*.tar.gz")
    (wheel,) = DIST.glob("*.whl")
    again = DIST / "again"
    fine, said = call(tool("uv"), "build", "--quiet", "--wheel", "--out-dir", again, sdist)
    same = fine and names(wheel) == names(next(again.glob("*.whl")))
    points.append(
        Point("the sdist alone makes the same wheel", "" if same else said or "it differs")
    )
    fine, said = call(tool("twine"), "check", "--strict", wheel, sdist)
    points.append(Point("twine finds nothing in the metadata", "" if fine else said))
    wanted = ("signalgen/py.typed", "signalgen/_templates")
    lost = ", ".join(name for name in wanted if not within(wheel, name))
    points.append(Point("the wheel has templates and types", lost))
    return points


def names(wheel: Path) -> list[str]:
    """Return the names of what is in a wheel."""
    return sorted(zipfile.ZipFile(wheel).namelist())


def within(wheel: Path, start: str) -> bool:
    """Tell whether a wheel has a file, or a folder with files."""
    return any(name == start or name.startswith(f"{start}/") for name in names(wheel))


def changelog(version: str, text: str) -> list[Point]:
    """Say what is open in the changelog."""
    head = re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", text, re.MULTILINE)
    rest = re.search(r"^## \[Unreleased\]\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    lines = [line for line in (rest[1] if rest else "").splitlines() if line.startswith("- ")]
    return [
        Point(
            f"the changelog has {version} with its date",
            "" if head else f"write: ## [{version}] - YYYY-MM-DD",
        ),
        Point("nothing is left under Unreleased", f"{len(lines)} lines" if lines else ""),
    ]


def addresses(project: dict[str, object], pages: dict[str, str], version: str) -> list[Point]:
    """Say what is open about addresses, and about versions that pages name."""
    urls = project.get("urls")
    values = [str(url) for url in urls.values()] if isinstance(urls, dict) else []
    placed = [name for name, text in pages.items() if PLACEHOLDER in text]
    if not values or any(PLACEHOLDER in url for url in values):
        placed.insert(0, "pyproject.toml [project.urls]")
    revs = {rev for text in pages.values() for rev in re.findall(r"rev: v(\S+)", text)}
    return [
        Point(
            "addresses are those of the project",
            "" if not placed else f"{PLACEHOLDER} in {', '.join(placed)}",
        ),
        Point("pages name this version", ", ".join(sorted(revs - {version}))),
    ]


def tag(version: str) -> list[Point]:
    """Say what is open in git."""
    _, changed = call("git", "status", "--porcelain")
    _, tags = call("git", "tag", "--points-at", "HEAD")
    return [
        Point("everything is committed", changed),
        Point(
            f"v{version} is at this commit",
            "" if f"v{version}" in tags.split(" / ") else f"git tag -s v{version}",
        ),
    ]


def main() -> int:
    """Print every point, the open ones with what is missing."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = project["version"]
    pages = {name: (ROOT / name).read_text(encoding="utf-8") for name in PAGES}
    points = [
        *built(),
        *changelog(version, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")),
        *addresses(project, pages, version),
        *tag(version),
    ]
    for point in points:
        print(f"open  {point.asks}: {point.open}" if point.open else f"ok    {point.asks}")
    left = sum(bool(point.open) for point in points)
    print(f"{left} of {len(points)} points are open" if left else f"{version} can be released")
    return int(left > 0)


if __name__ == "__main__":
    sys.exit(main())
