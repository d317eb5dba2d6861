"""The tests that a handler gets, and where it gets none because nobody can tell what would happen."""

from __future__ import annotations

import pytest


def quiet(code):
    """Return the tests of what happens not."""
    return "\n".join(text for name, text in code.items() if name.startswith("test_stays_quiet"))


def untold(notes):
    return [note.message for note in notes if note.code == "no-test"]


def test_each_branch_has_its_test(plan):
    code, notes = plan("signal: post_save\non_create: push(1)\non_update: push.other(2)")
    assert "[call.push(1), call.commit()]" in code["test_on_create"]
    assert "[call.push.other(2), call.commit()]" in code["test_on_update"]
    assert not notes


def test_a_branch_that_cannot_be_foreseen_has_no_test_but_a_note(plan):
    code, notes = plan(
        "signal: post_save\non_create: push([x for x in instance.name])\non_update: push(2)"
    )
    assert "test_on_create" not in code
    assert "test_on_update" in code
    assert len(untold(notes)) == 1
    assert "on_create" in untold(notes)[0]


@pytest.mark.parametrize("body", ["print('hello', instance.name)", "len(instance.name)"])
def test_what_nobody_can_see_has_no_test_but_a_note(plan, body):
    code, notes = plan(f"signal: post_save\non_create: {body}")
    assert code == {}
    assert "on_create" in untold(notes)[0]


def test_a_guard_that_looks_at_created_is_met(plan):
    code, _ = plan("signal: post_save\nwhen: not created\nbody: push(1)")
    assert list(code)[0] == "test_update"
    assert "unsave(make_product(" in quiet(code)
    assert "unsave(" not in code["test_update"]


def test_a_guard_that_nobody_can_meet_has_no_test(plan):
    code, notes = plan("signal: post_save\nwhen: created and not created\nbody: push(1)")
    assert code == {}
    assert len(untold(notes)) == 1


def test_what_is_called_before_the_commit_is_not_said_to_wait(plan):
    body = "signal: post_save\nbody: |\n  push(1)\n  transaction.on_commit(lambda: push(2))"
    code, _ = plan(body)
    assert "[call.push(1), call.commit(None), call.push(2)]" in code["test_create"]


def test_a_function_that_is_handed_on_is_not_said_to_be_quiet(plan):
    code, notes = plan("signal: post_save\non_create: sorted([1], key=push)\non_update: push(1)")
    assert "test_on_create" not in code
    assert "unsave(" not in quiet(code)
    assert "on_create" in untold(notes)[0]


def test_an_error_test_only_where_the_spec_speaks_of_errors(plan):
    assert "test_errors_are_logged" not in plan("signal: post_save\nbody: push(1)")[0]
    assert "test_errors_are_logged" in plan("signal: post_save\non_error: log\nbody: push(1)")[0]


def test_a_logger_that_is_all_there_is_cannot_fail(plan):
    code, _ = plan('signal: post_save\non_error: log\nbody: logger.info("x")')
    assert "test_errors_are_logged" not in code


def test_a_fixture_is_a_row_that_would_be_refused(plan):
    code, _ = plan(
        'signal: pre_save\nbody: |\n  if not instance.name.strip():\n      raise ValueError("empty")'
    )
    made = next(
        line for line in code["test_create_refuses"].splitlines() if line.startswith("product =")
    )
    assert made in quiet(code)
    assert "save_base(raw=True)" in quiet(code)


def test_a_condition_of_a_branch_has_a_case_without_it(plan):
    body = "push.always()\n  if instance.stock and instance.name:\n      push.delay(instance.pk)"
    code, _ = plan(f"signal: post_save\non_create: |\n  {body}")
    assert "stock=0" in code["test_on_create_otherwise"]
    assert "[call.push.always(), call.commit()]" in code["test_on_create_otherwise"]


CHANGE = "signal: {}\non_create: push(0)\non_change:\n  stock: push(1)"


@pytest.mark.parametrize("signal", ["pre_save", "post_save"])
def test_a_change_is_left_out_or_none_beside_on_create(plan, signal):
    code, _ = plan(CHANGE.format(signal))
    silent = quiet(code)
    assert 'product.stock = 2\n    product.save(update_fields=["name"])' in silent
    assert "product = make_product()\n    product.save()" in silent
    assert (
        silent.count("unsave(make_product(") == 1
    )  # before the fixture; test_on_create is the other


@pytest.mark.parametrize("other", ["body: push(0)", "on_update: push(0)", "after_commit: push(0)"])
def test_what_runs_with_every_save_hides_that_nothing_changed(plan, other):
    code, _ = plan(CHANGE.format("post_save").replace("on_create: push(0)", other))
    silent = quiet(code)
    assert "save(update_fields" not in silent
    assert "product = make_product()\n    product.save()" not in silent


def test_adding_nothing_is_tested_only_where_nothing_else_runs(plan):
    m2m = "signal: m2m_changed\nfield: tags\non_{}: push(1)\n{}"
    again = "with only():\n        product.tags.add(other)\n    product.tags.add(other)"
    assert again in quiet(plan(m2m.format("add", ""))[0])
    for text in (
        m2m.format("add", "body: push(2)"),
        m2m.format("add", "after_commit: push(2)"),
        m2m.format("remove", ""),
    ):
        assert again not in quiet(plan(text)[0])


@pytest.mark.parametrize("key", ["body", "after_commit"])
def test_what_runs_with_every_action_is_counted_for_each(plan, key):
    code, _ = plan(f"signal: m2m_changed\nfield: tags\non_add: push(1)\n{key}: push(2)")
    assert code["test_on_add"].count("call.push(2)") == 2


def test_every_refusal_has_its_own_test(plan):
    body = "signal: pre_save\nbody: |\n  if instance.stock < 0:\n      raise ValidationError('too few')\n"
    code, _ = plan(body + "  if instance.stock > 9:\n      raise ValidationError('too many')")
    assert "make_product(stock=-1)" in code["test_create_refuses"]
    assert "['too few']" in code["test_create_refuses"]
    assert "make_product(stock=10)" in code["test_create_refuses_2"]
    assert "['too many']" in code["test_create_refuses_2"]


def test_no_message_where_it_is_made_up(plan):
    body = "signal: pre_save\nbody: |\n  if instance.stock < 0:\n      raise ValidationError(f'{instance} is bad')"
    assert "raises(ValidationError)" in plan(body)[0]["test_create_refuses"]


def test_a_model_with_a_save_of_its_own_has_its_tests(plan):
    code, _ = plan("signal: post_save\nmodel: Strict\non_create: push(1)")
    assert "strict = unsave(make_strict())" in code["test_on_create"]


def test_the_answer_of_a_function_of_the_project_decides(plan):
    code, notes = plan("signal: post_save\nbody: |\n  if push(1):\n      push(2)")
    assert set(code) == {"test_create", "test_create_otherwise", "test_stays_quiet"}, code
    assert 'left.push.return_value = "answer"' in code["test_create"]
    assert "call.push(1), call.push(2)" in code["test_create"]
    assert not untold(notes)


def test_what_a_function_of_the_project_hands_on_is_not_foreseen(plan):
    code, notes = plan("signal: post_save\nbody: |\n  if push(1).late():\n      push(2)")
    assert code == {}
    assert len(untold(notes)) == 1
