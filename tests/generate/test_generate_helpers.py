"""The helper module, run in real Django: each test is one that the usual code for the same purpose fails."""

from __future__ import annotations

import subprocess
import sys

import django as installed
import pytest
from generate_kit import again, build, django, run

SPEC = """
app: shop
model: Order
helpers: [mute_signals, cache_invalidator, connect_receivers]
handlers:
  - {name: saved, signal: post_save, on_create: 'print("saved")', on_change: {status: 'print("changed", old)'}}
  - {name: tagged, signal: m2m_changed, model: Product, field: tags, on_add: 'print("tagged")'}
  - {name: logged_in, signal: user_logged_in, body: 'print("in")'}
signals:
  - {name: paid, sender: Order, args: {n: int}, handlers: [{name: counted, body: 'print("paid", n)'}]}
"""
PAIR = """
from threading import Event, Thread
import asyncio, gc
from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import Signal
from shop.signal_utils import *
from shop import signals as ours

heard = []
signal = Signal()
def one(sender, **kwargs): heard.append("one")
def two(sender, **kwargs): heard.append("two")
def three(sender, **kwargs): heard.append("three")
signal.connect(one)
signal.connect(two, weak=False, dispatch_uid="two")
signal.connect(three, sender=Order)
def hear(sender=Order):
    heard.clear()
    signal.send(sender=sender)
    return " ".join(heard)
"""


@pytest.fixture(scope="module", params=["", "typed: true\n"], ids=["plain", "typed"])
def shop(request, tmp_path_factory):
    """The shop with every helper; tests only run code in it."""
    root = build(tmp_path_factory.mktemp("helpers") / "shop")
    run(root, SPEC + request.param).write()
    assert again(root, SPEC + request.param) == []
    return root


def says(root, code):
    return django(root, PAIR + code).splitlines()


MUTES = {
    "order and uid stay": (
        """
before = list(signal.receivers)
print(hear())
with mute_signals(signal, receivers=[two]):
    print(hear())
print(hear(), signal.receivers == before)
""",
        ["one two three", "one three", "one two three True"],
    ),
    "what was not connected is not connected": (
        """
def stranger(sender, **kwargs): heard.append("stranger")
with mute_signals(signal, receivers=[stranger]):
    print(hear())
signal.disconnect(one)
with mute_signals(signal, receivers=[one, two]):
    print(hear())
print(hear())
""",
        ["one two three", "three", "two three"],
    ),
    "what is disconnected meanwhile stays so": (
        """
def late(sender, **kwargs): heard.append("late")
with mute_signals(signal, receivers=[one, two, three]):
    signal.connect(late)
    signal.disconnect(one)
    print(hear())
print(hear())
""",
        ["late", "two three late"],
    ),
    "strong references stay strong": (
        """
with mute_signals(signal, receivers=[two]):
    print(hear())
del two
gc.collect()
print(hear())
""",
        ["one three", "one two three"],
    ),
    "nesting": (
        """
same = mute_signals(signal, receivers=[one])
with mute_signals(signal, receivers=[three]), same:
    try:
        with same, mute_signals(signal, receivers=[two]):
            print(repr(hear()))
            raise KeyError
    except KeyError:
        print(hear())
print(hear())
""",
        ["''", "two", "one two three"],
    ),
    "another thread hears everything": (
        """
muted, done = Event(), Event()
def other():
    muted.wait(20)
    print(hear())
    done.set()
thread = Thread(target=other)
thread.start()
with mute_signals(signal, receivers=[one, two, three]):
    muted.set()
    assert done.wait(20)
    print(repr(hear()))
thread.join()
""",
        ["one two three", "''"],
    ),
}
NAIVE = """
class mute_signals:
    def __init__(self, signal, receivers):
        self.signal, self.receivers = signal, receivers
    def __enter__(self):
        for receiver in self.receivers:
            self.signal.disconnect(receiver)
            self.signal.disconnect(receiver, sender=Order)
            self.signal.disconnect(dispatch_uid=receiver.__name__)
    def __exit__(self, *error):
        for receiver in self.receivers:
            self.signal.connect(receiver)
"""


@pytest.mark.parametrize("trap", MUTES)
def test_muting(trap, shop):
    code, expected = MUTES[trap]
    assert says(shop, code) == expected


@pytest.mark.parametrize("trap", MUTES)
def test_disconnecting_instead_of_muting_is_found_out(trap, tmp_path):
    code, expected = MUTES[trap]
    root = build(tmp_path, {"shop/signal_utils.py": "", "shop/signals.py": ""})
    assert says(root, NAIVE + code) != expected


def test_all_receivers_of_a_signal_are_muted(shop):
    assert says(shop, "with mute_signals(signal):\n    print(repr(hear()))\nprint(hear())") == [
        "''",
        "one two three",
    ]


