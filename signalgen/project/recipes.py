"""The project's recipes: ``read_recipes(root)`` reads the folder that ``recipes`` names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.bounded import read_regular
from signalgen.errors import Problem, UsageError
from signalgen.project.config import read_config
from signalgen.project.files import folder_inside, leads_inside, read_file

if TYPE_CHECKING:
    from pathlib import Path


def read_recipes(root: Path) -> dict[str, tuple[str, bytes]]:
    """Return path and text of each recipe of the project in ``root``, by slug (its file name).

    Raises UsageError if the setting is wrong or names no folder of the project, if a file leads out
    of it, or if a file name is not a slug.
    """
    pyproject = read_file(root, "pyproject.toml")
    if pyproject is None or b"recipes" not in pyproject:
        return {}
    name = read_config(pyproject.decode("utf-8-sig", "replace")).recipes
    if name is None:
        return {}
    folder = folder_inside(root, name, "recipes", "put the folder into the project")
    if not folder.is_dir():
        raise UsageError(
            Problem(
                name,
                0,
                0,
                "tool.signalgen.recipes",
                "no-recipes",
                "this folder of recipes does not exist",
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
    if outside := [path for path in files if not leads_inside(root, path)]:
        raise UsageError(_leading_out(f"{name}/{path.name}") for path in outside)
    return {
        path.stem: (f"{name}/{path.name}", _recipe(path, f"{name}/{path.name}")) for path in files
    }


def _leading_out(file: str) -> Problem:
    message = "this recipe is a link that leads out of the project"
    return Problem(file, 0, 0, "", "outside-project", message, "put the file itself here")


def _recipe(path: Path, name: str) -> bytes:
    try:
        return read_regular(path)
    except OSError as error:
        message = f"the recipe cannot be read: {error.strerror}"
        raise UsageError(Problem(name, 0, 0, "", "recipe", message)) from error
