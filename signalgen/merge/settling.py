"""The outcome for a symbol that both a person and the spec have changed: ``settled(...)``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from signalgen.late import pattern
from signalgen.merge import threeway

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

    from signalgen.merge.policy import Conflict

_KNOWN_BY = (
    pattern(r"""(?<=dispatch_uid=)["'][^"']*["']"""),
    pattern(r"""(?<=\bdef )\w+(?=\()"""),
    pattern(r"""["']_\w+_before["']"""),
)
"""The names by which Django, people and its companion identify a receiver."""


def settled(
    base: str, ours: str, theirs: str, conflict: Conflict, *, whole: bool = False
) -> str | None:
    """Return the text to keep, None for an undecided clash.

    With ``whole``, everything that the spec has changed is a clash, even unedited code.
    """
    if whole:
        base, ours = "", _under_its_new_name(base, ours, theirs)
    merged = threeway.merge(base, ours, theirs)
    if merged is not None or conflict == "stop":
        return merged
    if conflict == "theirs":
        return theirs
    if conflict == "markers":
        return threeway.with_markers(base, ours, theirs)
    return _under_its_new_name(base, ours, theirs)


def _under_its_new_name(base: str, ours: str, theirs: str) -> str:
    """Return a person's version of a receiver with the names that the spec has since given it."""
    if "dispatch_uid" not in base:
        return ours
    for known in _KNOWN_BY:
        old, new = known.findall(base), known.findall(theirs)
        if len(old) == len(new):
            names = dict(zip(old, new, strict=True))
            ours = known.sub(partial(_by_match, names), ours)
    return ours


def _by_match(names: Mapping[str, str], found: re.Match[str]) -> str:
    return names.get(found.group(), found.group())
