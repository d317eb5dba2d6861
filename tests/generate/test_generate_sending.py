"""A signal is sent from where it happens: a method of the model may import the sender function at the top of models.py."""

from __future__ import annotations

import pytest
from generate_kit import MODELS, again, build, django, passing_tests, run

SPEC = """
signals:
  - name: order_paid
    sender: {0}
    args: {{order: Order, amount: Decimal}}
    send: {1}
    handlers:
      - {{name: note, model: Order, body: 'Tag.objects.create(name=f"{{order.pk}} {{amount}}")'}}
handlers:
  - {{name: saved, signal: post_save, model: Order, on_create: 'Tag.objects.create(name="new")'}}
"""
METHOD = '''

    def pay(self, amount):
        """Settle it."""
        {0}(order=self, amount=amount)
'''


def paying(name: str = "send_order_paid") -> str:
    return MODELS.replace(
        "from django.db import models", f"from django.db import models\n\nfrom {{0}} import {name}"
    ).rstrip() + METHOD.format(name)


TYPED = {"pyproject.toml": "[tool.signalgen]\ntyped = true\n"}
WAYS = [
    # One plain and one that differs in everything; the ways between take as long again.
    pytest.param(sender, send, typed, marks=[] if alike else [pytest.mark.slow])
    for sender in ("Order", "shop.Order")
    for send in ("send", "send_robust")
    for typed in ({}, TYPED)
    for alike in [(sender != "Order") == (send != "send") == bool(typed)]
]


@pytest.mark.parametrize(("sender", "send", "typed"), WAYS)
def test_a_method_of_the_model_sends_it(sender, send, typed, tmp_path):
    spec = SPEC.format(sender, send)
    root = build(tmp_path, typed)
    run(root, spec).write()
    (root / "shop/models.py").write_text(paying().format("shop.senders").lstrip())
    code = "order = Order.objects.create(customer=Customer.objects.create())\norder.pay(3)\nprint(*Tag.objects.values_list('name', flat=True), sep='|')\n"
    assert django(root, "\n" + code).strip() == "new|1 3"
    # The next run sees who imports it, and has nothing to change.
    assert again(root, spec) == []
    assert passing_tests(root) > 3


def test_what_no_model_of_the_app_sends_is_imported_at_the_top(tmp_path):
    for number, sender in enumerate(("crm.Lead", "settings.AUTH_USER_MODEL")):
        spec = f"signals: [{{name: paid, sender: {sender}, args: {{amount: int}}}}]\n"
        outcome = run(build(tmp_path / str(number)), spec)
        assert outcome.problems == ()
        assert "\nfrom .signals import paid\n" in outcome.text("shop/senders.py")
    outcome = run(build(tmp_path / "none"), "signals: [{name: paid, args: {order: Order}}]\n")
    assert "\nfrom .models import Order\n" in outcome.text("shop/senders.py")
