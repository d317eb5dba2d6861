"""Projects on disk that ``signalgen check --fix`` is let loose on."""

import ast
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))

from cli_kit import call


def project(root, files):
    """Write the files of a project."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def texts(root):
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*.py"))}


def check_fixed(capsys, root, code, changed, left=0, *, parses=True):
    """``--fix`` changes just these files, leaves ``left`` findings and files that parse; a second one does nothing."""
    before = texts(root)
    call(capsys, "check", "--project", root, "--select", code, "--fix")
    after = texts(root)
    assert {path for path in after if after[path] != before.get(path)} == changed
    for data in after.values() if parses else ():
        ast.parse(data)
    done = call(capsys, "check", "--project", root, "--select", code, "--fix", "--format", "json")
    assert texts(root) == after
    assert len(json.loads(done.out)["findings"]) == left
