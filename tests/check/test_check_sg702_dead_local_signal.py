"""SG702: a signal that is made and sent inside one function."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent

CODE = "SG702"

FLAGGED = [
    "def f():\n    paid = Signal()  # SG702\n    paid.send(Order)\n",
    "async def f():\n    paid: Signal = Signal()  # SG702\n    await paid.asend(Order)\n",
    "class A:\n    def f(self):\n        paid = Signal()  # SG702\n        return paid.send_robust(self)\n",
    "def f():\n    paid = Signal()  # SG702\n    def g():\n        paid.send(Order)\n    g()\n",
    "class OwnSignal(Signal): ...\ndef f():\n    paid = OwnSignal()  # SG702\n    if Order:\n        paid.send(Order)\n",
]
SILENT = [
    "paid = Signal()\ndef f():\n    paid.send(Order)\n",
    "def f():\n    paid = Signal()\n    paid.send(Order)\n    return paid\n",
    "def f():\n    paid = Signal()\n    paid.connect(g)\n    paid.send(Order)\n",
    "def f():\n    paid = Signal()\n    @receiver(paid)\n    def g(sender, **kwargs): ...\n    paid.send(Order)\n",
    "def f(self):\n    paid = Signal()\n    self.paid = paid\n    paid.send(Order)\n",
    "def f():\n    paid = Signal()\n    listen(paid)\n    paid.send(Order)\n",
    "def f():\n    global paid\n    paid = Signal()\n    paid.send(Order)\n",
    "def f():\n    paid = Signal()\n    yield paid\n    paid.send(Order)\n",
    "def f():\n    paid = Signal()\n    listen(**locals())\n    paid.send(Order)\n",
    "def f():\n    paid = Signal()\n",
    "def f():\n    paid = socket()\n    paid.send(Order)\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(HEAD + source, CODE)
