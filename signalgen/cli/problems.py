"""Problems and clashes as text for people: place, message, line with caret, hint.

``problem_text`` and ``clash_text`` are the entries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.cli.console import Colour, paint
from signalgen.late import pattern
from signalgen.screening import guarded, one_line, printable

if TYPE_CHECKING:
    from signalgen.errors import Problem
    from signalgen.values.change import Clash

_WIDEST = 100
_RULE = pattern(r"SG\d{3}")


def problem_text(problem: Problem, kind: str, *, colour: bool) -> str:
    """Return the lines for one problem. ``kind`` is ``error`` or ``note``."""
    head = f"{place(problem.file, problem.line, problem.column)}"
    rule = f"{problem.code} " if _RULE.fullmatch(problem.code) else ""
    label = paint(f"{rule}{kind}: ", "red" if kind == "error" else "yellow", on=colour)
    lines = [paint(head, "bold", on=colour) + label + one_line(problem.message)]
    lines += caret_lines(problem.source, problem.column)
    if problem.path:
        lines.append(paint(f"  at {one_line(problem.path)}", "dim", on=colour))
    if problem.hint:
        lines.append(paint("  hint: ", "cyan", on=colour) + _indented(problem.hint))
    return "\n".join(lines) + "\n"


def place(file: str, line: int, column: int) -> str:
    """Return the known parts of ``file:line:column: ``."""
    known = [one_line(file)] if file else []
    if line > 0:
        known.append(str(line))
        if column > 0:
            known.append(str(column))
    return ":".join(known) + ": " if known else ""


def caret_lines(source: str, column: int) -> list[str]:
    """Return ``source`` and a caret below ``column`` (from 1); long lines are shortened."""
    if not source.strip() or column < 1:
        return []
    source = source.rstrip("\r\n")
    start = max(0, column - 1 - _WIDEST * 2 // 3) if len(source) > _WIDEST else 0
    before = _one_line(source[start : column - 1])
    after = _one_line(source[column - 1 : start + _WIDEST])
    left = "..." if start else ""
    right = "..." if len(source) > start + _WIDEST else ""
    # Guarded as the whole line will be, so that the caret stays below its column.
    blank = "".join(" " * _width(char) for char in guarded(left + before))
    return [f"    {guarded(left + before + after)}{right}", f"    {blank}^"]


def clash_text(clash: Clash, *, colour: bool) -> str:
    """Return the lines for one clash: its place, and both changes as diffs.

    The diffs start from the last generated text.
    """
    head = paint(place(clash.path, clash.line, clash.column), "bold", on=colour)
    label = paint("conflict: ", "red", on=colour)
    both = (
        "you and the spec changed it"
        if clash.base
        else "it differs from the spec, and it is not known who wrote it"
    )
    lines = [f"{head}{label}{one_line(clash.name)}: {both} ({one_line(clash.id)})"]
    if clash.base:
        lines += _change("your change", clash.base, clash.ours, colour=colour)
        lines += _change("the spec's change", clash.base, clash.theirs, colour=colour)
    else:
        lines += _change("from yours to the spec's", clash.ours, clash.theirs, colour=colour)
    return "\n".join(lines) + "\n"


CLASH_ADVICE = (
    "What to do: --conflict keep (yours stays), --conflict theirs (the spec's replaces it),\n"
    "--conflict markers (both are written, for you to choose), or make the two agree and run "
    "again.\n"
)


def terminal_diff(text: str, *, colour: bool) -> str:
    """Return a unified diff for a terminal: control characters escaped, coloured on request."""
    lines = text.removesuffix("\n").split("\n") if text else []
    return "".join(f"{_diff_line(line, colour=colour)}\n" for line in lines)


def _change(title: str, old: str, new: str, *, colour: bool) -> list[str]:
    # Imported here: a check needs none.
    from difflib import unified_diff

    diff = unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2)
    body = [line for line in diff if not line.startswith(("---", "+++"))]
    shown = [f"    {_diff_line(line, colour=colour)}" for line in body]
    return [f"  {title}:", *(shown or ["    (none)"])]


def _diff_line(line: str, *, colour: bool) -> str:
    colours: dict[str, Colour] = {"+": "green", "-": "red", "@": "cyan"}
    text = one_line(line.removesuffix("\r"))
    found = colours.get(line[:1])
    return text if found is None else paint(text, found, on=colour)


def _indented(text: str) -> str:
    # Hints may be lines of code to add by hand.
    return printable(text.strip("\n")).replace("\n", "\n    ")


def _one_line(text: str) -> str:
    return one_line(text.replace("\t", "    "))


def _width(char: str) -> int:
    # Imported here: ``--help`` needs none.
    import unicodedata

    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
