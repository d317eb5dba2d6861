"""The work of ``signalgen check``: settings and options to a choice of rules, a report to an outcome."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.api import existing_folder
from signalgen.check import Choice, all_rules, analyse
from signalgen.check.formats import github
from signalgen.cli.console import has_colours
from signalgen.cli.findings import report_text
from signalgen.cli.options import CheckFormat, DjangoVersion
from signalgen.cli.outcome import Outcome
from signalgen.cli.progress import progress
from signalgen.errors import ExitCode, Problem, UsageError
from signalgen.index import build_index
from signalgen.project import find_root
from signalgen.project.check_config import check_settings
from signalgen.project.survey import Survey, survey_project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.cli.options import View
    from signalgen.project.check_config import CheckSettings
    from signalgen.values.check import Report


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line said."""

    paths: tuple[str, ...] = ()
    project: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()
    target_django: DjangoVersion | None = None
    exit_zero: bool = False
    format: CheckFormat = CheckFormat.text


def codes(given: Sequence[str] | None) -> tuple[str, ...]:
    """Return the codes of an option that may be given again and may hold several, split at commas."""
    return tuple(code.strip() for text in given or () for code in text.split(",") if code.strip())


def check(asked: Asked, view: View) -> Outcome:
    """Analyse the project and return its findings as an outcome."""
    started = time.perf_counter()
    root = check_root(asked.project, asked.paths)
    below = _below(root, asked.paths)
    with progress("Checking", quiet=view.quiet):
        survey = survey_project(root)
        choice = _choice(asked, check_settings(survey.pyproject))
        report = analyse(build_index(survey, _django(asked, survey)), choice, below)
    return _outcome(asked, view, report, time.perf_counter() - started)


def check_root(project: str | None, paths: Sequence[str]) -> Path:
    """Return the folder of the project: the option, else the nearest one above the first path that looks like one."""
    if project is not None:
        return existing_folder(Path(project))
    missing = [path for path in paths if not Path(path).exists()]
    if missing:
        raise UsageError(
            Problem(path, 0, 0, "", "no-such-path", f"{path} does not exist", "name a file or a folder")
            for path in missing
        )
    start = Path(paths[0]) if paths else Path.cwd()
    folder = start if start.is_dir() else start.parent
    return find_root(start) or Path(os.path.abspath(folder))  # noqa: PTH100 - links stay as the user wrote them


def _below(root: Path, paths: Sequence[str]) -> tuple[str, ...]:
    """Return the paths relative to the root, with forward slashes."""
    found = []
    for path in paths:
        relative = os.path.relpath(os.path.abspath(path), root).replace(os.sep, "/")  # noqa: PTH100
        if relative == ".." or relative.startswith("../"):
            message = f"{path} lies outside the project {root}"
            raise UsageError(
                Problem(path, 0, 0, "", "outside-project", message, "name its project with --project")
            )
        found.append(relative)
    return tuple(found)


def _choice(asked: Asked, settings: CheckSettings) -> Choice:
    choice = Choice(
        select=asked.select or settings.select,
        extend=(*settings.extend_select, *asked.extend),
        ignore=asked.ignore or settings.ignore,
        per_file={
            **settings.per_file_ignores,
            **dict.fromkeys(settings.exclude, ("ALL",)),
        },
    )
    choice.check(all_rules())
    return choice


def _django(asked: Asked, survey: Survey) -> tuple[int, int] | None:
    """Return the Django version that findings are for: the option, the setting, or what the requirements say."""
    text = asked.target_django.value if asked.target_django else survey.settings.target_django
    if text is None:
        return survey.django_version()
    major, _, minor = text.partition(".")
    return int(major), int(minor)


def _outcome(asked: Asked, view: View, report: Report, seconds: float) -> Outcome:
    failed = bool(report.findings) and not asked.exit_zero
    text = ""
    if asked.format is CheckFormat.github:
        text = github(report)
    elif asked.format is CheckFormat.text:
        colour = has_colours(sys.stdout, no_color=view.no_color)
        text = report_text(report, seconds, colour=colour, quiet=view.quiet)
    return Outcome(
        "check",
        ExitCode.DRIFT if failed else ExitCode.OK,
        findings=report.findings,
        notes=report.skipped,
        text=text,
        verbatim=asked.format is not CheckFormat.json,
        painted=asked.format is CheckFormat.text,
    )
