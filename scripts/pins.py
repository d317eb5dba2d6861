"""Write ``constraints/``: what ``make`` and CI install, for each Python the newest releases of today.

``pyXY.txt`` holds everything for one Python. ``djangoXY.txt`` holds what another Django needs in
other releases: the matrix takes those instead.
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
SITE = ("--group", "docs", "--group", "release")


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


def write_django(django: str, python: str, head: str) -> None:
    """Write what ``django`` and the oldest Python that it supports need, as far as it differs."""
    asked = "\n".join([*TOOLS, f"django=={django}.*"])
    pins = compiled(asked, *WANTED, *GROUPS, "--python-version", python).splitlines()
    usual = (FOLDER / f"py{python.replace('.', '')}.txt").read_text().splitlines()
    own = [pin for pin in pins if pin not in usual or pin.startswith("django==")]
    (FOLDER / f"django{django.replace('.', '')}.txt").write_text("\n".join([head, *own, ""]))


def main() -> None:
    """Write every file anew."""
    head = "# Made by: make constraints"
    for python in PYTHONS:
        pins = compiled("\n".join(TOOLS), *WANTED, *GROUPS, *SITE, "--python-version", python)
        (FOLDER / f"py{python.replace('.', '')}.txt").write_text(f"{head}\n{pins}")
    for django, pythons in DJANGOS.items():
        write_django(django, pythons[0], head)


if __name__ == "__main__":
    main()
