"""Small projects for the tests of the project room, declared as one dict."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MANAGE = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n'
APPS = """
from django.apps import AppConfig


class {config}(AppConfig):
    name = "{name}"
"""


def build(root: Path, files: dict[str, str | bytes]) -> Path:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(
            text if isinstance(text, bytes) else textwrap.dedent(text).lstrip("\n").encode()
        )
    return root


def app(name: str, models: str = "", **files: str) -> dict[str, str | bytes]:
    """The files of a plain app at the folder that its import path names."""
    folder = name.replace(".", "/")
    last = name.rpartition(".")[2]
    tree: dict[str, str | bytes] = {
        f"{folder}/__init__.py": "",
        f"{folder}/apps.py": APPS.format(
            config=last.title().replace("_", "") + "Config", name=name
        ),
    }
    if models:
        tree[f"{folder}/models.py"] = textwrap.dedent(models)
    tree.update({f"{folder}/{file}.py": text for file, text in files.items()})
    return tree
