"""Make a virtual environment with pip: ``python scripts/environment.py FOLDER``.

Debian's ``python3`` has ``venv``, but not ``ensurepip``, which puts pip into the environment. There
pip comes from the package index: the release of the constraints, or else the newest.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen

INDEX = "https://pypi.org/simple"
ACCEPT = "application/vnd.pypi.simple.v1+json"
WHEEL = re.compile(r"pip-(\d+(?:\.\d+)*)-py3-none-any\.whl")
CONSTRAINTS = Path(__file__).resolve().parents[1] / "constraints"


def make(folder: Path) -> None:
    """Make the environment ``folder``. Raises OSError when there is no way to pip."""
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        venv.create(folder, symlinks=True)
        with tempfile.TemporaryDirectory() as kept:
            wheel = fetched(Path(kept), pinned())
            pip = [str(folder / "bin" / "python"), f"{wheel}/pip"]
            subprocess.run([*pip, "install", "--quiet", str(wheel)], check=True)
    else:
        venv.create(folder, symlinks=True, with_pip=True)


def pinned() -> str:
    """Return the release of pip that the constraints of this Python name, "" without any."""
    file = CONSTRAINTS / "py{}{}.txt".format(*sys.version_info)
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    found = re.search(r"^pip==(\S+)$", text, re.MULTILINE)
    return found[1] if found else ""


def fetched(folder: Path, version: str) -> Path:
    """Return pip's wheel, downloaded into ``folder`` and compared with the index's hash.

    Without a ``version`` it is the newest that runs on this Python.
    """
    page = f"{os.environ.get('PIP_INDEX_URL', INDEX).rstrip('/')}/pip/"
    with urlopen(Request(page, headers={"Accept": ACCEPT})) as answer:
        files = json.load(answer)["files"]
    fitting = [one for one in files if is_fit(one, version)]
    if not fitting:
        message = f"{page} has no pip {version}".rstrip()
        raise OSError(message)
    chosen = max(fitting, key=release)
    target = folder / chosen["filename"]
    with urlopen(urljoin(page, chosen["url"])) as answer:
        target.write_bytes(answer.read())
    if hashlib.sha256(target.read_bytes()).hexdigest() != chosen["hashes"]["sha256"]:
        message = f"{target.name} is not what {urlsplit(page).netloc} announced"
        raise OSError(message)
    return target


def is_fit(file: dict[str, Any], version: str) -> bool:
    """Tell whether a file of the index is a wheel of ``version``, or of any for this Python."""
    found = WHEEL.fullmatch(file["filename"])
    if not found or version:
        return bool(found and found[1] == version)
    lowest = re.fullmatch(r">=3\.(\d+)", file.get("requires-python") or "")
    return not file.get("yanked") and lowest is not None and int(lowest[1]) <= sys.version_info[1]


def release(file: dict[str, Any]) -> tuple[int, ...]:
    """Return the release of a wheel as numbers."""
    found = WHEEL.fullmatch(file["filename"])
    return tuple(map(int, found[1].split("."))) if found else ()


if __name__ == "__main__":
    try:
        make(Path(sys.argv[1]))
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
    except OSError as error:
        why = error.reason if isinstance(error, URLError) else error
        sys.exit(f"This Python has no ensurepip, and pip could not be downloaded: {why}")
