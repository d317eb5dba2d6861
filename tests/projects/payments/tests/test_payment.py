from __future__ import annotations

from payments.models import Payment


def test_a_new_payment_is_pending(payment: Payment) -> None:
    assert payment.status == Payment.Status.PENDING


def test_a_payment_names_its_currency(payment: Payment) -> None:
    assert str(payment) == "12.50 EUR"
