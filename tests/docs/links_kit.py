"""The links of a page and the anchors of its headings, as GitHub and the site (MyST) both make them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

DEEPEST = 4
"""Headings below this level have no anchor on the site: ``myst_heading_anchors`` in docs/conf.py."""


def prose(text: str) -> str:
    """Return a page without its code blocks, in which nothing is a heading or a link."""
    return re.sub(r"^( *)(`{3,}|~{3,}).*?^\1?\2 *$", "", text, flags=re.MULTILINE | re.DOTALL)


def slug(heading: str) -> str:
    """Return the anchor of a heading that no earlier one of its page has."""
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def anchors(text: str) -> set[str]:
    """Return the anchors of a page; of headings with the same words the later ones are numbered."""
    found: set[str] = set()
    for level, heading in re.findall(r"^(#{1,6}) (.+?)(?: #+)?$", prose(text), re.MULTILINE):
        base, count = slug(heading), 0
        anchor = base
        while anchor in found:
            count += 1
            anchor = f"{base}-{count}"
        if len(level) <= DEEPEST:
            found.add(anchor)
    return found


def links(text: str) -> list[str]:
    """Return what the links of a page lead to, without those to other hosts."""
    plain = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "``", prose(text), flags=re.DOTALL)
    inline = re.findall(r"\]\(\s*<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\s*\)", plain)
    named = re.findall(r"^ {0,3}\[[^\]]+\]:\s*<?([^>\s]+)", plain, re.MULTILINE)
    return [to for to in inline + named if not re.match(r"[a-z]+:|//", to)]


def dead(page: Path, beside: dict[Path, Path]) -> list[str]:
    """Return the links of a page without a file or heading; ``beside`` names pages that show another file's text."""
    text = page.read_text(encoding="utf-8")
    found = []
    for link in links(text):
        name, _, anchor = link.partition("#")
        there = (page.parent / name).resolve() if name else page
        there = beside.get(there, there)
        if there.suffix == ".md" and there.is_file():
            gone = bool(anchor) and anchor not in anchors(there.read_text(encoding="utf-8"))
        else:
            gone = not there.exists()
        if gone:
            found.append(link)
    return found
