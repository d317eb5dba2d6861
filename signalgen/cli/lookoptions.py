"""The options of the commands that show what a project has: ``list`` and ``trace``."""

from __future__ import annotations

from typing import Annotated

import typer

from signalgen.cli.options import OUTPUT
from signalgen.cli.view import ListFormat, TraceFormat

__all__ = ["ListFormat", "TraceFormat"]

ROWS = "Which rows"

ListPaths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH]...", help="Files and folders to list. Default: the whole project."
    ),
]
ListSignals = Annotated[
    bool,
    typer.Option(
        "--signals",
        help="The signals that the project defines, who sends and who hears them, instead.",
        rich_help_panel=ROWS,
    ),
]
ListTasks = Annotated[
    bool,
    typer.Option(
        "--tasks",
        help="The background tasks, and the receivers that queue them, instead.",
        rich_help_panel=ROWS,
    ),
]
OfApp = Annotated[
    str | None,
    typer.Option("--app", metavar="APP", help="Only of this app.", rich_help_panel=ROWS),
]
OfSignal = Annotated[
    str | None,
    typer.Option(
        "--signal",
        metavar="NAME",
        help="Only of this signal: post_save, order_paid.",
        rich_help_panel=ROWS,
    ),
]
OfSender = Annotated[
    str | None,
    typer.Option(
        "--sender",
        metavar="MODEL",
        help="Only from this sender: Order, orders.Order, any.",
        rich_help_panel=ROWS,
    ),
]
OfReceiver = Annotated[
    str | None,
    typer.Option("--receiver", metavar="NAME", help="Only of this function.", rich_help_panel=ROWS),
]
Unloaded = Annotated[
    bool,
    typer.Option(
        "--unloaded",
        help="Only receivers that Django never calls: not imported, collected at once, or "
        "shadowed by another function of the name.",
        rich_help_panel=ROWS,
    ),
]
ListOutputFormat = Annotated[
    ListFormat,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help="text, json, csv or markdown.",
        rich_help_panel=OUTPUT,
    ),
]
Subject = Annotated[
    str,
    typer.Argument(
        metavar="MODEL", help="A model or a custom signal: orders.Order, Order, order_paid."
    ),
]
Event = Annotated[
    str,
    typer.Argument(
        metavar="[EVENT]",
        help="save (default), create, update, delete or m2m:FIELD.",
        show_default=False,
    ),
]
Depth = Annotated[
    int,
    typer.Option(
        "--depth",
        metavar="NUMBER",
        min=1,
        max=20,
        help="How many saves and sends may lead to one another.",
        rich_help_panel=OUTPUT,
    ),
]
Towards = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="NAME",
        help="Only what leads to this receiver, model, signal or task.",
        rich_help_panel=OUTPUT,
    ),
]
TraceOutputFormat = Annotated[
    TraceFormat,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help="text, json or markdown.",
        rich_help_panel=OUTPUT,
    ),
]
