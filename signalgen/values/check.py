"""Check: what the analyser found and where (``Finding``), and byte edits that fix it (``Fix``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from signalgen.late import dataclass

if TYPE_CHECKING:
    from signalgen.errors import Problem
    from signalgen.values.fragment import ImportNeed, ReadyHook

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True, order=True)
class TextEdit:
    """Replace the bytes ``start`` to ``end`` of ``path`` (project-relative) with ``new``."""

    path: str
    start: int
    end: int
    new: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that resolve a finding. ``safe``: they cannot change the behaviour of correct code.

    ``imports`` are names that the file of the first edit must import, ``hook`` an import that a
    ``ready()`` must make. ``statement`` (start, end) contains all edits: it is reformatted if it
    becomes too long.
    """

    message: str
    edits: tuple[TextEdit, ...] = ()
    safe: bool = True
    imports: tuple[ImportNeed, ...] = ()
    hook: ReadyHook | None = None
    statement: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; lines and columns count from 1, columns in characters.

    ``source`` is the line as written. ``context`` names the receiver or signal; a baseline
    identifies the finding by it, its code and its path.
    """

    code: str
    name: str
    severity: Severity
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    hint: str = ""
    source: str = ""
    context: str = ""
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The result of one run: findings in file order, unparsable files, and counts.

    ``suppressed`` counts those silenced by a comment or in the baseline, ``quieter`` those below
    the level.
    """

    findings: tuple[Finding, ...] = ()
    skipped: tuple[Problem, ...] = ()
    files: int = 0
    suppressed: int = 0
    quieter: int = 0
