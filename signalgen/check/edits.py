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
    whole = index.code.place(path, call)
    given: list[ast.AST] = [*call.args, *(item.value for item in call.keywords)]
    if not given:
        return TextEdit(path, whole.end - 1, whole.end - 1, new)
    last = max(given, key=_end)
    data = index.code.data(path)
    place = index.code.place(path, last)
    if place.end == whole.end:  # a generator, whose parentheses are those of the call
        text = data[place.start : place.end].decode(index.code.outline(path).text.encoding)
        return TextEdit(path, place.start, place.end, f"({text}, {new})")
    at = _closed(data, place.end, whole.end - 1)
    return TextEdit(path, at, at, f", {new}")


def add_parameter(
    index: Index, path: str, node: ast.FunctionDef | ast.AsyncFunctionDef, new: str
) -> TextEdit | None:
    """Return the edit that adds a parameter (``**kwargs``) behind the last one, None when there is none before it."""
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [item for item in (arguments.vararg, arguments.kwarg) if item is not None]
    if not every:
        return None
    return _behind(index, path, node, max(every, key=_end), new)


def add_named_parameter(
    index: Index, path: str, node: ast.FunctionDef | ast.AsyncFunctionDef, name: str, default: str = ""
) -> TextEdit | None:
    """Return the edit that adds a parameter which is given by name, before ``*args`` and ``**kwargs``.

    It gets a default when that is given, or when the one before it has one. None when there is no parameter to put it behind.
    """
    arguments = node.args
    before = arguments.kwonlyargs or arguments.args
    if not before:
        return None
    defaulted = bool(arguments.defaults) and not arguments.kwonlyargs
    text = f"{name}={default or False}" if default or defaulted else name
    return _behind(index, path, node, before[-1], text)


def _behind(
    index: Index, path: str, node: ast.FunctionDef | ast.AsyncFunctionDef, parameter: ast.arg, new: str
) -> TextEdit:
    """Return the edit that puts a parameter behind another one and its default."""
    arguments = node.args
    plain = [*arguments.posonlyargs, *arguments.args]
    pairs: list[tuple[ast.arg, ast.expr | None]] = [
        *zip(reversed(plain), reversed(arguments.defaults), strict=False),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    default = next((value for item, value in pairs if item is parameter), None)
    at = index.code.place(path, parameter).end
    if default is not None:
        data, place = index.code.data(path), index.code.place(path, default)
        opened = _without_comments(data[at : place.start]).count(b"(")
        at = _closed(data, place.end, len(data), opened)
    return TextEdit(path, at, at, f", {new}")


def _end(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)


def _closed(data: bytes, start: int, end: int, most: int = -1) -> int:
    """Return the place behind the parentheses that close from ``start`` on, at most ``most`` of them; comments do not count."""
    at = place = start
    while at < end and most and data[at : at + 1] in b")#\\ \t\f\r\n":
        if data[at : at + 1] == b"#":
            line = data.find(b"\n", at, end)
            at = line if line >= 0 else end
        elif data[at : at + 1] == b")":
            place = at + 1
            most -= 1
        at += 1
    return place


def _without_comments(data: bytes) -> bytes:
    return b"\n".join(line.partition(b"#")[0] for line in data.splitlines())
