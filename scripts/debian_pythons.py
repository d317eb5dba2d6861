"""Get a Python that this machine lacks out of Debian's unstable packages, without installing any.

apt works with a state of its own, whose one source is the machine's own Debian mirror with ``sid``
for its suite. The packages are unpacked into a folder, and the interpreter is started through their
own loader, since the machine's C library may be too old for it. Nothing of that needs root.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

ETC = Path("/etc/apt")
START = """#!/bin/sh
exec {loader} --library-path {libraries} --argv0 "$0" {program} "$@"
"""


class NotToBeHadError(Exception):
    """There is no way to that Python on this machine; the message says why."""


def get(version: str, folder: Path) -> Path:
    """Return a Python ``version`` ("3.14") below ``folder``, unpacked there if it is not yet.

    Raises NotToBeHadError.
    """
    root = (folder / version).resolve()
    start = root / "usr" / "bin" / f"python{version}"
    if (root / "whole").exists():
        return start
    if not all(map(shutil.which, ("apt-get", "dpkg"))):
        raise NotToBeHadError("this is no Debian")
    shutil.rmtree(root, ignore_errors=True)
    for package in _packages(version, (folder / "apt").resolve()):
        _run("dpkg", "-x", str(package), str(root))
    _let_start(start)
    (root / "whole").touch()
    return start


def source() -> str:
    """Return the line of apt for Debian's unstable packages. Raises NotToBeHadError."""
    texts = [
        path.read_text()
        for path in [ETC / "sources.list", *ETC.glob("sources.list.d/*.list")]
        if path.exists()
    ]
    for line in "\n".join(texts).splitlines():
        found = re.match(r"deb\s+(?:\[(.*?)\]\s+)?(\S+/debian)/?\s+\S+\s+(.*\b)?main\b", line)
        if found:
            signed = re.search(r"signed-by=\S+", found[1] or "")
            return f"deb {f'[{signed[0]}] ' if signed else ''}{found[2]} sid main\n"
    for path in ETC.glob("sources.list.d/*.sources"):
        for stanza in re.split(r"\n\s*\n", path.read_text()):
            fields = dict(re.findall(r"^([\w-]+):\s*(.*?)\s*$", stanza, re.MULTILINE))
            mirror = re.search(r"(\S+/debian)/?(?:\s|$)", fields.get("URIs", ""))
            if mirror and "main" in fields.get("Components", "").split():
                key = fields.get("Signed-By", "")
                signed = f"[signed-by={key}] " if key.startswith("/") else ""
                return f"deb {signed}{mirror[1]} sid main\n"
    raise NotToBeHadError("apt has no Debian mirror among its sources")


def _packages(version: str, apt: Path) -> list[Path]:
    """Download python ``version`` and all that it depends on, the C library included."""
    words = _updated(apt)
    for package in (apt / "cache" / "archives").glob("*.deb"):
        package.unlink()
    quietly = ("-qq", "-y", "--no-install-recommends", "--download-only")
    _run("apt-get", *words, *quietly, "install", f"python{version}")
    return sorted((apt / "cache" / "archives").glob("*.deb"))


@cache
def _updated(apt: Path) -> tuple[str, ...]:
    """Make the state of apt below ``apt``, with the list of today; return its options."""
    for name in ("state/lists/partial", "cache/archives/partial"):
        (apt / name).mkdir(parents=True, exist_ok=True)
    (apt / "status").touch()  # nothing is installed, so that nothing is left out
    (apt / "sources.list").write_text(source())
    options = {
        "Dir::State": apt / "state",
        "Dir::State::status": apt / "status",
        "Dir::Cache": apt / "cache",
        "Dir::Etc::sourcelist": apt / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "Dir::Etc::preferencesparts": "-",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
        "Acquire::http::Timeout": 20,
        "Acquire::https::Timeout": 20,
    }
    words = tuple(f"-o{name}={value}" for name, value in options.items())
    _run("apt-get", *words, "-qq", "update")
    return words


def _let_start(start: Path) -> None:
    """Put a script in the interpreter's place that starts it with the libraries beside it."""
    root = start.parents[2]
    loader = next((root / "usr" / "lib").glob("*/ld-linux*.so.*"), None)
    if loader is None or not start.exists():
        raise NotToBeHadError("its packages hold no loader, or no interpreter")
    program = root / "usr" / "libexec" / start.name
    program.parent.mkdir(exist_ok=True)
    start.rename(program)
    text = START.format(loader=loader, libraries=loader.parent, program=program)
    start.write_text(text)
    start.chmod(0o755)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        raise NotToBeHadError(f"{command[0]} ended with {done.returncode}: {said[-1]}")
