"""The files that come with signalgen and are not Python: templates and recipes."""

from __future__ import annotations

from pathlib import Path

from signalgen.bounded import read_regular


def template_folder() -> Path:
    """Return our template folder: inside the installed package, or beside it in a checkout."""
    installed = Path(__file__).parent / "_templates"
    return installed if installed.is_dir() else Path(__file__).parents[1] / "templates"


def recipe_names() -> frozenset[str]:
    """Return the names of our recipes."""
    return frozenset(path.stem for path in (template_folder() / "recipes").glob("*.yaml"))


def recipe_file(name: str) -> tuple[str, bytes]:
    """Return path and text of one of our recipes."""
    path = template_folder() / "recipes" / f"{name}.yaml"
    return str(path), read_regular(path)
