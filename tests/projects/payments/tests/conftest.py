from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import User
from payments.models import Payment


@pytest.fixture
def payer(db: None) -> User:
    return User.objects.create_user("ada", password="only-for-tests")


@pytest.fixture
def payment(payer: User) -> Payment:
    return Payment.objects.create(payer=payer, amount=Decimal("12.50"))
