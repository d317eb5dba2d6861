"""No import of generated code closes a circle, whoever imports whom already."""

from __future__ import annotations

import pytest
from generate_kit import again, build, django, python, run

PAID = """
signals: [{name: paid, args: {n: int}}]
"""
CHAIN = """
imports: %s
signals: [{name: paid, args: {n: int}}]
handlers: [{name: a, model: Order, signal: post_save, on_create: send_paid(n=1)}]
"""
SEND = """
from shop import senders
{0}.paid.connect(lambda n, **kwargs: print(n), weak=False)
senders.send_paid(n=7)
"""


@pytest.mark.parametrize(
    "signals", ["from .senders import old\n", "from shop.between import old\n"]
)
def test_senders_take_the_signal_when_they_run(signals, tmp_path):
    files = {
        "shop/signals.py": signals,
        "shop/between.py": "from .senders import old\n",
        "shop/senders.py": "def old():\n    pass\n",
    }
    outcome = run(build(tmp_path, files), PAID).write()
    assert "    from .signals import paid\n" in outcome.symbol("send_paid", "shop/senders.py")
    assert django(tmp_path, "from shop import signals" + SEND.format("signals")).split() == ["7"]
    assert 'mock.patch.object(signals, "paid"' in outcome.text("shop/tests/test_signals.py")
    python(tmp_path, "manage.py", "test", "-v0")
    assert again(tmp_path, PAID) == []


@pytest.mark.parametrize("signals", ["", "def old():\n    from .senders import send_paid\n"])
def test_senders_import_the_signal_at_the_top(signals, tmp_path):
    outcome = run(build(tmp_path, {"shop/signals.py": signals}), PAID).write()
    assert "\nfrom .signals import paid\n" in outcome.text("shop/senders.py")
    assert 'mock.patch.object(senders, "paid"' in outcome.text("shop/tests/test_signals.py")
    python(tmp_path, "manage.py", "test", "-v0")


@pytest.mark.parametrize(
    "line",
    [
        "from .senders import send_paid",
        "from shop.senders import send_paid",
        "from . import senders",
        "import shop.senders as senders",
        "import shop.senders",
        "from .senders import send_paid as sent",
    ],
)
def test_receivers_that_send_import_the_sender_when_they_run(line, tmp_path):
    spec = CHAIN % line
    called = {
        "senders": "senders.send_paid",
        "shop.senders": "shop.senders.send_paid",
        "sent": "sent",
    }.get(line.rpartition(" ")[2], "send_paid")
    spec = spec.replace("send_paid(n=1)", f"{called}(n=1)")
    outcome = run(build(tmp_path), spec).write()
    lines = outcome.symbol("a").splitlines()
    assert [
        text.startswith(("    from ", "    import ")) and "send" in text for text in lines
    ].count(True) == 1
    assert "paid" in outcome.text("shop/senders.py")
    python(tmp_path, "manage.py", "test", "-v0")
    assert again(tmp_path, spec) == []


def test_receivers_apart_from_signals_import_the_sender_at_the_top(tmp_path):
    files = {
        "shop/signals.py": "from django.dispatch import Signal\n\nold = Signal()\n",
        "shop/receivers.py": "",
    }
    files["pyproject.toml"] = '[tool.signalgen]\nreceivers_module = "receivers"\n'
    outcome = run(build(tmp_path, files), CHAIN % "from .senders import send_paid").write()
    assert "\nfrom .senders import send_paid\n" in outcome.text("shop/receivers.py")
    assert "import" not in outcome.symbol("a", "shop/receivers.py")
    python(tmp_path, "manage.py", "test", "-v0")


def test_a_package_of_signals_that_imports_its_handlers(tmp_path):
    handlers = "from django.db.models.signals import post_delete\nfrom django.dispatch import receiver\n\n\n@receiver(post_delete)\ndef gone(sender, **kwargs):\n    pass\n"
    files = {
        "shop/signals/__init__.py": "from django.dispatch import Signal\n\nfrom .handlers import *\n\nold = Signal()\n",
        "shop/signals/handlers.py": handlers,
    }
    spec = "signals: [{name: paid, args: {n: int}, handlers: [{name: a, body: len(str(n))}]}]\n"
    outcome = run(build(tmp_path, files), spec).write()
    assert "paid = Signal()" in outcome.text("shop/signals/handlers.py")
    assert django(
        tmp_path, "from shop.signals import handlers" + SEND.format("handlers")
    ).split() == ["7"]
    python(tmp_path, "manage.py", "test", "-v0")
    assert again(tmp_path, spec) == []
