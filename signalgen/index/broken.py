"""Files of which something was needed and could not be read or parsed: reported, so that silence about them is no praise."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen import source
from signalgen.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index.code import Code

_LARGEST = 2_000_000


def broken_files(code: Code) -> Iterator[Problem]:
    """Yield a problem for each file that may not be read, or was looked into and is no Python, the newest syntax included."""
    for path in sorted(set(code.survey.sources.locked)):
        message = "cannot be read, so it was skipped: Permission denied"
        yield Problem(path, 0, 0, "", "unreadable", message, "give yourself read permission for it")
    for path, outline in sorted(code.outlines.items()):
        for chunk in outline.too_large[:1]:
            message = f"a statement of {(chunk.end - chunk.start) // 1000} kB was not looked into"
            yield Problem(path, chunk.line, 1, "", "too-large", message)
        if not outline.whole or isinstance(outline.whole[0], ast.Module):
            continue
        error = outline.whole[0]
        line, column, text = error.lineno or 1, error.offset or 1, error.msg
        if len(outline.data) < _LARGEST:
            # tree-sitter knows syntax that is newer than the Python that runs us, and has the better word for the place.
            problem = source.parse(outline.data).error
            if problem is None:
                continue
            line, column, text = problem.line, problem.column, problem.text
        yield Problem(path, line, column, "", "syntax", f"not Python, so it was skipped: {text}")
