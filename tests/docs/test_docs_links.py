"""Every link of a page leads to a file that is there, and to a heading that is called so."""

from __future__ import annotations

from pathlib import Path

import pytest
from links_kit import anchors, dead, links

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
SHOWN = {
    ROOT / "docs" / f"{name.lower()}.md": ROOT / f"{name}.md" for name in ("SECURITY", "CHANGELOG")
}


def test_every_link_of_every_page_leads_somewhere():
    found = {page.relative_to(ROOT).as_posix(): dead(page, SHOWN) for page in PAGES}
    assert {name: gone for name, gone in found.items() if gone} == {}
    followed = [link for page in PAGES for link in links(page.read_text("utf-8"))]
    assert len([link for link in followed if "#" in link]) > 50


PAGE = """# A page of `code` & more

## Twice
## Twice
## audit_log, [linked](x.md)!
##### Too deep

```sh
# no heading
[no link](gone.md)
```

[here](#twice-1) and `[none](gone.md)`, [there](other.md#top), [away](https://example.com/#gone),
[over two
lines](other.md#no-top) and [by name][name]

[name]: gone.md#x
"""


def test_anchors_are_those_of_github():
    made = {"a-page-of-code--more", "twice", "twice-1", "audit_log-linked"}
    assert anchors(PAGE) == made


def test_links_in_code_are_none():
    assert links(PAGE) == ["x.md", "#twice-1", "other.md#top", "other.md#no-top", "gone.md#x"]


@pytest.mark.parametrize(
    ("link", "gone"),
    [
        ("page.md", False),
        ("page.md#top", False),
        ("#own", False),
        ("shown.md#top", False),
        ("folder", False),
        ("gone.md", True),
        ("page.md#renamed", True),
        ("#renamed", True),
        ("shown.md#own", True),
        ("folder/page.md#top", True),
    ],
)
def test_dead_links(tmp_path, link, gone):
    (tmp_path / "folder").mkdir()
    (tmp_path / "page.md").write_text("# Top\n")
    (tmp_path / "shown.md").write_text("Its text is page.md.\n")
    (tmp_path / "index.md").write_text(f"# Own\n\n[x]({link})\n")
    shown = {tmp_path / "shown.md": tmp_path / "page.md"}
    assert dead(tmp_path / "index.md", shown) == [link] * gone
