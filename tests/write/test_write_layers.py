"""Only ``files`` touches the disk, so that the fault harness sees every call; and nothing heavy loads early."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import signalgen.write

ROOM = Path(signalgen.write.__file__).parent
OTHERS = sorted(path for path in ROOM.glob("*.py") if path.name != "files.py")
OS_ALLOWED = {"os.getpid", "os.kill", "os.stat_result"}
PATH_CALLS = {
    "chmod", "exists", "glob", "hardlink_to", "is_dir", "is_file", "is_symlink", "iterdir", "lchmod", "lstat", "mkdir", "open",
    "read_bytes", "rename", "resolve", "rglob", "rmdir", "samefile", "stat", "symlink_to", "touch", "unlink",
    "write_bytes", "write_text",
}  # fmt: skip


def disk_uses(tree):
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            module = getattr(node, "module", None) or ""
            names = {alias.name for alias in node.names} | {module}
            yield from names & {"shutil", "tempfile", "io", "glob"}
            yield from {f"{module}.{alias.name}" for alias in node.names if module == "os"}
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "os":
            yield from {f"os.{node.attr}"} - OS_ALLOWED
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called.rpartition(".")[2] in PATH_CALLS and not called.startswith("files."):
                yield called


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.name)
def test_no_other_module_touches_the_disk(path):
    assert list(disk_uses(ast.parse(path.read_text()))) == []


def test_the_search_finds_what_it_is_for():
    assert len(list(disk_uses(ast.parse((ROOM / "files.py").read_text())))) > 8


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.name)
def test_the_room_calls_its_files_through_the_module(path):
    """``from files import replace`` would hide a call from the harness."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.module != "signalgen.write.files"


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.name)
def test_the_room_imports_the_rooms_below_it_only(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("signalgen"):
            assert node.module.split(".")[1] in (
                "bounded",
                "errors",
                "facts",
                "fastpath",
                "late",
                "source",
                "values",
                "write",
            )


def test_asking_what_is_pending_loads_nothing_heavy():
    code = (
        "import sys; from pathlib import Path\n"
        "from signalgen.write import pending\n"
        "pending(Path('.'))\n"
        "print(sorted({'ast', 'json', 'hashlib', 'difflib', 'platform', 'random', 'dataclasses'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOM.parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
