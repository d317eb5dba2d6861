"""Show signalgen at work: generate the orders example into a copy of a real Django project, and run its tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SPEC = ROOT / "specs" / "orders.yaml"


def step(title: str, *command: str, cwd: Path) -> None:
    """Say what happens, do it in front of the reader's eyes, and end the demo when it fails."""
    shown = " ".join(str(Path(word).name) if Path(word).is_absolute() else word for word in command)
    print(f"\n── {title}\n$ {shown}", flush=True)
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, check=False
    )
    if done.returncode:
        sys.exit(f"That ended with {done.returncode}, which it should not.")


def main() -> None:
    """Run the demo in a temporary folder, which stays for a look."""
    folder = Path(tempfile.mkdtemp(prefix="signalgen-demo-")) / "shop"
    shutil.copytree(
        ROOT / "tests" / "projects" / "orders", folder, ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(SPEC, folder)
    signalgen = (sys.executable, "-m", "signalgen", "new", "--spec", SPEC.name)
    print(f"A Django shop with two apps, and no signals yet: {folder}")
    step("What would change", *signalgen, "--diff", cwd=folder)
    step("Write it", *signalgen, cwd=folder)
    step("Django is content with it", sys.executable, "manage.py", "check", cwd=folder)
    step(
        "The tests of the shop, the generated ones among them",
        sys.executable,
        "manage.py",
        "test",
        cwd=folder,
    )
    step("A second run has nothing to do", *signalgen, "--check", cwd=folder)
    print(
        f"\nReceivers, senders, tasks and tests are in {folder}/orders: have a look, edit them, and run it again."
    )


if __name__ == "__main__":
    main()
