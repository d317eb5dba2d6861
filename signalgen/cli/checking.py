"""The work of ``signalgen check``: from options to an outcome. Entry: ``check``."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from signalgen.check import all_rules
from signalgen.checking import CheckOptions, inside, make_baseline
from signalgen.checking import check as run
from signalgen.cli.console import has_colours
from signalgen.cli.findings import report_text, statistics_text
from signalgen.cli.outcome import Outcome, Sinks
from signalgen.cli.places import placed
from signalgen.cli.progress import progress
from signalgen.errors import ExitCode, Problem, UsageError
from signalgen.late import dataclass
from signalgen.project import find_root
from signalgen.project.survey import survey_project
from signalgen.screening import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.cli.view import LevelChoice, View
    from signalgen.project.survey import Survey
    from signalgen.values.change import FileChange
    from signalgen.values.check import CheckReport, Severity


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line said."""

    paths: tuple[str, ...] = ()
    project: str | None = None
    target_django: str | None = None
    select: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    level: Severity | None = None
    since: str | None = None
    baseline: str | None = None
    write_baseline: bool = False
    fix: bool = False
    unsafe: bool = False
    diff: bool = False
    statistics: bool = False
    exit_zero: bool = False
    no_cache: bool = False
    format: str = "text"


class RulesAsked(TypedDict):
    """What the options about rules ask for."""

    select: tuple[str, ...]
    extend: tuple[str, ...]
    ignore: tuple[str, ...]
    level: Severity | None
    since: str | None
    baseline: str | None


def codes(given: Sequence[str] | None) -> tuple[str, ...]:
    """Return the codes of a repeatable option; its values are split at commas."""
    return tuple(code.strip() for text in given or () for code in text.split(",") if code.strip())


def chosen(
    select: Sequence[str] | None,
    extend: Sequence[str] | None,
    ignore: Sequence[str] | None,
    level: LevelChoice | None,
    since: str | None,
    baseline: str | None,
) -> RulesAsked:
    """Return the choice that the rule options make."""
    return {
        "select": codes(select),
        "extend": codes(extend),
        "ignore": codes(ignore),
        "level": level.value if level is not None else None,
        "since": since,
        "baseline": baseline,
    }


def check(asked: Asked, view: View, origin: tuple[str, int] | None = None) -> Outcome:
    """Analyse the project and return its findings as an outcome.

    The answer is noted under ``origin``, for the next such call.
    """
    started = time.perf_counter()
    if asked.write_baseline and asked.since is not None:
        message = "a baseline holds all findings, and --since leaves out the old ones"
        hint = "leave out one of the two"
        raise UsageError(Problem("", 0, 0, "", "bad-option", message, hint))
    root = check_root(asked.project, asked.paths)
    options = _options(asked, root)
    with progress("Checking", quiet=view.quiet):
        if options.fix != "none" or asked.write_baseline:
            _settle(root)
        survey = survey_project(root)
        if asked.write_baseline:
            return _baseline_written(asked, survey, options)
        done = run(survey, options)
        if done.files and not asked.diff:
            _publish(root, done.files)
    report = placed(done.report if asked.diff else done.left, root, asked.format)
    outcome = _outcome(asked, view, report, done.files, time.perf_counter() - started)
    noted = not (asked.no_cache or view.verbose or asked.since) and options.fix == "none"
    if origin is not None and noted:
        _remember(origin, asked, view, survey, done.baseline, report)
    return outcome


def _options(asked: Asked, root: Path) -> CheckOptions:
    # Paths are relative to the current folder.
    here = Path.cwd()
    major, _, minor = (asked.target_django or "").partition(".")
    # A baseline that is written holds what will be found: a diff leaves the project as it is.
    fixing = asked.fix or asked.unsafe or asked.diff
    shown = asked.diff and asked.write_baseline
    return CheckOptions(
        paths=tuple(inside(root, path, here) for path in asked.paths),
        select=asked.select,
        extend=asked.extend,
        ignore=asked.ignore,
        baseline=None if asked.baseline is None else inside(root, asked.baseline, here),
        target_django=(int(major), int(minor)) if major else None,
        level=asked.level,
        since=asked.since,
        fix="none" if shown or not fixing else "unsafe" if asked.unsafe else "safe",
    )


