"""Problems and clashes as text: places, carets, hostile characters, diffs."""

from __future__ import annotations

import pytest

from signalgen.cli.problems import caret_lines, clash_text, place, problem_text, terminal_diff
from signalgen.errors import Problem
from signalgen.values.change import Clash

PROBLEM = Problem(
    "a.yaml",
    3,
    5,
    "handlers[0].on_crate",
    "unknown-key",
    "no key 'on_crate'",
    "on_create?",
    "    on_crate: 1",
)


def test_a_problem_says_where_what_and_what_to_do():
    assert problem_text(PROBLEM, "error", colour=False) == (
        "a.yaml:3:5: error: no key 'on_crate'\n"
        "        on_crate: 1\n"
        "        ^\n"
        "  at handlers[0].on_crate\n"
        "  hint: on_create?\n"
    )


def test_a_problem_without_a_place_is_one_line():
    assert (
        problem_text(Problem("", 0, 0, "", "x", "no project"), "note", colour=False)
        == "note: no project\n"
    )


def test_colours_come_only_when_asked_for():
    assert "\x1b[" in problem_text(PROBLEM, "error", colour=True)
    assert "\x1b" not in problem_text(PROBLEM, "error", colour=False)


def test_lines_to_add_by_hand_stay_indented():
    text = problem_text(
        Problem("a.py", 0, 0, "", "x", "m", "add:\n\n    def f():\n        pass"),
        "error",
        colour=False,
    )
    assert "  hint: add:\n    \n        def f():\n            pass\n" in text


@pytest.mark.parametrize(
    "hostile", ["\x1b]0;owned\x07", "\x1b[2J", "\x9b2J", "\u202e", "\r", "\x00", "\u2028"]
)
def test_hostile_text_cannot_act_on_the_terminal(hostile: str):
    bad = f"a{hostile}b"
    problem = Problem(bad, 1, 2, bad, "x", bad, bad, bad)
    clash = Clash(bad, bad, bad, 1, 1, f"{bad}1\n", f"{bad}2\n", f"{bad}3\n")
    for text in (problem_text(problem, "error", colour=False), clash_text(clash, colour=False)):
        assert not [char for char in text if not char.isprintable() and char != "\n"]


@pytest.mark.parametrize(
    ("file", "line", "column", "expected"),
    [
        ("", 0, 0, ""),
        ("f", 0, 0, "f: "),
        ("f", 2, 0, "f:2: "),
        ("f", 2, 3, "f:2:3: "),
        ("", 2, 3, "2:3: "),
    ],
)
def test_a_place_is_as_exact_as_it_is_known(file: str, line: int, column: int, expected: str):
    assert place(file, line, column) == expected


@pytest.mark.parametrize(
    ("source", "column", "under"),
    [
        ("abc", 1, "a"),
        ("abc", 3, "c"),
        ("\tabc", 2, "a"),
        ("a\tb\tc", 5, "c"),
        ("x\x1by", 3, "y"),
        ("x" * 300 + "!" + "x" * 300, 301, "!"),
        ("\t" * 200 + "!", 201, "!"),
    ],
)
def test_the_caret_is_below_the_column(source: str, column: int, under: str):
    shown, caret = caret_lines(source, column)
    assert shown[caret.index("^")] == under
    assert len(shown) < 450


def test_the_caret_counts_wide_and_combining_characters():
    assert caret_lines("日本: x", 5)[1] == "    " + " " * 6 + "^"
    assert caret_lines("e\u0301x", 3)[1] == "    " + " " + "^"


def test_the_caret_may_stand_behind_the_end():
    assert caret_lines("ab", 3) == ["    ab", "      ^"]


@pytest.mark.parametrize(("source", "column"), [("", 1), ("   ", 1), ("abc", 0)])
def test_no_caret_without_a_line_or_a_column(source: str, column: int):
    assert caret_lines(source, column) == []


def test_a_clash_shows_both_changes():
    clash = Clash(
        "receiver:orders.a", "a", "orders/signals.py", 7, 1, "x = 1\n", "x = 2\n", "x = 3\n"
    )
    text = clash_text(clash, colour=False)
    assert text.startswith("orders/signals.py:7:1: conflict: a: ")
    yours, theirs = text.split("the spec's change")
    assert "-x = 1\n    +x = 2" in yours
    assert "-x = 1\n    +x = 3" in theirs


def test_a_clash_without_a_base_shows_one_diff():
    text = clash_text(Clash("i", "a", "p.py", 7, 1, "", "x = 2\n", "x = 3\n"), colour=False)
    assert text.count("-x = 2\n    +x = 3") == 1
    assert "your change" not in text


def test_a_diff_for_a_terminal_is_safe_and_coloured_on_request():
    diff = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-\x1bold\r\n+new\r\n"
    plain = terminal_diff(diff, colour=False)
    assert plain == "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-\\x1bold\n+new\n"
    shown = terminal_diff(diff, colour=True)
    assert "\\x1bold" in shown
    assert "\x1b[32m+new\x1b[0m\n" in shown
    assert terminal_diff("", colour=True) == ""
