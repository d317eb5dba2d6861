"""Where new symbols go (``pieces``) and which bytes are removed with old ones (``removals``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import dataclass, pattern
from signalgen.merge import edits
from signalgen.merge.edits import Edit
from signalgen.merge.layout import Laid, TextPiece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.merge.decide import Decision
    from signalgen.merge.head import Head
    from signalgen.merge.symbols import Symbol
    from signalgen.values.change import BaselineEntry
    from signalgen.values.source import Module, Statement

_MAIN = pattern(r"if\s+\(?\s*(?:__name__\s*==|['\"]__main__['\"]\s*==)")
_DEFINITION = pattern(r"(?:@|(?:async\s+)?def\b|class\b)")


@dataclass(frozen=True, slots=True)
class Spacing:
    """The empty lines that signalgen added around a symbol, with LF line endings."""

    lead: str
    tail: str


def pieces(module: Module, head: Head, decisions: Sequence[Decision]) -> list[TextPiece]:
    """Return the new symbols with their offsets."""
    found = []
    offsets = _offsets(module, decisions, _bottom(module, head))
    for index, decision in enumerate(decisions):
        fragment = decision.fragment
        if decision.state != "add" or fragment is None:
            continue
        kind = _kind(decision.text)
        if fragment.kind == "support":
            found.append(TextPiece(head.end, (2, index), kind, decision.text, fragment.id))
        else:
            found.append(TextPiece(offsets[index], (3, index), kind, decision.text, fragment.id))
    return found


def _offsets(module: Module, decisions: Sequence[Decision], bottom: int) -> list[int]:
    """Return an offset per decision: next to symbols of its spec in the file, or ``bottom``."""
    offsets = [bottom] * len(decisions)
    # Backwards first: above the next symbol of the same spec. The pass below prefers the place
    # under the previous symbol, if there is one.
    below: dict[str, int] = {}
    for index in range(len(decisions) - 1, -1, -1):
        source, symbol = _source(decisions[index]), _anchor(decisions[index])
        offsets[index] = below.get(source, bottom)
        if symbol is not None:
            below[source] = symbol.start
    above: dict[str, int] = {}
    for index, decision in enumerate(decisions):
        source, symbol = _source(decision), _anchor(decision)
        offsets[index] = above.get(source, offsets[index])
        if symbol is not None:
            above[source] = edits.next_line(module.data, symbol.end)
    return offsets


def _source(decision: Decision) -> str:
    return decision.fragment.source if decision.fragment is not None else ""


def _kind(text: str) -> str:
    code = next((line for line in text.split("\n") if line and not line.startswith("#")), "")
    return "def" if _DEFINITION.match(code) else "plain"


def _anchor(decision: Decision) -> Symbol | None:
    """Return the symbol if new ones may be placed next to it."""
    symbol = decision.symbol
    if (
        symbol is None
        or symbol.prefix
        or decision.fragment is None
        or decision.fragment.kind == "support"
    ):
        return None
    return symbol


def _bottom(module: Module, head: Head) -> int:
    """Return the end of the file, or the start of a final ``__main__`` block or star imports."""
    at = len(module.data)
    rest = list(module.statements)
    while rest:
        item = rest.pop()
        if item.kind == "comment":
            continue
        if item.span.start < head.end or not _stays_last(module, item):
            break
        at = edits.line_start(module.data, item.span.start)
        # Comments right above the block belong to it.
        while (
            rest
            and rest[-1].kind == "comment"
            and edits.next_line(module.data, rest[-1].span.end) == at
        ):
            at = edits.line_start(module.data, rest.pop().span.start)
    return at


def _stays_last(module: Module, item: Statement) -> bool:
    if item.kind == "if_statement":
        return _MAIN.match(module.text(item.span)[:80]) is not None
    return item.kind == "import_from_statement"


def replacements(module: Module, decisions: Sequence[Decision]) -> list[Edit]:
    """Return the edits that replace the text of existing symbols."""
    found = []
    for decision in decisions:
        symbol = decision.symbol
        if decision.state != "update" or symbol is None or symbol.text == decision.text:
            continue
        body = decision.text.rstrip("\n")
        if symbol.prefix:
            # A symbol under an ``if`` or ``try`` keeps the indentation it has.
            body = "\n".join(
                f"{symbol.prefix}{line}" if line else line for line in body.split("\n")
            )
        found.append(Edit(symbol.start, symbol.end, edits.encode(module, body)))
    return found


def removals(
    module: Module, decisions: Sequence[Decision]
) -> tuple[list[Edit], dict[str, Spacing]]:
    """Return the edits that remove symbols with the empty lines around them.

    Also returns, by entry id, the spacing that their neighbours inherit: the remaining white space
    belongs to them from now on.
    """
    own = [
        d for d in decisions if d.symbol is not None and d.entry is not None and not d.symbol.prefix
    ]
    own.sort(key=lambda d: d.symbol.start if d.symbol is not None else 0)
    found: list[Edit] = []
    inherited: dict[str, Spacing] = {}
    # Symbols with only white space between them leave as one run, and the kept symbols
    # above and below the run inherit its empty lines.
    run: list[Decision] = []
    previous: Decision | None = None
    for decision in [*own, None]:
        if run and (
            decision is None or decision.state != "remove" or not _touch(module, run[-1], decision)
        ):
            following = (
                decision if decision is not None and _touch(module, run[-1], decision) else None
            )
            found += _take_out(module, run, previous, following, inherited)
            previous, run = None, []
        if decision is None:
            break
        if decision.state == "remove":
            if not run:
                previous = (
                    previous
                    if previous is not None and _touch(module, previous, decision)
                    else None
                )
            run.append(decision)
        else:
            previous = decision
    inside = [
        d for d in decisions if d.state == "remove" and d.symbol is not None and d.symbol.prefix
    ]
    found += [_take_out_indented(module, d.symbol) for d in inside if d.symbol is not None]
    return found, inherited


def _touch(module: Module, above: Decision, below: Decision) -> bool:
    if above.symbol is None or below.symbol is None:
        return False
    return edits.is_blank(module.data, above.symbol.end, below.symbol.start)


def _take_out(
    module: Module,
    run: Sequence[Decision],
    above: Decision | None,
    below: Decision | None,
    inherited: dict[str, Spacing],
) -> list[Edit]:
    """Return the edits that remove consecutive symbols; the user's white space stays."""
    held = [(d.symbol, d.entry) for d in run if d.symbol is not None and d.entry is not None]
    first, last = held[0][1], held[-1][1]
    found = [
        Edit(s.start - _lead_length(module, s.start, e.lead), _end_with(module, s, e.tail), b"")
        for s, e in held
    ]
    if above is not None and above.entry is not None and above.symbol is not None:
        known = inherited.get(above.entry.id, Spacing(above.entry.lead, above.entry.tail))
        # At the end of the file the empty lines go with the symbol; elsewhere the last ones stay,
        # as those of the symbol above.
        below_last = edits.next_line(module.data, held[-1][0].end)
        if edits.is_blank(module.data, below_last, len(module.data)):
            end = edits.next_line(module.data, above.symbol.end)
            found.append(Edit(end, _end_with(module, above.symbol, known.tail), b""))
            inherited[above.entry.id] = Spacing(known.lead, "")
        else:
            found[-1] = Edit(found[-1].start, below_last, b"")
            inherited[above.entry.id] = Spacing(known.lead, known.tail + last.tail)
    elif below is not None and below.symbol is not None and below.entry is not None:
        lead = first.lead + _more(module, held[0][0], first, below.entry)
        inherited[below.entry.id] = Spacing(lead, below.entry.tail)
        start = below.symbol.start
        found.append(
            Edit(
                start - _lead_length(module, start, below.entry.lead),
                start,
                edits.encode(module, lead),
            )
        )
    return found


