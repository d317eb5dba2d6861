"""Help pages in plain text with the options in groups.

typer's own groups need rich, which is slow to import. typer shows arguments differently from
version to version: these pages show them as declared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from typer.core import TyperArgument, TyperCommand

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from typer import Context

DEFAULT_GROUP = "Options"


class Formatter(Protocol):
    """The part of click's formatter that is used; not every version of typer exports it."""

    def section(self, name: str) -> AbstractContextManager[None]:
        """Write a heading; the body of the context follows below it."""

    def write_dl(self, rows: Sequence[tuple[str, str]]) -> None:
        """Write a list of terms and their meanings."""


class GroupedCommand(TyperCommand):
    """A command whose help groups its options under their declared headings."""

    def collect_usage_pieces(self, ctx: Context) -> list[str]:  # type: ignore[override]
        """Return what follows the command's name in the usage line."""
        arguments = [item for item in self.get_params(ctx) if isinstance(item, TyperArgument)]
        return ["[OPTIONS]", *(item.metavar or "" for item in arguments)]

    def format_options(self, ctx: Context, formatter: Formatter) -> None:  # type: ignore[override]
        """Write the arguments and each group of options."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            if isinstance(parameter, TyperArgument):
                told = f"{parameter.help or ''}{'  [required]' if parameter.required else ''}"
                groups.setdefault("Arguments", []).append((parameter.metavar or "", told))
            elif record := parameter.get_help_record(ctx):
                heading = getattr(parameter, "rich_help_panel", None) or DEFAULT_GROUP
                shown = record[1].replace("\\[", "[")  # typer 0.18 escapes it for rich
                groups.setdefault(heading, []).append((record[0], shown))
        for heading in sorted(groups, key=lambda heading: heading == DEFAULT_GROUP):
            with formatter.section(heading):
                formatter.write_dl(groups[heading])
