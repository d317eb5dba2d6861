"""What is stored is compared with a row that is saved: a row without a primary key has nothing stored, and nothing is asked."""

from __future__ import annotations

import pytest
from generate_kit import build, django, run

HANDLERS = {
    "before": ("signal: pre_save, on_change: {status: 'print(old, new)'}", "a b"),
    "after": ("signal: post_save, on_change: {status: 'print(old, new)'}", "a b"),
    "several": ("signal: post_save, on_change: {'status, total': 'print(*changed)'}", "status"),
    "original": ("signal: pre_save, on_update: 'print(original.status)'", "a"),
    "awaited": ("signal: pre_save, async: true, on_change: {status: 'print(old, new)'}", "a b"),
}
SAVES = """
from django.db import IntegrityError, connection, models
from django.test.utils import CaptureQueriesContext
customer = Customer.objects.create(name="c")

def save(row, **kwargs):
    with CaptureQueriesContext(connection) as queries:
        models.Model.save_base(row, **kwargs)
    print(sum(query["sql"].startswith("SELECT") for query in queries))

row = Order(customer=customer, status="a")
save(row)
row.status = "b"
save(row)
try:
    # The insert fails between the two signals: what is remembered is of no use to the next row.
    models.Model.save_base(row, force_insert=True)
except IntegrityError:
    print("failed")
row.pk, row.status = None, "c"
save(row)
"""


@pytest.mark.parametrize(("form", "told"), HANDLERS.values(), ids=HANDLERS)
def test_a_row_without_a_key_costs_no_query(form, told, tmp_path):
    root = build(tmp_path)
    run(root, f"handlers: [{{name: h, model: Order, {form}}}]\n").write()
    out = django(root, SAVES).splitlines()
    assert [line for line in out if line != "b"] == ["0", told, "1", "failed", "0"]