def _end_with(module: Module, symbol: Symbol, own: str) -> int:
    """Return where a symbol ends, including the white space below it that signalgen added."""
    end, tail = edits.next_line(module.data, symbol.end), edits.encode(module, own)
    return end + (len(tail) if module.data.startswith(tail, end) else 0)


def _more(module: Module, symbol: Symbol, entry: BaselineEntry, below: BaselineEntry) -> str:
    # A definition wants two empty lines above it, a plain statement may have had fewer.
    enough = edits.blanks_before(module.data, symbol.start) > 1
    if enough or symbol.start == edits.first_offset(module.data):
        return ""
    return "\n" if (_kind(entry.text), _kind(below.text)) == ("plain", "def") else ""


def _lead_length(module: Module, start: int, own: str) -> int:
    """Return how many bytes of white space before a symbol signalgen added."""
    lead = edits.encode(module, own)
    if module.data.endswith(lead, 0, start):
        return len(lead)
    # A formatter has changed the empty lines: count all there are.
    at = start
    while at > edits.first_offset(module.data):
        above = edits.previous_line(module.data, at)
        if not edits.is_blank(module.data, above, at):
            break
        at = above
    return start - at


def _take_out_indented(module: Module, symbol: Symbol) -> Edit:
    # ``pass`` takes its place: the block may hold nothing else.
    return Edit(symbol.start, symbol.end, edits.encode(module, f"{symbol.prefix}pass"))


def new_spacing(
    module: Module, laid: Sequence[Laid], decisions: Sequence[Decision]
) -> dict[str, Spacing]:
    """Return the spacing of new symbols, by id, after neighbours have passed theirs to them."""
    held = [(d.symbol, d.entry) for d in decisions if d.symbol is not None and d.entry is not None]
    ending = {edits.next_line(module.data, symbol.end): entry for symbol, entry in held}
    starting = {symbol.start: entry for symbol, entry in held}
    spacing: dict[str, Spacing] = {}
    for index, item in enumerate(laid):
        offset = item.piece.offset
        first = index == 0 or laid[index - 1].piece.offset != offset
        last = index + 1 == len(laid) or laid[index + 1].piece.offset != offset
        lead, tail = item.lead, item.tail
        above, below = ending.get(offset), starting.get(offset)
        # The new symbol now separates the one above from what follows, so it takes over its tail.
        if above is not None and last and above.tail:
            tail = above.tail
            spacing[above.id] = Spacing(above.lead, "")
        elif above is None and below is not None:
            lead = below.lead + lead if first else lead
            if last:
                spacing[below.id] = Spacing(tail, below.tail)
                tail = ""
        spacing[item.piece.key] = Spacing(lead, tail)
    return spacing