def test_no_receivers_are_none_and_not_all(shop):
    assert says(shop, "with mute_signals(signal, receivers=[]):\n    print(hear())") == [
        "one two three"
    ]


def test_only_what_the_sender_sends_is_muted(shop):
    code = """
with mute_signals(signal, sender=Product):
    print(hear())
    print(repr(hear(Product)))
"""
    assert says(shop, code) == ["one two three", "''"]


def test_functions_and_coroutines_are_decorated(shop):
    code = """
@mute_signals(signal, receivers=[one])
def quietly(again):
    print(hear())
    if again: quietly(False)
    return 7
print(quietly(True), quietly.__name__)

@mute_signals(signal, receivers=[two])
async def later():
    await asyncio.sleep(0)
    print(hear())
    return 8
async def both():
    async def beside():
        print(hear())
    print(await later())
    with mute_signals(signal, receivers=[three]):
        await asyncio.gather(later(), beside())
    print(hear())
asyncio.run(both())
print(hear())
"""
    muted = ["two three", "two three", "7 quietly", "one three", "8"]
    assert says(shop, code) == [*muted, "one two", "one", "one two three", "one two three"]


def test_classes_and_generators_are_no_functions(shop):
    code = """
class Case:
    def test(self): ...
def rows():
    yield hear()
async def later():
    yield hear()
for one_of_them in (Case, rows, later):
    try:
        mute_signals(signal)(one_of_them)
    except TypeError as error:
        print(error)
def muted():
    with mute_signals(signal):
        yield hear()
print(repr(next(muted())))
"""
    told = "mute_signals() decorates functions: use `with` inside"
    assert says(shop, code) == [told] * 3 + ["''"]


@pytest.mark.skipif(installed.VERSION < (5, 0), reason="async receivers need Django 5.0")
def test_async_receivers_are_muted(shop):
    code = """
async def slow(sender, **kwargs): heard.append("slow")
signal.connect(slow)
print(hear())
with mute_signals(signal, receivers=[slow, one]):
    print(hear())
"""
    assert says(shop, code) == ["one two three slow", "two three"]


def test_the_receivers_of_models_are_muted(shop):
    code = """
one = Customer.objects.create(name="1")
with mute_signals(post_save, sender=Order):
    order = Order.objects.create(customer=one)
Order.objects.create(customer=one)
with mute_signals(post_save, receivers=[ours.saved]):
    order.status = "paid"
    order.save()
order.status = "sent"
order.save()
"""
    assert says(shop, code) == ["saved", "changed paid"]


def test_something_must_be_muted(shop):
    code = "try:\n    mute_signals(sender=Order)\nexcept TypeError as error:\n    print(error)"
    assert says(shop, code) == ["mute_signals() needs a signal"]


CACHE = """
from unittest import mock
deleted = mock.patch.object(cache, "delete_many", side_effect=lambda keys: print(*keys)).start()
"""


def test_keys_go_together_and_after_the_commit(shop):
    code = """
with transaction.atomic():
    CacheInvalidator.add("b", "a")
    with transaction.atomic():
        CacheInvalidator.add("c", "a")
    print("not yet")
CacheInvalidator.add("d")
"""
    assert says(shop, CACHE + code) == ["not yet", "a b c", "d"]


def test_a_rollback_takes_its_keys_with_it(shop):
    code = """
with transaction.atomic():
    CacheInvalidator.add("a")
    transaction.set_rollback(True)
with transaction.atomic():
    CacheInvalidator.add("b")
with transaction.atomic():
    with transaction.atomic():
        CacheInvalidator.add("c")
        transaction.set_rollback(True)
    CacheInvalidator.add("d")
"""
    assert says(shop, CACHE + code) == ["b", "d"]


def test_each_database_has_its_own_commit(shop):
    code = """
with transaction.atomic(using="other"):
    with transaction.atomic():
        CacheInvalidator.add("a")
        CacheInvalidator.add("b", using="other")
    print("not yet")
"""
    assert says(shop, CACHE + code) == ["a", "not yet", "b"]


def test_keys_that_a_callback_adds_go_as_well(shop):
    code = """
with transaction.atomic():
    CacheInvalidator.add("a")
    transaction.on_commit(lambda: CacheInvalidator.add("b"))
    CacheInvalidator.add("c")
"""
    assert says(shop, CACHE + code) == ["a c", "b"]


def test_tests_may_capture_twice(shop):
    code = """
from django.test import TestCase
with transaction.atomic():
    for key in "ab":
        with TestCase.captureOnCommitCallbacks(execute=True) as callbacks:
            CacheInvalidator.add(key)
        print(len(callbacks))
"""
    assert says(shop, CACHE + code)[:4] == ["a", "1", "b", "1"]


