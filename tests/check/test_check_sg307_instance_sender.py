"""SG307: a signal that is sent with an instance while receivers filter by class."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings

CODE = "SG307"
PAID = HEAD + "paid = Signal()\n"
FILTER = "@receiver(paid, sender=Order)\ndef f(sender, **kwargs): ...\n"

FLAGGED = [
    FILTER + "class A:\n    def g(self):\n        paid.send(sender=self)  # SG307\n",
    FILTER + "class A:\n    def g(self):\n        paid.send_robust(self, order=1)  # SG307\n",
    FILTER + "class A:\n    async def g(self):\n        await paid.asend(self)  # SG307\n",
    FILTER
    + "class A:\n    def g(self):\n        def h():\n            paid.send(self)  # SG307\n        h()\n",
    FILTER
    + "@receiver(paid)\ndef i(sender, **kwargs): ...\nclass A:\n    def g(self):\n        paid.send(self)  # SG307\n",
    "class A:\n    def g(self):\n        paid.send(self)  # SG307\ndef f(sender, **kwargs): ...\npaid.connect(f, sender=A)\n",
]
FLAGGED.append(
    FILTER + "class A:\n    @atomic\n    def g(self):\n        paid.send(sender=self)  # SG307\n"
)
SILENT = [
    "class A:\n    def g(self):\n        paid.send(sender=self)\n",
    "@receiver(paid)\ndef f(sender, **kwargs): ...\nclass A:\n    def g(self):\n        paid.send(sender=self)\n",
    FILTER + "class A:\n    def g(self):\n        paid.send(sender=self.__class__)\n",
    FILTER + "class A:\n    def g(self):\n        paid.send(sender=type(self))\n",
    FILTER + "class A:\n    def g(self):\n        paid.send(sender=Order, by=self)\n",
    FILTER + "class A:\n    @classmethod\n    def g(self):\n        paid.send(sender=self)\n",
    FILTER + "class A:\n    def g(cls):\n        paid.send(sender=cls)\n",
    FILTER + "class A(type):\n    def g(self):\n        paid.send(sender=self)\n",
    FILTER + "class A:\n    def g(self):\n        self = Order\n        paid.send(sender=self)\n",
    FILTER
    + "class A:\n    def g(self):\n        def h(self):\n            paid.send(self)\n        h(Order)\n",
    FILTER + "def g(self):\n    paid.send(sender=self)\n",
    FILTER + "class A:\n    def g(self):\n        paid.disconnect(f, sender=self)\n",
    FILTER + "class A:\n    def g(self):\n        pre_save.send(sender=self)\n",
    "@receiver(paid, sender='shop.Order')\ndef f(sender, **kwargs): ...\nclass A:\n    def g(self):\n        paid.send(self)\n",
    "def f(sender, **kwargs): ...\nclass A:\n    def g(self):\n        paid.connect(f, sender=self)\n        paid.send(self)\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(PAID + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(PAID + source, CODE)


def test_the_fix_sends_the_class_and_is_not_safe():
    (found,) = findings(PAID + FLAGGED[0], CODE)
    (edit,) = found.fix.edits
    assert edit.new == "self.__class__"
    assert not found.fix.safe
    assert "f (shop/signals.py:5) is connected with a class" in found.message
