"""Write ``constraints/``: what ``make`` and CI install, for each Python the newest releases of today.

``pyXY.txt`` holds everything for one Python; ``django.txt`` the release of each supported Django,
which the matrix takes instead of the one in ``pyXY.txt``.
"""

from __future__ import annotations

import os
import subprocess
import tempfile

from matrix import DJANGOS, PYTHONS, ROOT, UV

FOLDER = ROOT / "constraints"
TOOLS = ("hatchling", "pip", "pre-commit", "uv")
REQUIREMENTS = "tests/projects/requirements.txt"
WANTED = ("pyproject.toml", REQUIREMENTS, "--extra", "ruff")
GROUPS = ("--group", "test", "--group", "lint")


def unconstrained() -> dict[str, str]:
    """Return the environment without the constraints that the Makefile puts there."""
    return {k: v for k, v in os.environ.items() if not k.endswith("_CONSTRAINT")}


def compiled(asked: str, *words: str) -> str:
    """Return the pinned lines that uv makes of what is asked for and of the files in ``words``."""
    with tempfile.NamedTemporaryFile("w", suffix=".in") as more:
        more.write(asked)
        more.flush()
        command = [UV, "pip", "compile", "--quiet", "--no-annotate", "--no-header", "--upgrade"]
        done = subprocess.run(
            [*command, *words, more.name],
            cwd=ROOT,
            env=unconstrained(),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return done.stdout


def main() -> None:
    """Write every file anew."""
    head = "# Made by: make constraints\n"
    for python in PYTHONS:
        pins = compiled("\n".join(TOOLS), *WANTED, *GROUPS, "--python-version", python)
        (FOLDER / f"py{python.replace('.', '')}.txt").write_text(head + pins)
    for_each = "".join(
        compiled(f"django=={django}.*", "--no-deps", "--python-version", pythons[-1])
        for django, pythons in DJANGOS.items()
    )
    (FOLDER / "django.txt").write_text(head + for_each)


if __name__ == "__main__":
    main()
