"""What production code calls after the commit and at no other time: ``only_on_commit``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.flow.commit.deferral import is_on_commit
from signalgen.index.memo import answered_once
from signalgen.index.reading.resolving import resolve
from signalgen.index.reading.walking import walk

if TYPE_CHECKING:
    from signalgen.index import Index


@answered_once
def only_on_commit(index: Index, name: str) -> bool:
    """Tell whether production code mentions a function in ``on_commit(…)`` and nowhere else."""
    last = name.rpartition(".")[2].encode()
    deferred: set[int] = set()
    used: list[ast.AST] = []
    for path, item in index.nodes(last, wanted=(ast.Call, ast.Name, ast.Attribute)):
        node = item.node
        if isinstance(node, ast.Call):
            if is_on_commit(index, path, node, item.scope):
                deferred.update(id(one) for one in walk(node))
        elif resolve(index.code, path, dotted(node), item.scope) == name:
            used.append(node)
    return bool(used) and all(id(node) in deferred for node in used)
