"""The byte edits that fixes consist of: replacing a node, adding arguments and parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.values.check import TextEdit

if TYPE_CHECKING:
    import ast

    from signalgen.index import Index


_TYPES = {"raw": "bool", "using": "str"}
"""The annotations of added parameters, where the others are annotated."""


def replacing(index: Index, path: str, node: ast.AST, new: str) -> TextEdit:
    """Return the edit that replaces a node with ``new``."""
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
    """Return the edit that adds a last parameter (``**kwargs``), None if there are none yet."""
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [item for item in (arguments.vararg, arguments.kwarg) if item is not None]
    if not every:
        return None
    return _behind(index, path, node, max(every, key=_end), new)


def add_named_parameter(
    index: Index,
    path: str,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    name: str,
    default: str = "",
) -> TextEdit | None:
    """Return the edit that adds a parameter passed by name, before ``*args`` and ``**kwargs``.

    It gets a default if one is given or the parameter before it has one. None if there is no
    parameter to put it after.
    """
    arguments = node.args
    before = arguments.kwonlyargs or arguments.args
    if not before:
        return None
    value = default or ("False" if arguments.defaults and not arguments.kwonlyargs else "")
    typed = (
        f"{name}: {_TYPES[name]}" if before[-1].annotation is not None and name in _TYPES else name
    )
    text = typed + (f" = {value}" if typed != name else f"={value}") * bool(value)
    return _behind(index, path, node, before[-1], text)


def _behind(
    index: Index,
    path: str,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    parameter: ast.arg,
    new: str,
) -> TextEdit:
    arguments = node.args
    plain = [*arguments.posonlyargs, *arguments.args]
    # Defaults belong to the last parameters, so both lists are matched from the end.
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
    return _placed(path, index.code.data(path), index.code.place(path, parameter).start, at, new)


def _placed(path: str, data: bytes, start: int, at: int, new: str) -> TextEdit:
    """Return the edit for a parameter after another, on its own line if that one has its own."""
    # Only blanks before the parameter: it is on its own line.
    lead = data[data.rfind(b"\n", 0, start) + 1 : start]
    if lead.strip():
        return TextEdit(path, at, at, f", {new}")
    end = data.find(b"\n", at) + 1
    if data[at:end].partition(b"#")[0].strip() == b",":  # a comment behind it goes with its line
        return TextEdit(path, end, end, f"{lead.decode()}{new},\n")
    return TextEdit(path, at, at, f",\n{lead.decode()}{new}")


def _end(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)


def _closed(data: bytes, start: int, end: int, most: int = -1) -> int:
    """Return the offset after up to ``most`` closing parentheses from ``start`` on."""
    # Skips comments: a parenthesis in one closes nothing.
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
