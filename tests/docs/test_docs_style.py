"""Messages and pages are plain English: the phrases that CONTRIBUTING names are not used again."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PHRASES = (
    r"\b(?:this|it) is no (?!longer|need|more)[a-zA-Z]+",
    r"; (?:an?|the) [a-z ]+ is due\b",
    r"\bstands here twice\b",
    r"\bnothing tells\b",
    r"\bwhich it should not\b",
    r"\bno test says\b",
    r"\bonly the running project knows\b",
    r"\bserved as well\b",
    r"\bhangs on\b",
    r"\b(?:exists|called) nowhere\b",
    r"\bcannot be foreseen\b",
)
PAGES = sorted(page for page in (ROOT / "docs").glob("**/*.md") if page.parent.name != "rules")
PAGES = [ROOT / "README.md", *(page for page in PAGES if page.name != "changelog.md")]


@cache
def messages() -> list[tuple[str, str]]:
    """Return each text of the package that is no docstring, with its place."""
    found = []
    for path in sorted((ROOT / "signalgen").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        stated = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        found += [
            (f"{path.relative_to(ROOT)}:{node.lineno}", node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in stated
        ]
    return found


@pytest.mark.parametrize("phrase", PHRASES)
def test_messages_and_pages_have_no_such_phrase(phrase: str):
    found = [place for place, text in messages() if re.search(phrase, text)]
    found += [page.name for page in PAGES if re.search(phrase, page.read_text(encoding="utf-8"))]
    assert found == []


def test_the_phrases_find_what_they_are_for():
    """The left column of the table has them, and the right one does not."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Style")[2]
    rows = [row.split(" | ") for row in re.findall(r"^\| (.+) \|$", text, re.MULTILINE)][1:]
    assert len(rows) >= 10
    found = [any(re.search(phrase, row[0]) for phrase in PHRASES) for row in rows]
    assert sum(found) >= 7
    assert not any(re.search(phrase, row[1]) for phrase in PHRASES for row in rows)
