"""The arguments of a call, by keyword, position or ``**options``: ``argument`` is the entry."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.index.reading.resolving import local_names
from signalgen.index.reading.walking import values_of

if TYPE_CHECKING:
    from signalgen.index.reading.code import Codebase
    from signalgen.values.index import FunctionRef

_DEEPEST = 4


def argument(call: ast.Call, keyword: str, position: int | None) -> ast.expr | None:
    """Return an argument by keyword, otherwise the one at ``position``, None without either."""
    for item in call.keywords:
        if item.arg == keyword:
            return item.value
    if position is not None and position < len(call.args):
        found = call.args[position]
        # After a star, positions are not known.
        if not any(isinstance(item, ast.Starred) for item in call.args[: position + 1]):
            return found
    return None


def given(node: ast.expr | None) -> ast.expr | None:
    """Return an argument; None also for a literal ``None``."""
    return None if isinstance(node, ast.Constant) and node.value is None else node


def options(call: ast.Call) -> ast.expr | None:
    """Return the ``**options`` or ``*arguments`` of a call, None if it has neither."""
    spread = next((item.value for item in call.keywords if item.arg is None), None)
    return spread or next((item for item in call.args if isinstance(item, ast.Starred)), None)


def argument_or_options(call: ast.Call, keyword: str, position: int | None) -> ast.expr | None:
    """Return an argument that is not None, else the ``**options`` that may hold it, else None."""
    found = argument(call, keyword, position)
    return options(call) if found is None else given(found)


def spelled_out(code: Codebase, path: str, call: ast.Call, scope: FunctionRef | None) -> ast.Call:
    """Return a call with each ``**options`` that is a dict literal replaced by its keywords."""
    keywords: list[ast.keyword] = []
    for item in call.keywords:
        told = None if item.arg is not None else _literal(code, path, item.value, scope)
        keywords += [item] if told is None else told
    return call if keywords == call.keywords else ast.Call(call.func, call.args, keywords)


def _literal(
    code: Codebase, path: str, node: ast.expr, scope: FunctionRef | None, depth: int = 0
) -> list[ast.keyword] | None:
    if isinstance(node, ast.Name):
        value = _only_value(code, path, node.id, scope)
        if value is None or depth > _DEEPEST:
            return None
        return _literal(code, path, value, None, depth + 1)
    if isinstance(node, ast.Call) and dotted(node.func) == "dict" and not node.args:
        return None if options(node) is not None else node.keywords
    if not isinstance(node, ast.Dict):
        return None
    found = []
    for key, value in zip(node.keys, node.values, strict=True):
        if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
            return None
        found.append(ast.keyword(key.value, value))
    return found


def _only_value(code: Codebase, path: str, name: str, scope: FunctionRef | None) -> ast.expr | None:
    if is_changed(code, path, name):
        return None
    while scope is not None:
        if name in local_names(scope.node):
            values = values_of(scope.node).get(name, [])
            return values[0] if len(values) == 1 else None
        scope = scope.outer
    values = [
        value
        for chunk in code.outline(path).chunks
        if chunk.kind in ("assign", "block") and name.encode() in code.outline(path).source(chunk)
        for stmt in code.parsed(path, chunk)
        for value in values_of(stmt).get(name, ())
    ]
    return values[0] if len(values) == 1 else None


def is_changed(code: Codebase, path: str, name: str) -> bool:
    """Tell whether a file may change the list or dict that a name stands for."""
    # By the text, in any scope: a false match only means one more unknown value.
    # The name comes first in the pattern: that is found many times faster.
    word = re.escape(name.encode())
    changing = (
        rb"%b(?<![\w.]%b)\s*(?:[-+|&]=|\[[^\]\n]*\]\s*=(?!=)"
        rb"|\.(?:append|extend|insert|add|update|setdefault|pop|popitem|remove|discard|clear)\b)"
    ) % (word, word)
    return re.search(changing, code.data(path)) is not None
