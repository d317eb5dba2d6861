"""The table of the documentation that says how many breaks the generated tests find."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mutants import Tried

BEGIN = "<!-- made by make mutants RECORD=1 -->"
END = "<!-- end -->"


def record(path: Path, text: str, begin: str = BEGIN, end: str = END) -> None:
    """Write ``text`` into the page at ``path``, between its two marks."""
    before, _, rest = path.read_text().partition(begin)
    after = rest.partition(end)[2]
    path.write_text(f"{before}{begin}\n\n{text}\n{end}{after}")


def table(results: Mapping[str, Sequence[Tried]]) -> str:
    """Return the figures of each project; a run prints those of each kind, and the survivors."""
    rows = [_row(name, tried) for name, tried in results.items()]
    both = _row("all", [t for tried in results.values() for t in tried])
    lines = ["| project | mutants | found | share |", "|---|---|---|---|", *rows, both]
    return "\n".join(lines) + "\n"


def _row(name: str, tried: Sequence[Tried]) -> str:
    dead = sum(t.dead for t in tried)
    return f"| {name} | {len(tried)} | {dead} | {100 * dead / len(tried):.1f} % |"
