"""Findings about receivers of modules that are never loaded, as information: ``weighed``."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import absolute_import
from signalgen.index.apps.taking import unrun_starts
from signalgen.index.reading.loading import importers, is_loaded
from signalgen.index.reading.walking import walk
from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.index import Index
    from signalgen.index.apps.taking import Unrun
    from signalgen.values.check import Finding

_NOT_LOADED, _NOT_RUN = "SG103", "SG111"
_OF_BODIES = pattern(r"SG(?:10[12]|40[1-8]|41[13-9]|42\d|[258]\d\d)")
"""Rules about what a receiver does when it runs. SG409, SG410 and SG412 are right in any case."""
_ENDLESS = pattern(r"SG20[12]")
"""Rules whose errors are recursion without end: it begins once somebody loads the receiver."""


def weighed(index: Index, found: Sequence[Finding]) -> list[Finding]:
    """Return the findings; those about what receivers do that never run become information.

    Which those are, the findings of SG103 and SG111 say.
    """
    idle = {item.path for item in found if item.code == _NOT_LOADED}
    idle = {path for path in idle if not is_loaded(index, path)}
    told = {item.path for item in found if item.code == _NOT_RUN}
    for start in unrun_starts(index.code) if told else ():
        if start.path in told:
            idle.update(_only_there(index, start))
    return [
        replace(item, severity="info") if item.path in idle and _is_moot(item) else item
        for item in found
    ]


def _is_moot(item: Finding) -> bool:
    if item.severity == "error" and _ENDLESS.fullmatch(item.code):
        return False
    return _OF_BODIES.fullmatch(item.code) is not None


def _only_there(index: Index, start: Unrun) -> Iterator[str]:
    """Yield the files that nothing but the startup code imports."""
    names = index.code.survey.names
    package = index.code.package(start.path)
    for node in walk(start.node):
        written: list[str] = []
        if isinstance(node, ast.Import):
            written = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = absolute_import(node.module or "", package, node.level)
            written = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        for path in filter(None, map(names.by_name.get, written)):
            if path.rpartition("/")[2] != "__init__.py" and set(importers(index, path)) == {
                start.path
            }:
                yield path
