"""Each part of a condition has a test, and so has what signalgen writes around a body."""

from __future__ import annotations

import re

import pytest

CREATE = "signal: post_save\non_create: |\n  "


def named(code, start):
    return [name for name in code if name.startswith(start)]


def calls(text):
    """Return what a test expects of push, and the commit."""
    return re.findall(r"call\.(?:push|commit)\([^()]*\)", text)


def quiet(code):
    """Return the tests of what happens not."""
    return "\n".join(text for name, text in code.items() if name.startswith("test_stays_quiet"))


def test_each_part_of_a_condition_fails_alone(plan):
    code, _ = plan(CREATE + "if instance.stock and instance.name:\n      push(1)")
    assert calls(code["test_on_create"]) == ["call.push(1)", "call.commit()"]
    silent = quiet(code)
    assert "make_product(stock=0, name='text')" in silent
    assert "make_product(stock=1, name='')" in silent
    assert set(calls(silent)) == {"call.commit()"}


def test_each_part_of_an_or_holds_alone(plan):
    code, _ = plan(CREATE + "if instance.stock or instance.name:\n      push(1)")
    both = code["test_on_create"] + code["test_on_create_otherwise"]
    assert "make_product(stock=1, name='')" in both
    assert "make_product(stock=0, name='text')" in both
    assert both.count("call.push(1)") == 2


def test_the_other_branch_has_its_own_arguments(plan):
    code, _ = plan(CREATE + "push(1 if instance.stock else 2)")
    assert "call.push(1)" in code["test_on_create"]
    assert "call.push(2)" in code["test_on_create_otherwise"]


def test_each_part_of_a_refusal_is_needed(plan):
    body = "if instance.stock and instance.name:\n      raise ValidationError('no')"
    code, _ = plan(f"signal: pre_save\nbody: |\n  {body}")
    assert "raises(ValidationError, \"['no']\")" in code["test_create_refuses"]
    assert "make_product(stock=1, name='')" in quiet(code)
    assert "raises" not in quiet(code)


@pytest.mark.parametrize("body", ["push(1)", "if 1:\n      push(1)", "push(1 if 1 else 2)"])
def test_no_other_way_where_there_is_none(plan, body):
    code, _ = plan(CREATE + body)
    assert named(code, "test_on_create") == ["test_on_create"]


def test_the_other_side_of_a_relation(plan):
    m2m = "signal: m2m_changed\nfield: tags\non_{}: push([instance.pk] if reverse else pk_set)"
    code, _ = plan(m2m.format("add"))
    assert "call.push({other.pk})" in code["test_on_add"]
    other = code["test_on_add_from_the_other_side"]
    assert "other.product_set.add(product)" in other
    assert "call.push([other.pk])" in other


def test_no_other_side_where_it_is_skipped(plan):
    code, _ = plan("signal: m2m_changed\nfield: tags\non_add: push(pk_set)")
    assert named(code, "test_on_add") == ["test_on_add"]
    assert "other.product_set.add(product)" in quiet(code)


def test_each_part_of_a_guard(plan):
    code, _ = plan(
        "signal: post_save\nwhen: instance.stock > 1 and instance.name\nafter_commit: push(1)"
    )
    assert "make_product(stock=1, name='text')" in quiet(code)
    assert "make_product(stock=2, name='')" in quiet(code)


@pytest.mark.parametrize(
    ("body", "commit"),
    [
        ("transaction.on_commit(push, using=using)", 'call.commit("default"), call.push()'),
        ("transaction.on_commit(push)", "call.commit(None), call.push()"),
        ("push(1)", "call.push(1), call.commit()"),
    ],
)
def test_what_waits_for_which_database(plan, body, commit):
    code, _ = plan(f"signal: post_save\nbody: {body}")
    assert calls(code["test_create"]) == commit.split(", ")


def test_the_savepoint(plan):
    code, _ = plan("signal: post_save\non_error: log\nbody: Tag.objects.create(name='a')")
    assert "Tag.objects.filter(name='a').count() == 1" in code["test_create"]
    assert 'call(using="default") in savepoint' in code["test_errors_are_logged"]


def test_a_save_of_each_field_runs(plan):
    code, _ = plan("signal: post_save\nupdate_fields: [name, shelf]\nbody: push(1)")
    assert 'for name in ("name", "shelf", "shelf_id"):' in code["test_runs_for_its_fields"]
    assert 'save(update_fields=["stock"])' in quiet(code)


@pytest.mark.parametrize("read", ["update_fields", "kwargs", "kwargs.get('update_fields')"])
def test_no_save_of_fields_where_the_body_looks_at_them(plan, read):
    code, _ = plan(f"signal: post_save\nupdate_fields: [name]\nbody: push({read})")
    assert named(code, "test_runs_for") == []
    code, _ = plan(f"signal: post_save\non_change:\n  name: push(new, {read})")
    assert "update_fields" not in code["test_on_change_of_name"]


def test_a_save_of_the_changed_field_alone(plan):
    code, _ = plan("signal: post_save\non_change: {name: push(old)}")
    saved = code["test_on_change_of_name"]
    assert "call.push(old)" in saved
    assert 'for fields in (None, ["name"]):' in saved


@pytest.mark.parametrize("key", ["when: {}\nbody: push(1)", "body: |\n  if {}:\n    push(1)"])
def test_each_part_decides_beside_a_tracker(plan, key):
    condition = "instance.tracker.has_changed('name') and instance.name == 'live'"
    code, _ = plan("signal: post_save\n" + key.format(condition))
    assert "product.name = 'live'" in code["test_update"]
    silent = quiet(code)
    assert "make_product(name='live')\n    product.save()" in silent
    assert "product.name = 'other'\n    product.save()" in silent
