from datetime import timedelta
from decimal import Decimal

TAX_BANDS = ((Decimal("1000"), Decimal("0")), (Decimal("3000"), Decimal("0.2")), (None, Decimal("0.4")))


def working_days(start, end):
    days = 0
    day = start
    while day <= end:
        if day.weekday() < 5:
            days += 1
        day += timedelta(days=1)
    return days


def income_tax(gross):
    tax, lower = Decimal("0"), Decimal("0")
    for upper, rate in TAX_BANDS:
        if upper is None or gross <= upper:
            return tax + (gross - lower) * rate
        tax += (upper - lower) * rate
        lower = upper
    return tax
