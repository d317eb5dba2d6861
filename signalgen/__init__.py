"""signalgen: Django signal receivers, senders, tasks and tests, generated from a short YAML spec.

This is the public API; everything in it is loaded when it is first used.
"""

from __future__ import annotations

import sys
from types import ModuleType

TYPE_CHECKING = (
    False  # typing takes longer to import than all that a start without work to do needs
)
if TYPE_CHECKING:
    from signalgen.api import Changes, generate, load_project, load_spec
    from signalgen.errors import (
        ConflictError,
        ExitCode,
        Problem,
        SignalgenError,
        SpecError,
        UnsafeError,
        UsageError,
    )
    from signalgen.values.project import Project
    from signalgen.values.spec import Spec

    __version__: str

__all__ = [
    "Changes",
    "ConflictError",
    "ExitCode",
    "Problem",
    "Project",
    "SignalgenError",
    "Spec",
    "SpecError",
    "UnsafeError",
    "UsageError",
    "__version__",
    "generate",
    "load_project",
    "load_spec",
]

_ERRORS = "signalgen.errors"
_HOMES = {
    "Changes": "signalgen.api",
    "ConflictError": _ERRORS,
    "ExitCode": _ERRORS,
    "Problem": _ERRORS,
    "Project": "signalgen.values.project",
    "SignalgenError": _ERRORS,
    "Spec": "signalgen.values.spec",
    "SpecError": _ERRORS,
    "UnsafeError": _ERRORS,
    "UsageError": _ERRORS,
    "generate": "signalgen.api",
    "load_project": "signalgen.api",
    "load_spec": "signalgen.api",
}


class _Package(ModuleType):
    """Leaves the name ``generate`` to the function: importing the module signalgen.generate would bind it to that."""

    def __setattr__(self, name: str, value: object) -> None:
        if name != "generate":
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


if not TYPE_CHECKING:  # a type checker shall see the list above, and nothing but it

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name == "__version__":
            return import_module("signalgen.api").version()
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)
