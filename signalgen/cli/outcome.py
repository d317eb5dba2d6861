"""The result of a command, as data, before it becomes text or JSON: ``Outcome``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.errors import ExitCode, Problem
from signalgen.late import dataclass

if TYPE_CHECKING:
    from signalgen.values.change import Clash, FileChange, Result
    from signalgen.values.check import Finding

STATUS = {
    ExitCode.OK: "ok",
    ExitCode.DRIFT: "drift",
    ExitCode.USAGE: "invalid",
    ExitCode.CONFLICT: "conflict",
    ExitCode.UNSAFE: "refused",
    ExitCode.INTERNAL: "error",
}


EDITED = {"edited", "in-use", "conflict-markers"}
"""Codes for people's changes of generated code and open decisions: conflicts, not dangers."""


@dataclass(frozen=True, slots=True)
class Sinks:
    """Where the result of a run goes: to disk, unless one of these only shows it."""

    dry_run: bool = False
    diff: bool = False
    check: bool = False

    @property
    def writes(self) -> bool:
        """Whether the run writes files."""
        return not (self.dry_run or self.diff or self.check)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one command.

    ``text`` is what it prints (a schema, an upgraded spec). ``recipes`` are the recipes that
    ``signalgen recipes`` shows, as in its JSON output; ``rows`` are those of ``signalgen list``
    with their kind. ``written`` says that ``files`` are on disk now. ``details`` is a traceback,
    shown with ``--verbose`` only. ``verbatim``: only ``text`` is printed, in every format;
    ``painted``: it is coloured and safe; ``data``: it is for files and other tools, and is printed
    unchanged.
    """

    command: str
    code: ExitCode = ExitCode.OK
    files: tuple[FileChange, ...] = ()
    clashes: tuple[Clash, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    next_steps: tuple[str, ...] = ()
    sinks: Sinks = Sinks()
    written: bool = False
    findings: tuple[Finding, ...] = ()
    text: str = ""
    recipes: tuple[dict[str, object], ...] = ()
    rows: tuple[str, tuple[dict[str, object], ...]] = ("", ())
    details: str = ""
    verbatim: bool = False
    painted: bool = False
    data: bool = False

    @property
    def status(self) -> str:
        """The exit code in a word, for the JSON output."""
        return STATUS[self.code]

    @property
    def changed(self) -> tuple[FileChange, ...]:
        """The files that were written or deleted, or would be."""
        return tuple(f for f in self.files if f.action in ("create", "update", "delete"))


def from_result(command: str, result: Result, sinks: Sinks) -> Outcome:
    """Return the outcome of a generation run; nothing is written yet."""
    return Outcome(
        command=command,
        code=_code(result, sinks),
        files=result.files,
        clashes=result.clashes,
        problems=result.problems,
        notes=result.notes,
        next_steps=result.next_steps,
        sinks=sinks,
    )


def _code(result: Result, sinks: Sinks) -> ExitCode:
    if result.problems:
        edited = {problem.code for problem in result.problems} <= EDITED
        return ExitCode.CONFLICT if edited else ExitCode.UNSAFE
    if result.clashes:
        return ExitCode.CONFLICT
    if sinks.check and result.changed:
        return ExitCode.DRIFT
    return ExitCode.OK
