"""What paths in a report are relative to: a folder or the repository. Entry: ``placed``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signalgen.values.check import CheckReport

_HOSTS = frozenset({"github", "github-summary", "sarif"})


def placed(report: CheckReport, root: Path, form: str) -> CheckReport:
    """Return ``report`` on the project at ``root`` with paths that fit the format ``form``.

    A code host needs paths relative to the repository, a terminal paths relative to the current
    folder. In JSON, and for a user inside the project, paths are relative to the project.
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
    # ``root`` itself if there is no repository around it.
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
