from __future__ import annotations

from decimal import Decimal

from analytics.models import DailyRevenue


def test_a_day_without_sales_has_no_average() -> None:
    assert DailyRevenue().average() == 0.0


def test_the_average_is_that_of_one_sale() -> None:
    assert DailyRevenue(revenue=Decimal(30), sales=4).average() == 7.5
