"""The work of ``signalgen check``: settings and options to a choice of rules, a report to an outcome."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.check import Choice, all_rules, analyse
from signalgen.check.engine.baseline import DEFAULT_FILE, decode, encode, refuse_other, without_known
from signalgen.cli.console import has_colours
from signalgen.cli.findings import report_text, statistics_text
from signalgen.cli.outcome import Outcome, Sinks
from signalgen.cli.places import placed
from signalgen.cli.progress import progress
from signalgen.errors import ExitCode, Problem, UsageError
from signalgen.index import build_index
from signalgen.project import find_root, read_file
from signalgen.project.check_config import check_settings
from signalgen.project.survey import Survey, survey_project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.cli.view import View
    from signalgen.project.check_config import CheckSettings
    from signalgen.values.change import Action, FileChange
    from signalgen.values.check import Report


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line said."""

    paths: tuple[str, ...] = ()
    project: str | None = None
    target_django: str | None = None
    select: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    baseline: str | None = None
    write_baseline: bool = False
    fix: bool = False
    unsafe: bool = False
    diff: bool = False
    statistics: bool = False
    exit_zero: bool = False
    no_cache: bool = False
    format: str = "text"


def codes(given: Sequence[str] | None) -> tuple[str, ...]:
    """Return the codes of an option that may be given again and may hold several, split at commas."""
    return tuple(code.strip() for text in given or () for code in text.split(",") if code.strip())


def chosen(
    select: Sequence[str] | None, extend: Sequence[str] | None, ignore: Sequence[str] | None
) -> dict[str, tuple[str, ...]]:
    """Return what the three options that choose rules say."""
    return {"select": codes(select), "extend": codes(extend), "ignore": codes(ignore)}


def check(asked: Asked, view: View, origin: tuple[str, int] | None = None) -> Outcome:
    """Analyse the project and return its findings as an outcome; note it as the answer to ``origin`` for the next time."""
    started = time.perf_counter()
    root = check_root(asked.project, asked.paths)
    below = _below(root, asked.paths)
    with progress("Checking", quiet=view.quiet):
        survey = survey_project(root)
        settings = check_settings(survey.pyproject)
        choice = _choice(asked, settings)
        old = _replaceable(asked, settings, root) if asked.write_baseline else None
        django = _django(asked, survey)
        report = analyse(build_index(survey, django), choice, below)
        files: tuple[FileChange, ...] = ()
        if asked.fix or asked.unsafe or asked.diff:
            files, report = _fixed(asked, survey, choice, below, django, report)
    if old is not None:
        return _baseline_written(asked, root, old, report)
    report = _without_baseline(asked, settings, root, report)
    report = placed(report, root, asked.format)
    outcome = _outcome(asked, view, report, files, time.perf_counter() - started)
    if origin is not None and not (
        asked.no_cache or asked.fix or asked.unsafe or asked.diff or view.verbose
    ):
        _remember(origin, asked, view, survey, settings, report)
    return outcome


def _missing_hint(path: str) -> str:
    if path.endswith(".json"):  # given to --write-baseline, most likely, which takes none
        return f"a baseline is written with --baseline {path} --write-baseline"
    return "name a file or a folder"


def check_root(project: str | None, paths: Sequence[str]) -> Path:
    """Return the folder of the project: the option, else the nearest one above the first path that looks like one."""
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


def _below(root: Path, paths: Sequence[str]) -> tuple[str, ...]:
    """Return the paths relative to the root, with forward slashes."""
    found = []
    for path in paths:
        relative = os.path.relpath(_absolute(path), root).replace(os.sep, "/")
        if relative == ".." or relative.startswith("../"):
            message = f"{path} lies outside the project {root}"
            hint = "name its project with --project"
            raise UsageError(Problem(path, 0, 0, "", "outside-project", message, hint))
        found.append(relative)
    return tuple(found)


def _choice(asked: Asked, settings: CheckSettings) -> Choice:
    choice = Choice(
        select=asked.select or settings.select,
        extend=(*settings.extend_select, *asked.extend),
        ignore=asked.ignore or settings.ignore,
        per_file={**settings.per_file_ignores, **dict.fromkeys(settings.exclude, ("ALL",))},
    )
    choice.check(all_rules())
    return choice


def _django(asked: Asked, survey: Survey) -> tuple[int, int] | None:
    """Return the Django version that findings are for: the option, the setting, or what the requirements say."""
    text = asked.target_django or survey.settings.target_django
    if text is None:
        return survey.django_version()
    major, _, minor = text.partition(".")
    return int(major), int(minor)


