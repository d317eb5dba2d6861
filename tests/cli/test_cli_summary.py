"""What is said after a run, on hand-made results: which words, on which stream, with which exit code."""

from __future__ import annotations

import json

import jsonschema
import pytest
from cli_kit import Done

from signalgen.cli.conclude import conclude, failed, present
from signalgen.cli.jsonout import output_schema, wants_json
from signalgen.cli.options import Format, View
from signalgen.cli.outcome import STATUS, Outcome, Sinks, from_result
from signalgen.errors import (
    ConflictError,
    ExitCode,
    Problem,
    SignalgenError,
    SpecError,
    UnsafeError,
    UsageError,
)
from signalgen.values.change import Clash, FileChange, Result

CREATED = FileChange("orders/signals.py", "create", None, b"a = 1\n", ("receiver order_saved",))
UPDATED = FileChange(
    "orders/apps.py", "update", b"x = 1\n", b"x = 2\n", ("ready() imports orders.signals",)
)
DELETED = FileChange("orders/old.py", "delete", b"y = 1\n", None)
SAME = FileChange("orders/tasks.py", "unchanged", b"z = 1\n", b"z = 1\n")
OWN = FileChange(".signalgen/orders.json", "create", None, b"{}\n", internal=True)
NOTE = Problem("spec.yaml", 2, 1, "", "advice", "override save() instead")
PROBLEM = Problem(
    "orders/apps.py", 4, 1, "", "ready-hook", "ready() is conditional", "add this by hand"
)
EDITED = Problem("orders/signals.py", 4, 1, "", "edited", "order_saved was edited")
CLASH = Clash("receiver:orders.a", "a", "orders/signals.py", 7, 1, "x = 1\n", "x = 2\n", "x = 3\n")
FULL = Result(
    "/p", (CREATED, UPDATED, DELETED, SAME, OWN), notes=(NOTE,), next_steps=("run the tests",)
)


def shown(capsys, outcome: Outcome, **view: object) -> Done:
    code = present(outcome, View(**view))
    said = capsys.readouterr()
    return Done(code, said.out, said.err)


def outcome(result: Result = FULL, *, written: bool = False, **sinks: bool) -> Outcome:
    made = from_result("new", result, Sinks(**sinks))
    return Outcome(**{name: getattr(made, name) for name in made.__slots__} | {"written": written})


def test_a_run_ends_with_files_counts_and_next_steps(capsys):
    done = shown(capsys, outcome(written=True))
    assert done.code == 0
    assert done.out == (
        "create       orders/signals.py\n"
        "               receiver order_saved\n"
        "update       orders/apps.py\n"
        "               ready() imports orders.signals\n"
        "delete       orders/old.py\n"
        "1 created, 1 updated, 1 deleted, 1 unchanged.\n"
        "\nNext:\n  run the tests\n"
    )
    assert done.err == "spec.yaml:2:1: note: override save() instead\n"


def test_a_dry_run_says_would_and_that_nothing_was_written(capsys):
    done = shown(capsys, outcome(dry_run=True))
    assert "would create orders/signals.py" in done.out
    assert done.out.endswith("1 unchanged. Nothing was written.\n")
    assert "Next" not in done.out


def test_verbose_names_unchanged_files_and_its_own(capsys):
    done = shown(capsys, outcome(written=True), verbose=True)
    assert "unchanged    orders/tasks.py" in done.out
    assert ".signalgen/orders.json" in done.out


def test_quiet_says_nothing_when_all_is_well(capsys):
    assert shown(capsys, outcome(written=True), quiet=True) == Done(0, "", "")


def test_a_diff_is_all_of_stdout(capsys):
    done = shown(capsys, outcome(diff=True))
    assert done.out.startswith("diff --git a/orders/signals.py b/orders/signals.py\n")
    assert done.out.endswith("-y = 1\n")
    assert ".signalgen" not in done.out
    assert "note: override" in done.err


