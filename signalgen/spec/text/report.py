"""Collects every problem of a spec with its place, so that one run reports them all.

``Report.add`` records a problem, ``Report.finish`` raises.
"""

from __future__ import annotations

from dataclasses import field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, NoReturn, Protocol

from signalgen.errors import Problem, SpecError
from signalgen.late import dataclass, pattern
from signalgen.values.spec import Mark

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_PROBLEMS = 500
_LONGEST_WORD = 64
_LONGEST_SOURCE = 10_000
_BREAK = pattern("\r\n|[\r\n\x85\u2028\u2029]")


class Placed(Protocol):
    """Anything with a line and column, counted from 1."""

    @property
    def line(self) -> int:
        """The line, from 1."""

    @property
    def column(self) -> int:
        """The column in characters, from 1."""


@dataclass(frozen=True, slots=True)
class Report:
    """The problems found in one text so far.

    ``lines`` are its lines as YAML counts them; ``found`` grows.
    """

    file: str
    lines: tuple[str, ...]
    found: list[Problem] = field(default_factory=list)

    def mark(self, place: Placed, path: str) -> Mark:
        """Return ``place`` as a mark of this file."""
        return Mark(self.file, place.line, place.column, path)

    def add(self, place: Placed, path: str, code: str, message: str, hint: str = "") -> None:
        """Record a problem; a place beyond the end of the text is moved to its last character."""
        # Data from the caller has no lines.
        if not place.line:
            self._record(Problem(self.file, 0, 0, path, code, message, hint))
            return
        line = max(1, min(place.line, len(self.lines)))
        source = self.lines[line - 1] if self.lines else ""
        column = max(1, min(place.column, len(source) + 1))
        # A very long line is no help in a message.
        if len(source) > _LONGEST_SOURCE:
            source = ""
        self._record(Problem(self.file, line, column, path, code, message, hint, source))

    def _record(self, problem: Problem) -> None:
        self.found.append(problem)
        if len(self.found) == MAX_PROBLEMS:
            message = f"more than {MAX_PROBLEMS} problems; the rest is not shown"
            last = replace(problem, code="too-many-problems", message=message, hint="")
            self.found.append(last)
            self.fail()

    def finish(self) -> None:
        """Raise SpecError with all problems in text order, if there are any."""
        if self.found:
            self.fail()

    def fail(self) -> NoReturn:
        """Raise SpecError with the problems found so far."""
        raise SpecError(self.problems())

    def problems(self) -> tuple[Problem, ...]:
        """Return the problems in text order, each once."""
        # The note that the rest is not shown stays at the end.
        return (*sorted(set(self.found[:MAX_PROBLEMS])), *self.found[MAX_PROBLEMS:])


def split_lines(text: str) -> tuple[str, ...]:
    """Return the lines of ``text`` as YAML counts them, without their ends.

    A final line ending does not start another line.
    """
    lines = _BREAK.split(text)
    if lines[-1] == "":
        lines.pop()
    return tuple(lines)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that ``word`` is probably a typo of, or None."""
    if len(word) > _LONGEST_WORD:
        return None
    choices = list(known)
    folded = word.lower().replace("-", "_")
    if folded in choices:
        return folded
    near = get_close_matches(folded, choices, n=1, cutoff=0.6)
    return near[0] if near else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the nearest known word, or an empty string."""
    near = nearest(word, known)
    return f"did you mean {near}?" if near else ""


def listed(words: Iterable[str], conjunction: str = "or") -> str:
    """Return ``a, b or c``, or with another conjunction."""
    *most, last = list(words)
    return f"{', '.join(most)} {conjunction} {last}" if most else last
