"""The README shows what signalgen really makes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import signalgen

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(kind):
    return re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)


def test_the_spec_of_the_readme_is_the_example():
    assert blocks("yaml")[0] == (ROOT / "examples" / "shop" / "orders.yaml").read_text(
        encoding="utf-8"
    )


def test_the_diffs_of_the_readme_are_real(tmp_path):
    shutil.copytree(ROOT / "examples" / "shop", tmp_path / "shop")
    spec = signalgen.load_spec(tmp_path / "shop" / "orders.yaml")
    diff = signalgen.generate(spec, tmp_path / "shop").diff()
    assert len(blocks("diff")) == 2
    for block in blocks("diff"):
        assert block in diff


def test_the_findings_of_the_readme_are_real():
    command = [sys.executable, "-m", "signalgen", "check", "--project", "."]
    where = ROOT / "examples" / "by_hand"
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=where)
    assert done.returncode == 1, done.stderr
    (block,) = blocks("text")
    assert done.stdout.startswith(block)


def test_the_first_screen_has_what_a_stranger_needs():
    """In this order, and above the first heading after the title."""
    screen = README[: README.index("\n## ")]
    wanted = (
        "docs/install.md",
        "signalgen check",
        "signalgen init",
        "signalgen new",
        "make demo",
        "make test",
        "session.svg",
        "It is for you",
        "It is not for you",
        "docs/tutorial.md",
        "Supported",
    )
    places = [screen.index(words) for words in wanted]
    assert places == sorted(places)
    assert len(screen.splitlines()) < 50
