"""Empty lines around inserted code as black and isort require, never fewer than before: ``lay``."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from signalgen.late import dataclass
from signalgen.merge import edits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.merge.modules import ModulePlace
    from signalgen.values.source import Module, Statement

_DEFINITIONS = ("function_definition", "class_definition", "decorated_definition")
_IMPORTS = ("import_statement", "import_from_statement", "future_import_statement")


@dataclass(frozen=True, slots=True)
class TextPiece:
    """Text to insert at ``offset``; ``kind`` is ``import``, ``block``, ``plain`` or ``def``.

    Pieces at one offset are ordered by ``rank``. ``key`` says what the piece is for; ``section`` is
    an import's section.
    """

    offset: int
    rank: tuple[object, ...]
    kind: str
    text: str
    key: str
    section: int = 0


@dataclass(frozen=True, slots=True)
class Laid:
    """A piece with the empty lines around it; only the last piece of an offset has a ``tail``."""

    piece: TextPiece
    lead: str
    tail: str


@dataclass(frozen=True, slots=True)
class _Neighbour:
    kind: str
    section: int = 0


def lay(
    module: Module, place: ModulePlace, pieces: Sequence[TextPiece], *, spaced: bool
) -> list[Laid]:
    """Return ``pieces`` in file order, each with the empty lines it needs at its place.

    ``spaced`` is False for files that have no empty lines between the sections of their imports.
    """
    laid: list[Laid] = []
    groups: dict[int, list[TextPiece]] = {}
    for piece in pieces:
        groups.setdefault(piece.offset, []).append(piece)
    starts = [item.span.start for item in module.statements]
    for offset in sorted(groups):
        group = sorted(groups[offset], key=lambda piece: piece.rank)
        laid += _lay_group(module, place, offset, group, starts, spaced=spaced)
    return laid


def _lay_group(
    module: Module,
    place: ModulePlace,
    offset: int,
    group: Sequence[TextPiece],
    starts: Sequence[int],
    *,
    spaced: bool,
) -> list[Laid]:
    data = module.data
    previous = _before(module, place, offset, starts)
    # Text without a final line end: one more newline is needed to end it.
    have = edits.blanks_before(data, offset) if edits.ends_line(data, offset) else -1
    laid = []
    for piece in group:
        here = _Neighbour(piece.kind, piece.section)
        need = _gap(previous, here, spaced=spaced)
        laid.append(Laid(piece, "\n" * max(0, need - have), ""))
        previous, have = here, 0
    need = _gap(previous, _after(module, place, offset, starts), spaced=spaced)
    missing = need - edits.blanks_after(data, offset)
    if missing > 0:
        laid[-1] = Laid(laid[-1].piece, laid[-1].lead, "\n" * missing)
    return laid


def _gap(above: _Neighbour, below: _Neighbour, *, spaced: bool) -> int:
    if "edge" in (above.kind, below.kind):
        return 0
    if above.kind == below.kind == "import":
        return int(spaced and above.section != below.section)
    return 2 if "def" in (above.kind, below.kind) else 1


def _before(module: Module, place: ModulePlace, offset: int, starts: Sequence[int]) -> _Neighbour:
    index = bisect_left(starts, offset) - 1
    if index < 0:
        return _Neighbour("edge")
    item = module.statements[index]
    line = edits.line_start(module.data, item.span.start)
    # For a comment at the end of a line its statement is what is above.
    while index and item.kind == "comment" and module.statements[index - 1].span.end > line:
        index -= 1
        item = module.statements[index]
    return _neighbour(module, place, item)


def _after(module: Module, place: ModulePlace, offset: int, starts: Sequence[int]) -> _Neighbour:
    index = bisect_right(starts, offset - 1)
    later = module.statements[index:]
    item = next((item for item in later if item.kind != "comment"), None)
    if item is None:
        return _Neighbour("plain" if later else "edge")
    return _neighbour(module, place, item)


def _neighbour(module: Module, place: ModulePlace, item: Statement) -> _Neighbour:
    if item.kind in _DEFINITIONS:
        return _Neighbour("def")
    if item.kind in _IMPORTS:
        found = next((imp for imp in module.imports if imp.span.start == item.span.start), None)
        return _Neighbour("import", place.section(found.module) if found else 0)
    return _Neighbour("plain")
