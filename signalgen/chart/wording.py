"""Node texts, the same in every format: ``short``, ``clean``, ``full``."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import east_asian_width

if TYPE_CHECKING:
    from signalgen.values.drawing import ChartNode

WIDEST = 34
_NOTE_WIDTH = 80


def clean(text: str) -> str:
    """Return ``text`` on one line, with unprintable characters escaped."""
    shown = " ".join(text.split())
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "backslashreplace").decode()
        for char in shown
    )


def width(text: str) -> int:
    """Return how many columns a text takes in a monospaced font."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def short(text: str, widest: int = WIDEST) -> str:
    """Return ``text``, cleaned, cut to ``widest`` columns."""
    text = clean(text)
    if width(text) <= widest:
        return text
    while width(text) >= widest:
        text = text[:-1]
    return f"{text}…"


def full(node: ChartNode) -> str:
    """Return everything known about a node, on one line."""
    kind = "" if node.kind == "app" else f"{node.kind} "
    parts = [f"{kind}{node.name}", *node.notes]
    parts += [f"{item.code} {item.message}" for item in node.findings]
    parts += [f"{node.path}:{node.line}"] if node.path else []
    return clean(" · ".join(parts))


def second(node: ChartNode, widest: int = _NOTE_WIDTH) -> str:
    """Return the second line of a node: its notes and the codes of its findings."""
    codes = dict.fromkeys(item.code for item in node.findings)
    return short("; ".join([*node.notes, *codes]), widest)