def _fixed(
    asked: Asked,
    survey: Survey,
    choice: Choice,
    below: Sequence[str],
    django: tuple[int, int] | None,
    report: Report,
) -> tuple[tuple[FileChange, ...], Report]:
    """Return the files that fixing changes, written unless a diff was asked for, and what is left to say."""
    from signalgen.fixing import fix
    from signalgen.write import publish, recover

    done = fix(survey, choice, below, django, report, unsafe=asked.unsafe)
    if asked.diff:
        return done.files, report
    recover(survey.sources.root)
    publish(survey.sources.root, done.files)
    return done.files, done.report


def _baseline_file(asked: Asked, settings: CheckSettings, root: Path) -> str:
    """Return the path of the baseline from the project's folder; a path on the command line counts from the current one."""
    if asked.baseline is not None:
        return _below(root, [asked.baseline])[0]
    return settings.baseline or DEFAULT_FILE


def _replaceable(asked: Asked, settings: CheckSettings, root: Path) -> tuple[str, bytes | None]:
    """Return the path that the baseline goes to and the bytes that are there; refuse all but a baseline.

    It is asked before anything is written, and the bytes that were judged are those that guard the
    write: another file that comes in between is a conflict.
    """
    from signalgen.write import recover

    recover(root)
    name = _baseline_file(asked, settings, root)
    before = read_file(root, name)
    refuse_other(before, name)
    return name, before


def _baseline_written(
    asked: Asked, root: Path, old: tuple[str, bytes | None], report: Report
) -> Outcome:
    from signalgen.values.change import FileChange
    from signalgen.write import publish

    (name, before), after = old, encode(report.findings)
    action: Action = "create" if before is None else "unchanged" if before == after else "update"
    change = FileChange(name, action, before, after)
    publish(root, [change])
    count = len(report.findings)
    text = f"{name} holds {count} finding{'' if count == 1 else 's'}; commit it\n"
    return Outcome(
        "check", files=(change,), text=text, verbatim=asked.format != "json", written=True
    )


def _without_baseline(asked: Asked, settings: CheckSettings, root: Path, report: Report) -> Report:
    if asked.baseline is None and settings.baseline is None:
        return report
    name = _baseline_file(asked, settings, root)
    data = read_file(root, name)
    if data is None:
        hint = "make it with --write-baseline"
        raise UsageError(
            Problem(name, 0, 0, "", "no-baseline", f"there is no baseline {name}", hint)
        )
    return without_known(report, decode(data, name))


def _outcome(
    asked: Asked, view: View, report: Report, files: tuple[FileChange, ...], seconds: float | None
) -> Outcome:
    # Information is said of sound code too (a save of its own that is guarded): no build fails over it.
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
    )


def _remember(
    origin: tuple[str, int],
    asked: Asked,
    view: View,
    survey: Survey,
    settings: CheckSettings,
    report: Report,
) -> None:
    """Leave a note of what was found, to be printed again while nothing changes."""
    from signalgen.cli.jsonout import as_json
    from signalgen.cli.problems import problem_text
    from signalgen.cli.recalling import recall

    outcome = _outcome(asked, replace(view, no_color=True), report, (), None)
    text = as_json(outcome, {}) if asked.format == "json" else outcome.text
    notes = (
        ""
        if view.quiet or asked.format == "json"
        else "".join(problem_text(n, "note", colour=False) for n in outcome.notes)
    )
    root = survey.sources.root
    known = _baseline_file(asked, settings, root) if asked.baseline or settings.baseline else None
    extra = [os.path.join(root, known)] if known else []  # noqa: PTH118 - as the others
    start = Path(asked.paths[0]) if asked.paths else Path.cwd()
    recall(
        origin,
        survey,
        [*extra, *map(str, map(_absolute, asked.paths))],
        start,
        (text, notes),
        int(outcome.code),
    )


def _text(
    asked: Asked, view: View, report: Report, files: tuple[FileChange, ...], seconds: float | None
) -> str:
    if asked.format == "github":
        from signalgen.check.report.github import github

        return github(report)
    if asked.format == "sarif":
        from signalgen.api import version
        from signalgen.check.report.sarif import sarif

        return sarif(report, all_rules(), version())
    if asked.format == "json" or asked.diff:
        return ""
    colour = has_colours(sys.stdout, no_color=view.no_color)
    shown = replace(report, findings=()) if asked.statistics else report
    fixed = "".join(f"fixed {item.path}\n" for item in files)
    counts = statistics_text(report, colour=colour) if asked.statistics else ""
    return fixed + counts + report_text(shown, report, seconds, colour=colour, quiet=view.quiet)