def test_a_diff_with_dry_run_moves_the_summary_to_stderr(capsys):
    done = shown(capsys, outcome(diff=True, dry_run=True))
    assert "would create" in done.err
    assert "would create" not in done.out


def test_quiet_does_not_hide_a_diff_that_was_asked_for(capsys):
    done = shown(capsys, outcome(diff=True), quiet=True)
    assert "+x = 2" in done.out
    assert done.err == ""


def test_check_lists_what_differs_and_exits_1(capsys):
    done = shown(capsys, outcome(check=True), quiet=False)
    assert done.code == 1
    assert done.out.splitlines() == [
        "would create orders/signals.py",
        "would update orders/apps.py",
        "would delete orders/old.py",
        "would create .signalgen/orders.json",
    ]


def test_check_sees_that_only_the_record_is_old(capsys):
    assert shown(capsys, outcome(Result("/p", (SAME, OWN)), check=True)).code == 1


@pytest.mark.parametrize("sink", ["dry_run", "diff", "check"])
def test_a_sink_that_looks_does_not_write(sink: str):
    assert Sinks().writes
    assert not Sinks(**{sink: True}).writes


def test_check_of_an_up_to_date_project_is_silent(capsys):
    assert shown(capsys, outcome(Result("/p", (SAME,)), check=True)) == Done(0, "", "")


def test_a_run_without_changes_says_so(capsys):
    assert (
        shown(capsys, outcome(Result("/p", (SAME,)), written=True)).out
        == "Nothing to do: 1 file is up to date.\n"
    )
    assert shown(capsys, outcome(Result("/p"), written=True)).out == "Nothing to do.\n"


def test_a_run_that_changes_only_the_record_says_so(capsys):
    done = shown(capsys, outcome(Result("/p", (OWN,)), written=True))
    assert done.out == "Only signalgen's own record of what it generated changes.\n"


@pytest.mark.parametrize("sinks", [{}, {"diff": True}, {"check": True}, {"dry_run": True}])
def test_problems_stop_every_sink(capsys, sinks: dict[str, bool]):
    done = shown(capsys, outcome(Result("/p", (CREATED,), problems=(PROBLEM,)), **sinks))
    assert (done.code, done.out) == (4, "")
    assert (
        "orders/apps.py:4:1: error: ready() is conditional\n  hint: add this by hand\n" in done.err
    )
    assert done.err.endswith("1 problem. Nothing was written.\n")


def test_clashes_exit_3_and_say_what_to_do(capsys):
    done = shown(capsys, outcome(Result("/p", (CREATED,), clashes=(CLASH,)), diff=True))
    assert (done.code, done.out) == (3, "")
    assert "orders/signals.py:7:1: conflict: a" in done.err
    assert "--conflict keep" in done.err
    assert done.err.endswith("1 conflict. Nothing was written.\n")


def test_problems_weigh_more_than_clashes(capsys):
    assert shown(capsys, outcome(Result("/p", clashes=(CLASH,), problems=(PROBLEM,)))).code == 4


def test_what_was_edited_is_a_conflict_for_remove(capsys):
    assert shown(capsys, outcome(Result("/p", problems=(EDITED,)))).code == 3
    assert shown(capsys, outcome(Result("/p", problems=(EDITED, PROBLEM)))).code == 4


def test_quiet_does_not_hide_problems(capsys):
    done = shown(capsys, outcome(Result("/p", problems=(PROBLEM,))), quiet=True)
    assert "ready() is conditional" in done.err


# --- JSON --------------------------------------------------------------------------------------------------------

OUTCOMES = [
    outcome(written=True),
    outcome(dry_run=True),
    outcome(check=True),
    outcome(Result("/p", (SAME,)), written=True),
    outcome(Result("/p", (CREATED,), clashes=(CLASH,))),
    outcome(Result("/p", (CREATED,), problems=(PROBLEM,))),
    failed("new", SpecError([PROBLEM, EDITED])),
    failed("new", RuntimeError("boom")),
    failed("", OSError(13, "Permission denied", "/p/x")),
]


