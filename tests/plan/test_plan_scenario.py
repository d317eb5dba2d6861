"""The tests that a handler gets, and where it gets none because nobody can tell what would happen."""

from __future__ import annotations

import pytest


def test_each_branch_has_its_test_and_says_what_the_other_one_does_not(plan):
    cases, _, notes = plan("signal: post_save\non_create: push(1)\non_update: push.other(2)")
    assert [e.arguments for e in cases["test_on_create"].expectations] == ["1"]
    assert cases["test_on_create"].quiet == (("push", "other"),)
    assert "created=False" in cases["test_on_update"].arguments
    assert not notes


def test_a_branch_that_cannot_be_foreseen_has_no_test_but_a_note(plan):
    cases, _, notes = plan(
        "signal: post_save\non_create: push(max(instance.stock, 0))\non_update: push(2)"
    )
    assert "test_on_create" not in cases
    assert "test_on_update" in cases
    assert [note.code for note in notes] == ["branch-untested"]


def test_a_guard_that_looks_at_created_is_met(plan):
    cases, _, _ = plan("signal: post_save\nwhen: not created\nbody: push(1)")
    assert "created=False" in cases["test_runs"].arguments
    assert "test_skips_without_guard" in cases


def test_a_guard_that_nobody_can_meet_has_no_test(plan):
    cases, _, notes = plan("signal: post_save\nwhen: created and not created\nbody: push(1)")
    assert list(cases) == ["test_skips_fixtures"]  # which is certain whatever the body does
    assert [note.code for note in notes] == ["branch-untested"]


def test_what_is_called_before_the_commit_is_not_said_to_wait(plan):
    body = "signal: post_save\nbody: |\n  push(1)\n  transaction.on_commit(lambda: push(2))"
    cases, _, _ = plan(body)
    assert cases["test_runs"].waiting == ()
    assert "test_nothing_happens_after_a_rollback" not in cases


def test_a_mock_that_is_handed_on_is_not_said_to_be_quiet(plan):
    body = "signal: post_save\non_create: sorted([1], key=push)\non_update: push(1)"
    cases, _, _ = plan(body)
    assert all(
        ("push", "") not in case.quiet for case in cases.values() if case.name == "test_on_create"
    )


def test_an_error_test_only_where_the_spec_speaks_of_errors(plan):
    assert "test_errors_are_raised" not in plan("signal: post_save\nbody: push(1)")[0]
    assert "test_errors_are_logged" in plan("signal: post_save\non_error: log\nbody: push(1)")[0]


def test_a_logger_that_is_all_there_is_cannot_fail(plan):
    cases, _, _ = plan('signal: post_save\non_error: log\nbody: logger.info("x")')
    assert "test_errors_are_logged" not in cases


REFUSES = """
signal: pre_save
body: |
  if not instance.name.strip():
      raise ValueError("empty")
"""


def test_a_fixture_is_a_row_that_would_be_refused(plan):
    cases, _, _ = plan(REFUSES)
    lines = cases["test_runs_refuses"].setup
    assert "instance.name.strip.return_value = False" in lines
    assert cases["test_skips_fixtures"].setup == lines
    assert "instance=instance" in cases["test_skips_fixtures"].arguments


CONDITION = """
signal: post_save
on_create: |
  push.always()
  if instance.stock and instance.name:
      push.delay(instance.pk)
"""


def test_a_condition_of_a_branch_has_a_case_without_it(plan):
    case = plan(CONDITION)[0]["test_on_create_otherwise"]
    assert 'instance.stock = ""' in case.setup
    assert case.quiet == (("push", "delay"),)


@pytest.mark.parametrize(
    "body",
    [
        "if instance.stock:\n    push(1)\nelse:\n    push(2)",  # either way it is called
        "push(1)\nif instance.stock:\n    push(2)",
        "if 1:\n    push(1)",  # nothing makes it false
        "if instance.shelf:\n    instance.shelf.save()",  # is no mock then
        "if instance.stock:\n    for tag in push.tags():\n        tag.save()\npush.tags()",  # no tag then
        "push(1)",
    ],
)
def test_no_case_without_a_condition_where_none_would_show_it(plan, body):
    lines = "".join(f"\n  {line}" for line in body.splitlines())
    cases, _, _ = plan(f"signal: post_save\non_create: |{lines}")
    assert "test_on_create" in cases
    assert "test_on_create_skips" not in cases


