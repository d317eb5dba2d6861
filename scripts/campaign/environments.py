"""The environments that projects run in, and running things there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Lock
from typing import Any, Final

sys.path.insert(1, str(Path(__file__).resolve().parents[1]))
import interpreters

ROOT: Final = Path(__file__).resolve().parents[2]
ENVS: Final = ROOT / ".work" / "envs"
TOGETHER: Final = {
    "tasks": (
        "Django>=5.2,<5.3",
        "celery",
        "factory_boy",
        "model_bakery",
        "django-rq",
        "huey",
        "dramatiq",
        "django-dramatiq",
        "procrastinate",
        "django-q2",
    ),
    "django6": ("Django>=6.0,<6.1", "factory_boy", "model_bakery"),
}
_ONE = Lock()


def environment(
    name: str, python: str = "3.12", install: tuple[str, ...] = (), source: Path | None = None
) -> str:
    """Return the interpreter of the environment ``name``, made where it is missing; without a name this one."""
    if not name:
        return sys.executable
    place = ENVS / name / "bin" / "python"
    with _ONE:
        if not place.exists():
            uv = str(Path(sys.executable).parent / "uv")
            found = interpreters.find(python, uv) or python
            wanted = [one.format(root=source) for one in install or TOGETHER[name]]
            pins = {k: v for k, v in os.environ.items() if "CONSTRAINT" not in k}
            for command in (
                [uv, "venv", "-q", "--python", found, str(ENVS / name)],
                [
                    uv,
                    "pip",
                    "install",
                    "-q",
                    # The projects run without writing bytecode: they would compile Django each time.
                    "--compile-bytecode",
                    "--python",
                    str(place),
                    "pytest",
                    "pytest-django",
                    "setuptools",
                    *wanted,
                ],
            ):
                subprocess.run(command, check=True, env=pins, capture_output=True, text=True)
    return str(place)


def run_json(command: list[str], cwd: Path, variables: dict[str, str]) -> Any:
    """Run ``command`` in ``cwd`` and return the JSON of its last line."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO", "PYTHON", "PYTEST"))}
    env |= {"PYTHONDONTWRITEBYTECODE": "1", "TZ": "UTC", **variables}
    done = subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=900
    )
    lines = done.stdout.strip().splitlines()
    if not lines:
        raise RuntimeError(f"{Path(command[1]).name}: {done.stderr[-1500:]}")
    return json.loads(lines[-1])