def _settle(root: Path) -> None:
    from signalgen.write import recover

    recover(root)


def _publish(root: Path, changes: Sequence[FileChange]) -> None:
    from signalgen.write import publish

    publish(root, changes)


def _missing_hint(path: str) -> str:
    # Most likely meant for ``--write-baseline``, which takes no path.
    if path.endswith(".json"):
        return f"a baseline is written with --baseline {path} --write-baseline"
    return "name a file or a folder"


def check_root(project: str | None, paths: Sequence[str]) -> Path:
    """Return the project's folder: the option, otherwise the nearest one above the first path."""
    missing = [path for path in (project, *paths) if path is not None and not Path(path).exists()]
    if missing:
        raise UsageError(
            Problem(path, 0, 0, "", "no-such-path", f"{path} does not exist", _missing_hint(path))
            for path in missing
        )
    if project is not None:
        return _absolute(project)
    start = Path(paths[0]) if paths else Path.cwd()
    return find_root(start) or _absolute(start if start.is_dir() else start.parent)


def _absolute(path: str | Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - links stay as the user wrote them


def _baseline_written(asked: Asked, survey: Survey, options: CheckOptions) -> Outcome:
    done, change = make_baseline(survey, options)
    _publish(survey.sources.root, [*(() if asked.diff else done.files), change])
    count = len(done.left.findings)
    text = f"{one_line(change.path)} holds {count} finding{'' if count == 1 else 's'}; commit it\n"
    return Outcome(
        "check",
        files=(change,),
        notes=done.report.skipped,
        text=text,
        verbatim=asked.format != "json",
        written=True,
    )


def _outcome(
    asked: Asked,
    view: View,
    report: CheckReport,
    files: tuple[FileChange, ...],
    seconds: float | None,
) -> Outcome:
    # Information is also given about correct code (a guarded save of its own), so it does not fail
    # a build.
    failed = any(item.severity != "info" for item in report.findings) and not asked.exit_zero
    return Outcome(
        "check",
        ExitCode.DRIFT if failed else ExitCode.OK,
        files=files,
        sinks=Sinks(diff=asked.diff),
        written=bool(files) and not asked.diff,
        findings=report.findings,
        notes=report.skipped,
        text=_text(asked, view, report, files, seconds),
        verbatim=asked.format != "json",
        painted=asked.format == "text",
        data=asked.format != "text",
    )


def _remember(
    origin: tuple[str, int],
    asked: Asked,
    view: View,
    survey: Survey,
    known: str | None,
    report: CheckReport,
) -> None:
    # The note is printed again while nothing changes.
    from signalgen.cli.recalling import recall

    plain = replace(view, no_color=True)
    outcome = _outcome(asked, plain, report, (), None)
    root = survey.sources.root
    extra = [os.path.join(root, known)] if known else []  # noqa: PTH118 - as the others
    recall(origin, survey, outcome, plain, asked.paths, extra)


def _text(
    asked: Asked,
    view: View,
    report: CheckReport,
    files: tuple[FileChange, ...],
    seconds: float | None,
) -> str:
    if asked.format == "github":
        from signalgen.check.report.github import github

        return github(report)
    if asked.format == "github-summary":
        from signalgen.check.report.summary import summary

        return summary(report)
    if asked.format == "sarif":
        from signalgen.api import version
        from signalgen.check.report.sarif import sarif

        return sarif(report, all_rules(), version())
    if asked.format == "json" or asked.diff:
        return ""
    colour = has_colours(sys.stdout, no_color=view.no_color)
    shown = replace(report, findings=()) if asked.statistics else report
    fixed = "".join(f"fixed {one_line(item.path)}\n" for item in files)
    counts = statistics_text(report, colour=colour) if asked.statistics else ""
    return fixed + counts + report_text(shown, report, seconds, colour=colour, quiet=view.quiet)
