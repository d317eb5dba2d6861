"""docs/spec.md documents every key, in the words of the table that the reader itself uses."""

from __future__ import annotations

import ast
from pathlib import Path

from signalgen.spec import spec_reference

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "spec.md").read_text(encoding="utf-8")


def test_the_reference_in_the_docs_is_that_of_the_reader():
    rows = [line for line in spec_reference().splitlines() if line.startswith("| `")]
    assert len(rows) > 30
    assert [row for row in rows if row not in PAGE] == []


def test_the_docs_have_no_key_that_the_reader_lacks():
    documented = [
        line for line in PAGE.partition("## Every key")[2].splitlines() if line.startswith("| `")
    ]
    assert [row for row in documented if row not in spec_reference()] == []


def noted() -> set[str]:
    """Return the codes of all notes that a plan can have: the second argument of each call of ``note``."""
    found = set()
    for path in (
        *(ROOT / "signalgen/plan").rglob("*.py"),
        *(ROOT / "signalgen/testplan").rglob("*.py"),
    ):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "note":
                code = node.args[1]
                assert isinstance(code, ast.Constant), f"{path}:{node.lineno}"
                found.add(code.value)
    return found


def test_the_docs_name_every_note():
    table = PAGE.partition("## Notes\n")[2].partition("\n## ")[0].splitlines()
    named = [line.split("`")[1] for line in table if line.startswith("| `")]
    assert named == sorted(noted())
