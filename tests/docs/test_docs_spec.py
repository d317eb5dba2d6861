"""docs/spec.md documents every key, in the words of the table that the reader itself uses."""

from __future__ import annotations

from pathlib import Path

from signalgen.spec import spec_reference

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "spec.md").read_text(encoding="utf-8")


def test_the_reference_in_the_docs_is_that_of_the_reader():
    rows = [line for line in spec_reference().splitlines() if line.startswith("| `")]
    assert len(rows) > 30
    assert [row for row in rows if row not in PAGE] == []


def test_the_docs_have_no_key_that_the_reader_lacks():
    documented = [
        line for line in PAGE.partition("## Every key")[2].splitlines() if line.startswith("| `")
    ]
    assert [row for row in documented if row not in spec_reference()] == []
