"""SG309: a custom signal that is never sent by the class that a receiver names."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent

CODE = "SG309"
PAID = "paid = Signal()\nclass A: ...\nclass B(A): ...\n"
HEARS = "@receiver(paid, sender={})  # SG309\ndef f(sender, **kwargs): ...\n"
QUIET = HEARS.replace("  # SG309", "")
SENDS = "def g(x, **kw):\n    paid.send({})\n"

FLAGGED = [
    PAID + HEARS.format("B") + SENDS.format("sender=A"),
    PAID + HEARS.format("A") + SENDS.format("B"),
    PAID + HEARS.format("Order") + SENDS.format("sender=Line"),
    PAID + HEARS.format("Order") + SENDS.format("sender=Line") + "def h(): paid.send_robust(A)\n",
    PAID + HEARS.format("A") + "class C:\n    def g(self):\n        paid.send(type(self))\n",
    PAID + "def f(sender, **kwargs): ...\npaid.connect(f, sender=B)  # SG309\n" + SENDS.format("A"),
    PAID + "def g(x):\n    paid.send({'order': x})  # SG309\n",
    PAID + "def g(x):\n    data = {'order': x}\n    paid.send(data)  # SG309\n",
    PAID + "def g(x):\n    paid.send(sender=dict(order=x))  # SG309\n",
    PAID + "def g(x):\n    paid.send([x])  # SG309\n",
]
SILENT = [
    PAID + QUIET.format("A") + SENDS.format("sender=A"),
    PAID + QUIET.format("A") + SENDS.format("sender=B") + "def h(): paid.send(A)\n",
    PAID + QUIET.format("A") + SENDS.format("sender=x"),
    PAID + QUIET.format("A") + SENDS.format("sender=type(x)"),
    PAID + QUIET.format("A") + SENDS.format("**kw"),
    PAID + QUIET.format("B") + "class C(A):\n    def g(self):\n        paid.send(type(self))\n"
    "def h(x): paid.send(type(x))\n",
    PAID
    + QUIET.format("B").replace("class", "class")
    + "class M:\n    def g(self): paid.send(self.__class__)\nclass B(M): ...\n",
    PAID + QUIET.format("A"),
    PAID + QUIET.format("elsewhere.Thing") + SENDS.format("A"),
    PAID + "@receiver(paid)\ndef f(sender, **kwargs): ...\n" + SENDS.format("sender=A"),
    PAID + SENDS.format("sender='shop', order=x"),
    PAID + SENDS.format("None, order=x"),
    PAID + "def g(x):\n    data = load(x)\n    paid.send(data)\n",
    "from elsewhere.signals import done\ndef g(x):\n    done.send({'order': x})\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_flags(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_stays_silent(source):
    assert_silent(HEAD + source, CODE)
