"""Plays a page of docs/ in a real project: its commands run in their order, its files and edits are made as it says.

- A ``console`` block has commands (``$ …``), what each prints, and ``[exit N]`` where it ends with another code than 0.
- A block of another language after words that end with a path and a colon (``In `orders/models.py`:``) is that file, a
  ``diff`` block an edit of it: lines that stand in it and what becomes of them; all new lines go to its end.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

BLOCK = re.compile(
    r"(?:`(?P<path>[\w./-]+)`:\n\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
SECONDS = re.compile(r"in \d+\.\d+s|\d+\.\d+ s, \d+ files/s")


class Told(NamedTuple):
    """A step of a page: a command with what it prints, or a file with its text."""

    command: str = ""
    lines: tuple[str, ...] = ()
    code: int = 0
    path: str = ""
    kind: str = ""


def commands(text: str) -> list[Told]:
    """Return the commands of one console block."""
    found: list[Told] = []
    for line in text.splitlines():
        code = re.fullmatch(r"\[exit (\d)\]", line)
        if line.startswith("$ "):
            found.append(Told(line[2:]))
        elif code is not None:
            found[-1] = found[-1]._replace(code=int(code[1]))
        else:
            found[-1] = found[-1]._replace(lines=(*found[-1].lines, line))
    return found


def told(page: str) -> list[Told]:
    """Return the steps of a page; of a ``diff`` without a path the one before it counts."""
    found: list[Told] = []
    path = ""
    for block in BLOCK.finditer(page):
        path = block["path"] or path
        if block["kind"] == "console":
            found += commands(block["text"])
        elif block["path"] or block["kind"] == "diff":
            lines = tuple(block["text"].splitlines())
            found.append(Told(lines=lines, path=path, kind=block["kind"]))
    return found


def edit(before: str, lines: tuple[str, ...]) -> str:
    """Return what an edit makes of a text: where its old lines stand, once, its new ones."""
    old = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "+")
    new = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "-")
    if not old:
        return before + new
    assert before.count(old) == 1, f"{old!r} is not to be found once in {before}"
    return before.replace(old, new)


def environment() -> dict[str, str]:
    """Return an environment with the commands of this one first, and nobody's own settings of git."""
    named = {
        f"GIT_{who}_{what}": "x@example.com"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    # The commands of this environment, whatever is installed beside it.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "LC_ALL": "C.UTF-8"}
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "DJANGO_", "GIT_"))}
    return {**kept, **named, **alone, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1"}


def run(step: Told, here: Path, env: dict[str, str]) -> list[str]:
    """Run a command, which ends as the page says, and return the lines that it printed."""
    words = ["bash", "-c", step.command]
    done = subprocess.run(words, cwd=here, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == step.code, f"$ {step.command}\n{done.stdout}{done.stderr}"
    return (done.stdout + done.stderr).splitlines()


def shown(step: Told, printed: list[str], *, exactly: bool) -> None:
    """Compare what a page shows with what was printed; exactly: all of it, and in its order where ``...`` stands."""
    plain, wanted = ([SECONDS.sub("…", line) for line in some] for some in (printed, step.lines))
    story = f"$ {step.command}\n" + "\n".join(printed)
    if not exactly:
        assert set(wanted) <= set(plain), story
    elif "..." not in wanted:
        # Two streams are read after each other, so their order to one another is not known.
        assert sorted(wanted) == sorted(plain), story
    else:
        rest = iter(plain)
        assert all(line in rest for line in wanted if line != "..."), story


def play(page: str, here: Path, *, exactly: bool = False) -> int:
    """Do all that a page says in the folder ``here``; return how many steps that were."""
    env = environment()
    steps = told(page)
    for step in steps:
        if step.command:
            shown(step, run(step, here, env), exactly=exactly)
        elif step.kind == "diff":
            target = here / step.path
            target.write_text(edit(target.read_text("utf-8"), step.lines), "utf-8")
        else:
            text = "".join(f"{line}\n" for line in step.lines)
            (here / step.path).parent.mkdir(parents=True, exist_ok=True)
            (here / step.path).write_text(text, "utf-8")
    return len(steps)
