"""Write the pictures of the docs: ``python scripts/pictures.py``. tests/docs holds them to what the program draws."""

from __future__ import annotations

from pathlib import Path

import signalgen

ROOT = Path(__file__).resolve().parents[1]
PICTURES = {"stock.svg": ("tests/check/planted", ("stock",))}
"""The project, relative to this repository, and the apps that are drawn, by the file of the picture."""


def drawn(name: str) -> str:
    """Return a picture."""
    project, apps = PICTURES[name]
    return signalgen.chart(ROOT / project, "svg", apps=apps).text


if __name__ == "__main__":
    for name in PICTURES:
        (ROOT / "docs" / "pictures" / name).write_text(drawn(name), encoding="utf-8")
