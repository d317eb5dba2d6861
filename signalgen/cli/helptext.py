"""Help pages in plain text with the options in groups; typer's own groups need rich, which is slow to import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer.core import TyperCommand

if TYPE_CHECKING:
    from typer._click import Context, HelpFormatter

DEFAULT_GROUP = "Options"


class GroupedCommand(TyperCommand):
    """A command whose help lists its options below the headings that they are declared with."""

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the arguments and each group of options."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                default = "Arguments" if parameter.param_type_name == "argument" else DEFAULT_GROUP
                heading = getattr(parameter, "rich_help_panel", None) or default
                groups.setdefault(heading, []).append(record)
        for heading in sorted(groups, key=lambda heading: heading == DEFAULT_GROUP):
            with formatter.section(heading):
                formatter.write_dl(groups[heading])
