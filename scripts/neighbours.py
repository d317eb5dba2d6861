"""Generated receivers beside the packages that Django projects have: each with the real one, at the release that is pinned.

The packages go into an environment of their own, ``.work/neighbours``. django-redis talks to a private Redis.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from broker import private_redis

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "tests" / "projects" / "neighbours"
ENVIRONMENT = ROOT / ".work" / "neighbours"


def environment() -> Path:
    """Return the Python of the environment, after what it lacks has been installed."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
    # The pins are those of the project: the constraints of this checkout are about other packages.
    own = {k: v for k, v in os.environ.items() if not k.endswith("_CONSTRAINT")}
    command = [str(python), "-m", "pip", "install", "--quiet", "-r", "requirements.txt"]
    subprocess.run(command, cwd=PROJECT, env=own, check=True)
    return python


def main() -> int:
    """Generate, and run the tests of the project; return their exit code."""
    python = environment()
    with tempfile.TemporaryDirectory() as folder, private_redis() as url:
        root = Path(folder) / "shop"
        shutil.copytree(PROJECT, root, ignore=shutil.ignore_patterns("__pycache__", "*.sqlite3"))
        command = [sys.executable, "-m", "signalgen", "new", "--spec", "shop.yaml", "--quiet"]
        subprocess.run(command, cwd=root, check=True)
        tests = [str(python), "manage.py", "test", "--noinput"]
        env = {**os.environ, "REDIS_URL": url}
        return subprocess.run(tests, cwd=root, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
