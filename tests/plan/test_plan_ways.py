"""Each part of a condition has a test, and so has what signalgen writes around a body."""

from __future__ import annotations

import pytest

CREATE = "signal: post_save\non_create: |\n  "


def named(cases, start):
    return [name for name in cases if name.startswith(start)]


def test_each_part_of_a_condition_fails_alone(plan):
    cases, _, _ = plan(CREATE + "if instance.stock and instance.name:\n      push(1)")
    assert 'instance.stock = ""' in cases["test_on_create_skips"].setup
    assert 'instance.name = ""' in cases["test_on_create_skips_2"].setup
    assert cases["test_on_create_skips_2"].quiet == (("push", ""),)


def test_each_part_of_an_or_holds_alone(plan):
    cases, _, _ = plan(CREATE + "if instance.stock or instance.name:\n      push(1)")
    assert [case.quiet for name, case in cases.items() if "skips" in name][-1] == (("push", ""),)
    alone = cases["test_on_create_otherwise"]
    assert 'instance.stock = ""' in alone.setup
    assert alone.expectations[0].mock == "push"


def test_the_other_branch_has_its_own_arguments(plan):
    cases, _, _ = plan(CREATE + "push(1 if instance.stock else 2)")
    assert cases["test_on_create"].expectations[0].arguments == "1"
    assert cases["test_on_create_otherwise"].expectations[0].arguments == "2"


def test_each_part_of_a_refusal_is_needed(plan):
    body = "if instance.stock and instance.name:\n      raise ValidationError('no')"
    cases, _, _ = plan(f"signal: pre_save\nbody: |\n  {body}")
    assert 'instance.name = ""' in cases["test_runs_skips"].setup
    assert not cases["test_runs_skips"].raises


@pytest.mark.parametrize("body", ["push(1)", "if 1:\n      push(1)", "push(1 if 1 else 2)"])
def test_no_other_way_where_there_is_none(plan, body):
    cases, _, _ = plan(CREATE + body)
    assert not [
        name for name in cases if name.startswith("test_on_create_") and "skips" not in name
    ]
    assert "test_on_create_skips" not in cases


def test_no_way_in_which_the_value_counts_as_unchanged(plan):
    cases, _, _ = plan(
        'signal: post_save\non_change:\n  name: |\n    if new != "before":\n        push(1)'
    )
    assert not named(cases, "test_on_change_of_name_skips")


def test_the_other_side_of_a_relation(plan):
    cases, _, _ = plan(
        "signal: m2m_changed\nfield: tags\non_add: push([instance.pk] if reverse else pk_set)"
    )
    assert cases["test_on_add"].expectations[0].arguments == "{1}"
    assert cases["test_on_add_from_the_other_side"].expectations[0].arguments == "[instance.pk]"
    assert "reverse=True" in cases["test_on_add_from_the_other_side"].arguments


def test_no_other_side_where_it_is_skipped(plan):
    cases, _, _ = plan("signal: m2m_changed\nfield: tags\non_add: push(pk_set)")
    assert not named(cases, "test_on_add_from")


def test_each_part_of_a_guard(plan):
    cases, _, _ = plan(
        "signal: post_save\nwhen: instance.stock > 1 and instance.name\nafter_commit: push(1)"
    )
    assert "instance.stock = 2" in cases["test_skips_without_guard_2"].setup
    assert 'instance.name = ""' in cases["test_skips_without_guard_2"].setup


def test_the_database_of_the_row(plan):
    cases, _, _ = plan("signal: post_save\non_create: transaction.on_commit(push, using=using)")
    case = cases["test_keeps_to_its_database"]
    assert 'using="other"' in case.steps[1]
    assert 'transaction.on_commit.call_args_list} == {"other"}' in case.assertions[0]


def test_the_savepoint(plan):
    cases, _, _ = plan("signal: post_save\non_error: log\nbody: Tag.objects.create(name='a')")
    assertions = cases["test_keeps_to_its_database"].assertions
    assert assertions == ('transaction.atomic.call_args_list == [mock.call(using="other")]',)


@pytest.mark.parametrize(
    "body",
    [
        "push(1)",
        "transaction.on_commit(push)",  # the body has its reasons
        "push(transaction)",
    ],
)
def test_no_database_where_none_is_named(plan, body):
    cases, _, _ = plan(f"signal: post_save\nbody: {body}")
    assert not named(cases, "test_keeps")


def test_a_save_of_each_field_runs(plan):
    cases, _, _ = plan("signal: post_save\nupdate_fields: [name, shelf]\nbody: push(1)")
    assert named(cases, "test_runs_for") == [
        "test_runs_for_name",
        "test_runs_for_shelf",
        "test_runs_for_shelf_id",
    ]
    assert 'update_fields=frozenset({"name"})' in cases["test_runs_for_name"].arguments


def test_no_save_of_fields_where_the_body_looks_at_them(plan):
    cases, _, _ = plan("signal: post_save\nupdate_fields: [name]\nbody: push(update_fields)")
    assert not named(cases, "test_runs_for")


def test_a_save_of_the_changed_field_alone(plan):
    cases, _, _ = plan("signal: post_save\non_change: {name: push(old)}")
    saved = cases["test_on_change_of_name_saved_as_name"]
    assert saved.expectations[0].arguments == '"before"'
    assert 'update_fields=frozenset({"name"})' in saved.arguments
    assert 'vars(instance).get("_h_before", "gone") == "gone"' in saved.assertions
