"""Five big Django packages to measure on: their wheels from the package index, in a folder that is no part of the project."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

FIVE = ("wagtail==8.0.1", "nautobot==3.2.7", "geonode==5.1.1", "pretix==2026.8.0", "django==5.2.19")
"""Some 5,600 Python files. The versions are fixed, so that figures can be compared."""


def default_folder() -> Path:
    """Return the folder that the packages are kept in from one run to the next."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "signalgen-benchmarks" / "five"


def fetch(folder: Path) -> list[Path]:
    """Return the folders of the five packages below ``folder``; pip brings what is missing."""
    return [_fetched(folder, wanted) for wanted in FIVE]


def _fetched(folder: Path, wanted: str) -> Path:
    target = folder / wanted.replace("==", "-")
    if target.exists():
        return target
    wheels = folder.with_name("wheels") / target.name
    # The newest Python's wheel, whichever runs this: nothing of it is imported.
    words = [
        "--no-deps",
        "--only-binary",
        ":all:",
        "--python-version",
        "3.13",
        "--dest",
        wheels,
        wanted,
    ]
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", *words], check=True)
    draft = target.with_name(f".{target.name}")
    with ZipFile(next(wheels.glob("*.whl"))) as wheel:
        wheel.extractall(draft)
    draft.rename(target)
    return target
