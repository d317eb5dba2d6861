"""What people do to generated receivers: a comment, another name for a local, a run of black with other settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import black

from signalgen.source import parse

if TYPE_CHECKING:
    from signalgen.values.source import Function, Module

COMMENT = "# checked by hand, do not touch"
_LOCAL = re.compile(r"\blabel\b")
RENAMED = "caption"


def with_comment(data: bytes, name: str) -> bytes | None:
    """Return the file with a comment line before the first statement of the function, None when there is no such function."""
    module = parse(data)
    function = _function(module, name)
    if function is None or not function.statements:
        return None
    start = next(s.span for s in function.statements if s.span.start >= function.body.start).start
    line = data.rfind(module.newline.encode(), 0, start) + 1
    indent = data[line:start]
    return data[:line] + indent + COMMENT.encode() + module.newline.encode() + data[line:]


def with_renamed_local(data: bytes, name: str) -> bytes | None:
    """Return the file with one local of the function renamed, None when it has none of that name."""
    module = parse(data)
    function = _function(module, name)
    if function is None:
        return None
    text = module.text(function.span)
    renamed = _LOCAL.sub(RENAMED, text)
    if renamed == text:
        return None
    span = function.span
    return data[: span.start] + renamed.encode(module.encoding) + data[span.end :]


def reformatted(data: bytes) -> bytes | None:
    """Return the file as black writes it with short lines and quotes left alone, None when black cannot read it."""
    mode = black.Mode(line_length=72, string_normalization=False, magic_trailing_comma=False)
    module = parse(data)
    try:
        return black.format_str(data.decode(module.encoding), mode=mode).encode(module.encoding)
    except (black.InvalidInput, UnicodeDecodeError):
        return None


def holds(data: bytes, name: str, word: str) -> bool:
    """Tell whether ``word`` stands in the text of the function."""
    module = parse(data)
    function = _function(module, name)
    return function is not None and word in module.text(function.span)


def _function(module: Module, name: str) -> Function | None:
    return next((f for f in module.functions if f.name == name and not f.scope), None)
