"""SG106: a disconnect that fits no connect."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings, mended

CODE = "SG106"
F = "def f(sender, **kwargs): ...\n"

FLAGGED = [
    F
    + "post_save.connect(f, sender=Tag, dispatch_uid='a')\npost_save.disconnect(f, sender=Tag)  # SG106\n",
    F + "post_save.connect(f, sender=Tag)\npost_save.disconnect(f)  # SG106\n",
    F + "post_save.connect(f)\npost_save.disconnect(f, sender=Tag)  # SG106\n",
    F + "O = {'sender': Tag}\npost_save.connect(f, **O)\npost_save.disconnect(f)  # SG106\n",
    F
    + "post_save.connect(f, sender=Tag, **load())\npost_save.disconnect(f, sender=Line)  # SG106\n",
    F + "post_save.connect(f, sender=Tag)\npost_save.disconnect(f, sender=Line)  # SG106\n",
    F + "post_save.connect(f, sender=Tag)\npost_save.disconnect(f, sender='shop.Line')  # SG106\n",
    F + "post_save.connect(f, sender=Order)\npost_save.disconnect(f, sender=OrderProxy)  # SG106\n",
    F
    + "post_save.connect(f, sender=Tag, dispatch_uid='a')\npost_save.disconnect(sender=Line, dispatch_uid='a')  # SG106\n",
    F
    + "post_save.connect(f, sender=Tag, dispatch_uid='a')\npost_save.disconnect(f, Tag, 'b')  # SG106\n",
    F
    + "class R:\n    def on(self, model):\n        post_save.connect(f, sender=model, dispatch_uid=str(model))\n"
    "    def off(self, model):\n        post_save.disconnect(dispatch_uid=str(model))  # SG106\n",
    "@receiver(post_save, sender=Tag, dispatch_uid='a')\n" + F + "def quietly(row):\n"
    "    post_save.disconnect(f, sender=Tag)  # SG106\n    row.save()\n    post_save.connect(f, sender=Tag)\n",
    "from elsewhere import h\npost_save.connect(h, sender=Tag)\npost_save.disconnect(h, sender=Line)  # SG106\n",
]
FLAGGED += [
    F + "post_save.connect(f, sender=Tag)\npost_save.disconnect(sender=Tag)  # SG106\n",
    "def off():\n    post_save.disconnect()  # SG106\n",
    "def off(model):\n    post_save.disconnect(None, sender=model)  # SG106\n",
    "paid = Signal()\ndef off():\n    paid.disconnect(sender=Tag)  # SG106\n",
]
SILENT = [
    F + "post_save.connect(f, **load())\npost_save.disconnect(f)\n",
    F + "post_save.connect(f, **load())\npost_save.disconnect(f, sender=Tag, dispatch_uid='a')\n",
    F + "@receiver(post_save, **load())\n" + F + "post_save.disconnect(f, dispatch_uid='a')\n",
    F + "post_save.connect(f, sender=Tag)\npost_save.disconnect(f, sender=Tag)\n",
    F + "post_save.connect(f, sender=Tag)\npost_save.disconnect(f, sender='shop.Tag')\n",
    F
    + "post_save.connect(f, sender=Tag, dispatch_uid='a')\npost_save.disconnect(sender=Tag, dispatch_uid='a')\n",
    F + "post_save.disconnect(f, sender=Tag)\n",
    F + "post_delete.connect(f)\npost_save.disconnect(f, sender=Tag)\n",
    F
    + "post_save.connect(f, sender=Tag)\npost_save.connect(f, sender=Line)\npost_save.disconnect(f, sender=Line)\n",
    F
    + "def off(model):\n    post_save.disconnect(f, sender=model)\npost_save.connect(f, sender=Tag)\n",
    F
    + "def on(model):\n    post_save.connect(f, sender=model)\npost_save.disconnect(f, sender=Tag)\n",
    F
    + "for m in (Tag, Line):\n    post_save.connect(f, sender=m)\npost_save.disconnect(f, sender=Line)\n",
    F
    + "post_save.connect(f, sender=Tag, dispatch_uid='a')\ndef off(uid):\n    post_save.disconnect(f, Tag, uid)\n",
    F + "post_save.connect(f, sender=Tag)\npost_save.disconnect(f, **options)\n",
    F
    + "post_save.connect(f, sender='other.Thing')\npost_save.disconnect(f, sender='thing.Other')\n",
    "def off(handler):\n    post_save.disconnect(handler, sender=Tag)\n"
    + F
    + "post_save.connect(f)\n",
    "@receiver(post_save, sender=User)\n" + F + "post_save.disconnect(f, sender='auth.User')\n",
    "def off(handler):\n    post_save.disconnect(handler)\n    post_save.disconnect(sender=Tag, dispatch_uid='a')\n",
    "def off(*what):\n    post_save.disconnect(*what)\n",
    "from elsewhere.signals import done\ndone.disconnect(sender=Tag)\n",
    "class Own(Signal):\n    def disconnect(self, *a, **k): ...\npaid = Own()\npaid.disconnect(sender=Tag)\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(HEAD + source, CODE)


@pytest.mark.parametrize(
    ("connect", "disconnect", "wanted"),
    [
        ("f, sender=Tag, dispatch_uid='a'", "f, sender=Tag", "f, sender=Tag, dispatch_uid='a'"),
        ("f, sender=Tag, dispatch_uid='a'", "f", "f, sender=Tag, dispatch_uid='a'"),
        ("f", "f, sender=Tag", "f, sender=None"),
        ("f, sender=Tag", "f, sender=Line,", "f, sender=Tag,"),
        ("f, sender='shop.Tag', dispatch_uid='a'", "f, Line, 'b'", "f, 'shop.Tag', 'a'"),
    ],
)
def test_the_fix_writes_what_the_connect_says(connect, disconnect, wanted):
    source = HEAD + F + f"post_save.connect({connect})\npost_save.disconnect({disconnect})\n"
    (found,) = findings(source, CODE)
    assert found.fix.safe
    data = source.encode()
    for edit in sorted(found.fix.edits, reverse=True):
        data = data[: edit.start] + edit.new.encode() + data[edit.end :]
    assert data.decode().splitlines()[-1] == f"post_save.disconnect({wanted})"


def test_of_two_connects_none_is_the_one_to_copy():
    source = (
        HEAD
        + F
        + "post_save.connect(f, sender=Tag)\npost_save.connect(f, sender=Line)\npost_save.disconnect(f)\n"
    )
    (found,) = findings(source, CODE)
    assert found.fix is None


AROUND = """\
from django.dispatch import Signal

