"""The edit that writes a registration once for each of several senders: ``one_call_each``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.late import pattern
from signalgen.values.check import TextEdit

if TYPE_CHECKING:
    import ast
    from collections.abc import Sequence

    from signalgen.index import Index
    from signalgen.values.index import Connection

_LEAD = pattern(rb"[ \t]*@?[ \t]*")
_TAIL = pattern(rb"[ \t]*(?:#[^\r\n]*)?\r?\n?", re.DOTALL)


def one_call_each(
    index: Index, item: Connection, several: ast.expr, each: Sequence[ast.expr]
) -> tuple[TextEdit, ...]:
    """Return the edits that repeat a decorator or statement ``each`` for every part of ``several``.

    Empty if the call shares its lines with other code, or holds a comment.
    """
    if item.call is None:
        return ()
    path, text = item.path, index.code.outline(item.path).text
    whole, part = index.code.place(path, item.call), index.code.place(path, several)
    starts = (*text.starts, len(text.data))
    lead = text.data[starts[whole.line - 1] : whole.start]
    tail = text.data[whole.end : starts[whole.end_line]]
    call = text.data[whole.start : whole.end]
    if not _LEAD.fullmatch(lead) or not _TAIL.fullmatch(tail) or b"#" in call:
        return ()
    head, rest = text.data[whole.start : part.start], text.data[part.end : whole.end]
    # Parentheses around a tuple are its own, those around ``A or B`` are not in its place.
    names = [
        text.data[index.code.place(path, one).start : index.code.place(path, one).end]
        for one in each
    ]
    end = b"\r\n" if tail.endswith(b"\r\n") else b"\n"
    made = (end + lead).join(head + name + rest for name in names)
    return (TextEdit(path, whole.start, whole.end, made.decode(text.encoding)),)
