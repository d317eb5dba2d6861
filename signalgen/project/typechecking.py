"""What mypy's settings require of new functions: ``wants_types(...)`` is the entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.project.tables import Table, read_ini

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.project.sources import Sources

_ASKING = ("disallow_untyped_defs", "strict")
_FILES = ("mypy.ini", ".mypy.ini")


def wants_types(sources: Sources, pyproject: Table, app: str) -> bool:
    """Tell whether mypy refuses functions without annotations in the package ``app``.

    The most specific section decides; one that ignores the app's errors requires nothing.
    """
    general, parts = _settings(sources, pyproject)
    asked = next((said for key in _ASKING if (said := general.boolean(key)) is not None), False)
    for patterns, part in parts:
        if any(_covers(one, app) for one in patterns):
            if part.boolean("ignore_errors"):
                return False
            said = part.boolean("disallow_untyped_defs")
            asked = asked if said is None else said
    return asked


def _settings(
    sources: Sources, pyproject: Table
) -> tuple[Table, list[tuple[tuple[str, ...], Table]]]:
    # mypy reads the first file that exists.
    for name in _FILES:
        found = read_ini(sources.config(name))
        if found.values:
            return found.table("mypy"), list(_sections(found))
    own = pyproject.table("tool", "mypy")
    if own.values:
        return own, [(part.strings("module"), part) for part in own.tables("overrides")]
    found = read_ini(sources.config("setup.cfg"))
    return found.table("mypy"), list(_sections(found))


def _sections(found: Table) -> Iterator[tuple[tuple[str, ...], Table]]:
    for name in found.values:
        if name.startswith("mypy-"):
            patterns = tuple(one.strip() for one in name[5:].split(","))
            yield patterns, found.table(name)


def _covers(written: str, app: str) -> bool:
    # ``shop.*`` is the package and all below it, ``*`` everything.
    plain = written.removesuffix(".*")
    return written == "*" or app == plain or (plain != written and app.startswith(f"{plain}."))
