"""The check of the built site finds what leads nowhere or to another host, and the index places every page."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import site_check  # noqa: E402

PAGE = '<a id="here"></a><a href="{link}">x</a>'


@pytest.mark.parametrize(
    ("link", "bad"),
    [
        ("other.html", False),
        ("other.html#there", False),
        ("#here", False),
        ("https://docs.djangoproject.com/", False),
        ("mailto:somebody@example.com", False),
        ("sub/../other.html#there", False),
        ("gone.html", True),
        ("other.html#gone", True),
        ("#gone", True),
    ],
)
def test_links(tmp_path, link, bad):
    (tmp_path / "sub").mkdir()
    (tmp_path / "index.html").write_text(PAGE.format(link=link))
    (tmp_path / "other.html").write_text('<h1 id="there">x</h1>')
    expected = [f"index.html: {link} leads nowhere"] if bad else []
    assert site_check.faults(tmp_path) == expected


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ('<script src="own.js"></script>', False),
        ('<link rel="canonical" href="https://example.com/">', False),
        ('<script src="https://example.com/x.js"></script>', True),
        ('<img src="//example.com/x.png">', True),
        ('<link rel="stylesheet" href="gone.css">', True),
    ],
)
def test_what_a_page_loads(tmp_path, text, bad):
    (tmp_path / "own.js").write_text("")
    (tmp_path / "index.html").write_text(text)
    assert bool(site_check.faults(tmp_path)) is bad


def test_rules_and_recipes_keep_their_addresses(tmp_path):
    names = [path.stem for path in (ROOT / "templates" / "recipes").glob("*.yaml")]
    (tmp_path / "rules").mkdir()
    for rule in (ROOT / "docs" / "rules").glob("*.md"):
        (tmp_path / "rules" / f"{rule.stem}.html").write_text("")
    anchors = "".join(f'<section id="{name}">' for name in names)
    (tmp_path / "recipes.html").write_text(anchors)
    assert site_check.lost(tmp_path) == []
    (tmp_path / "recipes.html").write_text(anchors.replace('"slug"', '"slugs"'))
    (tmp_path / "rules" / "sg101.html").unlink()
    gone = [line.split()[0] for line in site_check.lost(tmp_path)]
    assert gone == ["recipes.html#slug", "rules/sg101.html"]


def test_pages_of_the_index_exist():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    for block in re.findall(r"```\{toctree\}\n(.*?)```", index, re.DOTALL):
        for name in re.findall(r"^([a-z0-9/-]+)$", block, re.MULTILINE):
            assert (ROOT / "docs" / f"{name}.md").is_file(), name
