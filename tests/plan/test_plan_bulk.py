"""``bulk_test``: the reminder that bulk operations send no signal, where a real row can show it."""

from __future__ import annotations

import pytest
from generate_kit import build, run

HANDLER = "{{name: a, model: Order, signal: post_save, {what}, bulk_test: true}}"
CALL = "on_create: 'announce.delay(instance.pk)'"


def written_tests(made):
    return made.text("shop/tests/test_signals.py")


def notes(made):
    return [(note.code, note.message) for note in made.result.notes if note.code == "no-bulk-test"]


def test_it_is_written_on_request(tmp_path):
    made = run(build(tmp_path), f"handlers: [{HANDLER.format(what=CALL)}]")
    assert made.problems == ()
    assert written_tests(made).count("def test_bulk_operations_send_nothing") == 1
    assert "Order._base_manager.bulk_update([order], [" in written_tests(made)
    assert notes(made) == []


def test_each_handler_that_asks_has_one(tmp_path):
    other = HANDLER.format(what=CALL).replace("name: a", "name: b")
    third = f"{{name: c, model: Order, signal: post_save, {CALL}}}"
    made = run(build(tmp_path), f"handlers: [{HANDLER.format(what=CALL)}, {other}, {third}]")
    assert written_tests(made).count("def test_bulk_operations_send_nothing") == 2


@pytest.mark.parametrize("said", ["", ", bulk_test: false"])
def test_it_is_not_written_unasked(said, tmp_path):
    made = run(
        build(tmp_path), f"handlers: [{{name: a, model: Order, signal: post_save, {CALL}{said}}}]"
    )
    assert made.problems == ()
    assert "bulk" not in written_tests(made)
    assert notes(made) == []


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        (HANDLER.format(what="body: instance.note = 1"), "cannot see what a does"),
        (HANDLER.format(what=CALL).replace("model: Order, ", ""), "a does not listen to one model"),
        (
            HANDLER.format(what=CALL).replace("model: Order", "models: [Order, auth.User]"),
            "does not listen to one",
        ),
    ],
)
def test_where_no_test_can_show_it_the_run_says_why(spec, reason, tmp_path):
    made = run(build(tmp_path), f"handlers: [{spec}]")
    assert [code for code, _ in notes(made)] == ["no-bulk-test"]
    assert reason in notes(made)[0][1]


def test_deleting_sends_signals_in_bulk_as_well(tmp_path):
    made = run(
        build(tmp_path),
        "handlers: [{name: a, model: Order, signal: post_delete, body: x(), bulk_test: true}]",
    )
    assert [p.code for p in made.problems] == ["key-not-for-signal"]
