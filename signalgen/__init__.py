"""signalgen: Django signal receivers, senders, tasks and tests, generated from a short YAML spec.

This is the public API; everything in it is loaded when it is first used.
"""

from __future__ import annotations

import sys
from types import ModuleType

# Importing typing takes longer than everything else that a start without work needs.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from signalgen.api import (
        Changes,
        Findings,
        check,
        generate,
        load_project,
        load_spec,
        remove,
    )
    from signalgen.charting import Charted
    from signalgen.errors import (
        ConflictError,
        ExitCode,
        Problem,
        SignalgenError,
        SpecError,
        UnsafeError,
        UsageError,
    )
    from signalgen.listings import Inventory
    from signalgen.overview import chart, extract, listing, trace, why
    from signalgen.reasoning import Explained
    from signalgen.tracing import Traced
    from signalgen.values.check import Finding
    from signalgen.values.extract import Extraction
    from signalgen.values.project import Project
    from signalgen.values.spec import Spec

    __version__: str

__all__ = [
    "Changes",
    "Charted",
    "ConflictError",
    "ExitCode",
    "Explained",
    "Extraction",
    "Finding",
    "Findings",
    "Inventory",
    "Problem",
    "Project",
    "SignalgenError",
    "Spec",
    "SpecError",
    "Traced",
    "UnsafeError",
    "UsageError",
    "__version__",
    "chart",
    "check",
    "extract",
    "generate",
    "listing",
    "load_project",
    "load_spec",
    "remove",
    "trace",
    "why",
]

_API, _ERRORS, _SEEN = "signalgen.api", "signalgen.errors", "signalgen.overview"
_HOMES = {
    "Changes": _API,
    "Charted": "signalgen.charting",
    "ConflictError": _ERRORS,
    "ExitCode": _ERRORS,
    "Explained": "signalgen.reasoning",
    "Extraction": "signalgen.values.extract",
    "Finding": "signalgen.values.check",
    "Findings": _API,
    "Inventory": "signalgen.listings",
    "Problem": _ERRORS,
    "Project": "signalgen.values.project",
    "SignalgenError": _ERRORS,
    "Spec": "signalgen.values.spec",
    "SpecError": _ERRORS,
    "Traced": "signalgen.tracing",
    "UnsafeError": _ERRORS,
    "UsageError": _ERRORS,
    "chart": _SEEN,
    "check": _API,
    "extract": _SEEN,
    "generate": _API,
    "listing": _SEEN,
    "load_project": _API,
    "load_spec": _API,
    "remove": _API,
    "trace": _SEEN,
    "why": _SEEN,
}


class _Package(ModuleType):
    """Keeps three names bound to functions: importing packages of these names rebinds them."""

    def __setattr__(self, name: str, value: object) -> None:
        if name not in ("chart", "check", "extract"):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


# Type checkers see only the list above.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name == "__version__":
            return import_module("signalgen.api").version()
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)
