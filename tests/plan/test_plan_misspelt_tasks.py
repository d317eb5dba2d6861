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
