"""The known word that a misspelt one means: ``likely(word, known)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHORTEST = 3
_LONG = 8
_MOST = 2


def likely(word: str, known: Iterable[str], shortest: int = _SHORTEST) -> str:
    """Return the known word one typo away (two in long ones), empty if there is none.

    A typo is a letter too many, too few, wrong, or swapped with the next one. Words that differ in
    capitals and underscores alone are the same word, and so is ``line`` for ``line_set``. Words
    with fewer letters than ``shortest`` never match.
    """
    if len(word) < shortest:
        return ""
    folded, stem = _folded(word), word.removesuffix("_set")
    best = ("", _MOST + 1)
    for name in sorted(known):
        if name.startswith("_") or abs(len(name) - len(word)) > _MOST + len("_set"):
            continue
        same = name.removesuffix("_set") == stem and len(stem) >= _SHORTEST
        if same or _folded(name) == folded:
            return name
        allowed = _MOST if min(len(word), len(name)) >= _LONG else 1
        far = distance(word, name, allowed)
        if far <= allowed and far < best[1]:
            best = (name, far)
    return best[0]


def _folded(word: str) -> str:
    return word.replace("_", "").lower()


def distance(one: str, other: str, most: int) -> int:
    """Return the number of typos between two words, ``most + 1`` if there are more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(last[column] + 1, now[column - 1] + 1, last[column - 1] + (letter != wanted))
            swapped = row > 1 < column and letter == other[column - 2] and one[row - 2] == wanted
            now.append(min(cost, before[column - 2] + 1) if swapped else cost)
        if min(now) > most:
            return most + 1
        before, last = last, now
    return last[-1]