def test_patterns_need_a_cache_that_can_scan(shop):
    code = """
try:
    CacheInvalidator.add("a", patterns=["b:*"])
except Exception as error:
    print(type(error).__name__)
with mock.patch.object(cache, "delete_pattern", print, create=True), transaction.atomic():
    CacheInvalidator.add("a", patterns=["c:*", "b:*"])
    CacheInvalidator.add(patterns=["b:*"])
    print("not yet")
"""
    assert says(shop, CACHE + code) == ["ImproperlyConfigured", "not yet", "a", "b:*", "c:*"]


ROWS = """
def act():
    order = Order.objects.create(customer=Customer.objects.create(name="1"))
    order.status = "paid"
    order.save()
    product = Product.objects.create(name="p")
    product.tags.add(Tag.objects.create(name="t"))
    ours.paid.send(sender=Order, n=3)
"""
ALL = ["saved", "changed new", "tagged", "paid 3"]


def test_receivers_are_connected_once(shop):
    assert says(shop, ROWS + "connect_receivers()\nconnect_receivers()\nact()") == ALL


def test_receivers_are_disconnected_and_connected_again(shop):
    code = """
disconnect_receivers()
disconnect_receivers()
act()
print("-")
connect_receivers()
act()
"""
    assert says(shop, ROWS + code) == ["-", *ALL]


@pytest.mark.parametrize("name", ["mute_signals", "cache_invalidator", "connect_receivers"])
def test_one_helper_comes_alone(name, tmp_path):
    spec = SPEC.replace("[mute_signals, cache_invalidator, connect_receivers]", name)
    outcome = run(build(tmp_path), spec).write()
    text = outcome.text("shop/signal_utils.py")
    wanted = {"cache_invalidator": "class CacheInvalidator"}.get(name, name)
    assert [
        word
        for word in ("mute_signals", "class CacheInvalidator", "connect_receivers")
        if word in text
    ] == [wanted]
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--select",
        "E,F,W,I,UP,B,SIM,C4,PIE,RET",
    ]
    done = subprocess.run(
        [*command, str(tmp_path / "shop/signal_utils.py")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_nothing_is_written_unasked(tmp_path):
    assert (
        "shop/signal_utils.py"
        not in run(build(tmp_path), SPEC.replace("helpers:", "# helpers:")).changed()
    )


def test_helpers_of_the_project_stay(tmp_path):
    own = "def mute_signals():\n    return None\n"
    outcome = run(
        build(tmp_path, {"shop/signal_utils.py": own}), SPEC.replace(", connect_receivers", "")
    )
    text = outcome.text("shop/signal_utils.py")
    assert own in text
    assert "class mute_signals" not in text
    assert "class CacheInvalidator" in text


def test_the_receivers_may_use_the_helpers(tmp_path):
    spec = SPEC + "imports: [from .signal_utils import CacheInvalidator]\n"
    spec = spec.replace('print("saved")', "CacheInvalidator.add(str(instance.pk), using=using)")
    root = build(tmp_path)
    run(root, spec).write()
    code = 'Order.objects.create(pk=9, customer=Customer.objects.create(name="1"))\nconnect_receivers()'
    assert says(root, CACHE + code) == ["9"]


HANDLERS = """
from django.db.models.signals import post_delete
from django.dispatch import receiver


@receiver(post_delete)
def old(sender, **kwargs):
    pass
"""


def test_receivers_in_a_package_are_found(tmp_path):
    root = build(tmp_path, {"shop/signals/__init__.py": "", "shop/signals/handlers.py": HANDLERS})
    run(root, SPEC).write()
    pair = "from shop.signals import handlers\n" + ROWS.replace("ours.paid", "handlers.paid")
    assert says(root, pair + "connect_receivers()\nact()") == ALL


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ("helpers: [mute_signal]", "invalid-value"),
        ("helpers: [mute_signals, mute_signals]", "duplicate-value"),
        ("helpers: connect_receivers", "nothing-to-connect"),
        ("helpers: []", "empty-value"),
    ],
)
def test_wrong_helpers_are_pointed_at(spec, code, tmp_path):
    outcome = run(build(tmp_path), f"app: shop\n{spec}\n")
    assert [(p.code, p.line) for p in outcome.problems] == [(code, 2)]


OTHER = "app: shop\nmodel: Tag\nhelpers: HELPERS\nhandlers: [{name: b, signal: post_save, body: 'print(1)'}]\n"


@pytest.mark.parametrize(
    ("helpers", "codes"), [("connect_receivers", ["helper-taken"]), ("mute_signals", [])]
)
def test_an_app_has_one_list_of_receivers(helpers, codes, tmp_path):
    root = build(tmp_path)
    other = OTHER.replace("HELPERS", helpers)
    assert [p.code for p in run(root, SPEC, other).problems] == codes * 2
    run(root, SPEC).write()
    assert [p.code for p in run(root, "app: shop\n", other).problems] == codes
