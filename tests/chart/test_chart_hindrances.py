"""``signalgen why`` in more broken projects: the cause stands first. Beside each kind of cause stands a sound twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_chart_why import APPS, FITS, HEAD, LOADS, NOTE, READY, REAL, make

import signalgen
from signalgen.cli.plain import run

if TYPE_CHECKING:
    from pathlib import Path

SENT, BEFORE, STAYS = (
    "the project sends it",
    "the receivers before it let it run",
    "it stays connected",
)
PAID = "from django.dispatch import Signal\n\npaid = Signal()\n"
HEARS_PAID = HEAD.replace("from shop.models", "from shop.signals import paid\nfrom shop.models") + (
    NOTE.replace("post_save", "paid")
)
SENDS = (
    "from shop.models import Order, Tag\nfrom shop.signals import paid\n\n\n"
    "def buy(request):\n    paid.send(sender={0}, instance=request)\n"
)
OFF = (
    "        from django.db.models.signals import post_save\n\n        from shop.models import Order\n\n"
    "        post_save.disconnect({0})\n"
)
UID = HEAD + NOTE.replace("sender=Order", "sender=Order, dispatch_uid='n'")
FIRST = "@receiver(post_save, sender=Order)\ndef guard(sender, **kwargs):\n    {0}\n\n\n"
OWN = "@receiver(post_save, sender=Order)\ndef note(sender, instance, raw, **kwargs):\n    {0}\n    Tag.objects.create()\n"

BROKEN = {
    "a misspelt module": (
        {"shop__apps": APPS.replace("import receivers", "import recievers")},
        LOADS,
        "nothing imports",
    ),
    "an import behind a return": (
        {"shop__apps": APPS.replace("        from", "        return\n        from")},
        LOADS,
        "returns before it imports it",
    ),
    "an import below if False": (
        {"shop__apps": APPS.replace("        from", "        if False:\n            from")},
        LOADS,
        "a condition that is never true",
    ),
    "a ready() without super()": (
        {
            "shop__apps": APPS
            + "\n\nclass MoreConfig(ShopConfig):\n    default = True\n\n    def ready(self):\n        print(1)\n"
        },
        LOADS,
        "Django uses MoreConfig",
    ),
    "an import of the tests only": (
        {"shop__apps": APPS.replace(READY, ""), "shop__tests": "from shop import receivers\n"},
        LOADS,
        "nothing imports",
    ),
    "a nested function": (
        {
            "shop__receivers": HEAD
            + "def make():\n    def note(sender, **kwargs):\n        print(1)\n\n"
            "    post_save.connect(note, sender=Order)\n\n\nmake()\n"
        },
        REAL,
        "nested function note weakly",
    ),
    "a partial": (
        {
            "shop__receivers": "from functools import partial\n"
            + HEAD
            + "def note(text, sender, **kwargs):\n    print(text)\n\n\n"
            "post_save.connect(partial(note, 'x'), sender=Order)\n"
        },
        REAL,
        "a partial weakly",
    ),
    "a method of a new object": (
        {
            "shop__receivers": HEAD
            + "class Notes:\n    def note(self, sender, **kwargs):\n        print(1)\n\n\n"
            "post_save.connect(Notes().note, sender=Order)\n"
        },
        REAL,
        "a new Notes weakly",
    ),
    "a uid that is taken": (
        {
            "shop__receivers": HEAD
            + "@receiver(post_save, sender=Order, dispatch_uid='n')\ndef first(sender, **kwargs):\n    print(1)\n\n\n"
            + NOTE.replace("sender=Order", "sender=Order, dispatch_uid='n'")
        },
        REAL,
        "already has the dispatch_uid 'n'",
    ),
    "the result of a function": (
        {
            "shop__receivers": HEAD
            + "def note(sender=None, **kwargs):\n    print(1)\n\n\npost_save.connect(note(), sender=Order)\n"
        },
        REAL,
        "the return value of note(), which is None",
    ),
    "disconnected below": (
        {"shop__receivers": HEAD + NOTE + "\n\npost_save.disconnect(note, sender=Order)\n"},
        STAYS,
        "disconnected on import",
    ),
    "disconnected in ready() by its uid": (
        {
            "shop__receivers": UID,
            "shop__apps": APPS + OFF.format("sender=Order, dispatch_uid='n'"),
        },
        STAYS,
        "disconnected in ShopConfig.ready()",
    ),
    "a list of senders": (
        {"shop__receivers": HEAD + NOTE.replace("sender=Order", "sender=[Order, Gift]")},
        FITS,
        "is a list",
    ),
    "a label that no model has": (
        {"shop__receivers": HEAD + NOTE.replace("sender=Order", "sender='shop.Ordr'")},
        FITS,
        "there is no model",
    ),
    "a name that is no label": (
        {"shop__receivers": HEAD + NOTE.replace("sender=Order", "sender='Order'")},
        FITS,
        "not a model label",
    ),
    "an abstract sender": (
        {"shop__receivers": HEAD + NOTE.replace("sender=Order", "sender=Base")},
        FITS,
        "Base is abstract",
    ),
    "a receiver before it that raises": (
        {"shop__receivers": HEAD + FIRST.format("raise ValueError") + NOTE},
        BEFORE,
        "guard runs before it and raises",
    ),
    "work for fixtures only": (
        {"shop__receivers": HEAD + OWN.format("if not raw:\n        return")},
        "its code runs",
        "only while fixtures are loaded",
    ),
}


def broken(root: Path, model: str, signal: str) -> list[tuple[str, str]]:
    """Return the cause of each chain of a receiver called note that has one."""
    chains = signalgen.why(root, model, signal).chains
    found = [chain.broken for chain in chains if "note" in chain.receiver]
    return [(link.asks, link.says) for link in found if link is not None]


@pytest.mark.parametrize(("more", "asks", "says"), BROKEN.values(), ids=BROKEN)
def test_the_cause_stands_first(tmp_path: Path, more: dict[str, str], asks: str, says: str):
    (cause,) = broken(make(tmp_path, **more), "shop.Order", "post_save")
    assert cause[0] == asks
    assert says in cause[1]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "nothing sends it"),
        ({"shop__views": SENDS.format("Tag")}, "sent with shop.Tag as the sender only"),
    ],
    ids=["nobody sends it", "another sender"],
)
def test_a_custom_signal_must_be_sent_with_the_model(tmp_path: Path, more: dict[str, str], says):
    root = make(tmp_path, **{"shop__signals": PAID, "shop__receivers": HEARS_PAID, **more})
    (cause,) = broken(root, "Order", "paid")
    assert cause[0] == SENT
    assert says in cause[1]


def test_another_signal_of_the_name_is_not_the_one_that_is_sent(tmp_path: Path):
    more = {
        "shop__signals": PAID,
        "shop__more": PAID,
        "shop__receivers": HEARS_PAID.replace("shop.signals", "shop.more"),
        "shop__views": SENDS.format("Order"),
    }
    (cause,) = broken(make(tmp_path, **more), "Order", "shop.signals.paid")
    assert cause == ("it listens to shop.signals.paid", "it is connected to shop.more.paid")


TESTS = (
    "from unittest.mock import patch\n\nfrom django.db.models.signals import post_save\n"
    "from django.test import TestCase\n\nfrom shop.models import Order\nfrom shop.receivers import note\n\n\n"
    "class OrderTests(TestCase):\n    def test_saved(self):\n"
)
PATCHED = TESTS + (
    "        with patch('shop.receivers.note') as note:\n            Order.objects.create()\n"
    "        note.assert_called_once()\n"
)
ON_COMMIT = (
    "from django.db import transaction\n" + HEAD + "from shop.tasks import bill\n\n\n"
    "@receiver(post_save, sender=Order)\ndef note(sender, instance, **kwargs):\n"
    "    transaction.on_commit(lambda: bill.delay(instance.pk))\n"
)
TASKS = "from celery import shared_task\n\n\n@shared_task\ndef bill(pk):\n    print(pk)\n"
BILLED = (
    "        with patch('shop.receivers.bill') as bill:\n            Order.objects.create()\n"
    "        bill.delay.assert_called_once()\n"
)
STAYS_OFF = (
    TESTS + "        post_save.disconnect(note, sender=Order)\n        Order.objects.create()\n"
)
IN_TESTS = {
    "a patched receiver": ({"shop__tests": PATCHED}, "SG116", "patches the name note"),
    "a patched receiver, in pytest": (
        {
            "shop__tests": "def test_saved(mocker):\n    note = mocker.patch('shop.receivers.note')\n"
            "    note.assert_called_once()\n"
        },
        "SG116",
        "patches the name note",
    ),
    "a disconnect that is left behind": (
        {"shop__tests": STAYS_OFF}, "SG118", "nothing here connects it again"
    ),
    "a disconnect without the uid": (
        {
            "shop__receivers": UID,
            "shop__tests": STAYS_OFF + "        post_save.connect(note, sender=Order, dispatch_uid='n')\n",
        },
        "SG118",
        "this disconnects nothing",
    ),
    "a commit that never comes": (
        {"shop__receivers": ON_COMMIT, "shop__tasks": TASKS, "shop__tests": TESTS + BILLED},
        "SG117",
        "shop.tasks.bill is called only on commit",
    ),
}  # fmt: skip
WELL_TESTED = {
    "a patch of what it calls": {
        "shop__tests": PATCHED.replace("receivers.note'", "receivers.Tag'")
    },
    "a disconnect that is undone": {
        "shop__tests": STAYS_OFF + "        self.addCleanup(post_save.connect, note, sender=Order)\n"
    },
    "another one is disconnected": {
        "shop__receivers": HEAD + NOTE + "\n\n" + NOTE.replace("note", "tell").replace("Tag", "Gift"),
        "shop__tests": STAYS_OFF.replace("note", "tell"),
    },
    "a commit that is captured": {
        "shop__receivers": ON_COMMIT,
        "shop__tasks": TASKS,
        "shop__tests": TESTS + BILLED.replace(
            "with patch", "with self.captureOnCommitCallbacks(execute=True), patch"
        ),
    },
}  # fmt: skip


@pytest.mark.parametrize(("more", "rule", "says"), IN_TESTS.values(), ids=IN_TESTS)
def test_what_tests_do_stands_first_where_nothing_else_is_wrong(
    tmp_path: Path, more: dict[str, str], rule: str, says: str
):
    root = make(tmp_path, **more)
    (chain,) = signalgen.why(root, "Order", "post_save", "note").chains
    assert (chain.broken.asks, chain.broken.rule) == ("its tests see it", rule)
    assert says in chain.broken.says
    assert (root / chain.broken.path).is_file()


@pytest.mark.parametrize("more", WELL_TESTED.values(), ids=WELL_TESTED)
def test_tests_that_are_sound_are_no_cause(tmp_path: Path, more: dict[str, str]):
    assert broken(make(tmp_path, **more), "Order", "post_save") == []


def test_a_cause_in_the_project_stands_before_one_in_its_tests(tmp_path: Path):
    root = make(tmp_path, shop__tests=PATCHED, shop__apps=APPS.replace(READY, ""))
    assert [asks for asks, _ in broken(root, "Order", "post_save")] == [LOADS]


DECORATED = "@receiver(post_save, sender=Order)\n"


@pytest.mark.parametrize(
    ("receivers", "says"),
    [
        (NOTE.replace(DECORATED, "@receiver\n"), "without parentheses connects nothing"),
        (
            NOTE.replace(DECORATED, "") + "\n\npost_save(note, sender=Order)\n",
            "post_save",
        ),
    ],
)
@pytest.mark.parametrize("receiver", ["", "note"])
def test_what_registers_nothing_is_told(tmp_path: Path, receivers: str, says: str, receiver: str):
    root = make(tmp_path, receivers)
    (chain,) = signalgen.why(root, "Order", "post_save", receiver).chains
    assert (chain.receiver, chain.broken.asks) == ("shop.receivers.note", REAL)
    assert says in chain.broken.says


def test_a_call_that_registers_nothing_is_told_of_its_own_model_and_signal(tmp_path: Path):
    root = make(tmp_path, NOTE.replace(DECORATED, "") + "\n\npost_save(note, sender=Order)\n")
    assert signalgen.why(root, "Tag", "post_save").chains == ()
    assert signalgen.why(root, "Order", "post_delete").chains == ()


def test_a_module_with_two_names_runs_its_receivers_twice(tmp_path: Path, capsys):
    apps = APPS.replace("import receivers", "import receivers\n        import site.shop.receivers")
    root = make(tmp_path / "site", shop__apps=apps)
    (tmp_path / "manage.py").write_text(
        "import os, sys\nsys.path.insert(0, 'site')\n"
        "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n"
    )
    (root / "manage.py").unlink()
    (chain,) = signalgen.why(tmp_path, "Order", "post_save").chains
    assert (chain.broken.asks, chain.broken.rule) == ("it is registered once", "SG108")
    assert run(["why", "Order", "post_save", "--project", str(tmp_path)]) == 0
    assert "post_save of shop.Order runs it twice" in capsys.readouterr().out


SOUND = {
    "a return behind the import": {"shop__apps": APPS + "        return\n"},
    "a return of another branch": {
        "shop__apps": APPS.replace("        from", "        if on():\n            return\n        from")
    },
    "disconnected before it is connected": {
        "shop__receivers": HEAD
        + "def note(sender, **kwargs):\n    Tag.objects.create()\n\n\n"
        "post_save.disconnect(note, sender=Order)\npost_save.connect(note, sender=Order)\n"
    },
    "another uid is disconnected": {
        "shop__receivers": UID,
        "shop__apps": APPS + OFF.format("sender=Order, dispatch_uid='m'"),
    },
    "disconnected under a condition": {
        "shop__apps": APPS
        + "        if on():\n            from django.db.models.signals import post_save\n\n"
        "            post_save.disconnect(receivers.note)\n"
    },
    "the result of a factory": {
        "shop__receivers": HEAD
        + "def make():\n    def note(sender, **kwargs):\n        Tag.objects.create()\n\n    return note\n\n\n"
        "kept = make()\npost_save.connect(kept, sender=Order)\n"
    },
    "a receiver before it that may raise": {
        "shop__receivers": HEAD
        + FIRST.format("if kwargs['raw']:\n        return\n    raise ValueError")
        + NOTE
    },
    "a receiver behind it that raises": {
        "shop__receivers": HEAD + NOTE + "\n\n" + FIRST.format("raise ValueError").rstrip() + "\n"
    },
    "work that skips fixtures": {
        "shop__receivers": HEAD + OWN.format("if raw:\n        return")
    },
}  # fmt: skip


@pytest.mark.parametrize("more", SOUND.values(), ids=SOUND)
def test_a_sound_twin_has_no_cause(tmp_path: Path, more: dict[str, str]):
    assert broken(make(tmp_path, **more), "shop.Order", "post_save") == []


@pytest.mark.parametrize("sender", ["Order", "type(request)"])
def test_a_signal_that_is_sent_with_the_model_or_who_knows_what_has_no_cause(tmp_path, sender):
    views = SENDS.format(sender)
    root = make(tmp_path, shop__signals=PAID, shop__receivers=HEARS_PAID, shop__views=views)
    assert broken(root, "Order", "paid") == []


def test_work_that_waits_for_the_commit_is_not_seen_by_a_test_case(tmp_path: Path):
    body = "transaction.on_commit(lambda: send_mail('a', 'b', None, ['c@example.com']))"
    receivers = (
        "from django.core.mail import send_mail\nfrom django.db import transaction\n"
        + HEAD
        + f"@receiver(post_save, sender=Order)\ndef note(sender, instance, **kwargs):\n    {body}\n"
    )
    tests = "from django.test import TestCase\n\n\nclass OrderTests(TestCase):\n    pass\n"
    for more, seen in (({"shop__tests": tests}, True), ({}, False)):
        root = make(tmp_path / str(seen), receivers, **more)
        (chain,) = signalgen.why(root, "Order", "post_save").chains
        told = [link.says for link in chain.links if link.asks == "its tests see it"]
        assert bool(told) is seen
        assert all("captureOnCommitCallbacks" in one for one in told)


def test_there_are_at_least_thirty_two_broken_projects():
    from test_chart_why import test_the_cause_stands_first as others

    marks = [mark for mark in others.pytestmark if mark.name == "parametrize"]
    assert len(BROKEN) + len(IN_TESTS) + sum(len(mark.args[1]) for mark in marks) >= 32
