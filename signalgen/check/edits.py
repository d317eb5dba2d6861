"""The byte edits that fixes are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.values.check import TextEdit

if TYPE_CHECKING:
    import ast

    from signalgen.index import Index


def replacing(index: Index, path: str, node: ast.AST, new: str) -> TextEdit:
    """Return the edit that puts ``new`` in the place of a node."""
    place = index.code.place(path, node)
    return TextEdit(path, place.start, place.end, new)


def after(index: Index, path: str, node: ast.AST, new: str) -> TextEdit:
    """Return the edit that puts ``new`` right behind a node."""
    place = index.code.place(path, node)
    return TextEdit(path, place.end, place.end, new)


def before(index: Index, path: str, node: ast.AST, new: str) -> TextEdit:
    """Return the edit that puts ``new`` right before a node."""
    place = index.code.place(path, node)
    return TextEdit(path, place.start, place.start, new)


def add_argument(index: Index, path: str, call: ast.Call, new: str) -> TextEdit:
    """Return the edit that adds an argument (``weak=False``) at the end of a call."""
    given: list[ast.AST] = [*call.args, *(item.value for item in call.keywords)]
    if given:
        last = max(
            given, key=lambda node: (getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0))
        )
        return after(index, path, last, f", {new}")
    end = index.code.place(path, call).end
    return TextEdit(path, end - 1, end - 1, new)


def add_parameter(
    index: Index, path: str, node: ast.FunctionDef | ast.AsyncFunctionDef, new: str
) -> TextEdit | None:
    """Return the edit that adds a parameter (``**kwargs``) behind the last one, None when there is none before it."""
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [item for item in (arguments.vararg, arguments.kwarg) if item is not None]
    if not every:
        return None
    parts: list[ast.AST] = [
        *every,
        *arguments.defaults,
        *(item for item in arguments.kw_defaults if item is not None),
    ]
    last = max(parts, key=lambda item: (getattr(item, "end_lineno", 0), getattr(item, "end_col_offset", 0)))
    return after(index, path, last, f", {new}")
