"""The environment of the measurements: signalgen as a user would have it, its peers, and nothing else."""

from __future__ import annotations

import compileall
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[1]
PEERS = Path(__file__).resolve().parent / "peers"
PACKAGES = ("cookiecutter", "copier")


@dataclass(frozen=True, slots=True)
class Tools:
    """The folder of the environment's programs, and a folder for everything that is measured in."""

    programs: Path
    work: Path

    def words(self, program: str, *arguments: object) -> list[str]:
        """Return a command line."""
        return [str(self.programs / program), *map(str, arguments)]

    def environment(self, cache: Path) -> dict[str, str]:
        """Return the variables of a process: few, so that no user settings are measured."""
        path = f"{self.programs}:/usr/bin:/bin"
        return {
            "PATH": path,
            "HOME": str(self.work),
            "XDG_CACHE_HOME": str(cache),
            "LC_ALL": "C.UTF-8",
        }


def make_tools(work: Path, packages: Sequence[str] = PACKAGES) -> Tools:
    """Return the environment below ``work``, with ``packages``; pip brings what is missing, and signalgen anew each time."""
    folder = work / "venv"
    programs = folder / "bin"
    if not programs.exists():
        venv.create(folder, with_pip=True)
    if packages:
        _pip(programs, *packages)
    _pip(programs, "--force-reinstall", "--no-deps", str(ROOT))
    _pip(programs, f"{ROOT}[ruff]")
    compileall.compile_dir(folder, quiet=2)
    return Tools(programs, work)


def _pip(programs: Path, *words: str) -> None:
    command = [
        programs / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        *words,
    ]
    subprocess.run(command, check=True, cwd=ROOT)


def versions(tools: Tools) -> dict[str, str]:
    """Return the versions of what is measured."""
    command = [tools.programs / "python", "-m", "pip", "list", "--format", "freeze"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    found = dict(line.split("==", 1) for line in lines if "==" in line)
    wanted = ("black", "jinja2", "PyYAML", "ruff", "tree-sitter", "typer")
    peers = ("cookiecutter", "copier", "flake8", "flake8-django", "semgrep")
    known = {name.lower().replace("_", "-"): version for name, version in found.items()}
    told = {name: known[name.lower()] for name in (*wanted, *peers) if name.lower() in known}
    return {"python": sys.version.split()[0]} | told
