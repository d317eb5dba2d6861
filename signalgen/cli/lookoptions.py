"""The options of the commands that show what a project has: list, trace, chart, why, extract."""

from __future__ import annotations

from typing import Annotated

import typer

from signalgen.cli.options import OUTPUT, PREVIEW
from signalgen.cli.view import (
    CollapseChoice,
    ListFormat,
    OnlyChoice,
    PictureFormat,
    StartChoice,
    TestsChoice,
    TraceFormat,
)

__all__ = [
    "CollapseChoice",
    "ListFormat",
    "OnlyChoice",
    "PictureFormat",
    "StartChoice",
    "TestsChoice",
    "TraceFormat",
]

ANSWERS = "Answers"
ROWS = "Which rows"
PART = "Which part"

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
        help="List the signals that the project defines, their senders and receivers, instead.",
        rich_help_panel=ROWS,
    ),
]
ListTasks = Annotated[
    bool,
    typer.Option(
        "--tasks",
        help="List the background tasks, and the receivers that queue them, instead.",
        rich_help_panel=ROWS,
    ),
]
OfApp = Annotated[
    str | None,
    typer.Option("--app", metavar="APP", help="Only this app.", rich_help_panel=ROWS),
]
OfSignal = Annotated[
    str | None,
    typer.Option(
        "--signal",
        metavar="NAME",
        help="Only this signal: post_save, order_paid.",
        rich_help_panel=ROWS,
    ),
]
OfSender = Annotated[
    str | None,
    typer.Option(
        "--sender",
        metavar="MODEL",
        help="Only this sender: Order, orders.Order, any.",
        rich_help_panel=ROWS,
    ),
]
OfReceiver = Annotated[
    str | None,
    typer.Option("--receiver", metavar="NAME", help="Only this function.", rich_help_panel=ROWS),
]
Unloaded = Annotated[
    bool,
    typer.Option(
        "--unloaded",
        help="Only receivers that Django never calls: not imported, collected at once, or "
        "shadowed by another function of the same name.",
        rich_help_panel=ROWS,
    ),
]
Live = Annotated[
    bool,
    typer.Option(
        "--live",
        help="What the running project has connected, in Django's order, and how that differs from "
        "what was read: python manage.py signalgen list --live.",
        rich_help_panel=ROWS,
    ),
]
LiveReceivers = Annotated[
    bool,
    typer.Option(
        "--live",
        help="Which receivers are connected, in Django's order, from the running project: python "
        "manage.py signalgen ... --live.",
        rich_help_panel=PART,
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
        help="How many levels of saves and sends to follow.",
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
OfApps = Annotated[
    list[str] | None,
    typer.Option(
        "--app",
        metavar="APP",
        help="Only this app and what it touches. May be given again.",
        rich_help_panel=PART,
    ),
]
Focus = Annotated[
    str | None,
    typer.Option(
        "--focus",
        metavar="NAME",
        help="Only what leads to and follows from this model, signal, receiver or task.",
        rich_help_panel=PART,
    ),
]
Away = Annotated[
    int,
    typer.Option(
        "--depth",
        metavar="NUMBER",
        min=1,
        max=99,
        help="How many steps around the focus.",
        rich_help_panel=PART,
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude",
        metavar="NAME",
        help="Leave out this app, model, signal, receiver or task; * matches anything. May be "
        "given again.",
        rich_help_panel=PART,
    ),
]
Collapse = Annotated[
    CollapseChoice | None,
    typer.Option(
        "--collapse",
        metavar="apps",
        help="One node for each app.",
        rich_help_panel=PART,
    ),
]
Only = Annotated[
    OnlyChoice | None,
    typer.Option(
        "--only",
        metavar="findings",
        help="Only nodes with findings of check, and their neighbours.",
        rich_help_panel=PART,
    ),
]
ChartOutputFormat = Annotated[
    PictureFormat | None,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help="mermaid, dot, svg or html. Default: by the ending of the file, else mermaid.",
        rich_help_panel=OUTPUT,
    ),
]
ChartFile = Annotated[
    str | None,
    typer.Option(
        "--output",
        metavar="FILE",
        help="Write this file of the project instead of standard output.",
        rich_help_panel=OUTPUT,
    ),
]
ExtractedApps = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[APP]...",
        help="Labels or import paths of apps. Default: all apps.",
    ),
]
SpecFolder = Annotated[
    str | None,
    typer.Option(
        "--output",
        metavar="FOLDER",
        help="Write a spec for each app into this folder of the project.",
        rich_help_panel=OUTPUT,
    ),
]
CompareFile = Annotated[
    str | None,
    typer.Option(
        "--check",
        metavar="FILE",
        help="Exit 1 if this file differs from what would be written.",
        rich_help_panel=PREVIEW,
    ),
]
CodeLinks = Annotated[
    str | None,
    typer.Option(
        "--links",
        metavar="ADDRESS",
        help="For html: the address at which code is shown, with {path} and {line} in it.",
        rich_help_panel=OUTPUT,
    ),
]
Sender = Annotated[
    str, typer.Argument(metavar="MODEL", help="A model of the project: orders.Order, Order.")
]
OfThisSignal = Annotated[
    str, typer.Argument(metavar="SIGNAL", help="A signal: post_save, order_paid.")
]
ThisReceiver = Annotated[
    str | None,
    typer.Argument(
        metavar="[RECEIVER]",
        help="Only this function, whatever it is connected to.",
        show_default=False,
    ),
]
StartApp = Annotated[
    str | None,
    typer.Argument(metavar="[APP]", help="Label or import path of the app: orders, shop.orders."),
]
StartModel = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="MODEL",
        help="The model. Default: the first of the app.",
        rich_help_panel=ANSWERS,
    ),
]
StartSignal = Annotated[
    StartChoice | None,
    typer.Option(
        "--signal",
        metavar="NAME",
        help="The signal: post_save, pre_save, post_delete, m2m_changed, or custom: the  "
        "app's own signal. Default: post_save.",
        rich_help_panel=ANSWERS,
    ),
]
StartTask = Annotated[
    str | None,
    typer.Option(
        "--task",
        metavar="NAME",
        help="The background task that it queues, or none. Default: a new one if the project has "
        "Celery or Django's tasks.",
        rich_help_panel=ANSWERS,
    ),
]
StartTests = Annotated[
    TestsChoice | None,
    typer.Option(
        "--tests",
        metavar="DETAIL",
        help="How detailed the tests are: brief, full or none. Default: the project's setting.",
        rich_help_panel=ANSWERS,
    ),
]
NoInput = Annotated[
    bool,
    typer.Option("--no-input", help="Never ask questions.", rich_help_panel=ANSWERS),
]
SpecFile = Annotated[
    str | None,
    typer.Option(
        "--output",
        metavar="FILE",
        help="The file to write, or '-' for standard output. Default: the app's label with .yaml, "
        "in the project's folder.",
        rich_help_panel=OUTPUT,
    ),
]
