"""From where the paths of a report count: for people from where they stand, for a code host from the root of the repository."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signalgen.values.check import CheckReport

_HOSTS = frozenset({"github", "sarif"})


def placed(report: CheckReport, root: Path, form: str) -> CheckReport:
    """Return ``report`` on the project at ``root`` with the paths that its reader of ``form`` can open.

    A code host knows files by their path in the repository, a terminal those below the folder that it is in. JSON and
    projects that the reader is inside of keep paths that count from the project.
    """
    base = _repository(root) if form in _HOSTS else Path.cwd() if form == "text" else root
    if base == root or base not in root.parents:
        return report
    before = root.relative_to(base).as_posix() + "/"
    return replace(
        report,
        findings=tuple(replace(item, path=before + item.path) for item in report.findings),
        skipped=tuple(replace(item, file=before + item.file) for item in report.skipped),
    )


def _repository(root: Path) -> Path:
    """Return the folder of the repository that ``root`` lies in, ``root`` itself where there is none."""
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
