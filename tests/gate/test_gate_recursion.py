"""A body that saves its own sender says so, with a condition around it or without (docs/spec.md, ``recursion``)."""

from __future__ import annotations

import pytest
from gate_kit import judge

HANDLER = "handlers:\n  - name: h\n    model: Order\n    signal: post_save\n"


@pytest.mark.parametrize(
    "rest",
    [
        "    body: instance.save()  !SG201\n",
        "    body: |\n      if instance.total > 3:\n          instance.save()  !SG201\n",
        "    on_create: instance.save()  !SG201\n",
        "    when: instance.total\n    body: Order.objects.create(customer=instance.customer)  !SG201\n",
        "    body: Order.objects.get(pk=instance.pk).save()  !SG201\n",
        "    on_update: Order.objects.filter(pk=instance.pk).first().save()  !SG201\n",
        "    when: not raw\n    body: |\n      for row in Order.objects.filter(pk=instance.pk):\n          row.save()  !SG201\n",
        "    update_fields: [total]\n    body: |\n      row = Order.objects.last()\n      row.save()  !SG201\n",
        "    body: |\n      if not created:\n          Order.objects.get(pk=instance.pk).save()  !SG201\n",
        "    on_change:\n      status: |\n        Order(customer=instance.customer).save()  !SG201\n",
        "    after_commit: Order.objects.get(pk=instance.pk).save()  !SG201\n",
        "    async: true\n    body: |\n      row = await Order.objects.aget(pk=instance.pk)\n      await row.asave()  !SG201\n",
    ],
)
def test_a_save_of_the_own_sender_is_refused(tmp_path, rest):
    outcome = judge(tmp_path, HANDLER + rest)
    assert [one.code for one in outcome.problems] == ["SG201"]
    assert "recursion: guarded" in outcome.problems[0].hint


@pytest.mark.parametrize(
    "rest",
    [
        "    recursion: guarded\n    body: instance.save()\n",
        "    on_create: |\n      instance.save()  # noqa: SG201\n",
        "    body: Order.objects.filter(pk=instance.pk).update(total=1)\n",
        "    body: instance.customer.save()\n",
        "    body: instance.save(update_fields=[])\n",
        "    on_update: Customer.objects.get(pk=instance.customer_id).save()\n",
        "    recursion: guarded\n    body: Order.objects.get(pk=instance.pk).save()\n",
        "    body: Order.objects.get(pk=instance.pk).refresh_from_db()\n",
        "    body: |\n      if instance.total > 3:\n          instance.customer.save()\n",
    ],
)
def test_what_is_meant_or_sends_no_such_signal_is_not(tmp_path, rest):
    assert judge(tmp_path, HANDLER + rest).problems == ()
