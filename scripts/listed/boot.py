"""Print what a running project has connected, as JSON: ``python boot.py PLACES ROOT``, in the project's Python.

PLACES go to ``sys.path``; ROOT is the project's folder.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

sys.path[:0] = sys.argv[1].split(":")

import django  # noqa: E402

django.setup()

from signalgen.management.registry import live_registry  # noqa: E402

found = live_registry(Path(sys.argv[2]).absolute())
print(
    json.dumps(
        {
            "receivers": [asdict(one) for one in found.receivers],
            "files": sorted(found.files),
            "apps": sorted(found.apps),
        }
    )
)
