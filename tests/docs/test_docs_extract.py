"""docs/extract.md says what was measured: enough receivers, no byte changed, every receiver accounted for."""

from __future__ import annotations

from pathlib import Path

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "extract.md").read_text(encoding="utf-8")


def rows(columns: int) -> list[list[str]]:
    """Return the cells of the table with that many columns, without its head."""
    lines = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line] for line in lines if len(line) == columns][1:]


def test_three_hundred_receivers_were_seen_and_no_byte_changed():
    everything = rows(5)[-1]
    assert int(everything[1]) >= 300
    assert {row[4] for row in rows(5)} == {"0"}


def test_the_figures_of_the_projects_and_of_the_reasons_add_up():
    *projects, everything = rows(5)
    assert sum(int(row[1]) for row in projects) == int(everything[1])
    assert sum(int(row[2]) for row in projects) == int(everything[2])
    assert sum(int(row[1]) for row in rows(2)) == int(everything[1]) - int(everything[2])
