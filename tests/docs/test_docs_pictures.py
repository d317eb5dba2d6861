"""The pictures of the docs are what the program draws today."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = runpy.run_path(str(ROOT / "scripts/pictures.py"))


@pytest.mark.parametrize("name", SCRIPT["PICTURES"])
def test_a_picture_is_up_to_date_and_shown(name: str):
    there = (ROOT / "docs/pictures" / name).read_text(encoding="utf-8")
    assert there == SCRIPT["drawn"](name), "python scripts/pictures.py"
    assert f"pictures/{name}" in (ROOT / "docs/commands.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "page"), [("session.svg", "README.md"), ("looks.svg", "docs/commands.md")]
)
def test_a_terminal_shows_what_the_commands_print(name: str, page: str):
    there = (ROOT / "docs/pictures" / name).read_text(encoding="utf-8")
    assert there == SCRIPT["terminal_picture"].drawn(name), "python scripts/pictures.py"
    assert f"pictures/{name}" in (ROOT / page).read_text(encoding="utf-8")