done = Signal()
LOG = []


def note(sender, **kwargs):
    LOG.append(sender)


done.connect(note, dispatch_uid="shop.note")


def quietly():
    done.disconnect(note)
    done.send("inside")
    done.connect({again})
"""


def heard(source: str) -> list[str]:
    """Return what the receiver hears of two quiet turns and a loud one, of real signals of Django's."""
    names: dict[str, object] = {}
    exec(source, names)  # noqa: S102 - our own text
    names["quietly"]()
    names["quietly"]()
    names["done"].send("outside")
    return names["LOG"]


@pytest.mark.parametrize("again", ["note", "note, sender=None"])
def test_the_fix_connects_again_under_the_same_uid(again: str):
    source = AROUND.format(again=again)
    assert heard(source) == ["inside", "inside", "outside", "outside"]
    fixed = mended({"shop/signals.py": source}, CODE)["shop/signals.py"].decode()
    assert fixed.count('dispatch_uid="shop.note"') == 3
    assert heard(fixed) == ["outside"]


def test_what_is_connected_again_under_its_uid_is_left_alone():
    source = AROUND.format(again='note, dispatch_uid="shop.note"')
    fixed = mended({"shop/signals.py": source}, CODE)["shop/signals.py"].decode()
    assert fixed.count('dispatch_uid="shop.note"') == 3
    assert heard(fixed) == ["outside"]


TESTS = "from unittest import TestCase\n\nfrom elsewhere import load\n" + HEAD
SET_UP = "class OrderTests(TestCase):\n    def setUp(self):\n        "
NAMELESS = [
    SET_UP + "post_save.disconnect()  # SG106\n",
    SET_UP + "post_save.disconnect(sender=Order)  # SG106\n",
    SET_UP + "post_save.disconnect(None, Order)  # SG106\n",
    "def test_it():\n    post_save.disconnect(sender=Order)  # SG106\n",
]
NAMED = [
    SET_UP + "post_save.disconnect(f)\n",
    SET_UP + "post_save.disconnect(sender=Order, dispatch_uid='a')\n",
    SET_UP + "post_save.disconnect(**load())\n",
    SET_UP + "post_save.disconnect(*load())\n",
    SET_UP + "load().disconnect()\n",
]


@pytest.mark.parametrize("path", ["shop/tests.py", "tests/test_it.py", "conftest.py"])
@pytest.mark.parametrize("source", NAMELESS)
def test_a_test_that_disconnects_nothing_is_found(source, path):
    assert_flags({path: TESTS + source}, CODE)
    # It leaves nothing off for other tests either.
    assert_silent({path: TESTS + source.replace("  # SG106", "")}, "SG118")


@pytest.mark.parametrize("source", NAMED)
def test_a_test_that_names_one_is_left_alone(source):
    assert_silent({"shop/tests.py": TESTS + source}, CODE)
