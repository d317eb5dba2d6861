"""What the gate says of names of rows, at the line and column of the spec."""

from __future__ import annotations

import pytest
from gate_kit import judge

WRONG = {
    "body": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            body: |
              total = 1
              print(total, instance.stauts)  !SG409
        """,
    "when": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            when: instance.totl > 3  !SG409
            body: print(instance)
        """,
    "lookup_in_when": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            when: Order.objects.filter(stauts="x").order_by("totl").exists()  !SG409
            body: print(instance)
        """,
    "after_commit": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            after_commit: |
              print(instance.customer.nmae)  !SG409
        """,
    "on_change": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            on_change:
              status: |
                Order.objects.filter(stauts=old).update(totl=1)  !SG409
        """,
    "update_fields": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            body: |
              Order.objects.filter(pk=1).values("stauts")  !SG409
        """,
    "args": """
        model: Order
        celery_tasks:
          - name: t
            args: [x]
        handlers:
          - name: a
            signal: post_save
            enqueue:
              - task: t
                on: save
                args: [instance.stauts]  !SG409
        """,
    "original": """
        model: Order
        handlers:
          - name: a
            signal: pre_save
            implementation: |
              if original.stauts == instance.status:  !SG409
                  print(1)
        """,
    "custom": """
        signals:
          - name: paid
            args: {order: Order, amount: int}
            handlers:
              - name: h
                body: |
                  print(order.stauts)  !SG409
        """,
    "custom_delayed": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            body: |
              send_mail.delay(instance.stauts)  !SG409
        """,
    "task_body": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            on_error: log
            body: |
              Customer(nmae="x")  !SG409
        """,
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong(tmp_path, name):
    o = judge(tmp_path, WRONG[name])
    for p in o.problems:
        print(p.line, p.column, p.message, p.hint, p.source if hasattr(p, "source") else "")
