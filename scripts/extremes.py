"""Run the tests with the newest releases of everything, or the lowest that pyproject.toml allows.

``newest`` is the whole test suite; ``lowest`` the specs and what is generated from all examples.
Both have an environment of their own below ``.work``, made anew each time, without constraints.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from interpreters import find
from matrix import PYTHONS, ROOT, UV
from pins import GROUPS, REQUIREMENTS, unconstrained

if TYPE_CHECKING:
    from pathlib import Path

# Nothing that compares bytes: what black writes and what mypy says differs between their releases.
LOWEST = ("tests/spec", "tests/e2e", "-k", "not mypy and not fail_when")
NEWEST = (
    *("-m", "not matrix and not slow and not faults"),
    *("--ignore", "tests/runs/test_runs_properties.py"),
)


def interpreter(which: str) -> str:
    """Return the Python to use: the oldest for the lowest releases, as few have wheels for others."""
    found = (find(version, UV) for version in PYTHONS) if which == "lowest" else iter(())
    return next(filter(None, found), sys.executable)


def build(which: str, target: Path) -> None:
    """Make the environment."""
    base = [UV, "venv", "--quiet", "--clear", "--python", interpreter(which), str(target)]
    words = ["--quiet", "--python", str(target), "--editable", ".[ruff]", *GROUPS]
    words += ["--requirement", REQUIREMENTS]
    if which == "lowest":
        words += ["--resolution", "lowest-direct"]
    else:
        words += ["uv"]
    for command in (base, [UV, "pip", "install", *words]):
        subprocess.run(command, cwd=ROOT, env=unconstrained(), check=True)
    subprocess.run([UV, "pip", "list", "--quiet", "--python", str(target)], cwd=ROOT, check=True)


def main(which: str) -> int:
    """Run the tests; return their exit code."""
    target = ROOT / ".work" / which
    try:
        build(which, target)
    except subprocess.CalledProcessError as error:
        sys.exit(f"The environment could not be made: {error}")
    options = ["-n", "auto", "--dist", "loadgroup", "-p", "no:cacheprovider"]
    words = [str(target / "bin" / "python"), "-m", "pytest", *options]
    tests = NEWEST if which == "newest" else LOWEST
    return subprocess.run([*words, *tests], cwd=ROOT, env=unconstrained(), check=False).returncode


if __name__ == "__main__":
    if sys.argv[1:] not in (["newest"], ["lowest"]):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
