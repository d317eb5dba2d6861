"""The schema of a spec in the YAML language server that editors use: ``make editors``.

It comes from npm, at the release that is named here, into ``.work/editors``; Debian's nodejs and npm are installed
with apt-get where they are missing and we may.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".work" / "editors"
SERVER = "yaml-language-server@2.0.0"
PROGRAM = FOLDER / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"


def install() -> None:
    """Install what is missing, or end the run with what to do."""
    if not (shutil.which("node") and shutil.which("npm")):
        if os.geteuid() or not shutil.which("apt-get"):
            sys.exit("There is no node here. Install it: apt-get install nodejs npm")
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in ("update -qq", "install -qq -y --no-install-recommends nodejs npm"):
            subprocess.run(["apt-get", *words.split()], env=env, check=True)
    if not PROGRAM.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        words = ["npm", "install", "--silent", "--no-save", "--ignore-scripts", SERVER]
        subprocess.run([*words, "--prefix", str(FOLDER)], cwd=FOLDER, check=True)


def main() -> int:
    """Run the tests that need the server; return their exit code."""
    install()
    env = {**os.environ, "SIGNALGEN_YAML_SERVER": str(PROGRAM)}
    tests = [sys.executable, "-m", "pytest", "-n", "0", "tests/editors"]
    return subprocess.run(tests, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
