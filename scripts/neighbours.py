"""Generated receivers beside the packages that Django projects have: each with the real one, at the release that is pinned.

``neighbours`` has packages whose own receivers hear the same rows, ``heard`` those that send signals: Django's in their own
way, or their own. Each goes into an environment of its own below ``.work``. django-redis talks to a private Redis.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from broker import private_redis

from signalgen.facts.thirdparty import CELERY, THIRD_PARTY

ROOT = Path(__file__).resolve().parents[1]
PROJECTS = ("neighbours", "heard")
TABLE = "sent.json"


def environment(project: Path) -> Path:
    """Return the Python of a project's environment, after what it lacks has been installed."""
    folder = ROOT / ".work" / project.name
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    # The pins are those of the project: the constraints of this checkout are about other packages.
    own = {k: v for k, v in os.environ.items() if not k.endswith("_CONSTRAINT")}
    command = [str(python), "-m", "pip", "install", "--quiet", "-r", "requirements.txt"]
    subprocess.run(command, cwd=project, env=own, check=True)
    return python


def tested(project: Path, url: str) -> int:
    """Generate into a copy of ``project``, run its tests and return the exit code."""
    python = environment(project)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "shop"
        shutil.copytree(project, root, ignore=shutil.ignore_patterns("__pycache__", "*.sqlite3"))
        known = {
            name: [one.name for one in given] for name, given in {**THIRD_PARTY, **CELERY}.items()
        }
        (root / TABLE).write_text(json.dumps(known))
        command = [sys.executable, "-m", "signalgen", "new", "--spec", "shop.yaml", "--quiet"]
        subprocess.run(command, cwd=root, check=True)
        tests = [str(python), "manage.py", "test", "--noinput"]
        env = {**os.environ, "REDIS_URL": url}
        return subprocess.run(tests, cwd=root, env=env, check=False).returncode


def main() -> int:
    """Test each project; return the first exit code that is not 0."""
    with private_redis() as url:
        codes = [tested(ROOT / "tests" / "projects" / name, url) for name in PROJECTS]
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main())
