"""The fixes of findings as file changes, applied in rounds until nothing is left to fix.

``fix(...)`` is the entry; the merge room makes the new texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check import analyse
from signalgen.dotted import package_of
from signalgen.formatting import format_statement
from signalgen.index import build_index
from signalgen.late import dataclass
from signalgen.merge import TouchedLines, touch
from signalgen.project import read_file
from signalgen.project.style import read_style
from signalgen.project.survey import survey_with
from signalgen.project.versions import python_requirement, requirements
from signalgen.values.change import FileChange

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from signalgen.check import Choice
    from signalgen.project.survey import Survey
    from signalgen.values.check import CheckReport, Finding, Fix
    from signalgen.values.project import Style

_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Fixed:
    """The files that fixing changes, and what is found afterwards."""

    files: tuple[FileChange, ...]
    report: CheckReport


def fix(
    survey: Survey,
    choice: Choice,
    below: Sequence[str],
    django: tuple[int, int] | None,
    report: CheckReport,
    *,
    unsafe: bool,
    wanted: Callable[[Finding], bool],
) -> Fixed:
    """Apply the ``wanted`` fixes of ``report``, analyse again, and repeat until none is left."""
    texts: dict[str, bytes] = {}
    for _ in range(_ROUNDS):
        findings = [item for item in report.findings if wanted(item)]
        made = fixed_once(survey, findings, unsafe=unsafe)
        if not made:
            break
        texts.update(made)
        survey = survey_with(survey, dict(texts))
        report = analyse(build_index(survey, django), choice, below)
    files = [_change(survey, path, data) for path, data in sorted(texts.items())]
    return Fixed(tuple(item for item in files if item is not None), report)


def fixed_once(survey: Survey, findings: Sequence[Finding], *, unsafe: bool) -> dict[str, bytes]:
    """Return the new texts of one round.

    A round makes at most one of several overlapping fixes, and one with imports per file.
    """
    made: dict[str, bytes] = {}
    by_path: dict[str, list[Fix]] = {}
    for item in findings:
        path = _path_of(item.fix)
        if item.fix is not None and path and (item.fix.safe or unsafe):
            by_path.setdefault(path, []).append(item.fix)
    for path, fixes in by_path.items():
        data = survey.sources.data(path)
        if data != _written(survey, path):
            # Line ends were normalised for reading: offsets hold, bytes do not.
            continue
        for group in _groups(fixes):
            after = _touched(survey, path, data, group)
            if after is not None:
                made[path] = after
                break
    return made


def _written(survey: Survey, path: str) -> bytes | None:
    # As the round before left them, otherwise as on disk.
    laid = survey.sources.overlay.get(path)
    return laid if laid is not None else _on_disk(survey, path)


def _on_disk(survey: Survey, path: str) -> bytes | None:
    return read_file(survey.sources.root, path, survey.sources.texts)


def _path_of(fix: Fix | None) -> str:
    if fix is None:
        return ""
    if fix.edits:
        return fix.edits[0].path
    return fix.hook.path if fix.hook is not None else ""


def _groups(fixes: Sequence[Fix]) -> list[list[Fix]]:
    # All fixes that go together, then each alone in case one of them spoils the rest.
    together: list[Fix] = []
    taken: list[tuple[int, int]] = []
    for item in fixes:
        spans = [(edit.start, edit.end) for edit in item.edits]
        if any(
            (start < b and a < end) or (start, end) == (a, b)
            for start, end in spans
            for a, b in taken
        ):
            continue
        if item.hook is not None and any(other.hook is not None for other in together):
            continue
        together.append(item)
        taken += spans
    return [together, *([item] for item in fixes)]


def _touched(survey: Survey, path: str, data: bytes, group: Sequence[Fix]) -> bytes | None:
    name = survey.names.by_path.get(path, "")
    package = package_of(name, path)
    first_party = frozenset(item.partition(".")[0] for item in survey.names.by_name)
    style = _style(survey)
    changes = [change for item in group for change in _changes(item, path, data, style)]
    imports = dict.fromkeys(need for item in group for need in item.imports)
    hook = next((item.hook for item in group if item.hook is not None), None)
    around = TouchedLines(package, first_party, style)
    return touch(path, data, changes, around, imports=tuple(imports), hook=hook)


def _changes(item: Fix, path: str, data: bytes, style: Style) -> list[tuple[int, int, str]]:
    # A statement that has several lines, or no longer fits into one, is reformatted.
    edits = [(edit.start, edit.end, edit.new) for edit in item.edits if edit.path == path]
    if item.statement is None:
        return edits
    start, end = item.statement
    line = data[data.rfind(b"\n", 0, start) + 1 : start]
    text = _edited(data, start, end, edits)
    short = b"\n" not in text and len(line) + len(text) <= style.line_length
    if short or line.strip(b" ") or not text.isascii():
        return edits
    laid = format_statement(text.decode(), style, len(line))
    if laid is None:
        return edits
    return [(start, end, laid.replace("\n", "\r\n") if b"\r\n" in data else laid)]


def _edited(data: bytes, start: int, end: int, edits: Sequence[tuple[int, int, str]]) -> bytes:
    parts = []
    for first, last, new in sorted(edits):
        parts += [data[start:first], new.encode()]
        start = last
    return b"".join([*parts, data[start:end]])


def _style(survey: Survey) -> Style:
    sources = survey.sources
    return read_style(sources, survey.pyproject, python_requirement(sources), requirements(sources))


def _change(survey: Survey, path: str, data: bytes) -> FileChange | None:
    before = _on_disk(survey, path)
    return None if before is None or before == data else FileChange(path, "update", before, data)
