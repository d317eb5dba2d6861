"""Generated code in the form that black will most likely give it: ``foresee(text, width)``.

black formats any text that it changes a second time, which is half of its work. It gives the same
result for the predicted text: a wrong guess costs only that second pass. A trailing comma, which
black would respect, is added only where black would add one.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.canon import bare
from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def foresee(text: str, width: int, *, quotes: bool = True) -> str:
    """Return ``text`` with long statements split over lines, and with double ``quotes``."""
    lines = text.split("\n")
    if "\r" in text or all(len(one) <= width and not (quotes and "'" in one) for one in lines):
        return text
    try:
        rows: dict[int, ast.stmt | ast.expr | None] = {}
        for row, node in _rows(ast.parse(text), lines):
            # None of several statements in one line is wrapped.
            rows[row] = None if row in rows else node
        # From the end, so that the lines above stay valid.
        for row, node in sorted(rows.items(), key=lambda pair: pair[0], reverse=True):
            line = _requoted(lines[row]) if quotes else lines[row]
            long = len(line) > width and line.isascii()
            made = _wrapped(line, node, width) if node is not None and long else None
            lines[row : row + 1] = made or [line]
        new = "\n".join(lines)
        ast.parse(new)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text
    return new if bare(new) == bare(text) else text


def _rows(
    tree: ast.Module, lines: Sequence[str]
) -> Iterator[tuple[int, ast.stmt | ast.expr | None]]:
    """Yield each line that begins outside a string, with its statement or decorator, if any."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case)):
                waiting.append(child)
            if not isinstance(child, ast.stmt):
                continue
            yield from ((one.lineno - 1, one) for one in getattr(child, "decorator_list", ()))
            last = child.body[0].lineno - 1 if hasattr(child, "body") else child.end_lineno or 0
            yield child.lineno - 1, child
            rows = range(child.lineno, last)
            if not any(mark in lines[row] for row in (child.lineno - 1, *rows) for mark in _LONG):
                yield from ((row, None) for row in rows)


_NESTED = pattern(r"[fF][rR]?'[^']*\{[^}']*'")
_LONG = ('"""', "'''", "\\")


def _requoted(line: str) -> str:
    # Strings without other quotes, escapes or strings inside; a comment may have anything.
    if "'" not in line or any(mark in line for mark in ('"', "\\", "#", "'''")):
        return line
    return line if _NESTED.search(line) else line.replace("'", '"')


def _wrapped(line: str, node: ast.stmt | ast.expr, width: int) -> list[str] | None:
    indent = len(line) - len(line.lstrip())
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return _signature(line, node, indent, width)
    if isinstance(node, (ast.If, ast.While)):
        return _condition(line, node.test, indent, width)
    if isinstance(node, ast.Assert):
        value = node.test if node.msg is None else None
    else:
        value = node if isinstance(node, ast.expr) else getattr(node, "value", None)
    if isinstance(value, ast.Await):
        value = value.value
    # Several targets and an annotation: black may split those first.
    targets = getattr(node, "targets", ())
    alone = len(targets) < 2 and not isinstance(node, ast.AnnAssign)
    alone = alone and not any(isinstance(one, (ast.Tuple, ast.List)) for one in targets)
    if isinstance(value, ast.Compare):
        alone = isinstance(node, ast.Assert) and _is_simple(value)
        value = value.comparators[-1]
    if not isinstance(value, ast.expr) or _place(value) != (node.lineno, len(line)):
        return None
    commas = alone and _is_spaced(line[value.col_offset :], value)
    return _split(line, 0, value, indent, width, commas=commas)


def _is_spaced(text: str, node: ast.expr) -> bool:
    # Otherwise black joins lines, and code that is too long here may fit there.
    odd = any(
        isinstance(below, (ast.Pow, ast.Lambda))
        or (isinstance(below, ast.Slice) and not all(map(_is_small, ast.iter_child_nodes(below))))
        for below in ast.walk(node)
    )
    return not odd and ast.unparse(node).replace("'", '"') == text.replace("'", '"')


