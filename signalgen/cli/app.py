"""The typer app: the commands, and how an unparseable call ends. Entry: ``run``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from typer.main import get_command

from signalgen.api import version
from signalgen.cli import (
    charting,
    check,
    explain,
    extract,
    init,
    listing,
    mcp,
    new,
    recipes,
    remove,
    schema,
    signal,
    tracing,
    validate,
    why,
)
from signalgen.cli.conclude import INTERRUPTED, present
from signalgen.cli.console import write_err, write_out
from signalgen.cli.helptext import GroupedCommand
from signalgen.cli.jsonout import wants_json
from signalgen.cli.outcome import Outcome
from signalgen.cli.view import Format, View
from signalgen.errors import ExitCode, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COMMANDS: dict[str, tuple[Callable[..., int], str, str]] = {
    "init": (init.init, "Write a first spec for an app.", init.EXAMPLES),
    "new": (new.new, "Generate or update the code from specs.", new.EXAMPLES),
    "signal": (signal.signal, "Generate one custom signal.", signal.EXAMPLES),
    "remove": (remove.remove, "Remove generated code.", remove.EXAMPLES),
    "validate": (validate.validate, "Find problems in specs.", validate.EXAMPLES),
    "check": (check.check, "Find mistakes in signal code.", check.EXAMPLES),
    "list": (listing.list_, "List receivers, signals or tasks.", listing.EXAMPLES),
    "trace": (tracing.trace, "Show what a save, delete or signal does.", tracing.EXAMPLES),
    "why": (why.why, "Say why a receiver does or does not run.", why.EXAMPLES),
    "chart": (charting.chart, "Draw the signal map of a project.", charting.EXAMPLES),
    "extract": (extract.extract, "Turn existing receivers into a spec.", extract.EXAMPLES),
    "explain": (explain.explain, "Explain a rule of check.", explain.EXAMPLES),
    "recipes": (recipes.recipes, "List the ready patterns, or show one.", recipes.EXAMPLES),
    "mcp": (mcp.mcp, "Serve coding assistants (MCP).", mcp.EXAMPLES),
    "schema": (schema.schema, "Print the JSON Schema of a spec.", schema.EXAMPLES),
}
# typer has carried a copy of click since 0.26: this finds the base of its errors in either,
# UsageError among them.
PARSE_ERROR: type[Exception] = typer.BadParameter.__mro__[2]

EPILOG = """\
\b
Examples:
  signalgen init orders
  signalgen new orders.yaml --diff
  signalgen check

Exit codes: 0 done - 1 differs (--check) or findings - 2 wrong usage or spec - 3 conflict -
4 refused as unsafe - 5 internal error.
"""
app = typer.Typer(
    name="signalgen",
    help="Generate Django signal receivers, senders, tasks and tests from a short YAML spec.",
    epilog=EPILOG,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _name, (_function, _short, _examples) in COMMANDS.items():
    app.command(_name, cls=GroupedCommand, short_help=_short, epilog=_examples)(_function)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with the value alone
    if wanted:
        write_out(f"signalgen {version()}\n", raw=True)
        raise typer.Exit


@app.callback()
def main(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            "-V",
            callback=_print_version,
            is_eager=True,
            help="Print the version and exit.",
        ),
    ] = False,
) -> None:
    """Generate Django signal receivers, senders, tasks and tests from a short YAML spec."""


def run(
    arguments: Sequence[str], project: str | None = None, origin: tuple[str, int] | None = None
) -> int:
    """Run the command that ``arguments`` name; ``project`` is the default of ``--project``.

    Returns the exit code. ``origin`` says how ``signalgen.fastpath`` will know the same call again,
    and when the process began.
    """
    command = get_command(app)
    words = list(arguments)
    defaults = {name: {"project": project} for name in COMMANDS} if project else {}
    try:
        code = command.main(
            words, prog_name="signalgen", standalone_mode=False, default_map=defaults, obj=origin
        )
    except PARSE_ERROR as error:
        return _misused(words, error)
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    return int(code or 0)


def _misused(words: list[str], error: Exception) -> int:
    # A call without any argument gets the help page instead.
    if not words:
        write_err(f"{error}\n")
        return int(ExitCode.USAGE)
    name = next((word for word in words if word in COMMANDS), "")
    message = getattr(error, "format_message", error.__str__)()
    # The prefix of pydantic's messages, and so of typer 0.29.
    message = message.replace(": Value error, ", ": ", 1)
    help_of = f"signalgen {name}".strip()
    problem = Problem("", 0, 0, "", "usage", message, f"see {help_of} --help")
    view = View(format=Format.json if wants_json(words) else Format.text)
    return present(Outcome(name, ExitCode.USAGE, problems=(problem,)), view)
