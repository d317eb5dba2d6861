"""SG308: several senders in one ``sender``."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, mended

CODE = "SG308"
F = "def f(sender, **kwargs): ...\n"
LOCAL = "def wire():\n    post_save.connect(f, sender=[Invoice, Line])  # SG308\n" + F

FLAGGED = [
    "@receiver(post_save, sender=[Invoice, Line])  # SG308\n" + F,
    "@receiver(post_save, sender=(Invoice, Line))  # SG308\n" + F,
    "@receiver(post_save, sender=(Invoice,))  # SG308\n" + F,
    "@receiver(post_save, sender={Invoice, Line})  # SG308\n" + F,
    "@receiver(post_save, sender=Invoice or Line)  # SG308\n" + F,
    "@receiver(post_save, sender=(Invoice or Line))  # SG308\n" + F,
    "@receiver(post_save, sender=Invoice and Line)  # SG308\n" + F,
    "@receiver(post_save, sender=Invoice | Line)  # SG308\n" + F,
    "@receiver([post_save, post_delete], sender=['shop.Invoice', 'shop.Line'])  # SG308\n" + F,
    "@receiver(post_save, sender=tuple([Invoice, Line]))  # SG308\n" + F,
    "@receiver(post_save, sender=[m for m in (Invoice, Line)])  # SG308\n" + F,
    "MODELS = [Invoice, Line]\n@receiver(post_save, sender=MODELS)  # SG308\n" + F,
    F + "post_save.connect(f, sender=[Invoice, Line])  # SG308\n",
    F + "post_save.connect(f, (Invoice, Line), dispatch_uid='x')  # SG308\n",
    LOCAL,
    "paid = Signal()\n@receiver(paid, sender=[Invoice, Line])  # SG308\n" + F,
    (
        "from django.conf import settings\n"
        "@receiver(post_save, sender=(settings.AUTH_USER_MODEL or Line))  # SG308\n" + F
    ),
    (
        "from django.contrib.auth import get_user_model\n"
        "@receiver(post_save, sender=get_user_model() or Invoice)  # SG308\n" + F
    ),
]
SILENT = [
    "@receiver(post_save, sender=Invoice)\n" + F,
    "@receiver(post_save, sender=(Invoice))\n" + F,
    "@receiver([post_save, post_delete], sender=Invoice)\n" + F,
    "@receiver((post_save, post_delete))\n" + F,
    "@receiver(post_save, sender=Invoice)\n@receiver(post_save, sender=Line)\n" + F,
    F + "for model in [Invoice, Line]:\n    post_save.connect(f, sender=model)\n",
    F + "[post_save.connect(f, sender=model) for model in (Invoice, Line)]\n",
    "from django.conf import settings\n@receiver(post_save, sender=settings.SENDER or Invoice)\n"
    + F,
    "try:\n    from x import Extra\nexcept ImportError:\n    Extra = None\n"
    "@receiver(post_save, sender=Extra or Invoice)\n" + F,
    "@receiver(post_save, sender=Invoice if DEBUG else Line)\n" + F,
    (
        "def receiver_of(signal, sender):\n    def wrap(f):\n        for one in sender:\n"
        "            signal.connect(f, sender=one)\n        return f\n    return wrap\n"
        "@receiver_of(post_save, sender=[Invoice, Line])\n" + F
    ),
    (
        "class Own(Signal):\n    def connect(self, receiver, sender=None, **kwargs): ...\n"
        "paid = Own()\n@receiver(paid, sender=[Invoice, Line])\n" + F
    ),
    "from elsewhere.signals import done\n@receiver(done, sender=[Invoice, Line])\n" + F,
    "MODELS = [Invoice]\nMODELS.append(Line)\n@receiver(post_save, sender=MODELS)\n" + F,
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_flags(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_stays_silent(source):
    assert_silent(HEAD + source, CODE)


FIXED = [
    (
        "@receiver(post_save, sender=[Invoice, Line])\n" + F,
        "@receiver(post_save, sender=Invoice)\n@receiver(post_save, sender=Line)\n" + F,
    ),
    (
        "@receiver(post_save, sender=(Invoice or Line))  # why\n" + F,
        "@receiver(post_save, sender=(Invoice))\n@receiver(post_save, sender=(Line))  # why\n" + F,
    ),
    (
        "@receiver(\n    post_save,\n    sender=(Invoice, 'shop.Line'),\n)\n" + F,
        "@receiver(\n    post_save,\n    sender=Invoice,\n)\n@receiver(\n    post_save,\n    sender='shop.Line',\n)\n"
        + F,
    ),
    (
        F + "def wire():\n    post_save.connect(f, sender=[Invoice, Line], weak=False)\n",
        F
        + "def wire():\n    post_save.connect(f, sender=Invoice, weak=False)\n"
        + "    post_save.connect(f, sender=Line, weak=False)\n",
    ),
    ("@receiver(post_save, sender=(Invoice,))\n" + F, "@receiver(post_save, sender=Invoice)\n" + F),
]


@pytest.mark.parametrize(("before", "after"), FIXED)
def test_each_sender_gets_a_registration_of_its_own(before, after):
    done = mended({"shop/signals.py": HEAD + before}, CODE)
    assert done["shop/signals.py"].decode() == HEAD + after


@pytest.mark.parametrize(
    "source",
    [
        "@receiver(post_save, sender=[\n    Invoice,  # the first\n    Line,\n])\n" + F,
        F + "wire = lambda: post_save.connect(f, sender=[Invoice, Line])\n",
        "@receiver(post_save, sender=[*MODELS])\n" + F,
        "@receiver(post_save, sender=[])\n" + F,
    ],
)
def test_what_cannot_be_repeated_is_left(source):
    files = {"shop/signals.py": HEAD + source}
    assert mended(files, CODE) == files
