"""Every option of the command line, declared once; the commands name them in their signatures."""

from __future__ import annotations

from typing import Annotated

import typer

from signalgen.cli.view import (
    CheckFormat,
    ConflictChoice,
    DjangoVersion,
    Format,
    LevelChoice,
    View,
    view_format,
)

__all__ = [
    "CheckFormat",
    "ConflictChoice",
    "DjangoVersion",
    "Format",
    "LevelChoice",
    "View",
    "view_format",
]

WHERE = "Where"
PREVIEW = "Look first (nothing is written)"
EDITS = "Edits by hand"
RULES = "Which rules"
FIXES = "Fixes"
OUTPUT = "Output"


_SPEC = typer.Option(
    "--spec",
    "-s",
    metavar="FILE",
    help="The same as SPEC. Give the option again for more specs.",
    rich_help_panel=WHERE,
)
MoreSpecs = Annotated[list[str] | None, _SPEC]
NamedSpecs = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SPEC]...", help="The specs; '-' reads standard input."),
]
SpecFiles = Annotated[
    list[str], typer.Argument(metavar="SPEC...", help="Spec files; '-' reads standard input.")
]
RecipeName = Annotated[
    str | None,
    typer.Argument(metavar="[SLUG]", help="The recipe to show in full.", show_default=False),
]
ProjectDir = Annotated[
    str | None,
    typer.Option(
        "--project",
        "-p",
        metavar="DIR",
        help="The project. Default: the nearest folder upwards that has manage.py or "
        "pyproject.toml.",
        rich_help_panel=WHERE,
    ),
]
RecipesProject = Annotated[
    str | None,
    typer.Option(
        "--project",
        "-p",
        metavar="DIR",
        help="The project whose own recipes the specs may name. Default: the one around the "
        "current folder.",
        rich_help_panel=WHERE,
    ),
]
TemplatesDir = Annotated[
    str | None,
    typer.Option(
        "--templates",
        metavar="DIR",
        help="Your own templates; signalgen's are used for any that DIR lacks.",
        rich_help_panel=WHERE,
    ),
]
TargetDjango = Annotated[
    DjangoVersion | None,
    typer.Option(
        "--target-django",
        metavar="VERSION",
        help="Django 4.2, 5.2, 6.0 or 6.1. Default: from the project's requirements.",
        rich_help_panel=WHERE,
    ),
]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Show what would be written.", rich_help_panel=PREVIEW),
]
ShowDiff = Annotated[
    bool,
    typer.Option(
        "--diff", help="Print a unified diff of what would be written.", rich_help_panel=PREVIEW
    ),
]
Check = Annotated[
    bool,
    typer.Option(
        "--check",
        help="List the files that differ from the spec, and exit 1 if there are any.",
        rich_help_panel=PREVIEW,
    ),
]
Conflict = Annotated[
    ConflictChoice,
    typer.Option(
        "--conflict",
        metavar="CHOICE",
        help="If you and the spec changed the same code: stop (report it, write nothing), "
        "keep (yours), "
        "theirs (the spec's) or markers (both, for you to choose).",
        rich_help_panel=EDITS,
    ),
]
Restore = Annotated[
    list[str] | None,
    typer.Option(
        "--restore",
        metavar="ID",
        help="Bring back generated code that you deleted: its id or name, or all. May be given "
        "again.",
        rich_help_panel=EDITS,
    ),
]
Adopt = Annotated[
    bool,
    typer.Option(
        "--adopt",
        help="Take over functions that already exist under the names that the spec uses.",
        rich_help_panel=EDITS,
    ),
]
KeepEdited = Annotated[
    bool,
    typer.Option(
        "--keep-edited",
        help="Keep what you edited, and remove the rest.",
        rich_help_panel=EDITS,
    ),
]
OutputFormat = Annotated[
    Format,
    typer.Option("--format", "-f", metavar="FORMAT", help="text or json.", rich_help_panel=OUTPUT),
]
Quiet = Annotated[
    bool,
    typer.Option(
        "--quiet",
        "-q",
        help="Print only errors and the requested output.",
        rich_help_panel=OUTPUT,
    ),
]
Verbose = Annotated[
    bool,
    typer.Option(
        "--verbose",
        "-v",
        help="List unchanged files and signalgen's own as well; show the traceback of an "
        "internal error.",
        rich_help_panel=OUTPUT,
    ),
]
Traceback = Annotated[
    bool,
    typer.Option(
        "--verbose", "-v", help="Show the traceback of an internal error.", rich_help_panel=OUTPUT
    ),
]
NoColor = Annotated[
    bool,
    typer.Option(
        "--no-color",
        help="No colours; NO_COLOR does the same.",
        rich_help_panel=OUTPUT,
    ),
]
_APP = typer.Option(
    "--app", metavar="APP", help="The app that owns the signal: orders, shop.apps.orders."
)
AppName = Annotated[str, _APP]
AppNameIfAny = Annotated[str | None, _APP]
_SIGNAL = typer.Option(
    "--signal", metavar="NAME", help="The signal's name, best in the past tense: payment_completed."
)
SignalName = Annotated[str, _SIGNAL]
SignalNameIfAny = Annotated[str | None, _SIGNAL]
SignalArgs = Annotated[
    str,
    typer.Option(
        "--args",
        metavar="ARGS",
        help='Its arguments: "payment, amount: Decimal, transaction_id".',
    ),
]
Sender = Annotated[
    str | None,
    typer.Option("--sender", metavar="MODEL", help="Who sends it: Payment, payments.Payment."),
]
Description = Annotated[
    str | None,
    typer.Option("--description", metavar="TEXT", help="When it is sent, in one sentence."),
]
AllowWrite = Annotated[
    bool,
    typer.Option(
        "--allow-write", help="Offer the tool that writes generated code, inside the project."
    ),
]
Upgrade = Annotated[
    bool,
    typer.Option(
        "--upgrade", help="Print a spec of the older upper-case form in the current form."
    ),
]
OutputSchema = Annotated[
    bool,
    typer.Option("--output", help="The schema of what --format json prints, instead."),
]
CheckPaths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH]...", help="Files and folders to report on. Default: the whole project."
    ),
]
Select = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        metavar="CODES",
        help="Rules to run instead of the default ones: codes, prefixes of codes, names, ALL; "
        "comma-separated.",
        rich_help_panel=RULES,
    ),
]
ExtendSelect = Annotated[
    list[str] | None,
    typer.Option(
        "--extend-select", metavar="CODES", help="Rules to run as well.", rich_help_panel=RULES
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="CODES", help="Rules not to run.", rich_help_panel=RULES),
]
ExitZero = Annotated[
    bool,
    typer.Option(
        "--exit-zero", help="Exit with 0 even when there are findings.", rich_help_panel=OUTPUT
    ),
]
CheckOutputFormat = Annotated[
    CheckFormat,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help="text, json, sarif, github or github-summary.",
        rich_help_panel=OUTPUT,
    ),
]
Level = Annotated[
    LevelChoice | None,
    typer.Option(
        "--level",
        metavar="LEVEL",
        help="The lowest level to report: error, warning or info. Default: warning, and the rules "
        "that "
        "you select.",
        rich_help_panel=RULES,
    ),
]
Since = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="REF",
        help="Report only what is new since your branch left this git branch or commit.",
        rich_help_panel=RULES,
    ),
]
BaselineFile = Annotated[
    str | None,
    typer.Option(
        "--baseline",
        metavar="FILE",
        help="Do not report the findings in this file.",
        rich_help_panel=RULES,
    ),
]
WriteBaseline = Annotated[
    bool,
    typer.Option(
        "--write-baseline",
        help="Write all findings to the baseline (default .signalgen-baseline.json), and report "
        "none.",
        rich_help_panel=RULES,
    ),
]
ApplyFixes = Annotated[
    bool,
    typer.Option(
        "--fix", help="Apply the safe fixes; with --diff only show them.", rich_help_panel=FIXES
    ),
]
UnsafeFixes = Annotated[
    bool,
    typer.Option(
        "--unsafe-fixes",
        help="Apply the unsafe fixes as well: review their changes.",
        rich_help_panel=FIXES,
    ),
]
Statistics = Annotated[
    bool,
    typer.Option(
        "--statistics", help="Count the findings of each rule instead.", rich_help_panel=OUTPUT
    ),
]
NoCache = Annotated[
    bool,
    typer.Option("--no-cache", help="Neither use nor write the cache.", rich_help_panel=OUTPUT),
]
RuleName = Annotated[
    str | None,
    typer.Argument(
        metavar="[RULE]", help="A code or a name: SG101, no-kwargs. Default: a list of all rules."
    ),
]
