"""SG301: a receiver without ``**kwargs``."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings

CODE = "SG301"

FLAGGED = [
    "def f(sender): ...  # SG301\ndef go(signal, cls):\n    signal.connect(f, sender=cls)\n",
    (
        "from django.core.signals import request_started\n"
        "@receiver(request_started)\ndef request_started(sender): ...  # SG301\n"
    ),
    "@receiver(post_save, sender=Order)\ndef f(sender, instance, created): ...  # SG301\n",
    "@receiver([post_save, post_delete])\ndef f(sender): ...  # SG301\n",
    "def f(sender, *args): ...  # SG301\npost_save.connect(f)\n",
    "class A:\n    @staticmethod\n    def f(sender, instance): ...  # SG301\npost_save.connect(A.f)\n",
]
SILENT = [
    "def f(sender): ...\ndef go(broker, cls):\n    broker.connect(f)\n",
    "@receiver(post_save, sender=Order)\ndef f(sender, instance, **kwargs): ...\n",
    "@receiver(post_save, sender=Order)\ndef f(sender, **_): ...\n",
    "@receiver(post_save)\n@something\ndef f(instance): ...\n",
    "from functools import partial\ndef f(x, sender, instance): ...\npost_save.connect(partial(f, 1), weak=False)\n",
    "def f(sender, instance): ...\n",
    "from elsewhere import f\npost_save.connect(f)\n",
    "socket.connect(f)\ndef f(sender): ...\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(HEAD + source, CODE)


def test_the_fix_adds_the_parameter_behind_the_last_one():
    (found,) = findings(HEAD + "@receiver(post_save)\ndef f(sender, created=False): ...\n", CODE)
    (edit,) = found.fix.edits
    assert found.fix.safe
    assert edit.new == ", **kwargs"


def test_whatever_stands_in_receiver_is_a_signal():
    for signal in ("SIGNALS['sold']", "lib.events.sold", "lib.SOLD"):
        source = f"import lib\nfrom lib import SIGNALS\n@receiver({signal})\ndef f(sender): ...  # SG301\n"
        assert_flags(HEAD + source, CODE)
        assert_silent(
            HEAD + source.replace("(sender): ...  # SG301", "(sender, **kwargs): ..."), CODE
        )
