"""The files of a project and their import names, without parsing: ``survey_project(root)``.

``read_project`` also collects what generation needs and takes longer; the index starts from this.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.late import dataclass
from signalgen.project.config import read_config
from signalgen.project.roots import import_roots, module_names
from signalgen.project.sources import NO_PERMISSION, make_sources
from signalgen.project.tables import Table, read_toml
from signalgen.project.versions import allows_from, requirements, version_of
from signalgen.project.walk import config_files, python_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.project.roots import ModuleNames
    from signalgen.project.sources import Sources
    from signalgen.values.project import Project
    from signalgen.values.settings import Settings


@dataclass(frozen=True, slots=True)
class Survey:
    """The files of a project, their import names and roots, and the relevant versions."""

    sources: Sources
    names: ModuleNames
    settings: Settings
    pyproject: Table
    roots: tuple[str, ...] = (".",)

    def django_version(self) -> tuple[int, int] | None:
        """Return the lowest Django that the project's requirements allow, None if unknown."""
        return version_of(requirements(self.sources).get("django"))

    def allows(self, package: str, version: tuple[int, int]) -> bool | None:
        """Return whether requirements allow ``version`` of a package or later, None if unknown."""
        specifier = requirements(self.sources).get(package, "")
        return allows_from(specifier, version) if specifier else None


def survey_again(project: Project, overlay: Mapping[str, bytes | None]) -> Survey:
    """Return the survey behind ``project`` with ``overlay``; no files are listed again."""
    sources = make_sources(
        Path(project.root), project.files, overlay, project.configs, project.texts
    )
    pyproject = read_toml(sources.config("pyproject.toml")) or Table()
    roots = project.import_roots
    return Survey(sources, module_names(sources, roots), project.settings, pyproject, roots)


def survey_with(survey: Survey, overlay: Mapping[str, bytes | None]) -> Survey:
    """Return ``survey`` with ``overlay`` laid over its files; none is read again."""
    old = survey.sources
    sources = make_sources(old.root, old.paths, overlay, old.configs, old.texts)
    sources.locked.update(old.locked)
    return replace(survey, sources=sources, names=module_names(sources, survey.roots))


def survey_project(root: Path, overlay: Mapping[str, bytes | None] | None = None) -> Survey:
    """Return the survey of ``root``. Raises UsageError for a wrong ``[tool.signalgen]``."""
    # Links in the root's own path stay as the user wrote them.
    root = Path(os.path.abspath(root))  # noqa: PTH100
    locked: list[str] = []
    sources = make_sources(root, python_files(root, locked), overlay or {}, config_files(root))
    sources.locked.update(dict.fromkeys(locked, NO_PERMISSION))
    text = sources.config("pyproject.toml")
    pyproject = read_toml(text) or Table()
    settings = read_config(text, sources.configs.get("pyproject.toml", "pyproject.toml"))
    roots = import_roots(sources, pyproject)
    return Survey(sources, module_names(sources, roots), settings, pyproject, roots)
