"""The run of the analyser: from a project to the findings in its signal code, and fixed texts.

``check(...)`` is the entry; its stages are here in order. Nothing is written.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from signalgen.check import analyse
from signalgen.check.engine.baseline import (
    DEFAULT_FILE,
    decode,
    encode,
    key_of,
    refuse_other,
    without_known,
)
from signalgen.check.engine.select import configured
from signalgen.errors import Problem, UsageError
from signalgen.index import build_index
from signalgen.late import dataclass
from signalgen.project import read_file
from signalgen.project.check_config import check_settings
from signalgen.project.survey import survey_with
from signalgen.roomy import roomy
from signalgen.values.check import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from signalgen.check.engine.baseline import Key
    from signalgen.project.check_config import CheckSettings
    from signalgen.project.survey import Survey
    from signalgen.values.change import Action, FileChange
    from signalgen.values.check import CheckReport, Finding, Severity

Fixing = Literal["none", "safe", "unsafe"]


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What the caller chooses.

    Empty fields come from ``[tool.signalgen]``; paths are relative to the project's folder.
    ``since`` is a git ref: findings that existed where the branch left it are known.
    """

    paths: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    baseline: str | None = None
    target_django: tuple[int, int] | None = None
    fix: Fixing = "none"
    level: Severity | None = None
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of a run: the report on the project as it is, and the files that fixes change.

    ``left`` is the report on the project with these files, the same one if nothing is fixed.
    ``baseline`` is the path of the file whose findings are left out of both, None without one.
    """

    report: CheckReport
    files: tuple[FileChange, ...]
    left: CheckReport
    baseline: str | None = None


@roomy
def check(survey: Survey, options: CheckOptions) -> Checked:
    """Return what the rules find in the project of ``survey``.

    Raises UsageError for wrong settings, unknown rules, a missing baseline, and a ``since`` that
    git does not know.
    """
    settings = check_settings(survey.pyproject)
    name = options.baseline or settings.baseline
    # Before the long part, so that its problems are reported at once.
    known: Counter[Key] = _baseline(survey, name) if name is not None else Counter()
    old: Counter[Key] = Counter()
    if options.since is not None:
        old = _found_before(survey, settings, options, options.since)
    is_loud = _loud(settings, options)
    found = _analysed(
        survey, settings, options, lambda item: is_loud(item) and key_of(item) not in old
    )
    known |= old
    report, left = (
        _without_quieter(without_known(one, known), is_loud) for one in (found.report, found.left)
    )
    return Checked(report, found.files, left, name)


def _baseline(survey: Survey, name: str) -> Counter[Key]:
    data = read_file(survey.sources.root, name)
    if data is None:
        hint = "make it with --write-baseline"
        raise UsageError(
            Problem(name, 0, 0, "", "no-baseline", f"there is no baseline {name}", hint)
        )
    return decode(data, name)


def _found_before(
    survey: Survey, settings: CheckSettings, options: CheckOptions, since: str
) -> Counter[Key]:
    from signalgen.project.history import files_before

    before = survey_with(survey, files_before(survey.sources, since))
    found = _analysed(before, settings, replace(options, fix="none"), bool)
    return Counter(key_of(item) for item in found.report.findings)


def _loud(settings: CheckSettings, options: CheckOptions) -> Callable[[Finding], bool]:
    """Return a predicate that tells whether a finding reaches the level.

    Findings of a rule that the caller names do, unless the caller gives a level as well.
    """
    choice = configured(settings, options.select, options.extend, options.ignore)
    most = SEVERITIES.index(options.level or settings.level)

    def is_loud(item: Finding) -> bool:
        named = options.level is None and choice.names(item.code, item.name)
        return named or SEVERITIES.index(item.severity) <= most

    return is_loud


def _without_quieter(report: CheckReport, is_loud: Callable[[Finding], bool]) -> CheckReport:
    kept = tuple(filter(is_loud, report.findings))
    return replace(report, findings=kept, quieter=len(report.findings) - len(kept))


@roomy
def make_baseline(survey: Survey, options: CheckOptions) -> tuple[Checked, FileChange]:
    """Return the findings, and the change that writes those left to the baseline.

    The baseline holds the findings that fixing leaves. Raises UnsafeError before analysing if the
    file exists and is not a baseline. The write expects the bytes that were read, so that a file
    replaced meanwhile is a conflict.
    """
    # Imported here: most runs write no baseline.
    from signalgen.values.change import FileChange

    settings = check_settings(survey.pyproject)
    name = options.baseline or settings.baseline or DEFAULT_FILE
    before = read_file(survey.sources.root, name)
    refuse_other(before, name)
    found = _analysed(survey, settings, options, _loud(settings, options))
    after = encode(found.left.findings)
    action: Action = "create" if before is None else "unchanged" if before == after else "update"
    return found, FileChange(name, action, before, after)


def inside(root: Path, path: str, start: Path) -> str:
    """Return ``path``, given relative to ``start``, relative to ``root`` with forward slashes.

    Raises UsageError if it leads out of the project.
    """
    # Links stay as the user wrote them.
    whole = os.path.abspath(os.path.join(start, path))  # noqa: PTH100, PTH118
    relative = os.path.relpath(whole, root).replace(os.sep, "/")
    if relative == ".." or relative.startswith("../"):
        message = f"{path} is outside the project {root}"
        hint = "name its project with --project, or a path below that folder"
        raise UsageError(Problem(path, 0, 0, "", "outside-project", message, hint))
    return relative


def _analysed(
    survey: Survey,
    settings: CheckSettings,
    options: CheckOptions,
    wanted: Callable[[Finding], bool],
) -> Checked:
    """Return the findings; those that are ``wanted`` are fixed if fixes are asked for."""
    choice = configured(settings, options.select, options.extend, options.ignore)
    django = options.target_django or _target(survey)
    report = analyse(build_index(survey, django), choice, options.paths)
    if options.fix == "none":
        return Checked(report, (), report)
    # Imported here: most runs fix nothing and do not need the merge room.
    from signalgen.fixing import fix

    unsafe = options.fix == "unsafe"
    done = fix(survey, choice, options.paths, django, report, unsafe=unsafe, wanted=wanted)
    return Checked(report, done.files, done.report)


def _target(survey: Survey) -> tuple[int, int] | None:
    # The setting, otherwise the Django version of the requirements.
    text = survey.settings.target_django
    if text is None:
        return survey.django_version()
    major, _, minor = text.partition(".")
    return int(major), int(minor)