CHANGE = "signal: {}\non_create: push(0)\non_change:\n  stock: push(1)"


@pytest.mark.parametrize("signal", ["pre_save", "post_save"])
def test_a_change_is_left_out_or_none_beside_on_create(plan, signal):
    cases, _, _ = plan(CHANGE.format(signal))
    assert any('{"stock": instance.stock}' in line for line in cases["test_skips_unchanged"].setup)
    assert (
        'update_fields=frozenset({"another_field"})'
        in cases["test_skips_fields_not_saved"].arguments
    )
    assert "test_skips_new_rows" not in cases  # test_on_create is that case


@pytest.mark.parametrize("other", ["body: push(0)", "on_update: push(0)"])
def test_what_runs_with_every_save_hides_that_nothing_changed(plan, other):
    cases, _, _ = plan(CHANGE.format("post_save").replace("on_create: push(0)", other))
    assert "test_skips_unchanged" not in cases


def test_adding_nothing_is_tested_only_where_nothing_else_runs(plan):
    m2m = "signal: m2m_changed\nfield: tags\non_add: push(1)"
    assert "test_skips_empty_change" in plan(m2m)[0]
    assert "test_skips_empty_change" not in plan(m2m + "\nbody: push(2)")[0]
    assert (
        "test_skips_empty_change"
        not in plan("signal: m2m_changed\nfield: tags\non_remove: push(1)")[0]
    )


def test_a_refusal_is_tested_and_guarded(plan):
    body = "signal: pre_save\nbody: |\n  if instance.stock < 0:\n      raise ValidationError('x')"
    cases, _, _ = plan(body)
    assert cases["test_runs_refuses"].raises == "ValidationError"
    assert "instance.stock = -1" in cases["test_runs_refuses"].setup


def test_every_refusal_has_its_own_test(plan):
    body = "signal: pre_save\nbody: |\n  if instance.stock < 0:\n      raise ValidationError('too few')\n"
    cases, _, _ = plan(body + "  if instance.stock > 9:\n      raise ValidationError('too many')")
    assert cases["test_runs_refuses"].message == "['too few']"
    assert cases["test_runs_refuses_2"].message == "['too many']"


def test_no_message_where_it_is_made_up(plan):
    body = "signal: pre_save\nbody: |\n  if instance.stock < 0:\n      raise ValidationError(f'{instance} is bad')"
    assert plan(body)[0]["test_runs_refuses"].message == ""


def test_a_changed_field_that_the_body_changes_itself_has_no_test(plan):
    body = (
        "signal: pre_save\nbody: instance.name = instance.name.strip()\non_change: {name: push(1)}"
    )
    cases, _, notes = plan(body)
    assert "test_on_change_of_name" not in cases
    assert notes


def test_guards_are_tested_through_the_commit(plan):
    cases, _, _ = plan("signal: post_save\nafter_commit: push(1)")
    assert cases["test_skips_fixtures"].commits


def test_rows_are_saved_where_the_model_tells_enough(plan):
    _, rows, _ = plan("signal: post_save\non_create: push(instance.name)")
    assert [row.model for row in rows] == ["Product"]
    assert 'fields = {"name": "text", "shelf": shelf, **values}' in rows[0].lines


@pytest.mark.parametrize(
    "handler",
    [
        "signal: post_save\nmodel: Strict\non_create: push(1)",
        "signal: post_save\non_create: logger.info(1)",
        "signal: pre_save\nbody: instance.name = push(1)",
        "signal: post_save\nbody: |\n  if push(1):\n      push(2)",
    ],
    ids=["a save of its own", "no effect to see", "a mock in a column", "a mock decides"],
)
def test_no_row_where_it_would_prove_nothing(plan, handler):
    assert plan(handler)[1] == []
