"""What bodies hand to tasks, functions and signals, told at the line of the spec; the spec's own names in bodies."""

from __future__ import annotations

import pytest
from gate_kit import judge
from generate_kit import again, build, django, passing_tests, run

TASKS = {
    "shop/tasks.py": """
        from celery import shared_task


        @shared_task
        def work(pk): ...
        """,
    "shop/util.py": "def tell(row): ...\n",
}
SPEC = """
model: Order
imports: [from shop.util import tell]
celery_tasks: [{name: own, args: [pk]}]
signals:
  - {name: paid, sender: Order, args: {order: Order, how: str}, handlers: [{name: thank, body: print(order)}]}
handlers:
  - name: a
    signal: post_save
"""
WRONG = {
    "row": "on_create: work.delay(instance)",
    "row_of_a_stub": "on_create: own.delay(instance)",
    "row_of_a_guess": "on_create: fresh.delay(instance)",
    "row_for_enqueue": "enqueue: [{task: work, on: create, args: [instance]}]",
    "row_for_a_stub": "enqueue: [{task: own, on: save, args: [instance.customer]}]",
    "row_of_on_change": "on_change: {status: work.delay(instance)}",
    "row_after_the_commit": "after_commit: work.delay(instance)",
    "too_many": "on_create: 'work.delay(instance.pk, 1)'",
    "too_many_for_enqueue": "enqueue: [{task: work, on: create, args: [instance.pk, 1]}]",
    "too_many_for_a_stub": "on_create: 'own.delay(instance.pk, 1)'",
    "none": "on_create: work.delay()",
    "unknown": "on_create: 'work.delay(key=instance.pk)'",
    "function": "on_create: 'tell(instance, 1)'",
    "sender_function": "on_create: 'send_paid(order=instance)'",
}
SHORT = {
    "send": "on_create: 'paid.send(sender=Order, order=instance)'",
    "on_change": "on_change: {status: 'paid.send_robust(Order, order=instance, hwo=1)'}",
}
FINE = {
    "key": "on_create: work.delay(instance.pk)",
    "enqueue": "enqueue: [{task: work, on: create}]",
    "stub": "on_create: own.delay(instance.pk)",
    "text": "on_create: work.delay(str(instance))",
    "function": "on_create: tell(instance)",
    "send": "on_create: 'paid.send(sender=Order, order=instance, how=\"cash\")'",
    "sender_function": "on_create: 'send_paid(order=instance, how=\"cash\")'",
    "on_the_spot": "on_create: work(instance)",
    "given": "on_create: 'kw = {}; paid.send(sender=Order, **kw)'",
    "rebound": "on_create: 'pk = instance.pk; work.delay(pk)'",
    "unread": "on_create: 'work.delay(instance.photo_key)'",
}


def spec(line: str, rule: str = "") -> str:
    """Return the spec with one line more, which is marked with the rule that speaks of it."""
    return f"{SPEC}    {line}{f'  !{rule}' if rule else ''}\n"


@pytest.mark.parametrize("name", WRONG)
def test_what_a_task_or_function_cannot_take_is_refused(name, tmp_path):
    assert judge(tmp_path, spec(WRONG[name], "SG410"), TASKS).result is None


@pytest.mark.parametrize("name", SHORT)
def test_a_send_without_a_declared_argument_is_refused(name, tmp_path):
    outcome = judge(tmp_path, spec(SHORT[name], "SG411"), TASKS)
    assert outcome.result is None
    assert "without how, which it declares" in outcome.problems[0].message


@pytest.mark.parametrize("name", FINE)
def test_what_fits_is_written(name, tmp_path):
    assert judge(tmp_path, spec(FINE[name]), TASKS).problems == ()


def test_the_way_out_is_the_key(tmp_path):
    outcome = run(build(tmp_path, TASKS), spec("on_create: work.delay(instance)"))
    assert [(p.line, p.column) for p in outcome.problems] == [(10, 27)]
    assert outcome.problems[0].hint.startswith("pass instance.pk, and load the row in the task")


def test_an_argument_of_enqueue_is_pointed_at(tmp_path):
    outcome = run(build(tmp_path, TASKS), spec(WRONG["row_for_enqueue"]))
    assert [(p.line, p.column) for p in outcome.problems] == [(10, 47)]


def test_a_project_that_pickles_may_hand_rows_on(tmp_path):
    files = {**TASKS, "config/celery.py": "# celery\ntask_serializer = 'pickle'\n"}
    assert judge(tmp_path, spec("on_create: work.delay(instance)"), files).problems == ()


def test_a_signal_of_the_project_is_a_note(tmp_path):
    files = {
        "shop/signals.py": "from django.dispatch import Signal\n\n# Arguments: a, b.\ndone = Signal()\n"
    }
    text = "model: Order\nhandlers:\n  - name: a\n    signal: post_save\n    on_create: 'done.send(Order, a=1)'  !SG411\n"
    assert judge(tmp_path, text, files).changed()


@pytest.mark.parametrize(
    "place", [{}, {"shop/receivers.py": "from django.dispatch import receiver\n"}]
)
def test_bodies_use_what_the_spec_declares(place, tmp_path):
    root = build(tmp_path, {**TASKS, **place})
    body = "on_create: 'send_paid(order=instance, how=\"cash\"); own.delay(instance.pk)'"
    text = spec(body).replace("body: print(order)", "body: 'Tag.objects.create(name=how)'")
    run(root, text).write()
    assert again(root, text) == []
    code = """
    from unittest import mock
    from shop import tasks
    with mock.patch.object(tasks.own, "delay") as queued:
        order = Order.objects.create(customer=Customer.objects.create(name="c"))
        order.save()
    print([tag.name for tag in Tag.objects.all()], queued.mock_calls == [mock.call(order.pk)])
    """
    assert django(root, code) == "['cash'] True\n"
    assert passing_tests(root) >= 3


def test_a_misspelt_sender_function_is_known_by_its_name(tmp_path):
    outcome = run(build(tmp_path, TASKS), spec("on_create: 'send_payd(order=instance)'"))
    assert [p.code for p in outcome.problems] == ["unresolved-name"]
    assert "did you mean 'send_paid'" in outcome.problems[0].hint
