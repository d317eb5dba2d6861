"""The environment of the measurements: signalgen as a user would have it, its peers, and nothing else."""

from __future__ import annotations

import compileall
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

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
        """Return the variables of a process: few, so that nobody's settings are measured."""
        path = f"{self.programs}:/usr/bin:/bin"
        return {"PATH": path, "HOME": str(self.work), "XDG_CACHE_HOME": str(cache), "LC_ALL": "C.UTF-8"}


def make_tools(work: Path) -> Tools:
    """Return the environment below ``work``; it is made with pip where it is missing, signalgen anew each time."""
    folder = work / "venv"
    programs = folder / "bin"
    if not programs.exists():
        venv.create(folder, with_pip=True)
        _pip(programs, *PACKAGES)
    _pip(programs, "--force-reinstall", "--no-deps", str(ROOT))
    _pip(programs, f"{ROOT}[ruff]")
    compileall.compile_dir(folder, quiet=2)
    return Tools(programs, work)


def _pip(programs: Path, *words: str) -> None:
    command = [programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *words]
    subprocess.run(command, check=True, cwd=ROOT)


def versions(tools: Tools) -> dict[str, str]:
    """Return the versions of what is measured."""
    command = [tools.programs / "python", "-m", "pip", "list", "--format", "freeze"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    found = dict(line.split("==", 1) for line in lines if "==" in line)
    wanted = ("black", "cookiecutter", "copier", "jinja2", "PyYAML", "ruff", "tree-sitter", "typer")
    known = {name.lower(): version for name, version in found.items()}
    return {"python": sys.version.split()[0]} | {name: known.get(name.lower(), "?") for name in wanted}
