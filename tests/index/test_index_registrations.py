"""Every form of registration is seen, with its signals, senders and function; what is none is not."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "check"))

from check_kit import HEAD, make_index

S = "django.db.models.signals."
ORDER = "shop.models.Order"


def seen(source, extra=None):
    files = {"shop/signals.py": source, **(extra or {})}
    return [
        (item.signals, item.senders, item.receiver.dotted if item.receiver else None)
        for item in make_index(files).connections
    ]


FORMS = {
    "plain": (
        HEAD + "@receiver(post_save, sender=Order)\ndef f(**kw): ...\n",
        (S + "post_save",),
        (ORDER,),
    ),
    "list": (
        HEAD + "@receiver([post_save, post_delete])\ndef f(**kw): ...\n",
        (S + "post_save", S + "post_delete"),
        (),
    ),
    "alias": (
        (
            "from django.dispatch import receiver as on\nfrom django.db.models.signals import post_save as saved\n"
            "@on(saved)\ndef f(**kw): ...\n"
        ),
        (S + "post_save",),
        (),
    ),
    "module": (
        (
            "from django.db.models import signals\nfrom django import dispatch\n"
            "@dispatch.receiver(signals.post_save, sender='shop.Order')\ndef f(**kw): ...\n"
        ),
        (S + "post_save",),
        ("shop.Order",),
    ),
    "package": (
        (
            "from django.db import models\nfrom django.dispatch import receiver\n"
            "@receiver(models.signals.post_save)\ndef f(**kw): ...\n"
        ),
        (S + "post_save",),
        (),
    ),
    "connect": (
        HEAD + "def f(**kw): ...\npost_save.connect(f, sender=Order)\n",
        (S + "post_save",),
        (ORDER,),
    ),
    "positional": (
        HEAD + "def f(**kw): ...\npost_save.connect(f, Order)\n",
        (S + "post_save",),
        (ORDER,),
    ),
    "called": (
        HEAD + "def f(**kw): ...\nreceiver(post_save, sender=Order)(f)\n",
        (S + "post_save",),
        (ORDER,),
    ),
    "in a function": (
        HEAD + "def f(**kw): ...\ndef setup():\n    post_save.connect(f, sender=Order)\n",
        (S + "post_save",),
        (ORDER,),
    ),
    "loop over models": (
        HEAD
        + "def f(**kw): ...\nfor model in (Order, Line):\n    post_save.connect(f, sender=model)\n",
        (S + "post_save",),
        (ORDER, "shop.models.Line"),
    ),
    "loop over signals": (
        HEAD
        + "def f(**kw): ...\nfor s in [post_save, post_delete]:\n    s.connect(f, sender=Order)\n",
        (S + "post_save", S + "post_delete"),
        (ORDER,),
    ),
    "through": (
        HEAD + "@receiver(m2m_changed, sender=Order.tags.through)\ndef f(**kw): ...\n",
        (S + "m2m_changed",),
        (ORDER + ".tags.through",),
    ),
    "get_model": (
        HEAD + "from django.apps import apps\nM = apps.get_model('shop', 'Order')\n"
        "@receiver(post_save, sender=M)\ndef f(**kw): ...\n",
        (S + "post_save",),
        ("shop.Order",),
    ),
    "user setting": (
        HEAD
        + "from django.conf import settings\n@receiver(post_save, sender=settings.AUTH_USER_MODEL)\n"
        "def f(**kw): ...\n",
        (S + "post_save",),
        ("settings.AUTH_USER_MODEL",),
    ),
    "own signal": (
        HEAD + "paid = Signal()\n@receiver(paid)\ndef f(**kw): ...\n",
        ("shop.signals.paid",),
        (),
    ),
    "subclass of Signal": (
        HEAD + "class Sig(Signal): ...\npaid = Sig()\n@receiver(paid)\ndef f(**kw): ...\n",
        ("shop.signals.paid",),
        (),
    ),
    "factory": (
        HEAD
        + "def make():\n    return Signal()\npaid = make()\npaid.connect(f := 1)\n@receiver(paid)\ndef f(**kw): ...\n",
        ("shop.signals.paid",),
        (),
    ),
    "celery": (
        "from celery.signals import task_success\n@task_success.connect\ndef f(**kw): ...\n",
        ("celery.signals.task_success",),
        (),
    ),
    "under try": (
        (
            "try:\n    from django.db.models.signals import post_save\nexcept ImportError:\n    pass\n"
            "from django.dispatch import receiver\n@receiver(post_save)\ndef f(**kw): ...\n"
        ),
        (S + "post_save",),
        (),
    ),
    "local import": (
        HEAD
        + "def setup():\n    from django.db.models.signals import post_init as p\n    p.connect(f)\ndef f(**kw): ...\n",
        (S + "post_init",),
        (),
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_seen(name):
    source, signals, senders = FORMS[name]
    assert (signals, senders, "shop.signals.f") in seen(source)


def test_stacked_decorators_are_two_registrations_of_one_receiver():
    source = (
        HEAD
        + "@receiver(post_save, sender=Order)\n@receiver(post_delete, sender=Line)\ndef f(**kw): ...\n"
    )
    index = make_index(source)
    (receiver,) = index.receivers
    assert len(receiver.connections) == 2
    assert receiver.senders == (ORDER, "shop.models.Line")


def test_a_decorator_of_the_project_that_connects_is_one_in_another_module_too():
    extra = {
        "shop/deco.py": "from functools import wraps\n\ndef on(signal, sender):\n    def outer(func):\n"
        "        @wraps(func)\n        def wrapper(*args, **kwargs):\n            return func(*args, **kwargs)\n"
        "        signal.connect(wrapper, sender=sender, dispatch_uid=func.__name__)\n        return wrapper\n    return outer\n"
    }
    source = HEAD + "from shop.deco import on\n@on(post_save, Order)\ndef f(**kw): ...\n"
    assert seen(source, extra) == [((S + "post_save",), (ORDER,), "shop.signals.f")]


def test_names_are_followed_through_reexports_and_star_imports():
    extra = {
        "shop/events/__init__.py": "from .inner import *\n",
        "shop/events/inner.py": "from django.dispatch import Signal\npaid = Signal()\n",
        "shop/handlers.py": "def f(**kw): ...\n",
        "shop/public.py": "from shop.handlers import f as handler\nfrom shop.models import Order as Bestellung\n",
    }
    source = "from shop import events, public\nevents.paid.connect(public.handler, sender=public.Bestellung)\n"
    assert seen(source, extra) == [(("shop.events.inner.paid",), (ORDER,), "shop.handlers.f")]


METHODS = [
    "class A:\n    def f(self, **kw): ...\n    def ready(self):\n        post_save.connect(self.f)\n",
    "class A:\n    @staticmethod\n    def f(**kw): ...\npost_save.connect(A.f)\n",
    "class A:\n    def f(self, **kw): ...\na = A()\npost_save.connect(a.f)\n",
    "class B:\n    def f(self, **kw): ...\nclass A(B): ...\ndef setup():\n    a = A()\n    post_save.connect(a.f)\n",
]


@pytest.mark.parametrize("source", METHODS)
def test_methods_are_found(source):
    ((_, _, function),) = seen(HEAD + source)
    assert function.endswith(".f")


MADE = {
    "on the spot": "post_save.connect(make(1), weak=False)\n",
    "in a name": "def go():\n    h = make(1)\n    post_save.connect(h, weak=False)\n",
}


@pytest.mark.parametrize("name", MADE)
def test_a_function_that_a_factory_returns_is_found(name):
    make = "def make(x):\n    def inner(**kw):\n        print(x)\n    return {}\n"
    wanted = [((S + "post_save",), (), "shop.signals.make.inner")]
    assert seen(HEAD + make.format("inner") + MADE[name]) == wanted
    unknown = [((S + "post_save",), (), None)]
    assert seen(HEAD + make.format("wraps(inner)") + MADE[name]) == unknown


NOTHING = [
    "socket.connect(f)\ndef f(): ...\n",
    "import sqlite3\nsqlite3.connect(':memory:')\n",
    'TEXT = """\n@receiver(post_save)\ndef f(**kw): ...\n"""\n',
    "def f():\n    '''\n    >>> post_save.connect(g)\n    '''\n",
    "# post_save.connect(f)\n",
    "from shop.models import Order\nOrder.connect(f)\n",
    "from signal import signal\n@receiver(signal)\ndef f(**kw): ...\n",
    "def later(signal, f):\n    signal.connect(f)\n",
]


@pytest.mark.parametrize("source", NOTHING)
def test_what_is_no_registration_is_not_seen(source):
    assert seen(HEAD + source) == []


@pytest.mark.parametrize(
    "path",
    [
        "shop/migrations/0001_initial.py",
        "shop/tests/test_x.py",
        "shop/tests.py",
        "conftest.py",
        "shop/test_views.py",
    ],
)
def test_tests_and_migrations_are_left_out(path):
    source = HEAD + "@receiver(post_save)\ndef f(**kw): ...\n"
    assert make_index({path: source}).connections == ()


def test_an_app_that_is_called_test_is_no_test():
    source = HEAD + "@receiver(post_save)\ndef f(**kw): ...\n"
    index = make_index(
        {"shop/test/signals.py": source, "shop/test/__init__.py": "", "shop/test/models.py": ""}
    )
    assert len(index.connections) == 1


def test_models_are_found_with_their_inheritance():
    index = make_index("")
    order = index.models.get(ORDER)
    assert [parent.name for parent in order.parents] == ["Base"]
    assert order.parents[0].abstract
    assert not order.abstract
    assert order.label == "shop.Order"
    assert {item.name: item.kind for item in order.fields}["tags"] == "m2m"
    assert index.models.get("shop.models.OrderProxy").proxy
    assert index.model("shop.order") is order
    assert index.models.get("shop.apps.ShopConfig") is None


def test_sends_and_disconnects_are_found():
    source = (
        HEAD
        + "paid = Signal()\ndef pay(o):\n    paid.send(sender=o)\n    post_save.disconnect(pay, sender=Order)\n    mail.send()\n"
    )
    assert [(item.method, item.signal) for item in make_index(source).signal_calls()] == [
        ("send", "shop.signals.paid"),
        ("disconnect", S + "post_save"),
    ]


BOTH = (
    HEAD
    + "@receiver(post_save, sender=Order)\ndef mine(**kw): ...\n\n\n@receiver(post_save)\ndef theirs(**kw): ...\n"
)
ELSEWHERE = HEAD + "def other(**kw): ...\n\n\npost_delete.connect(other)\n"


def focused(names):
    index = make_index(
        {"shop/signals.py": BOTH, "shop/more.py": ELSEWHERE, "shop/tests/test_it.py": BOTH}
    )
    return replace(index, focus=names, memo={})


def test_a_focus_leaves_only_the_functions_that_it_names():
    index = focused({"shop/signals.py": frozenset({"mine"})})
    assert [item.function.name for item in index.receivers] == ["mine"]


@pytest.mark.parametrize(
    "names", [{}, {"shop/signals.py": frozenset({"nobody"})}, {"gone.py": frozenset({"mine"})}]
)
def test_a_focus_on_nothing_finds_nothing(names):
    index = focused(names)
    assert (index.connections, index.receivers, index.signal_calls()) == ((), (), ())


def test_the_whole_project_is_there_for_whoever_asks():
    index = focused({"shop/signals.py": frozenset({"mine"})})
    assert [item.function.name for item in index.everything().receivers] == [
        "other",
        "mine",
        "theirs",
    ]
    assert index.everything().everything() is index.everything()
    assert index.everything().receivers[1].function is index.receivers[0].function


def test_a_star_that_only_hands_on_what_the_package_has_is_passed_over():
    """The first of the starred modules imports the name from the package itself: a circle."""
    files = {
        "shop/kinds/__init__.py": "from .first import *\nfrom .second import *\n",
        "shop/kinds/first.py": "from shop.kinds import Kind\n",
        "shop/kinds/second.py": "from django.db import models\n\n\nclass Kind(models.Model):\n    pass\n",
        "shop/signals.py": HEAD
        + "from shop.kinds import Kind\n\n\n@receiver(post_save, sender=Kind)\ndef f(**kw): ...\n",
    }
    index = make_index(files)
    (item,) = index.connections
    assert index.model(item.senders[0]).dotted == "shop.kinds.second.Kind"
