"""SG411: a signal that is sent without an argument that it declares."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent

CODE = "SG411"
OURS = "#: Paid.\n#: Sender: Order.\n#: Arguments: order (Order), how (dict[str,\n#: Any]).\npaid = Signal()\n"
DECLARED = [
    "paid = Signal(providing_args=['order', 'how'])\n",
    "paid = Signal()  # providing_args=['order', 'how']\n",
    "# Arguments: order, how.\npaid = Signal()\n",
    OURS,
]
SILENT = [
    (OURS, "paid.send(Order, order=1, how={})"),
    (OURS, "paid.send(sender=Order, order=1, how={}, more=1)"),
    (OURS, "paid.send(Order, order=1, **given)"),
    (OURS, "paid.send(Order, **given)"),
    (OURS, "paid.disconnect(print)"),
    ("paid = Signal()\n", "paid.send(Order)"),
    ("# Sent when order and how are known.\npaid = Signal()\n", "paid.send(Order)"),
    ("# Arguments: the order that was paid, and how.\npaid = Signal()\n", "paid.send(Order)"),
    ("# Arguments: order, how.\n\npaid = Signal()\n", "paid.send(Order)"),
]


@pytest.mark.parametrize("declared", DECLARED)
@pytest.mark.parametrize(
    "send", ["paid.send(Order, order=1)", "paid.send_robust(sender=Order, order=1, hwo=2)"]
)
def test_it_is_found(declared, send):
    assert_flags(f"{HEAD}{declared}def f():\n    {send}  # SG411\n", CODE)


@pytest.mark.parametrize(("declared", "send"), SILENT)
def test_it_is_left_alone(declared, send):
    assert_silent(f"{HEAD}{declared}def f(given):\n    {send}\n", CODE)
