"""The plain shapes of ``signalgen check``, read without typer, which takes as long to load as a small project to check.

Whatever is not plain (an abbreviation, a wrong value, a request for help) is left to typer: ``asked`` gives None for it.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from signalgen.cli.checking import Asked, check, codes
from signalgen.cli.conclude import conclude
from signalgen.cli.view import CheckFormat, View, view_format
from signalgen.facts.signals import SUPPORTED

if TYPE_CHECKING:
    from collections.abc import Sequence

_FLAGS = {
    "--write-baseline": "write_baseline",
    "--fix": "fix",
    "--unsafe-fixes": "unsafe",
    "--diff": "diff",
    "--statistics": "statistics",
    "--exit-zero": "exit_zero",
    "--no-cache": "no_cache",
    "--quiet": "quiet",
    "-q": "quiet",
    "--verbose": "verbose",
    "-v": "verbose",
    "--no-color": "no_color",
}
_VALUES = {
    "--project": "project",
    "-p": "project",
    "--target-django": "target_django",
    "--select": "select",
    "--extend-select": "extend",
    "--ignore": "ignore",
    "--baseline": "baseline",
    "--format": "format",
    "-f": "format",
}
_LISTS = frozenset(("select", "extend", "ignore"))
_VERSIONS = frozenset(f"{major}.{minor}" for major, minor in SUPPORTED)
_FORMATS = frozenset(item.value for item in CheckFormat)


def asked(words: Sequence[str]) -> tuple[Asked, View] | None:
    """Return what the words of a check ask for, None when they are not plain."""
    flags: set[str] = set()
    values: dict[str, list[str]] = {}
    paths: list[str] = []
    waiting = iter(words)
    for word in waiting:
        name, equals, value = word.partition("=")
        if word in _FLAGS:
            flags.add(_FLAGS[word])
        elif name in _VALUES and (equals or word == name) and (name.startswith("--") or not equals):
            given = value if equals else next(waiting, "-")
            if given.startswith("-"):
                return None
            values.setdefault(_VALUES[name], []).append(given)
        elif word.startswith("-"):
            return None
        else:
            paths.append(word)
    single = {key: found[-1] for key, found in values.items() if key not in _LISTS}
    if (
        single.get("target_django", "6.0") not in _VERSIONS
        or single.get("format", "text") not in _FORMATS
    ):
        return None
    return _made(flags, values, single, paths)


def _made(
    flags: set[str], values: dict[str, list[str]], single: dict[str, str], paths: list[str]
) -> tuple[Asked, View]:
    chosen = single.get("format", "text")
    own = {item.name for item in fields(Asked)}
    told = Asked(
        paths=tuple(paths),
        project=single.get("project"),
        target_django=single.get("target_django"),
        select=codes(values.get("select")),
        extend=codes(values.get("extend")),
        ignore=codes(values.get("ignore")),
        baseline=single.get("baseline"),
        format=chosen,
        **{name: name in flags for name in own & {*_FLAGS.values()}},
    )
    shown = view_format(CheckFormat(chosen))
    return told, View(shown, "quiet" in flags, "verbose" in flags, "no_color" in flags)


def run(words: Sequence[str], origin: tuple[str, int] | None) -> int | None:
    """Run a plain check and return its exit code, None when the words are not plain."""
    found = asked(words)
    if found is None:
        return None
    told, view = found
    return conclude("check", view, lambda: check(told, view, origin))
