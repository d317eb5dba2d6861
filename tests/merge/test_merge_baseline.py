"""The committed record: exact both ways, sorted, and refused when it is not one."""

from __future__ import annotations

import json

import pytest

from signalgen.errors import UnsafeError
from signalgen.merge import decode, encode
from signalgen.values.change import Baseline, BaselineEntry

ONE = BaselineEntry(
    "receiver:a",
    "o/signals.py",
    "receiver",
    "a",
    "def a():\n    x('é')\n",
    "s.yaml",
    ("m:n:",),
    False,
    "\n\n",
)
TWO = BaselineEntry(
    "receiver:b",
    "o/signals.py",
    "receiver",
    "b",
    "def b(): pass\n",
    "s.yaml",
    deleted=True,
    tail="\n",
)
FULL = Baseline(
    "o",
    {e.id: e for e in (ONE, TWO)},
    ("o/signals.py",),
    {"o/apps.py": (("", "x\r\n"), ("a", "b\n"))},
)


def test_what_is_encoded_comes_back():
    assert decode(encode(FULL), "o") == FULL
    assert decode(b"", "o") == Baseline("o")


def test_order_of_entries_does_not_matter():
    turned = Baseline("o", {e.id: e for e in (TWO, ONE)}, FULL.created, FULL.undo)
    assert encode(turned) == encode(FULL)


def test_texts_are_lists_of_lines_and_the_file_ends_with_a_newline():
    data = encode(FULL)
    assert data.endswith(b"}\n")
    symbols = json.loads(data)["symbols"]
    assert symbols[0]["text"] == ["def a():", "    x('é')", ""]
    assert "é".encode() in data


def test_a_new_symbol_only_adds_lines():
    before = encode(Baseline("o", {ONE.id: ONE})).decode().split("\n")
    after = encode(Baseline("o", {e.id: e for e in (ONE, TWO)})).decode().split("\n")
    assert {line.rstrip(",") for line in before} <= {line.rstrip(",") for line in after}


def test_one_id_in_two_files_is_two_entries():
    other = BaselineEntry(ONE.id, "o/tasks.py", "support", "a", "a = 1\n", "s.yaml")
    data = encode(Baseline("o", {"x": ONE, "y": other}))
    assert set(decode(data, "o").entries.values()) == {ONE, other}


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"[]",
        b"<<<<<<< HEAD\n",
        b"\xff\xfe",
        b"null",
        b'{"version": 2, "app": "o", "symbols": []}',
        b'{"version": 1, "app": "other", "symbols": []}',
        b'{"version": 1, "app": "o", "symbols": [1]}',
        b'{"version": 1, "app": "o", "symbols": [{"id": 1}]}',
        b'{"version": 1, "app": "o", "symbols": {}}',
        b'{"version": 1, "app": "o", "symbols": [], "undo": []}',
        b"[" * 100000,
    ],
)
def test_anything_else_is_a_problem_and_no_traceback(data):
    with pytest.raises(UnsafeError) as caught:
        decode(data, "o")
    (problem,) = caught.value.problems
    assert problem.code == "bad-baseline"
    assert problem.file == ".signalgen/o.json"
