"""The parameters of a function that a call fills: ``handed``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.flow.function.signature import all_parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.values.index import FunctionRef


def _positional(target: FunctionRef) -> list[str]:
    keywords = target.node.args.kwonlyargs
    return [item.arg for item in all_parameters(target) if item not in keywords]


def handed(call: ast.Call, target: FunctionRef) -> Iterator[tuple[str, ast.expr]]:
    """Yield the parameters of a function that a call fills, with their values."""
    for name, node in zip(_positional(target), call.args, strict=False):
        if isinstance(node, ast.Starred):
            break
        yield name, node
    for item in call.keywords:
        if item.arg is not None:
            yield item.arg, item.value
