"""The project's recipes: ``read_recipes(root)`` reads the folder that ``recipes`` names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.errors import Problem, UsageError
from signalgen.project.config import read_config
from signalgen.project.files import read_file

if TYPE_CHECKING:
    from pathlib import Path


def read_recipes(root: Path) -> dict[str, tuple[str, bytes]]:
    """Return path and text of each recipe of the project in ``root``, by slug (its file name).

    Raises UsageError when the setting is wrong or names no folder, or when a file name is not a
    slug.
    """
    pyproject = read_file(root, "pyproject.toml")
    if pyproject is None or b"recipes" not in pyproject:
        return {}
    name = read_config(pyproject.decode("utf-8-sig", "replace")).recipes
    if name is None:
        return {}
    folder = root / name
    if not folder.is_dir():
        raise UsageError(
            Problem(
                name,
                0,
                0,
                "tool.signalgen.recipes",
                "no-recipes",
                "there is no such folder of recipes",
            )
        )
    files = sorted(
        path for path in folder.iterdir() if path.suffix in (".yaml", ".yml") and path.is_file()
    )
    wrong = [path for path in files if not path.stem.isidentifier()]
    if wrong:
        hint = "use letters, digits and underscores"
        raise UsageError(
            Problem(
                f"{name}/{path.name}",
                0,
                0,
                "",
                "recipe-name",
                f"{path.stem!r} cannot name a recipe",
                hint,
            )
            for path in wrong
        )
    return {path.stem: (f"{name}/{path.name}", path.read_bytes()) for path in files}
