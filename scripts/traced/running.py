"""Run ``saves.py`` in a copy of a public project, in its own environment: ``saved``."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from environments import environment, run_json
from foreign import OVERLAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from foreign import Foreign

HERE = Path(__file__).resolve().parent


def saved(project: Foreign, source: Path, environ: Mapping[str, str] | None = None) -> Any:
    """Return what ``saves.py`` prints; ``environ`` are further variables for it."""
    python = environment(project.name, project.python, project.install, source)
    bakery = Path(str(importlib.util.find_spec("model_bakery").origin)).parent  # type: ignore[union-attr]
    with TemporaryDirectory() as folder:
        root, more = Path(folder) / project.name, Path(folder) / "more"
        skipped = shutil.ignore_patterns("node_modules", ".git")
        shutil.copytree(source, root, ignore=skipped, symlinks=True)
        shutil.copytree(bakery, more / "model_bakery")
        for name in project.folders:
            (root / name).mkdir(exist_ok=True)
        settings = OVERLAY.format(settings=project.settings) + project.more
        (more / "campaign_settings.py").write_text(settings)
        places = ":".join([*(str(root / one) for one in project.roots), str(more)])
        own = {"DJANGO_SETTINGS_MODULE": "campaign_settings", **project.environ}
        command = [python, str(HERE / "saves.py"), places, str(root)]
        return run_json(command, root, {**own, **(environ or {})})
