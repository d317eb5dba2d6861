"""The end of every command: outcome, output and exit code. Entry: ``conclude``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.cli.console import not_written, write_err, write_out
from signalgen.cli.jsonout import as_json
from signalgen.cli.outcome import Outcome
from signalgen.cli.summary import show
from signalgen.cli.view import Format, View
from signalgen.errors import ExitCode, Problem, SignalgenError

if TYPE_CHECKING:
    from collections.abc import Callable

INTERRUPTED = 130


def conclude(command: str, view: View, work: Callable[[], Outcome]) -> int:
    """Do the work of ``command``, show its outcome, errors included, and return the exit code."""
    try:
        outcome = work()
    except KeyboardInterrupt:
        write_err("\nInterrupted: no file was left half-written.\n")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: a traceback is no answer
        outcome = failed(command, error)
    return present(outcome, view)


def present(outcome: Outcome, view: View) -> int:
    """Show ``outcome`` as ``view`` asks and return its exit code."""
    try:
        if view.format is Format.json and not outcome.verbatim:
            if view.verbose:
                write_err(outcome.details)
            write_out(_json(outcome))
        else:
            show(outcome, _diff(outcome) if outcome.sinks.diff else "", view)
    except OSError as error:
        write_err(f"{not_written(error)}{_kept(outcome)}")
        return int(ExitCode.INTERNAL)
    return int(outcome.code)


def _kept(outcome: Outcome) -> str:
    # An exit code other than 0 must not suggest that the files were not written.
    if not outcome.written or not outcome.changed:
        return ""
    count = len([change for change in outcome.changed if not change.internal])
    files = f"the {count} files" if count > 1 else "the file"
    return f"Before that, {files} of this run had been written, complete and in place.\n"


def failed(command: str, error: Exception) -> Outcome:
    """Return the outcome of a command that ended with ``error``."""
    import traceback  # hardly ever needed

    details = "".join(traceback.format_exception(error))
    if isinstance(error, SignalgenError):
        return Outcome(command, error.exit_code, problems=error.problems)
    if isinstance(error, OSError) and error.filename is not None:
        message = f"cannot be read or written: {error.strerror}"
        problem = Problem(
            str(error.filename), 0, 0, "", "os-error", message, "check its permissions"
        )
        return Outcome(command, ExitCode.UNSAFE, problems=(problem,), details=details)
    if isinstance(error, FileNotFoundError) and _is_homeless():
        message = "the current folder no longer exists"
        problem = Problem("", 0, 0, "", "no-folder", message, "change to one that does: cd DIR")
        return Outcome(command, ExitCode.USAGE, problems=(problem,))
    if isinstance(error, ImportError) and not (error.name or "").startswith("signalgen"):
        running = "Python {}.{}".format(*sys.version_info)
        message = f"a library that signalgen needs cannot be imported by {running}: {error}"
        hint = (
            "reinstall signalgen; if the library has no wheel for this Python yet, use an older "
            "Python"
        )
        problem = Problem("", 0, 0, "", "missing-library", message, hint)
        return Outcome(command, ExitCode.INTERNAL, problems=(problem,), details=details)
    message = f"internal error in signalgen: {type(error).__name__}: {error}"
    hint = "please report it, with the output of --verbose"
    problem = Problem("", 0, 0, "", "internal-error", message, hint)
    return Outcome(command, ExitCode.INTERNAL, problems=(problem,), details=details)


def _is_homeless() -> bool:
    try:
        Path.cwd()
    except FileNotFoundError:
        return True
    return False


def _diff(outcome: Outcome) -> str:
    from signalgen.write import unified_diff

    return unified_diff(outcome.changed)


def _json(outcome: Outcome) -> str:
    from signalgen.write import unified_diff

    diffs = {change.path: unified_diff([change], internal=True) for change in outcome.changed}
    return as_json(outcome, diffs)
