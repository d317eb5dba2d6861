"""SG110: a registration that is no registration."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, mended

CODE = "SG110"
F = "def f(sender, **kwargs): ...\n"
G = "def g(sender, **kwargs):\n    print(sender)\n"

FLAGGED = [
    "@receiver  # SG110\n" + F,
    "import django.dispatch\n@django.dispatch.receiver  # SG110\n" + F,
    "@receiver(post_save, Invoice)  # SG110\n" + F,
    "@receiver(post_save, post_delete)  # SG110\n" + F,
    "@receiver(post_save, Invoice, 'uid')  # SG110\n" + F,
    "@receiver(sender=Invoice)  # SG110\n" + F,
    "@receiver()  # SG110\n" + F,
    "@post_save.connect(sender=Invoice)  # SG110\n" + F,
    "@post_save  # SG110\n" + F,
    "@post_save(sender=Invoice)  # SG110\n" + F,
    G + "post_save(g, sender=Invoice)  # SG110\n",
    # Under names of the file's own.
    "from django.dispatch import receiver as on\n@on  # SG110\n" + F,
    "from django.dispatch import receiver as on\n@on(post_save, Invoice)  # SG110\n" + F,
    (
        "from django.db.models.signals import post_save as saved\n"
        + G
        + "saved(g, sender=Invoice)  # SG110\n"
    ),
    G + "def wire():\n    post_save(g)  # SG110\n",
    "from django.db.models import signals\n"
    + G
    + "signals.post_save(g, sender=Invoice)  # SG110\n",
    "paid = Signal()\ndef pay(order):\n    paid(sender=Invoice, order=order)  # SG110\n",
    G + "post_save.connect(g(Invoice), sender=Invoice)  # SG110\n",
    G + "post_save.connect(receiver=g(Invoice))  # SG110\n",
    (
        "from django.apps import AppConfig\n" + G + "class A(AppConfig):\n    def ready(self):\n"
        "        from django.db.models.signals import post_save\n"
        "        post_save(g, sender=Invoice)  # SG110\n"
    ),
]
SILENT = [
    "@receiver(post_save)\n" + F,
    "from django.dispatch import receiver as on\n@on(post_save, sender=Invoice)\n" + F,
    "from elsewhere import post_save as saved\n" + G + "saved(g, sender=Invoice)\n",
    "@receiver(post_save, sender=Invoice)\n" + F,
    "@receiver([post_save, post_delete], dispatch_uid='x')\n" + F,
    "@receiver(signal=post_save)\n" + F,
    "@receiver(*WHERE)\n" + F,
    "@receiver(**WHERE)\n" + F,
    "def receiver(f): return f\n@receiver\n" + F,
    "def receiver(signal, model): return lambda f: f\n@receiver(post_save, Invoice)\n" + F,
    "from blinker import receiver\n@receiver\n" + F,
    "from elsewhere import signal\n@signal\n" + F,
    "from elsewhere.signals import paid\npaid(1)\n",
    "class Own(Signal):\n    def __call__(self, f): ...\npaid = Own()\n@paid\n" + F,
    "@post_save.connect\n" + F,
    G + "post_save.connect(g, sender=Invoice)\n",
    "def make(kind):\n    def g(sender, **kwargs): ...\n    return g\npost_save.connect(make(1), weak=False)\n",
    "def make(kind):\n    return kind or None\npost_save.connect(make(1), weak=False)\n",
    "def make(kind):\n    yield kind\npost_save.connect(make(1), weak=False)\n",
    "@wrapped\ndef make(kind):\n    print(kind)\npost_save.connect(make(1), weak=False)\n",
    "from functools import partial\n" + G + "post_save.connect(partial(g, 1), weak=False)\n",
    "post_save.connect(unknown(1))\n",
    "post_save.connect(*HOW)\n",
    (
        "class Made:\n    def __init__(self): ...\n    def __call__(self, sender, **kwargs): ...\n"
        "made = Made()\npost_save.connect(Made())\n"
    ),
    "class View:\n    def post_save(self, obj): ...\n    def go(self, obj):\n        self.post_save(obj)\n",
    "def post_save(obj): ...\npost_save(1)\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_flags(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_stays_silent(source):
    assert_silent(HEAD + source, CODE)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@receiver(post_save, Invoice)\n" + F, "@receiver(post_save, sender=Invoice)\n" + F),
        (
            "@receiver(post_save, Invoice, dispatch_uid='x')\n" + F,
            "@receiver(post_save, sender=Invoice, dispatch_uid='x')\n" + F,
        ),
        (G + "post_save(g, sender=Invoice)\n", G + "post_save.connect(g, sender=Invoice)\n"),
    ],
)
def test_it_mends(before, after):
    done = mended({"shop/signals.py": HEAD + before}, CODE)
    assert done["shop/signals.py"].decode() == HEAD + after


@pytest.mark.parametrize(
    "source",
    [
        "@receiver(post_save, Invoice, 'uid')\n" + F,
        "@receiver(post_save, post_delete)\n" + F,
        "paid = Signal()\ndef pay(order):\n    paid(sender=Invoice, order=order)\n",
        "@receiver(post_save, Invoice, sender=Line)\n" + F,
    ],
)
def test_what_may_mean_two_things_is_left(source):
    files = {"shop/signals.py": HEAD + source}
    assert mended(files, CODE) == files
