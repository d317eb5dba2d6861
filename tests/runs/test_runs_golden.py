"""Every folder of golden/runs is a shape of a real project: ``before/`` and ``spec.yaml`` in, ``after/`` or ``refusal.txt`` out.

Each case is run twice, in other line ends, and taken out again to the last byte; what comes out has no new finding of
ruff. ``after/`` holds what the run changed, nothing else. ``SIGNALGEN_BLESS=1`` writes what comes out, for reading.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from runs_kit import World, build, contents, tree

pytestmark = pytest.mark.usefixtures("fast")
GOLDEN = Path(__file__).parents[1] / "golden" / "runs"
CASES = sorted(folder.name for folder in GOLDEN.iterdir() if folder.is_dir())
REFUSED = [name for name in CASES if (GOLDEN / name / "refusal.txt").exists()]
TESTED = ("odd_new_app", "roots_18_an_app_called_test")
"""Cases in which the place of the generated tests matters; the others go without."""
BASE = {
    "manage.py": "import os\n",
    "requirements.txt": "Django==5.2.*\ncelery==5.5.*\n",
    "pyproject.toml": "",
    "config/__init__.py": "",
    "config/settings.py": 'INSTALLED_APPS = ["shop"]\n',
}
RULES = "E,F,W,I,UP,B,DJ,SIM,C4,PIE,RET"


def before_of(name: str) -> dict[str, bytes]:
    folder = GOLDEN / name / "before"
    files = {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }
    made = {**{path: text.encode() for path, text in BASE.items()}, **files}
    if name not in TESTED:
        made["pyproject.toml"] = made["pyproject.toml"] + b'[tool.signalgen]\ntests = "none"\n'
    return made


def world_of(name: str, root: Path, change=lambda data: data) -> World:
    files = {
        path: change(data) if path.endswith(".py") else data
        for path, data in before_of(name).items()
    }
    here = World(build(root / "project", files))
    here.say("spec.yaml", (GOLDEN / name / "spec.yaml").read_text())
    return here


def after_of(name: str) -> dict[str, bytes]:
    folder = GOLDEN / name / "after"
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def changed(here: World, was: dict[str, bytes]) -> dict[str, bytes]:
    now = contents(tree(here.root))
    return {
        p: data for p, data in now.items() if was.get(p) != data and not p.startswith(".signalgen/")
    }


def said(done, here: World) -> str:
    return done.err.replace(f"{here.root.parent}/", "")


def bless(name: str, here: World, done, made: dict[str, bytes]) -> None:
    folder = GOLDEN / name
    shutil.rmtree(folder / "after", ignore_errors=True)
    (folder / "refusal.txt").unlink(missing_ok=True)
    if done.code:
        (folder / "refusal.txt").write_text(f"exit {done.code}\n{said(done, here)}")
    for path, data in made.items():
        target = folder / "after" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


@pytest.mark.parametrize("name", CASES)
def test_the_right_file_config_and_names(name, tmp_path):
    here = world_of(name, tmp_path)
    was = contents(tree(here.root))
    done = here.command("new", ["spec.yaml"])
    made = changed(here, was)
    if os.environ.get("SIGNALGEN_BLESS"):
        bless(name, here, done, made)
    refusal = GOLDEN / name / "refusal.txt"
    if refusal.exists():
        assert f"exit {done.code}\n{said(done, here)}" == refusal.read_text()
        assert made == {}
        return
    assert done.code == 0, done.text
    assert made == after_of(name)
    now = tree(here.root)
    assert here.command("new", ["spec.yaml"]).code == 0
    assert tree(here.root) == now, "P1"
    assert (
        findings(here.root, made) - findings(here.root, {p: was[p] for p in made if p in was})
        == Counter()
    )
    done = here.command("remove", ["spec.yaml"])
    assert done.code == 0, done.text
    assert contents(tree(here.root)) == was, "P7"


@pytest.mark.parametrize("ends", [b"\r\n", b"\r", b"BOM"], ids=["windows", "old mac", "BOM"])
@pytest.mark.parametrize("name", [name for name in CASES if name not in REFUSED])
def test_the_same_in_other_line_ends(name, ends, tmp_path):
    def twisted(data: bytes) -> bytes:
        return b"\xef\xbb\xbf" + data if ends == b"BOM" and data else data.replace(b"\n", ends)

    if ends == b"BOM" and any(b"coding" in data for data in before_of(name).values()):
        pytest.skip("a BOM and such a cookie exclude each other")
    if ends == b"BOM":
        ends = b"BOM"
    here = world_of(name, tmp_path, twisted)
    was = contents(tree(here.root))
    done = here.command("new", ["spec.yaml"])
    assert done.code == 0, done.text
    made = changed(here, was)
    expected = {p: twisted(data) if was.get(p) else data for p, data in after_of(name).items()}
    assert {
        p: data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        for p, data in made.items()
        if p not in was
    } == {p: data for p, data in expected.items() if p not in was}
    assert {p: data for p, data in made.items() if was.get(p)} == {
        p: d for p, d in expected.items() if was.get(p)
    }
    assert here.command("remove", ["spec.yaml"]).code == 0
    assert contents(tree(here.root)) == was, "P7"


def findings(root: Path, files: dict[str, bytes]) -> Counter:
    """Return how often ruff finds what in which file; files in a syntax newer than ours are left out."""
    target = root.parent / "lint"
    shutil.rmtree(target, ignore_errors=True)
    for path, data in files.items():
        try:
            ast.parse(data)
        except SyntaxError:
            continue
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(data)
    if not target.exists():
        return Counter()
    known = sorted(p.parent.name for p in root.rglob("__init__.py"))
    force = b"force-single-line" in (root / "pyproject.toml").read_bytes()
    config = f"lint.isort={{known-first-party={json.dumps(known)}, force-single-line={str(force).lower()}}}"
    command = [
        "ruff",
        "check",
        "--isolated",
        "--no-cache",
        "--select",
        RULES,
        "--output-format",
        "json",
    ]
    command += ["--ignore", "W191", "--line-length", "120", "--config", config]
    done = subprocess.run(
        [sys.executable, "-m", *command, str(target)],
        capture_output=True,
        text=True,
        check=False,
        cwd=target,
    )
    return Counter(
        (Path(f["filename"]).relative_to(target.resolve()).as_posix(), f["code"])
        for f in json.loads(done.stdout)
    )