@pytest.mark.parametrize("made", OUTCOMES, ids=lambda made: made.status)
def test_every_outcome_fits_the_published_schema(capsys, made: Outcome):
    done = shown(capsys, made, format=Format.json)
    answer = json.loads(done.out)
    jsonschema.validate(answer, output_schema(), cls=jsonschema.Draft202012Validator)
    assert STATUS[ExitCode(done.code)] == answer["status"]
    assert done.err == ""


def test_the_schema_is_a_schema_and_bites():
    jsonschema.Draft202012Validator.check_schema(output_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"version": 1}, output_schema())


def test_json_has_the_keys_of_the_contract(capsys):
    answer = json.loads(shown(capsys, outcome(written=True), format=Format.json).out)
    assert list(answer)[:6] == ["version", "command", "status", "files", "findings", "problems"]
    assert (answer["version"], answer["command"], answer["status"]) == (1, "new", "ok")
    assert [(file["path"], file["action"]) for file in answer["files"]] == [
        ("orders/signals.py", "create"),
        ("orders/apps.py", "update"),
        ("orders/old.py", "delete"),
        ("orders/tasks.py", "unchanged"),
        (".signalgen/orders.json", "create"),
    ]
    diffs = {file["path"]: file["diff"] for file in answer["files"]}
    assert "+x = 2" in diffs["orders/apps.py"]
    assert "+{}" in diffs[".signalgen/orders.json"]
    assert diffs["orders/tasks.py"] == ""


def test_json_is_ascii_whatever_is_in_it(capsys):
    hostile = "é\u2028\ud800\x1b"
    made = Outcome("new", ExitCode.USAGE, problems=(Problem(hostile, 0, 0, "", "x", hostile),))
    out = shown(capsys, made, format=Format.json).out
    assert out.isascii()
    assert json.loads(out)["problems"][0]["message"] == hostile


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["new", "--format", "json"], True),
        (["new", "--format=json", "--nope"], True),
        (["new", "-f", "json"], True),
        (["new", "-fjson"], True),
        (["new", "--format", "text"], False),
        (["new", "--format"], False),
        (["new", "json"], False),
        (["validate", "--", "--format", "json"], False),
        ([], False),
    ],
)
def test_a_wrong_call_is_searched_for_the_format(words: list[str], expected: bool):
    assert wants_json(words) is expected


# --- errors ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SpecError(PROBLEM), 2),
        (UsageError(PROBLEM), 2),
        (ConflictError(PROBLEM), 3),
        (UnsafeError(PROBLEM), 4),
        (SignalgenError(PROBLEM), 5),
        (PermissionError(13, "Permission denied", "/p/x"), 4),
        (OSError("no file named"), 5),
        (RuntimeError("boom"), 5),
        (RecursionError(), 5),
        (MemoryError(), 5),
    ],
)
def test_every_exception_has_its_exit_code(capsys, error: Exception, code: int):
    def work() -> Outcome:
        raise error

    assert conclude("new", View(), work) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    assert said.err.count("error:") == 1


def test_the_traceback_of_an_internal_error_needs_verbose(capsys):
    def work() -> Outcome:
        raise RuntimeError("boom")

    assert conclude("new", View(verbose=True), work) == 5
    said = capsys.readouterr().err
    assert "Traceback (most recent call last)" in said
    assert "RuntimeError: boom" in said
    assert "please report it" in said


def test_a_spec_error_has_no_traceback_even_with_verbose(capsys):
    def work() -> Outcome:
        raise SpecError(PROBLEM)

    assert conclude("new", View(verbose=True), work) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_an_interrupt_is_130_and_one_line(capsys):
    def work() -> Outcome:
        raise KeyboardInterrupt

    assert conclude("new", View(), work) == 130
    assert capsys.readouterr().err == "\nInterrupted: no file was left half-written.\n"
