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
from django.dispatch import Signal  # noqa: E402

from signalgen.management.registry import live_registry, name_of  # noqa: E402

ROOT = Path(sys.argv[2]).absolute()
DJANGO = str(Path(django.__file__).parent)
CONNECT = Signal.connect
OWN = set()
"""The receivers that the project's own code connects."""


def connect(signal, receiver, *args, **kwargs):
    """Connect, and note who does."""
    frame = sys._getframe(1)  # noqa: SLF001 - there is no other way to know the caller
    while frame.f_code.co_filename.startswith(DJANGO):
        frame = frame.f_back
    file = Path(frame.f_code.co_filename)
    if file.is_relative_to(ROOT) and "site-packages" not in file.parts:
        OWN.add(name_of(receiver))
    return CONNECT(signal, receiver, *args, **kwargs)


Signal.connect = connect
django.setup()

found = live_registry(ROOT)
print(
    json.dumps(
        {
            "receivers": [asdict(one) for one in found.receivers],
            "files": sorted(found.files),
            "apps": sorted(found.apps),
            "signals": sorted(found.signals),
            "own": sorted(OWN),
        }
    )
)
