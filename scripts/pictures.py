"""Write the pictures of the docs: ``python scripts/pictures.py``. tests/docs compares them with the program's output."""

from __future__ import annotations

import sys
from pathlib import Path

import signalgen

sys.path.insert(0, str(Path(__file__).parent))

import terminal_picture

ROOT = Path(__file__).resolve().parents[1]
PICTURES = {"stock.svg": ("tests/check/planted", ("stock",))}
"""The project, relative to this repository, and the apps that are drawn, by the file of the picture."""


def drawn(name: str) -> str:
    """Return a picture."""
    project, apps = PICTURES[name]
    return signalgen.chart(ROOT / project, "svg", apps=apps).text


if __name__ == "__main__":
    made = {name: drawn(name) for name in PICTURES}
    made |= {name: terminal_picture.drawn(name) for name in terminal_picture.SESSIONS}
    for name, text in made.items():
        (ROOT / "docs" / "pictures" / name).write_text(text, encoding="utf-8")
