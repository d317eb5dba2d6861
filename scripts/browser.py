"""Run a command beside a headless Chromium: ``python scripts/browser.py pytest tests/browser``.

The command finds the WebDriver of the browser in SIGNALGEN_BROWSER; it listens on a free loopback port and is gone
afterwards. Debian's chromium and chromium-driver are installed with apt-get where they are missing and we may.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

PACKAGES = ("chromium", "chromium-driver")
PROGRAMS = ("chromium", "chromedriver")
PATIENCE = 60


def install() -> None:
    """Install what is missing with apt-get, or end the run with what to do."""
    if all(shutil.which(name) for name in PROGRAMS):
        return
    if os.geteuid() or not shutil.which("apt-get"):
        sys.exit(f"There is no Chromium here. Install it: apt-get install {' '.join(PACKAGES)}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["update", "-qq"],
        ["install", "-qq", "-y", "--no-install-recommends", *PACKAGES],
    ):
        subprocess.run(["apt-get", *command], env=env, check=True, stdout=subprocess.DEVNULL)


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def waits_for(address: str) -> None:
    """Wait until the driver answers."""
    for _ in range(PATIENCE * 10):
        if answers(f"{address}/status"):
            return
        time.sleep(0.1)
    sys.exit("chromedriver does not answer")


def answers(address: str) -> bool:
    """Tell whether something answers there."""
    try:
        with urlopen(address) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def main(command: list[str]) -> int:
    """Start the driver, run the command, and end the driver."""
    install()
    port = free_port()
    driver = subprocess.Popen(
        ["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        waits_for(address)
        env = {**os.environ, "SIGNALGEN_BROWSER": address}
        return subprocess.run(command, env=env, check=False).returncode
    finally:
        driver.terminate()
        driver.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
