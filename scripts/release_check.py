"""Check whether this tree can be released: ``make release-check``. Nothing is published, tagged or changed.

Builds the wheel and the sdist in ``.work/dist``, has twine check their metadata, builds a wheel of the sdist alone, and looks at the
changelog, the tag and the addresses. Every point is a line, and the exit code is 1 while one is open.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "scripts"))
import addresses as addressing  # noqa: E402

DIST = ROOT / ".work" / "dist"
PAGES = tuple(name for name in addressing.FILES if name != "pyproject.toml")
ONLY_GIT = {".gitignore"}
"""What the repository has and a source distribution need not have (hatchling adds it anyway)."""


class Point(NamedTuple):
    """A point of the list: the question, and what is still open (nothing: it holds)."""

    asks: str
    open: str


def tool(name: str) -> str:
    """Return a program of this environment."""
    return str(Path(sys.executable).with_name(name))


def call(*words: str | Path) -> tuple[bool, str]:
    """Run a command; return whether it succeeded, and the end of its output."""
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
    lacks = lacking(packed(sdist), tracked())
    points.append(Point("the sdist has every file of the repository", lacks))
    points.append(Point("the description on PyPI has no relative link", relative(described(wheel))))
    fine, said = call(tool("twine"), "check", "--strict", wheel, sdist)
    points.append(Point("twine finds nothing in the metadata", "" if fine else said))
    wanted = ("signalgen/py.typed", "signalgen/_templates")
    lost = ", ".join(name for name in wanted if not within(wheel, name))
    points.append(Point("the wheel has templates and types", lost))
    return points


def names(wheel: Path) -> list[str]:
    """Return the names of what is in a wheel."""
    return sorted(zipfile.ZipFile(wheel).namelist())


def packed(sdist: Path) -> set[str]:
    """Return the paths of the files in an sdist, without its own folder."""
    with tarfile.open(sdist) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def tracked() -> set[str]:
    """Return the paths of the files that git has."""
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {name for name in done.stdout.split("\0") if name}


def lacking(there: set[str], wanted: set[str]) -> str:
    """Say which of the wanted files are missing, the first few of them."""
    lost = sorted(wanted - there - ONLY_GIT)
    more = f" and {len(lost) - 5} more" if len(lost) > 5 else ""
    return ", ".join(lost[:5]) + more


def described(wheel: Path) -> str:
    """Return the metadata of a wheel, the description included."""
    archive = zipfile.ZipFile(wheel)
    (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    return archive.read(name).decode()


def relative(text: str) -> str:
    """Return the relative links of a Markdown text: on PyPI they lead nowhere."""
    links = re.findall(
        r"\]\(([^)\s]+)", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    )
    return ", ".join(link for link in links if not link.startswith(("https://", "#")))


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
    placed = [
        f"{' and '.join(left)} in {name}"
        for name, text in pages.items()
        if (left := addressing.left_in(text))
    ]
    if not values or any(addressing.left_in(url) for url in values):
        placed.insert(0, "pyproject.toml [project.urls]")
    revs = {rev for text in pages.values() for rev in re.findall(r"rev: v(\S+)", text)}
    return [
        Point(
            "addresses are those of the project",
            f"{', '.join(placed)}: python scripts/addresses.py URL" if placed else "",
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
