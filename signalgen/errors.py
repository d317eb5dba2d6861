"""Problems as data, and the exceptions that end a run, all below ``SignalgenError``.

Exceptions carry problems and an exit code; only the command line prints them.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable


class ExitCode(IntEnum):
    """The exit status of a command; documented in docs/commands.md."""

    OK = 0
    DRIFT = 1
    USAGE = 2
    CONFLICT = 3
    UNSAFE = 4
    INTERNAL = 5


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, where it is, and what to do about it.

    ``line`` and ``column`` count from 1 (columns in characters); both are 0 if there is no
    position. ``path`` is the place inside a spec, such as ``handlers[0].on_create``. ``code`` is a
    stable kebab-case name. ``source`` is the offending line as written, for the caret; ``hint`` the
    likely fix.
    """

    file: str
    line: int
    column: int
    path: str
    code: str
    message: str
    hint: str = ""
    source: str = ""


TOO_DEEP = "nested too deeply"
"""The message about a valid statement that is nested too deeply to be analysed."""


def left_out(file: str, line: int, column: int, text: str, more: int = 0) -> Problem:
    """Return the note about a file that was read only in part.

    It says what is wrong at the first place, and how many ``more`` there are.
    """
    rest = f" (and {more} more place{'s' if more > 1 else ''})" if more else ""
    why = "" if text == TOO_DEEP else "not Python, so it was "
    return Problem(file, line, column, "", "syntax", f"{why}skipped: {text}{rest}")


class SignalgenError(Exception):
    """Base of every exception that signalgen raises on purpose."""

    exit_code = ExitCode.INTERNAL

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(problems)
        )
        super().__init__("; ".join(problem.message for problem in self.problems))


class SpecError(SignalgenError):
    """The spec is wrong: every problem of it at once."""

    exit_code = ExitCode.USAGE


class UsageError(SignalgenError):
    """The command cannot work as it was called."""

    exit_code = ExitCode.USAGE


class ConflictError(SignalgenError):
    """A person's edit and the spec conflict, and no option says who wins."""

    exit_code = ExitCode.CONFLICT


class UnsafeError(SignalgenError):
    """The request cannot be carried out without risk to the user's files."""

    exit_code = ExitCode.UNSAFE
