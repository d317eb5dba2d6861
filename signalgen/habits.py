"""The project's code style, from its settings and files: ``style_of``, names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen import dotted

if TYPE_CHECKING:
    from signalgen.values.project import Project, Style


def style_of(project: Project) -> Style:
    """Return the project's style with the overrides of ``[tool.signalgen]``.

    For a project that uses ruff, black formats with ruff's settings: both write the same code, and
    the result must not depend on whether ruff is installed. Only the setting asks for ruff itself.
    """
    settings = project.settings
    style = project.style
    if settings.formatter or style.formatter == "ruff":
        style = replace(style, formatter=settings.formatter or "black")
    if settings.line_length:
        style = replace(style, line_length=settings.line_length)
    return style


def first_party(project: Project, app: str) -> frozenset[str]:
    """Return the top-level packages that are sorted as first-party; ``app`` may be new."""
    own = {name.partition(".")[0] for name in (app, *project.modules)}
    return frozenset(own) | frozenset(project.style.known_first_party)


def package_of(project: Project, path: str, app: str) -> str:
    """Return the dotted package that relative imports in ``path`` start from."""
    for name, known in project.modules.items():
        if known == path:
            return dotted.package_of(name, path)
    folder = path.rpartition("/")[0]
    for root in sorted(project.import_roots, key=len, reverse=True):
        if root != "." and folder.startswith(root + "/"):
            return folder[len(root) + 1 :].replace("/", ".")
    return folder.replace("/", ".") or app
