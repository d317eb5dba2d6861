"""The work of ``signalgen list``: from options to a table. Entry: ``show``."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from signalgen.checking import inside
from signalgen.cli.checking import check_root
from signalgen.cli.console import has_colours, is_terminal, paint
from signalgen.cli.findings import NO_CODE
from signalgen.cli.living import registry
from signalgen.cli.markdown import escaped
from signalgen.cli.outcome import Outcome
from signalgen.cli.progress import progress
from signalgen.errors import Problem, UsageError
from signalgen.late import dataclass
from signalgen.listings import Wanted, listing
from signalgen.project.survey import survey_project
from signalgen.screening import one_line
from signalgen.values.listing import DefinedSignal, Registered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from signalgen.cli.view import View
    from signalgen.listings import Inventory, Kind
    from signalgen.values.listing import Row

HEADS: Mapping[Kind, tuple[str, ...]] = {
    "registrations": (
        "signal",
        "sender",
        "receiver",
        "does",
        "only if",
        "never called",
        "differs",
        "where",
    ),
    "signals": ("signal", "sent by", "received by", "where"),
    "tasks": ("task", "library", "arguments", "queued by", "where"),
}
_GAP = 2


@dataclass(frozen=True, slots=True)
class ListOptions:
    """What the command line said."""

    paths: tuple[str, ...] = ()
    project: str | None = None
    signals: bool = False
    tasks: bool = False
    app: str = ""
    signal: str = ""
    sender: str = ""
    receiver: str = ""
    unloaded: bool = False
    live: bool = False
    format: str = "text"


def show(asked: ListOptions, view: View, origin: tuple[str, int] | None = None) -> Outcome:
    """List the requested rows. Raises UsageError for options that cannot be combined.

    The answer is noted under ``origin``, for the next such call.
    """
    kind = _kind(asked)
    root = check_root(asked.project, asked.paths)
    here = Path.cwd() if asked.paths else root
    wanted = Wanted(
        kind=kind,
        paths=tuple(inside(root, path, here) for path in asked.paths),
        app=asked.app,
        signal=asked.signal,
        sender=asked.sender,
        receiver=asked.receiver,
        unloaded=asked.unloaded,
        live=registry("list", wanted=asked.live),
    )
    with progress("Reading", quiet=view.quiet):
        survey = survey_project(root)
        found = listing(survey, wanted)
    rows = (kind, tuple(_plain(row) for row in found.rows))
    text = _text(asked, found, view)
    if asked.format == "text" and not view.quiet and not survey.sources.paths:
        text += NO_CODE
    outcome = Outcome("list", text=text, rows=rows, notes=found.skipped)
    # A table on a terminal has its width and colours.
    if origin is not None and not (asked.live or view.verbose or is_terminal(sys.stdout)):
        from signalgen.cli.recalling import recall

        recall(origin, survey, outcome, view, asked.paths)
    return outcome


def _kind(asked: ListOptions) -> Kind:
    chosen: list[Kind] = []
    chosen += ["signals"] if asked.signals else []
    chosen += ["tasks"] if asked.tasks else []
    kind = chosen[0] if chosen else "registrations"
    senseless = {
        "--tasks": asked.signals and asked.tasks,
        "--unloaded": asked.unloaded and kind != "registrations",
        "--live": asked.live and kind != "registrations",
        "--signal": asked.signal and kind == "tasks",
        "--sender": asked.sender and kind == "tasks",
    }
    problems = [
        Problem(
            "",
            0,
            0,
            "",
            "usage",
            f"{option} cannot be combined with --{kind}",
            "give one of the two",
        )
        for option, given in senseless.items()
        if given
    ]
    if problems:
        raise UsageError(problems)
    return kind


def _plain(row: Row) -> dict[str, object]:
    # The JSON form: full names, effects in parts.
    return asdict(row)


def _text(asked: ListOptions, found: Inventory, view: View) -> str:
    if asked.format == "json":
        return ""
    head = HEADS[found.kind]
    full = [_cells(row) for row in found.rows]
    if asked.format == "csv":
        return _csv(head, full)
    if asked.format == "markdown":
        return _markdown(head, full)
    closing = "" if view.quiet else f"{_closing(found)}\n"
    colour = has_colours(sys.stdout, no_color=view.no_color)
    return _table(head, full, colour=colour) + closing


def _cells(row: Row) -> tuple[str, ...]:
    where = f"{row.path}:{row.line}"
    if isinstance(row, Registered):
        does = "; ".join(map(str, row.deeds))
        where = where if row.path else ""
        differs = f"{row.seen}: {row.reason}" if row.reason else ""
        fate = ", ".join(row.fates)
        shown = (row.signal, row.sender, row.receiver, does, row.condition, fate)
        return (*shown, differs, where)
    if isinstance(row, DefinedSignal):
        sent = ", ".join(map(str, row.senders)) or "nobody"
        return (row.signal, sent, ", ".join(row.receivers) or "nobody", where)
    return (row.task, row.library, ", ".join(row.parameters), ", ".join(row.queued_by), where)


def _closing(found: Inventory) -> str:
    what = found.kind if found.all != 1 else found.kind.removesuffix("s")
    shown = f"{len(found.rows)} of {found.all}" if len(found.rows) != found.all else str(found.all)
    dead = sum(bool(row.fates) for row in found.rows if isinstance(row, Registered))
    rest = f", {dead} never called" if dead else ""
    unlike = sum(bool(row.reason) for row in found.rows if isinstance(row, Registered))
    rest += f", {unlike} with a difference" if unlike else ""
    return f"{shown} {what}{rest}."


def _csv(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_inert(one_line(cell)) for cell in row] for row in rows)
    return out.getvalue()


def _inert(cell: str) -> str:
    # A spreadsheet takes these for the beginning of a formula.
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([escaped(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, colour: bool) -> str:
    if not rows:
        return ""
    used = [at for at in range(len(head)) if any(row[at] for row in rows)]
    cells = [[one_line(row[at]) for at in used] for row in rows]
    heads = [head[at] for at in used]
    width = get_terminal_size().columns if is_terminal(sys.stdout) else 0
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    if width and sum(widths) + _GAP * len(widths) > width:
        return _stacked(heads, cells, colour=colour)
    line = _line([cell.upper() for cell in heads], widths)
    return paint(line, "bold", on=colour) + "\n" + "".join(f"{_line(c, widths)}\n" for c in cells)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    gap = " " * _GAP
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return gap.join(padded).rstrip()


def _stacked(heads: Sequence[str], rows: Sequence[Sequence[str]], *, colour: bool) -> str:
    # A narrow terminal gets a block for each row, the first two cells as its heading.
    blocks = []
    for row in rows:
        lines = [paint("  ".join(row[:2]), "bold", on=colour)]
        lines += [
            f"  {head}: {cell}" for head, cell in zip(heads[2:], row[2:], strict=True) if cell
        ]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join([*blocks, ""])
