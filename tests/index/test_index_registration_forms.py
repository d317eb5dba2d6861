"""Signals that are not written where they are used."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "check"))

from check_kit import HEAD, make_index

S = "django.db.models.signals."
SAVE, DELETE = S + "post_save", S + "post_delete"
ORDER, LINE = "shop.models.Order", "shop.models.Line"
F = "\ndef f(**kw): ...\ndef g(**kw): ...\n"


def seen(source, extra=None):
    files = {"shop/signals.py": source, **(extra or {})}
    return [
        (item.signals, item.senders, item.receiver.name if item.receiver else None)
        for item in make_index(files).connections
    ]


BOTH = ((SAVE, DELETE), (), "f")
SIGNALS = {
    "a list in a name": "BOTH = [post_save, post_delete]\n@receiver(BOTH)\ndef f(**kw): ...\n",
    "a star": "ONE = (post_save,)\n@receiver([*ONE, post_delete])\ndef f(**kw): ...\n",
    "a sum": "ONE = [post_save]\n@receiver(ONE + [post_delete])\ndef f(**kw): ...\n",
    "a sum in a name": "ONE = [post_save]\nTWO = ONE + [post_delete]\n@receiver(TWO)\ndef f(**kw): ...\n",
    "a class attribute": "class A:\n    on = [post_save, post_delete]\n@receiver(A.on)\ndef f(**kw): ...\n",
    "a loop over a name": "BOTH = [post_save, post_delete]\nfor s in BOTH:\n    s.connect(f)\ndef f(**kw): ...\n",
    "a comprehension": "def f(**kw): ...\ndef ready():\n    [s.connect(f) for s in (post_save, post_delete)]\n",
    "getattr": "from django.db.models import signals\n"
    "@receiver([getattr(signals, 'post_save'), getattr(signals, 'post_delete')])\ndef f(**kw): ...\n",
    "getattr in a loop": "from django.db.models import signals\ndef ready():\n"
    "    for name in ('post_save', 'post_delete'):\n        getattr(signals, name).connect(f)\n"
    "def f(**kw): ...\n",
    "getattr in a name of a loop": "from django.db.models import signals\ndef ready():\n"
    "    for name in ('post_save', 'post_delete'):\n        one = getattr(signals, name)\n"
    "        one.connect(f)\ndef f(**kw): ...\n",
    "getattr in a list": "from django.db.models import signals\nNAMES = ['post_save', 'post_delete']\n"
    "@receiver([getattr(signals, name) for name in NAMES])\ndef f(**kw): ...\n",
}


@pytest.mark.parametrize("name", SIGNALS)
def test_a_list_of_signals_is_seen_wherever_it_is_written(name):
    assert seen(HEAD + SIGNALS[name]) == [BOTH]


CALLED = "class Note:\n    def __call__(self, **kw): ...\n"
OBJECTS = {
    "made in place": CALLED + "post_save.connect(Note(), weak=False)\n",
    "in a name": CALLED + "note = Note()\npost_save.connect(note)\n",
    "in a local name": CALLED + "def ready():\n    note = Note()\n    post_save.connect(note)\n",
    "of a base": CALLED + "class Own(Note): ...\nnote = Own()\npost_save.connect(note)\n",
}


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_that_can_be_called_is_its_method(name):
    assert seen(HEAD + OBJECTS[name]) == [((SAVE,), (), "__call__")]


@pytest.mark.parametrize(
    "source",
    [
        "class Note: ...\nnote = Note()\npost_save.connect(note)\n",
        "note = load()\npost_save.connect(note)\n",
        "from elsewhere import Note\npost_save.connect(Note(), weak=False)\n",
    ],
)
def test_an_object_of_which_no_method_is_known_is_no_function(source):
    assert seen(HEAD + source) == [((SAVE,), (), None)]


def test_a_signal_may_be_named_where_it_is_connected():
    source = HEAD + "def f(**kw): ...\ndef ready():\n    (s := post_save).connect(f)\n"
    assert seen(source) == [((SAVE,), (), "f")]


UNTOLD = [
    "BOTH = [post_save]\nBOTH.append(post_delete)\n@receiver(BOTH)\ndef f(**kw): ...\n",
    "BOTH = load()\n@receiver(BOTH)\ndef f(**kw): ...\n",
    "@receiver(getattr(signals, name))\ndef f(**kw): ...\n",
    "@receiver(getattr(shop, 'Order'))\ndef f(**kw): ...\n",
    *(
        f"from django.db.models import signals\ndef ready():\n    {loop}\n"
        "        getattr(signals, name).connect(f)\ndef f(**kw): ...\n"
        for loop in (
            "for name in load():",
            "for name in ('post_save', chosen):",
            "for name in ('post_save', 3):",
            "for other in ('post_save',):",
        )
    ),
    "def ready():\n    for n in ('Order', 'Line'):\n        getattr(shop, n).connect(f)\n" + F,
    "@receiver([getattr(signals, n) for n in ('post_save',) if n in used])\ndef f(**kw): ...\n",
    "def ready():\n    (s := load()).connect(f)\n    (s := socket).connect(f)\ndef f(**kw): ...\n",
    "def ready(post_save):\n    post_save.connect(f)\ndef f(**kw): ...\n",
    "for s in load():\n    s.connect(f)\ndef f(**kw): ...\n",
    "a = b\nb = a\ndef ready():\n    c = d\n    d = c\n    c.connect(f)\ndef f(**kw): ...\n",
]


@pytest.mark.parametrize("source", UNTOLD)
def test_signals_that_nothing_tells_are_none(source):
    assert seen(HEAD + source) == []


PAIRS = "((post_save, f), (post_delete, g))"
LOOPS = {
    "module": F + f"for s, h in {PAIRS}:\n    s.connect(h, sender=Order)\n",
    "name": F + f"ALL = {PAIRS}\nfor s, h in ALL:\n    s.connect(h, sender=Order)\n",
    "function": F + f"def ready():\n    for s, h in {PAIRS}:\n        s.connect(h, sender=Order)\n",
    "dict": F + "ALL = {post_save: f, post_delete: g}\n"
    "for s, h in ALL.items():\n    s.connect(h, sender=Order)\n",
    "sender": F + "for s, h, m in ((post_save, f, Order), (post_delete, g, Order)):\n"
    "    s.connect(h, sender=m)\n",
    "receiver": F + f"for s, h in {PAIRS}:\n    receiver(s, sender=Order)(h)\n",
}


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_over_pairs_connects_each_function_to_its_own_signal(name):
    assert seen(HEAD + LOOPS[name]) == [((SAVE,), (ORDER,), "f"), ((DELETE,), (ORDER,), "g")]


def test_a_loop_over_functions_connects_each():
    source = HEAD + F + "for h in (f, g):\n    post_save.connect(h, sender=Order)\n"
    assert seen(source) == [((SAVE,), (ORDER,), "f"), ((SAVE,), (ORDER,), "g")]


def test_a_dict_of_self_has_what_the_methods_put_into_it():
    fill = "class A:\n    def __init__(self, x):\n        self.all = {post_save: f}\n"
    more = (
        "        if x:\n            self.all[post_delete] = g\n        self.other[post_init] = g\n"
    )
    go = "    def go(self):\n        for s, h in self.all.items():\n            s.connect(h, sender=Order)\n"
    assert seen(HEAD + F + fill + more + go) == [
        ((SAVE,), (ORDER,), "f"),
        ((DELETE,), (ORDER,), "g"),
    ]
    assert seen(HEAD + F + fill.replace("{post_save: f}", "load()") + more + go) == []


def test_pairs_that_do_not_fit_their_names_are_not_taken_apart():
    source = HEAD + F + "for s, h in (load(), (post_delete, g, 1)):\n    s.connect(h)\n"
    assert seen(source) == []


def test_a_loop_further_up_says_nothing_of_a_name():
    source = (
        HEAD
        + "def ready(s):\n    for s in (post_save,):\n        print(s)\n    other.s.connect(f)\n"
    )
    assert seen(source + F) == []


ATTRIBUTES = {
    "of a class": "class Hub:\n    paid = Signal()\n@receiver(Hub.paid)\ndef f(**kw): ...\n",
    "of a base": "class Base:\n    paid = Signal()\nclass Hub(Base): ...\n"
    "Hub.paid.connect(f)\ndef f(**kw): ...\n",
    "self": "class Hub:\n    paid = Signal()\n    def go(self):\n        self.paid.connect(f)\n"
    "def f(**kw): ...\n",
    "cls": "class Hub:\n    paid = Signal()\n    @classmethod\n    def go(cls):\n"
    "        cls.paid.connect(f)\ndef f(**kw): ...\n",
}


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_a_signal_may_be_an_attribute_of_a_class(name):
    ((signals, senders, function),) = seen(HEAD + ATTRIBUTES[name])
    assert (signals[0][-5:], senders, function) == (".paid", (), "f")


def test_a_signal_may_be_an_attribute_of_a_model():
    models = "from django.db import models\nfrom django.dispatch import Signal\nclass Order(models.Model):\n    paid = Signal()\n"
    source = HEAD + "@Order.paid.connect\ndef f(**kw): ...\nOrder.paid.send(1)\n"
    files = {"shop/models.py": models, "shop/signals.py": source}
    index = make_index(files)
    assert [item.signals for item in index.connections] == [(ORDER + ".paid",)]
    assert [item.signal for item in index.signal_calls()] == [ORDER + ".paid"]


@pytest.mark.parametrize(("made", "sends"), [("Signal()", 1), ("Socket()", 0), ("None", 0)])
def test_a_signal_of_the_own_class_is_sent(made, sends):
    source = f"class Hub:\n    paid = {made}\n    def pay(self):\n        self.paid.send(self)\n"
    assert len(make_index(HEAD + source).signal_calls()) == sends


@pytest.mark.parametrize(
    "source",
    [
        "class Hub:\n    paid = Socket()\n    def go(self):\n        self.paid.connect(f)\n",
        "class Hub:\n    def go(self):\n        self.socket.connect(f)\n",
        "class Hub: ...\nHub.paid.connect(f)\n",
    ],
)
def test_an_attribute_that_is_no_signal_is_not_seen(source):
    assert seen(HEAD + source + F) == []


OSCAR = "from oscar.core.loading import get_class\n"


def test_a_signal_that_oscar_looks_up_is_its_own():
    source = (
        OSCAR
        + "placed = get_class('order.signals', 'order_placed')\n@receiver(placed)\ndef f(**kw): ...\n"
    )
    assert seen(HEAD + source) == [(("oscar.apps.order.signals.order_placed",), (), "f")]


def test_a_signal_that_is_looked_up_may_be_one_of_a_fork_of_the_app():
    extra = {
        "order/__init__.py": "",
        "order/signals.py": "from django.dispatch import Signal\norder_placed = Signal()\n",
    }
    source = OSCAR + "get_class('order.signals', 'order_placed').connect(f)\ndef f(**kw): ...\n"
    assert seen(source, extra) == [(("order.signals.order_placed",), (), "f")]


@pytest.mark.parametrize(
    "source",
    [
        "from shop.tools import get_class\nget_class('order.signals', 'x').connect(f)\n",
        OSCAR + "get_class('order.models', 'Order').connect(f)\n",
        OSCAR + "get_class(name, 'order_placed').connect(f)\n",
    ],
)
def test_what_is_looked_up_and_no_signal_is_not_seen(source):
    assert seen(source + F) == []


PACKAGES = {
    "upper case": ("from x.signals import THING_CREATED as s\n", "s", "x.signals.THING_CREATED"),
    "attribute": ("import reversion\n", "reversion.post_commit", "reversion.post_commit"),
    "upper attribute": ("from x import signals\n", "signals.MADE", "x.signals.MADE"),
}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_signal_of_an_installed_package_is_seen(name):
    head, written, wanted = PACKAGES[name]
    source = (
        head + f"from django.dispatch import receiver\n@receiver({written})\ndef f(**kw): ...\n"
    )
    assert seen(source) == [((wanted,), (), "f")]


@pytest.mark.parametrize(
    "source",
    [
        "import signal\n@receiver(signal.SIGTERM)\ndef f(**kw): ...\n",
        "from shop.models import Order\n@receiver(Order)\ndef f(**kw): ...\n",
        "@receiver(nobody.knows)\ndef f(**kw): ...\n",
        "from other import receiver\nimport x\n@receiver(x.y)\ndef f(**kw): ...\n",
        "from x import db\ndb.connect(f)\n",
        "from x.signals import Bus\nBus.connect(f)\n",
    ],
)
def test_what_is_imported_and_no_signal_is_not_seen(source):
    assert seen("from django.dispatch import receiver\n" + source + F) == []


def test_a_connection_to_whatever_signal_is_seen_as_one_to_an_unknown():
    source = HEAD + F + "def go(signal, cls):\n    signal.connect(f, sender=cls)\n"
    assert seen(source) == [((), (), "f")]


def test_a_connection_to_whatever_needs_to_look_like_djangos():
    source = (
        HEAD
        + F
        + "def go(signal, cls):\n    signal.connect(f)\n    signal.connect(cls, sender=1)\n"
    )
    assert seen(source) == []


TAKEN = "from django.contrib.auth.signals import user_logged_out\nfrom django.dispatch import receiver\n"


def test_a_function_may_bear_the_name_of_its_signal():
    source = TAKEN + "@receiver(user_logged_out)\ndef user_logged_out(**kw): ...\n"
    wanted = (("django.contrib.auth.signals.user_logged_out",), (), "user_logged_out")
    assert seen(source) == [wanted]


def test_below_such_a_function_the_name_means_the_function():
    source = (
        TAKEN + "def user_logged_out(**kw): ...\n@receiver(user_logged_out)\ndef f(**kw): ...\n"
    )
    inside = (
        TAKEN + "def go():\n    user_logged_out.connect(f)\ndef user_logged_out(**kw): ...\n" + F
    )
    assert seen(source) == seen(inside) == []


CELERY = {
    "current_app": "from celery import current_app as c\n@c.on_after_finalize.connect\ndef f(**kw): ...\n",
    "app": "from celery import Celery\napp = Celery('shop')\n"
    "@app.on_after_configure.connect\ndef f(**kw): ...\n",
    "elsewhere": "from shop.worker import app\napp.on_after_fork.connect(f)\ndef f(**kw): ...\n",
}


@pytest.mark.parametrize("name", CELERY)
def test_the_signals_of_a_celery_app_are_seen(name):
    worker = {"shop/worker.py": "import celery\napp = celery.Celery('shop')\n"}
    ((signals, _, function),) = seen(CELERY[name], worker)
    assert signals[0].startswith("celery.app.base.Celery.on_after_")
    assert function == "f"


def test_an_app_of_another_kind_has_no_signals_of_celery():
    source = "class Web: ...\napp = Web()\n@app.on_after_configure.connect\ndef f(**kw): ...\n"
    assert seen(source) == []
