"""Reports files that could not be read, since silence would look like success: ``broken_files``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.errors import Problem, left_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index.reading.code import Codebase

SAID = ("syntax", "not-a-file", "file-too-large")
"""Notes that generation reports; if an unreadable file matters, the run is refused."""


def broken_files(code: Codebase) -> Iterator[Problem]:
    """Yield a problem for each file that cannot be read or is not valid Python."""
    for path, why in sorted(code.survey.sources.locked.items()):
        message = f"cannot be read, so it was skipped: {why.reason}"
        yield Problem(path, 0, 0, "", why.code, message, why.hint)
    for path, outline in sorted(code.outlines.items()):
        for chunk in outline.too_large[:1]:
            message = f"a statement of {(chunk.end - chunk.start) // 1000} kB was not analysed"
            yield Problem(path, chunk.line, 1, "", "too-large", message)
        for reading in outline.readings:
            for first in reading.gaps[:1]:
                yield left_out(path, first.line, first.column, first.text, len(reading.gaps) - 1)
