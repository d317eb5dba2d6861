"""Run a project's tests in its own environment and print one line of JSON: ``python runner.py RUNNER PATHS LABEL…``.

``PATHS`` (joined by colons) go to the front of sys.path; the current folder is the project. The settings come from the
environment, and for pytest from the project's own configuration where the environment has none.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from run_generated import run_pytest, run_unittest

del sys.path[:2]  # this folder's modules must not stand for the project's


def main() -> None:
    """Run and print."""
    runner, paths, *labels = sys.argv[1:]
    started = time.monotonic()
    keep = os.dup(1)
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 1)
    if "CAMPAIGN_VERBOSE" not in os.environ:
        os.dup2(devnull, 2)
    for path in reversed(paths.split(":")):
        sys.path.insert(0, path)
    try:
        if runner == "unittest":
            import django

            django.setup()
        ran, failed = (run_unittest if runner == "unittest" else run_pytest)(labels, fast=False)
    except BaseException:  # noqa: BLE001  # whatever it is, it is this project's result
        ran, failed = 0, [("the run itself", traceback.format_exc())]
    seconds = round(time.monotonic() - started, 2)
    with os.fdopen(keep, "w") as stream:
        stream.write(json.dumps({"ran": ran, "failed": failed, "seconds": seconds}) + "\n")


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)
