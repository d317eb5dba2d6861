"""A name that is nearly that of a task is an error, not a stub that nobody meant."""

from __future__ import annotations

import pytest
from generate_kit import build, run

HEAD = "celery_tasks:\n  - {name: tell_the_customer, args: [pk]}\n"
SAVED = "handlers:\n  - name: h\n    model: Order\n    signal: post_save\n"
QUEUED = {
    "a body": "    on_create: tell_teh_customer.delay(instance.pk)\n",
    "a branch below": "    body: |\n      if created:\n          tell_the_custmer.delay(instance.pk)\n",
    "enqueue": "    enqueue: [{task: tell_the_ustomer, on: create, args: [instance.pk]}]\n",
    "after the commit": "    after_commit: tel_the_customer.delay(instance.pk)\n",
}


@pytest.mark.parametrize("how", QUEUED)
def test_a_slip_names_the_task_that_is_meant(how, tmp_path):
    (problem,) = run(build(tmp_path), HEAD + SAVED + QUEUED[how]).problems
    line = next(n for n, text in enumerate(QUEUED[how].splitlines()) if "tel" in text)
    assert (problem.code, problem.line) == ("unknown-task", 8 + line)
    assert "did you mean 'tell_the_customer'?" in problem.hint


@pytest.mark.parametrize(
    "name", ["tell_the_customers", "tell_the_supplier", "ring", "tell_the_customer"]
)
def test_another_task_gets_its_stub(name, tmp_path):
    spec = HEAD + SAVED + f"    on_create: {name}.delay(instance.pk)\n"
    assert run(build(tmp_path), spec).problems == ()


@pytest.mark.parametrize(
    ("known", "other"),
    [
        ("sync_orders_part_a", "sync_orders_part_b"),
        ("send_reminder_1", "send_reminder_2"),
        ("export_orders_v1", "export_orders_v2"),
        ("export_orders_to_s3", "export_orders_to_s4"),
        ("write_order_in", "write_order_on"),
    ],
)
def test_a_letter_or_a_number_makes_another_task(known, other, tmp_path):
    head = f"celery_tasks:\n  - {{name: {known}, args: [pk]}}\n"
    spec = head + SAVED + f"    on_create: {other}.delay(instance.pk)\n"
    assert run(build(tmp_path), spec).problems == ()


@pytest.mark.parametrize(
    ("known", "slip"),
    [
        ("send_receipt", "sendreceipt"),
        ("send_receipt", "send_reciept"),
        ("send_the_receipt", "send_hte_receipt"),
        ("send_receipt_v2", "send_reciept_v2"),
        ("recalculate_totals", "recalulate_totals"),
    ],
)
def test_a_slip_within_a_word_is_one(known, slip, tmp_path):
    head = f"celery_tasks:\n  - {{name: {known}, args: [pk]}}\n"
    spec = head + SAVED + f"    on_create: {slip}.delay(instance.pk)\n"
    (problem,) = run(build(tmp_path), spec).problems
    assert f"did you mean {known!r}?" in problem.hint


def test_a_slip_of_an_earlier_run_may_be_mended(tmp_path):
    """The stub that was written for it goes; it is no task that the new name could be meant for."""
    spec = SAVED + "    on_create: send_leter.delay(instance.pk)\n"
    root = build(tmp_path)
    assert run(root, spec).write().problems == ()
    mended = run(root, spec.replace("leter", "letter"))
    assert mended.problems == ()
    assert "send_leter" not in mended.write().text("shop/tasks.py")


def test_two_declared_tasks_may_be_alike(tmp_path):
    head = HEAD + "  - {name: tell_teh_customer, args: [pk]}\n"
    assert run(build(tmp_path), head + SAVED + QUEUED["a body"]).problems == ()


def test_a_task_of_the_project_counts(tmp_path):
    there = {
        "shop/tasks.py": "from celery import shared_task\n\n\n@shared_task\ndef send_letter(pk):\n    print(pk)\n"
    }
    spec = SAVED + "    on_create: send_leter.delay(instance.pk)\n"
    (problem,) = run(build(tmp_path, there), spec).problems
    assert problem.code == "unknown-task"


RETRIED = "recipes:\n  - {recipe: retry_task, model: Order, task: %s}\n"


def test_a_task_that_a_recipe_writes_counts_as_well(tmp_path):
    (problem,) = run(build(tmp_path), HEAD + RETRIED % "tell_teh_customer").problems
    assert (problem.code, problem.line) == ("unknown-task", 5)
    assert "did you mean 'tell_the_customer'?" in problem.hint


@pytest.mark.parametrize("name", ["tell_the_customer", "tell_the_supplier"])
def test_a_recipe_may_write_another(name, tmp_path):
    assert run(build(tmp_path), HEAD + RETRIED % name).problems == ()


def test_tasks_that_recipes_write_may_be_alike(tmp_path):
    spec = (
        RETRIED % "sync_order_a"
        + "  - {recipe: retry_task, name: b, model: Order, task: sync_order_b}\n"
    )
    root = build(tmp_path)
    assert run(root, spec).write().problems == ()
    assert run(root, spec).changed() == []
