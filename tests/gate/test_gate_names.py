"""Names that no row has: an error at the line and column of the spec that has them, with what was meant."""

from __future__ import annotations

import pytest
from gate_kit import judge, said
from generate_kit import build, run, spec_text

HANDLER = "model: Order\nhandlers:\n  - name: a\n    signal: post_save\n"
BODY = HANDLER + "    body: |\n"
TASK = "celery_tasks:\n  - name: t\n    args: [x]\n"
PAID = "signals:\n  - name: paid\n    args: {order: Order, amount: int}\n    handlers:\n      - name: h\n        body: |\n"
WRONG = {
    "a_body": (BODY + "      total = 1\n      print(total, §instance.stauts)\n", "status"),
    "a_lookup": (BODY + "      Order.objects.filter(total=1, §stauts='x').count()\n", "status"),
    "a_text": (BODY + "      Order.objects.order_by(§'-totl').first()\n", "total"),
    "through_a_relation": (BODY + "      print(§instance.customer.nmae)\n", "name"),
    "the_second_of_two_equal_names": (
        BODY + "      instance.status and §instance.stauts\n",
        "status",
    ),
    "a_constructor": (BODY + "      Customer(§nmae='x')\n", "name"),
    "fields_to_update": (
        HANDLER.replace("post_save", "pre_delete")
        + "    body: |\n      instance.save(update_fields=[§'stauts'])\n",
        "status",
    ),
    "when": (HANDLER + "    when: §instance.totl > 3\n    body: print(1)\n", "total"),
    "a_text_in_when": (
        HANDLER + "    when: Order.objects.order_by(§'totl').exists()\n    body: print(1)\n",
        "total",
    ),
    "each_branch": (HANDLER + "    on_create: |\n      print(§instance.stauts)\n", "status"),
    "on_change": (
        HANDLER + "    on_change:\n      status: |\n        Order.objects.filter(§stauts=old)\n",
        "status",
    ),
    "after_commit": (HANDLER + "    after_commit: |\n      print(§instance.stauts)\n", "status"),
    "the_stored_row": (
        HANDLER.replace("post_save", "pre_save")
        + "    implementation: |\n      print(§original.stauts)\n",
        "status",
    ),
    "under_on_error": (
        HANDLER + "    on_error: log\n    body: |\n      print(§instance.stauts)\n",
        "status",
    ),
    "arguments_of_a_task": (
        TASK + HANDLER + "    enqueue:\n      - {task: t, on: save, args: [§instance.stauts]}\n",
        "status",
    ),
    "a_task_call_that_waits": (TASK + BODY + "      t.delay(§instance.stauts)\n", "status"),
    "a_custom_signal": (PAID + "          print(§order.stauts)\n", "status"),
    "a_lookup_of_a_custom_signal": (
        PAID + "          Customer.objects.filter(§nmae=amount)\n",
        "name",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_name_is_an_error_where_it_stands(tmp_path, name):
    spec, meant = WRONG[name]
    outcome = run(build(tmp_path), spec.replace("§", ""))
    before, _, _ = spec_text(spec).partition("§")
    (problem,) = outcome.problems
    assert problem.code == "SG409"
    assert (problem.line, problem.column) == (
        before.count("\n") + 1,
        len(before.rpartition("\n")[2]) + 1,
    )
    assert problem.hint.startswith(f"did you mean {meant!r}?")


KEYS = {
    "on_change": (HANDLER + "    on_change:\n      §stauts: print(1)\n", "status"),
    "update_fields": (HANDLER + "    update_fields: [§totl]\n    body: print(1)\n", "total"),
}


@pytest.mark.parametrize("name", KEYS)
def test_a_wrong_key_is_an_error_where_it_stands(tmp_path, name):
    spec, meant = KEYS[name]
    (problem,) = run(build(tmp_path), spec.replace("§", "")).problems
    before, _, _ = spec_text(spec).partition("§")
    assert (problem.line, problem.column) == (
        before.count("\n") + 1,
        len(before.rpartition("\n")[2]) + 1,
    )
    assert f"did you mean {meant!r}" in problem.hint


RIGHT = {
    "fields_and_relations": BODY
    + "      print(instance.status, instance.customer.name, instance.customer_id, instance.pk)\n"
    "      Order.objects.filter(customer__name__icontains='x').order_by('-total').first()\n",
    "another_package_may_add_it": BODY
    + "      print(instance.auth_token, instance.emailaddress_set)\n",
    "a_name_that_the_body_gives": BODY + "      instance.totl = 1\n      print(instance.totl)\n",
    "a_note_says_it_is_meant": BODY + "      print(instance.totl)  # noqa: SG409\n",
    "a_row_that_is_not_known": PAID + "          print(amount.totl)\n",
    "an_annotation": BODY
    + "      for row in Order.objects.annotate(totl=F('total')):\n          print(row.totl)\n",
    "a_model_of_a_package": "imports: [from payments.models import Payment]\n"
    + BODY
    + "      Payment.objects.filter(stauts=1).first()\n",
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_may_be_right_is_written(tmp_path, name):
    judge(tmp_path, RIGHT[name])


def test_a_model_that_is_not_written_yet_has_any_name(tmp_path):
    outcome = run(build(tmp_path, {"shop/models.py": ""}), BODY + "      print(instance.stauts)\n")
    assert said(outcome) == []


def test_a_model_with_a_base_that_is_not_read_has_any_name(tmp_path):
    models = "from thing.models import Thing\nfrom django.db import models\n\n\nclass Order(Thing):\n    status = models.TextField()\n"
    outcome = run(
        build(tmp_path, {"shop/models.py": models}), BODY + "      print(instance.stauts)\n"
    )
    assert said(outcome) == []
