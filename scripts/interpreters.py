"""Find the Pythons of this machine that really run: shims and broken installs are passed over."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

PROBE = "import sqlite3, ssl, sys, venv; print('%d.%d' % sys.version_info[:2])"


def _runs(command: str, version: str) -> bool:
    try:
        done = subprocess.run(
            [command, "-c", PROBE], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.strip() == version


def _candidates(version: str, uv: str) -> list[str]:
    on_path = [shutil.which(f"python{version}", path=folder) for folder in os.get_exec_path()]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    installed = [
        str(folder / "bin" / "python")
        for folder in sorted(pyenv.glob(f"{version}.*"), reverse=True)
    ]
    asked = subprocess.run(
        [uv, "python", "find", "--no-project", version],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "UV_PYTHON_DOWNLOADS": "never"},
    )
    return [*filter(None, on_path), *installed, *asked.stdout.split("\n")[:1]]


def find(version: str, uv: str) -> str | None:
    """Return a Python ``version`` ("3.12") of this machine that starts, or None."""
    return next(
        (found for found in _candidates(version, uv) if found and _runs(found, version)), None
    )
