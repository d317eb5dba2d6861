"""Where the files lie that come with signalgen and are not Python: templates and recipes."""

from __future__ import annotations

from pathlib import Path


def template_folder() -> Path:
    """Return our template folder: inside the package if installed, beside it in a checkout."""
    installed = Path(__file__).parent / "_templates"
    return installed if installed.is_dir() else Path(__file__).parents[1] / "templates"
