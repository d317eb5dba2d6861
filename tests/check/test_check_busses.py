"""Signals that an event bus sends: no request waits for their receivers, unless the project sends them in one."""

from __future__ import annotations

import pytest
from check_kit import assert_flags, assert_silent

SLOW = "@receiver({})\ndef update(sender, **kwargs):\n    requests.post('x'){}\n"
TOP = "import requests\nfrom django.dispatch import Signal, receiver\n"
PACKAGE = TOP + "from openedx_events.content.signals import COURSE_CHANGED\n"
CHANGED = PACKAGE + SLOW.format("COURSE_CHANGED", "{}")
SOLD = TOP + "sold = Signal()\nEVENTS = {{'sold': sold}}\n" + SLOW.format("sold", "{}")
SENT = "from openedx_events.content.signals import {}\ndef view(request):\n    {}.send_event(x=1)\n"
COMMAND = "from shop import signals\nclass Command:\n    def handle(self, **options):\n        for one in self.messages():\n            {}\n"
BY_NAME = "getattr(signals, one.name).send(sender=None, **one.data)"
BY_KEY = "signals.EVENTS[one.name].send_robust(None, data=one.data)"
LOCAL = "signal = signals.EVENTS[one.name]\n            signal.send(sender=None)"
AWAITED = "getattr(signals, one.name).asend(sender=None)"
WRAPPED = "(getattr(signals, one.name).send)(sender=None)"
SPREAD = "signals.EVENTS[one.name]. \\\n                send_robust (  # why\n                None, data=one.data)"
HELPED = "from celery import shared_task\nfrom shop.signals import EVENTS\ndef fire(signal, **given):\n    signal.send(sender=None, **given)\n"
TASK = HELPED + "@shared_task\ndef heard(name):\n    fire(EVENTS[name])\n"


def _files(signals: str, mark: str = "", **more: str) -> dict[str, str]:
    named = {path.replace("__", "/") + ".py": text for path, text in more.items()}
    return {"shop/signals.py": signals.format(mark), **named}


def test_a_signal_of_a_package_for_event_busses():
    other = SENT.format("COURSE_GONE", "COURSE_GONE")
    own = SENT.format("COURSE_CHANGED", "COURSE_CHANGED")
    assert_silent(_files(CHANGED), "SG102")
    assert_silent(_files(CHANGED, shop__views=other), "SG102")
    assert_flags(_files(CHANGED, "  # SG102", shop__views=own), "SG102")
    task = "from celery import shared_task\n" + own.replace("def view", "@shared_task\ndef view")
    assert_silent(_files(CHANGED, shop__tasks=task), "SG102")


@pytest.mark.parametrize("send", [BY_NAME, BY_KEY, LOCAL, AWAITED, WRAPPED, SPREAD])
def test_a_signal_that_only_a_consumer_looks_up(send: str):
    command = COMMAND.format(send)
    assert_silent(_files(SOLD, shop__management__commands__consume=command), "SG102")
    assert_flags(_files(SOLD, "  # SG102", shop__views=command), "SG102")


def test_a_helper_that_sends_what_it_is_given():
    assert_silent(_files(SOLD, shop__tasks=TASK), "SG102")
    view = "from shop.tasks import fire\nfrom shop.signals import sold\ndef view(request):\n    fire(sold)\n"
    assert_flags(_files(SOLD, "  # SG102", shop__tasks=TASK, shop__views=view), "SG102")


@pytest.mark.parametrize(
    "send", ["one.mail().send()", "actor.send(one.pk)", "signals.sold.connect(one)", "pass"]
)
def test_what_sends_something_else_proves_nothing(send: str):
    command = COMMAND.format(send)
    assert_flags(_files(SOLD, "  # SG102", shop__management__commands__consume=command), "SG102")


def test_a_signal_that_a_view_sends_by_name_as_well():
    view = "from shop.signals import sold\ndef view(request):\n    sold.send(None)\n"
    command = COMMAND.format(BY_NAME)
    assert_flags(
        _files(SOLD, "  # SG102", shop__management__commands__consume=command, shop__views=view),
        "SG102",
    )
