"""Run a command beside a private PostgreSQL: ``python scripts/postgres.py pytest tests/e2e/test_e2e_run.py``.

The cluster lives in a temporary folder, listens on a free loopback port, and is gone afterwards. The command finds it
in SIGNALGEN_POSTGRES. PostgreSQL is installed with apt-get where it is missing and we may; it refuses to run as
root, so root hands the server to the user ``postgres`` (or ``nobody``).
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def find_binaries() -> Path | None:
    """Return the folder with initdb and pg_ctl, the newest version first, or None."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True
    )
    found = shutil.which("initdb")
    for folder in [*debian, *([Path(found).resolve().parent] if found else [])]:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    return None


def apt_get(package: str, missing: str) -> None:
    """Install ``package`` with apt-get and start nothing, or end the run with what is ``missing`` and what to do."""
    if os.geteuid() or not shutil.which("apt-get"):
        sys.exit(f"{missing}. Install it: apt-get install {package}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for command in (
        ["update", "-qq"],
        ["install", "-qq", "-y", "--no-install-recommends", package],
    ):
        subprocess.run(["apt-get", *command], env=env, check=True, stdout=subprocess.DEVNULL)


def install() -> Path:
    """Install PostgreSQL with apt-get and return its folder, or end the run with what to do."""
    apt_get("postgresql", "There is no PostgreSQL here (initdb, pg_ctl)")
    return find_binaries() or sys.exit("apt-get has installed PostgreSQL, but there is no initdb")


def owner() -> str | None:
    """Return the user that the server must run as, or None when we are not root."""
    if os.geteuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


def free_port() -> int:
    """Return a loopback port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster, yield its URL without a database, and take it away again."""
    binaries = find_binaries() or install()
    user = owner()
    prefix = ["runuser", "-u", user, "--"] if user else []
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if user:
        shutil.chown(folder, user)
    port, data = free_port(), folder / "data"

    def call(name: str, *arguments: str) -> None:
        command = [*prefix, str(binaries / name), *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)

    try:
        call("initdb", "-D", str(data), "-U", "signalgen", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-p {port} -k {folder} -h 127.0.0.1 -c fsync=off"
        call(
            "pg_ctl",
            "-D",
            str(data),
            "-w",
            "-t",
            "60",
            "-l",
            str(folder / "log"),
            "-o",
            options,
            "start",
        )
        try:
            yield f"postgresql://signalgen@127.0.0.1:{port}"
        finally:
            call("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run ``command`` with a server beside it; return its exit code."""
    if not command:
        sys.exit(__doc__)
    with cluster() as url:
        print(f"PostgreSQL listens at {url}", flush=True)
        return subprocess.run(
            command, env={**os.environ, "SIGNALGEN_POSTGRES": url}, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
