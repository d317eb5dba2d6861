"""Text edits, also those that defer a call. Entries: ``apply_edits``, ``edits_to_wait``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.late import dataclass, pattern
from signalgen.source.reading import code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LINE = pattern("[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Replace characters ``start`` to ``end`` of a text."""

    start: int
    end: int
    text: str


class Offsets:
    """Turns the line and UTF-8 column of an ``ast`` node into a character offset of its text."""

    def __init__(self, text: str) -> None:
        self._lines = _LINE.findall(text)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    def at(self, line: int, column: int) -> int:
        """Return the character offset of 1-based ``line`` and 0-based UTF-8 ``column``."""
        if line > len(self._lines):
            return self._starts[-1]
        prefix = self._lines[line - 1].encode()[:column].decode()
        return self._starts[line - 1] + len(prefix)

    def span(self, node: ast.expr | ast.stmt | ast.arg) -> tuple[int, int]:
        """Return the start and end offsets of ``node``."""
        end_line = node.end_lineno or node.lineno
        return self.at(node.lineno, node.col_offset), self.at(end_line, node.end_col_offset or 0)


def apply_edits(text: str, edits: Sequence[Rewrite]) -> str:
    """Return ``text`` with every edit made; edits must not overlap."""
    # From the end, so that the offsets of earlier edits stay valid.
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def edits_to_wait(
    text: str,
    on_commit: str = "transaction.on_commit",
    using: str = "",
    *,
    robust: bool = False,
) -> tuple[Rewrite, ...]:
    """Return the edits that turn ``f(x)`` into ``transaction.on_commit(partial(f, x))``.

    ``text`` is the call. The callee and the arguments are evaluated in place and keep every byte,
    except generators, which run at once as a list. ``using`` is an expression; ``robust``: errors
    are logged.
    """
    # In parentheses on lines of their own the call may span lines; offsets shift by two characters.
    stmt, offsets = code(f"(\n{text}\n)").body[0], Offsets(f"(\n{text}\n)")
    call = stmt.value if isinstance(stmt, ast.Expr) else None
    if not isinstance(call, ast.Call):
        raise TypeError(text)
    start, end = (offset - 2 for offset in offsets.span(call.func))
    opening = text.index("(", end)
    tail = (f", using={using}" if using else "") + (", robust=True" if robust else "") + ")"
    # Without arguments the callee itself is the callback.
    if not text[opening + 1 : -1].strip():
        return Rewrite(0, start, f"{on_commit}("), Rewrite(end, len(text), tail)
    comma = ", " if not text[opening + 1].isspace() else ","
    return (
        Rewrite(0, start, f"{on_commit}(partial("),
        Rewrite(end, opening + 1, comma),
        *_run_at_once(text, call, offsets, opening),
        Rewrite(len(text), len(text), tail),
    )


def _run_at_once(text: str, call: ast.Call, offsets: Offsets, opening: int) -> Iterator[Rewrite]:
    # A generator would run after the commit; the parentheses of a lone one may be the call's own.
    for value in [*call.args, *(word.value for word in call.keywords)]:
        if isinstance(value, ast.GeneratorExp):
            first, last = (offset - 2 for offset in offsets.span(value))
            own = first == opening
            loop = value.generators[0]
            same = ast.unparse(value.elt) == ast.unparse(loop.target)
            if same and not loop.ifs and not loop.is_async and len(value.generators) == 1:
                start, end = (offset - 2 for offset in offsets.span(loop.iter))
                yield Rewrite(first + own, last - own, f"list({text[start:end]})")
                continue
            yield Rewrite(first + own, first + 1, "[")
            yield Rewrite(last - 1, last - own, "]")
