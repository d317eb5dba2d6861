"""YAML text -> Spec, or every problem in it with its position. Only this package reads YAML.

``read.read_spec`` is the main entry. Functions are imported on first use: PyYAML is slow to import,
and a run in which nothing changed does not need it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signalgen.spec.command import SIGNAL_SOURCE, signal_spec
    from signalgen.spec.declared.reference import key_rows, spec_reference
    from signalgen.spec.printing import printed, upgrade
    from signalgen.spec.read import read_parts, read_spec, spec_of
    from signalgen.spec.recipes.catalogue import Catalogue
    from signalgen.spec.schema import json_schema

__all__ = [
    "SIGNAL_SOURCE",
    "Catalogue",
    "json_schema",
    "key_rows",
    "printed",
    "read_parts",
    "read_spec",
    "signal_spec",
    "spec_of",
    "spec_reference",
    "upgrade",
]

_HOMES = {
    "Catalogue": "recipes.catalogue",
    "SIGNAL_SOURCE": "command",
    "json_schema": "schema",
    "key_rows": "declared.reference",
    "printed": "printing",
    "read_parts": "read",
    "read_spec": "read",
    "signal_spec": "command",
    "spec_of": "read",
    "spec_reference": "declared.reference",
    "upgrade": "printing",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
