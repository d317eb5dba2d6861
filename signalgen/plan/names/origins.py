"""Where a name is defined, and the names that a spec's own imports bind: ``spec_imports(...)``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.values.spec import Code


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a name is defined: an absolute module and the name there ("" for the module itself)."""

    module: str
    name: str
    alias: str = ""


def spec_imports(codes: Iterable[Code]) -> Iterator[tuple[str, Origin]]:
    """Yield each name that the spec's ``imports`` bind, with its origin; dots are kept."""
    for code in codes:
        for node in ast.parse(code.text).body:
            if isinstance(node, ast.ImportFrom):
                module = "." * node.level + (node.module or "")
                for name in node.names:
                    yield name.asname or name.name, Origin(module, name.name, name.asname or "")
            elif isinstance(node, ast.Import):
                for name in node.names:
                    yield (
                        name.asname or name.name.partition(".")[0],
                        Origin(name.name, "", name.asname or ""),
                    )
