"""Decorators of a project's own that connect what they decorate, and decorators that do not."""

import ast
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "check"))

from check_kit import HEAD, make_index

SAVE, DELETE = "django.db.models.signals.post_save", "django.db.models.signals.post_delete"
ORDER = "shop.models.Order"
DECO = (
    HEAD.replace("Gift, ", "")
    + "from functools import partial, wraps\nfrom shop.models import Line as Default\n"
)


def index_of(decorator, use):
    files = {"shop/deco.py": DECO + decorator, "shop/signals.py": HEAD + use}
    return make_index(files)


def seen(decorator, use):
    return [
        (item.signals, item.senders, item.uid and ast.unparse(item.uid))
        for item in index_of(decorator, use).connections
        if item.path == "shop/signals.py"
    ]


ON = "from shop.deco import on\n"
ON_ORDER = ON + "@on(Order)\ndef f(**kw): ...\n"
ON_SIGNAL = ON + "@on(post_save, sender=Order)\ndef f(**kw): ...\n"
VARIANTS = {
    "sender": (
        "def on(sender):\n    def wrap(f):\n        post_save.connect(f, sender=sender)\n        return f\n    return wrap\n",
        ON_ORDER,
    ),
    "signal and sender": (
        "def on(signal, sender=None):\n    def wrap(f):\n        signal.connect(f, sender=sender)\n        return f\n    return wrap\n",
        ON_SIGNAL,
    ),
    "receiver inside": (
        "def on(signal, sender=None):\n    def wrap(f):\n        receiver(signal, sender=sender)(f)\n        return f\n    return wrap\n",
        ON_SIGNAL,
    ),
    "receiver applied and returned": (
        "def on(signal, sender=None):\n    def wrap(f):\n        return receiver(signal, sender=sender)(f)\n    return wrap\n",
        ON_SIGNAL,
    ),
    "receiver returned": (
        "def on(sender):\n    return receiver(post_save, sender=sender)\n",
        ON_ORDER,
    ),
    "receiver returned with options": (
        "def on(signal, **options):\n    return receiver(signal, **options)\n",
        ON_SIGNAL,
    ),
    "options handed on": (
        "def on(signal, **options):\n    def wrap(f):\n        signal.connect(f, **options)\n        return f\n    return wrap\n",
        ON_SIGNAL,
    ),
    "default": (
        "def on(signal=post_save, sender=Order):\n    return receiver(signal, sender=sender)\n",
        ON + "@on()\ndef f(**kw): ...\n",
    ),
    "class": (
        (
            "class on:\n    def __init__(self, sender):\n        self.sender = sender\n    def __call__(self, f):\n"
            "        post_save.connect(f, sender=self.sender)\n        return f\n"
        ),
        ON_ORDER,
    ),
    "partial": (
        "on = partial(receiver, post_save)\n",
        ON + "@on(sender=Order)\ndef f(**kw): ...\n",
    ),
    "partial with a sender": (
        "on = partial(receiver, sender=Order)\n",
        ON + "@on(post_save)\ndef f(**kw): ...\n",
    ),
    "ready made": ("on = receiver(post_save, sender=Order)\n", ON + "@on\ndef f(**kw): ...\n"),
    "known sender": (
        "def on(f):\n    post_save.connect(f, sender=Order)\n    return f\n",
        ON + "@on\ndef f(**kw): ...\n",
    ),
    "of a class": (
        (
            "class Hooks:\n    @staticmethod\n    def on(sender):\n        def wrap(f):\n"
            "            post_save.connect(f, sender=sender)\n            return f\n        return wrap\n"
        ),
        "from shop.deco import Hooks\n@Hooks.on(Order)\ndef f(**kw): ...\n",
    ),
    "of a module": (
        "def on(sender):\n    return receiver(post_save, sender=sender)\n",
        "from shop import deco\n@deco.on(Order)\ndef f(**kw): ...\n",
    ),
    "by another name": (
        "def on(sender):\n    return receiver(post_save, sender=sender)\n",
        "from shop.deco import on as saved\n@saved(Order)\ndef f(**kw): ...\n",
    ),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_decorator_of_the_project_that_connects_is_followed(name):
    assert seen(*VARIANTS[name]) == [((SAVE,), (ORDER,), None)]


@pytest.mark.parametrize("name", VARIANTS)
def test_a_focus_on_the_function_sees_it_as_well(name):
    index = replace(index_of(*VARIANTS[name]), focus={"shop/signals.py": frozenset({"f"})}, memo={})
    assert [(item.signals, item.senders) for item in index.connections] == [((SAVE,), (ORDER,))]


def test_a_decorator_may_take_a_list_of_signals_or_senders():
    several = "def on(signals, *senders):\n    def wrap(f):\n        for signal in signals:\n            for sender in senders:\n                signal.connect(f, sender=sender)\n        return f\n    return wrap\n"
    use = ON + "@on([post_save, post_delete], Order, Line)\ndef f(**kw): ...\n"
    assert seen(several, use) == [((SAVE, DELETE), (ORDER, "shop.models.Line"), None)]


def test_a_uid_that_the_decorator_makes_is_not_known():
    own = "def on(f):\n    post_save.connect(f, dispatch_uid=f.__name__)\n    return f\n"
    assert seen(own, ON + "@on\ndef f(**kw): ...\n") == [((SAVE,), (), "f.__name__")]


UNKNOWN = {
    "options of the use": (
        "def on(signal, **options):\n    return receiver(signal, **options)\n",
        ON + "@on(post_save, **load())\ndef f(**kw): ...\n",
    ),
    "options of the decorator": (
        "def on(signal):\n    return receiver(signal, **load())\n",
        ON + "@on(post_save)\ndef f(**kw): ...\n",
    ),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_options_that_nothing_tells_are_unknown_and_not_any(name):
    (item,) = index_of(*UNKNOWN[name]).connections
    assert (item.signals, item.senders) == ((SAVE,), ())
    assert ast.unparse(item.sender) == ast.unparse(item.uid) == "load()"


def test_a_copy_of_django_inside_the_project_is_django():
    copy = "def receiver(signal, **kwargs):\n    def wrap(f):\n        signal.connect(f, **kwargs)\n        return f\n    return wrap\n"
    extra = {
        "django/__init__.py": "",
        "django/dispatch/__init__.py": "from .dispatcher import receiver\n",
        "django/dispatch/dispatcher.py": copy,
    }
    use = HEAD + "@receiver(post_save, sender=Order)\ndef f(**kw): ...\n"
    index = make_index({**extra, "shop/signals.py": use})
    assert [item.senders for item in index.connections] == [(ORDER,)]


OTHERS = {
    "no connecting": "def on(sender):\n    def wrap(f):\n        return f\n    return wrap\n",
    "connecting another": (
        "def g(**kw): ...\ndef on(sender):\n    def wrap(f):\n        post_save.connect(g, sender=sender)\n        return f\n    return wrap\n"
    ),
    "partial of another": "def make(*a, **k): ...\non = partial(make, post_save)\n",
    "another receiver": "from shop.radio import receiver\ndef on(sender):\n    return receiver(post_save, sender=sender)\n",
    "a class without a call": "class on:\n    def __init__(self, sender):\n        self.sender = receiver\n",
}


@pytest.mark.parametrize("name", OTHERS)
def test_another_decorator_registers_nothing(name):
    assert seen(OTHERS[name], ON_ORDER) == []
