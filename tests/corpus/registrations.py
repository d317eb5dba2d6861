"""The index against running projects: ``registrations.py FOLDER SETTINGS --python BIN`` boots one and compares.

FOLDER holds the project's code, SETTINGS is its settings module, BIN the Python that has its packages. Every receiver that
the running project has of its own is exact, not seen, unknown (the index says that it cannot tell) or wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from signalgen.flow.connections.identity import uid_of  # noqa: E402
from signalgen.index import build_index  # noqa: E402
from signalgen.project.survey import survey_project  # noqa: E402

PROBE = Path(__file__).with_name("registrations_probe.py")
KINDS = ("exact", "not seen", "unknown", "wrong")


def main() -> int:
    """Print how many are exact, and with ``--verbose`` each other one with what the index says of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("settings")
    parser.add_argument("--python", default=sys.executable, help="the Python with its packages")
    parser.add_argument("--verbose", action="store_true", help="name all that are not exact")
    options = parser.parse_args()
    folder = options.folder.resolve()
    seen = [row for item in _connections(folder) if (row := _row(*item)) is not None]
    path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [options.python, PROBE, folder],
        input=json.dumps(seen),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": options.settings, "PYTHONPATH": path},
    )
    rows = json.loads(done.stdout.splitlines()[-1])
    counts = Counter(row["kind"] for row in rows)
    print(folder.name, len(rows), *(f"{counts[kind]} {kind}" for kind in KINDS))
    for row in rows:
        if options.verbose and row["kind"] != "exact":
            print(f"  {row['kind']}: {row['text']}")
    return 0 if counts["exact"] == len(rows) else 1


def _connections(folder: Path):
    index = build_index(survey_project(folder))
    return [(index, item) for item in index.connections]


def _row(index, item):
    """Return what the index says of one connection, as plain data; None for functions that are not the project's."""
    if item.receiver is None:
        return None
    uid = uid_of(index, item)
    return {
        "function": [item.receiver.path, item.receiver.qualname],
        "signals": list(item.signals),
        "senders": list(item.senders),
        "any": item.sender is None,
        "uid": uid,
        "uid_unknown": uid is None and item.uid is not None,
    }


if __name__ == "__main__":
    sys.exit(main())