def _is_small(node: ast.AST) -> bool:
    return isinstance(node, (ast.Constant, ast.Name))


def _is_simple(test: ast.Compare) -> bool:
    known = isinstance(test.left, (ast.Name, ast.Attribute)) and len(test.ops) == 1
    return known and isinstance(test.comparators[0], (ast.List, ast.Dict))


def _place(node: ast.expr) -> tuple[int | None, int | None]:
    return (node.lineno if node.lineno == node.end_lineno else None), node.end_col_offset


def _signature(
    line: str, node: ast.FunctionDef | ast.AsyncFunctionDef, indent: int, width: int
) -> list[str] | None:
    opening = line.index("(")
    closing = line.rindex(")", 0, node.returns.col_offset if node.returns else len(line))
    body = " " * (indent + 4) + line[opening + 1 : closing]
    if "," not in body or body.endswith(",") or len(body) > width or not line.endswith(":"):
        return None
    return [line[: opening + 1], body, " " * indent + line[closing:]]


def _condition(line: str, test: ast.expr, indent: int, width: int) -> list[str] | None:
    if not isinstance(test, ast.BoolOp) or _place(test) != (test.lineno, len(line) - 1):
        return None
    pad, inner = " " * indent, " " * (indent + 4)
    start = test.col_offset
    body = inner + line[start:-1]
    made = [body]
    if len(body) > width:
        word = " and " if isinstance(test.op, ast.And) else " or "
        cuts = [line.rindex(word, 0, value.col_offset) for value in test.values[1:]]
        places = zip([start, *(cut + 1 for cut in cuts)], [*cuts, len(line) - 1], strict=True)
        made = [inner + line[begin:end] for begin, end in places]
    return [f"{line[:start]}(", *made, f"{pad}):"]


def _split(
    line: str, start: int, node: ast.expr, indent: int, width: int, *, commas: bool
) -> list[str] | None:
    """Return the line from ``start`` to the end of ``node``, split at the bracket that ends it.

    None if black would split it differently; ``commas``: a trailing comma may be added.
    """
    items, opening, end = _items(node), node.col_offset, node.end_col_offset or 0
    call = isinstance(node, ast.Call)
    if isinstance(node, ast.Call):
        opening = node.func.end_col_offset or 0
    if not items or line[opening] not in "([{" or line[end - 2] == ",":
        return None
    pad, inner = " " * indent, " " * (indent + 4)
    first, last = (" " * indent if start else "") + line[start : opening + 1], pad + line[end - 1]
    body = inner + line[opening + 1 : end - 1]
    if (call or len(items) == 1) and len(body) <= width:
        return [first, body, last]
    if not commas or len(items) == 1:
        return None
    made, at = [], opening + 1
    for item in items:
        at += len(line[at:]) - len(line[at:].lstrip())
        stop = item.end_col_offset or 0
        parts = [inner + line[at:stop]]
        if len(parts[0]) >= width:
            simple = not isinstance(item, ast.Call) or isinstance(item.func, ast.Name)
            below = _split(line, at, item, indent + 4, width, commas=simple)
            if below is None:
                return None
            parts = below
        if line[stop] != "," and stop != end - 1:
            # The item is in its own brackets.
            return None
        made += [*parts[:-1], f"{parts[-1]},"]
        at = stop + 1
    return [first, *made, last]


def _items(node: ast.expr) -> list[ast.expr]:
    """Return the items between the brackets that ``node`` ends with, in order."""
    if isinstance(node, ast.Call):
        found = [*node.args, *(keyword.value for keyword in node.keywords)]
        # Whether a comma may follow ``*args`` depends on the oldest target Python.
        plain = all(keyword.arg for keyword in node.keywords)
        plain = plain and not any(isinstance(value, ast.Starred) for value in node.args)
        return sorted(found, key=lambda value: value.col_offset) if plain else []
    if isinstance(node, ast.Dict):
        return node.values
    return node.elts if isinstance(node, (ast.List, ast.Tuple, ast.Set)) else []
