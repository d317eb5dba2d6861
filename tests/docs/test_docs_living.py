"""docs/living-with-it.md: its commands, run in their order in one project, print what the page shows and end as it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/living-with-it.md").read_text(encoding="utf-8")
WORDS = ("upgrade", "rename", "move", "merge", "adopt", "remove")


def told() -> list[tuple[str, list[str], int]]:
    """Return each command of the page with the lines that it shows and its exit code."""
    found: list[tuple[str, list[str], int]] = []
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL):
        for line in block.splitlines():
            code = re.fullmatch(r"\[exit (\d)\]", line)
            if line.startswith("$ "):
                found.append((line[2:], [], 0))
            elif code is not None:
                found[-1] = (*found[-1][:2], int(code[1]))
            else:
                found[-1][1].append(line)
    return found


@pytest.mark.slow
def test_the_story_of_the_page(tmp_path):
    here = shutil.copytree(ROOT / "examples" / "shop", tmp_path / "shop")
    named = {
        f"GIT_{who}_{what}": "x@example.com"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    # The commands of this environment, whatever is installed beside it.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "LC_ALL": "C.UTF-8"}
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "DJANGO_", "GIT_"))}
    env = {**kept, **named, **alone, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    start = "git init -q && git add -A && git commit -q -m start"
    for command, lines, code in [(start, [], 0), *told()]:
        done = subprocess.run(
            ["bash", "-c", command], cwd=here, env=env, capture_output=True, text=True, check=False
        )
        printed = done.stdout + done.stderr
        assert done.returncode == code, f"$ {command}\n{printed}"
        for line in lines:
            assert line in printed.splitlines(), f"$ {command}\n{printed}"


def test_every_part_of_the_story_is_there():
    heads = [line[3:].lower() for line in PAGE.splitlines() if line.startswith("## ")]
    assert set(WORDS) <= set(heads)
    assert len(told()) > 40
    assert sum(bool(code) for _, _, code in told()) >= 5
