"""The names of a body's module that tests replace by mocks. Entry: ``collaborators``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted, root_name
from signalgen.facts.names import BUILTINS, WELL_KNOWN
from signalgen.syntax import bound_names, free_names, parse_body
from signalgen.testplan.follow.mockvalues import PURE_MODULES, PURE_NAMES, REPLACED

if TYPE_CHECKING:
    from signalgen.plan.handlers.handler import Handled


def collaborators(handled: Handled) -> tuple[str, ...]:
    """Return the module-level names that bodies call or hand on: tests mock these."""
    own = {
        "sender",
        "signal",
        "old",
        "new",
        "original",
        "kwargs",
        *(p.name for p in handled.parameters),
    }
    own |= {line.rpartition(" ")[2].partition(".")[0] for line in handled.receiver.local_imports}
    found: set[str] = set()
    for piece in handled.pieces:
        bound = own | set(bound_names(piece.source))
        free = free_names(piece.source, [])
        for node in ast.walk(parse_body(piece.source)):
            if isinstance(node, ast.Call):
                roots = {
                    root_name(node.func),
                    *(root_name(arg) for arg in node.args[:1] if _takes_callable(node)),
                }
                found |= {r for r in roots if r in free and r not in bound and not is_pure(r)}
    return tuple(sorted(found))


def _takes_callable(node: ast.Call) -> bool:
    return dotted(node.func).rpartition(".")[2] in ("partial", "on_commit", "sync_to_async")


def is_pure(name: str) -> bool:
    """Tell whether calling ``name`` changes nothing and accepts mocks, so tests keep it real."""
    if name in REPLACED:
        return False
    if name in PURE_NAMES or name in BUILTINS or name.endswith(("Error", "Exception")):
        return True
    module = WELL_KNOWN.get(name, ("", ""))[0]
    return bool(module) and module.startswith(PURE_MODULES) and name not in ("datetime", "date")
