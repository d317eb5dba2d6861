"""cookiecutter and copier, the real ones, with signalgen in a hook: ``make scaffolds``.

The tools get an environment of their own, ``.work/scaffolds``; signalgen is the program of this checkout.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from environment import make

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / ".work" / "scaffolds"
TOOLS = ("cookiecutter==2.7.1", "copier==9.19.1")


def main() -> int:
    """Install what is missing, run the tests that need it, and return their exit code."""
    programs = ENVIRONMENT / "bin"
    if not (programs / "python").exists():
        make(ENVIRONMENT)
    # The constraints of this checkout are about other packages.
    own = {k: v for k, v in os.environ.items() if not k.endswith("_CONSTRAINT")}
    command = [str(programs / "python"), "-m", "pip", "install", "--quiet", *TOOLS]
    subprocess.run(command, env=own, check=True)
    env = {**os.environ, "SIGNALGEN_SCAFFOLDS": str(programs)}
    tests = [sys.executable, "-m", "pytest", "-n", "0", "tests/bootstrap"]
    return subprocess.run(tests, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
