"""A private MariaDB, as ``postgres.py`` starts a private PostgreSQL: Debian's package, its own folder and port.

It asks for no password and keeps nothing: it listens on the loopback alone and is gone with the run.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from postgres import apt_get, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS = ("mariadbd", "mariadb-install-db")
PATIENCE = 60
"""Seconds that the server may take until it answers."""


def programs() -> tuple[str, ...] | None:
    """Return where the server and what makes its folder lie, or None where one is missing."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    found = [shutil.which(name, path=path) for name in PROGRAMS]
    return tuple(map(str, found)) if all(found) else None


def wait_until_it_answers(port: int, server: subprocess.Popen[bytes]) -> None:
    """Return once somebody takes connections at ``port``; end the run where nobody ever does."""
    until = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < until:
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    raise SystemExit("MariaDB does not answer")


@contextmanager
def cluster() -> Iterator[str]:
    """Start a server, yield its URL without a database, and take it away again."""
    if (found := programs()) is None:
        apt_get("mariadb-server", "There is no MariaDB here (mariadbd)")
        found = programs() or ("", "")
    daemon, prepare = found
    folder = Path(tempfile.mkdtemp(prefix="mariadb-"))
    user = []
    if not os.geteuid():
        user = ["--user=mysql"]
        shutil.chown(folder, "mysql")
    data, port = f"--datadir={folder / 'data'}", free_port()
    log = (folder / "log").open("wb")
    try:
        subprocess.run(
            [prepare, "--no-defaults", *user, data, "--skip-test-db", "--skip-name-resolve"],
            check=True,
            stdout=log,
            stderr=log,
        )
        options = ["--skip-grant-tables", "--skip-log-bin", "--innodb-flush-log-at-trx-commit=0"]
        where = [f"--port={port}", "--bind-address=127.0.0.1", f"--socket={folder / 'socket'}"]
        command = [daemon, "--no-defaults", *user, data, *where, *options]
        with subprocess.Popen(command, stdout=log, stderr=log) as server:
            try:
                wait_until_it_answers(port, server)
                yield f"mysql://root@127.0.0.1:{port}"
            finally:
                server.terminate()
    finally:
        log.close()
        shutil.rmtree(folder, ignore_errors=True)
