"""Messages, pages and docstrings are plain English: mended phrases do not come back."""

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
    r"(?<!there )\bis no (?:label|model|signal|list|text|object|function|through model)\b",
    r"\ball the same\b",
    r"\bhand(?:s|ed)? on\b",
    r"\bhears? (?:of|every|other|saves)\b",
    r"\bstands? (?:above|below|beside|here|in|under)\b",
    r"\blies? (?:beside|outside)\b",
    r"\b(?:or|;) say \w+:",
    r"\bmend(?:s|ed)\b",
    r"\b(?:made|saved|described|written|written) anew\b",
    r"\bgoes on\b",
    r"\bthat there is not\b",
    r"\btake (?:the argument|using)\b",
    r"\bnot as the spec says\b",
    r"\bbut for\b",
    r"\bfor certain\b",
    r"\bheld against\b",
    r"\bsomebody else\b(?! wrote)",
    r"\btakes? generated code out\b",
)
IN_CODE = (
    r"(?:\bNone|\bempty|\"\"|\bnothing) where\b",
    r"\bnobody (?:can tell|knows|says|tells)\b",
    r"\brunning project knows\b",
    r"\bon the spot\b",
    r"\breading (?:knows|tells|leaves|sees)\b",
    r"\bthat there (?:is|are) not\b",
    r"\bputs? off\b",
    r"\b(?:wrong|lost|missing) for certain\b",
    r"\bwhat knows\b",
    r"\bhands? on\b",
)
"""What docstrings and comments of the package do not say: "None if unknown", "deferred", "passes"."""
PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("**/*.md"))]


@cache
def messages() -> list[tuple[str, str]]:
    """Return each text of the package that is no docstring, with its place."""
    found = []
    for path, text in modules():
        tree = ast.parse(text)
        stated = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        found += [
            (f"{path.relative_to(ROOT)}:{node.lineno}", node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in stated
        ]
    return found


@cache
def modules() -> list[tuple[Path, str]]:
    """Return each module of the package with its text."""
    found = sorted((ROOT / "signalgen").rglob("*.py"))
    return [(path, path.read_text(encoding="utf-8")) for path in found]


@pytest.mark.parametrize("phrase", PHRASES)
def test_messages_and_pages_have_no_such_phrase(phrase: str):
    found = [place for place, text in messages() if re.search(phrase, text)]
    found += [page.name for page in PAGES if re.search(phrase, page.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize("phrase", IN_CODE)
def test_docstrings_and_comments_have_no_such_phrase(phrase: str):
    found = re.compile(phrase)
    assert [path.name for path, text in modules() if found.search(text)] == []


def test_the_phrases_find_what_they_are_for():
    """The left column of the table has them, and the right one does not."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Style")[2]
    rows = [row.split(" | ") for row in re.findall(r"^\| (.+) \|$", text, re.MULTILINE)][1:]
    assert len(rows) >= 10
    found = [any(re.search(phrase, row[0]) for phrase in PHRASES) for row in rows]
    assert sum(found) >= 7
    assert not any(re.search(phrase, row[1]) for phrase in PHRASES for row in rows)
