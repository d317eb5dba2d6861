"""``signalgen list``: what stands in the rows, what is left out, and how each format shows it."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

import signalgen
from signalgen.cli import tables
from signalgen.cli.jsonout import output_schema
from signalgen.cli.plain import run

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n',
    "config/__init__.py": "",
    "config/settings.py": 'INSTALLED_APPS = ["shop.apps.ShopConfig", "stock"]\n',
    "shop/__init__.py": "",
    "shop/apps.py": (
        "from django.apps import AppConfig\n\n\nclass ShopConfig(AppConfig):\n    name = 'shop'\n\n"
        "    def ready(self):\n        from shop import receivers\n"
    ),
    "shop/models.py": (
        "from django.db import models\n\n\nclass Order(models.Model):\n    paid = models.BooleanField()\n\n\n"
        "class Entry(models.Model):\n    order = models.ForeignKey(Order, on_delete=models.CASCADE)\n"
    ),
    "shop/signals.py": "from django.dispatch import Signal\n\norder_paid = Signal()\norder_lost = Signal()\n",
    "shop/tasks.py": (
        "from celery import shared_task\n\n\n@shared_task\ndef announce(pk):\n    print(pk)\n\n\n"
        "@shared_task(bind=True)\ndef tidy(self, days):\n    print(days)\n"
    ),
    "shop/receivers.py": (
        "from functools import partial\n\n"
        "from django.core.mail import send_mail\n"
        "from django.db import transaction\n"
        "from django.db.models.signals import post_delete, post_save\n"
        "from django.dispatch import receiver\n\n"
        "from shop.models import Entry, Order\n"
        "from shop.signals import order_paid\n"
        "from shop.tasks import announce\n\n\n"
        '@receiver([post_save, post_delete], sender=Order, dispatch_uid="shop.note")\n'
        "def note(sender, instance, **kwargs):\n"
        "    write(instance)\n"
        "    transaction.on_commit(partial(announce.delay, instance.pk))\n"
        "    order_paid.send(sender=Order, order=instance)\n\n\n"
        "def write(order):\n"
        "    Entry.objects.create(order=order)\n"
        "    Order.objects.filter(pk=order.pk).update(paid=True)\n\n\n"
        "@receiver(order_paid)\n"
        "def mail(sender, **kwargs):\n"
        '    send_mail("paid", "paid", None, ["a@example.com"])\n\n\n'
        "def watch(kinds):\n"
        "    for kind in kinds():\n"
        "        post_save.connect(mail, sender=kind)\n"
    ),
    "stock/__init__.py": "",
    "stock/apps.py": "from django.apps import AppConfig\n\n\nclass StockConfig(AppConfig):\n    name = 'stock'\n",
    "stock/receivers.py": (
        "from django.db.models.signals import pre_save\nfrom django.dispatch import receiver\n\n\n"
        '@receiver(pre_save, sender="shop.Order")\ndef count(sender, instance, **kwargs):\n    print(instance)\n'
    ),
    "shop/tests/__init__.py": "",
    "shop/tests/test_receivers.py": (
        "from django.db.models.signals import post_save\n\n\ndef seen(**kwargs):\n    print(kwargs)\n\n\n"
        "post_save.connect(seen)\n"
    ),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("shop")
    for path, text in FILES.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return root


def rows(shop: Path, kind: str = "registrations", **wanted):
    return signalgen.listing(shop, kind, **wanted).rows


def short(shop: Path, **wanted) -> list[tuple[str, str, str]]:
    return [
        (row.signal, row.sender, row.receiver.rpartition(".")[2]) for row in rows(shop, **wanted)
    ]


def test_each_signal_and_sender_of_a_registration_is_a_row_and_tests_are_left_out(shop: Path):
    assert short(shop) == [
        ("post_delete", "shop.Order", "note"),
        ("post_save", "shop.Order", "note"),
        ("shop.signals.order_paid", "any", "mail"),
        ("post_save", "<kind>", "mail"),
        ("pre_save", "shop.Order", "count"),
    ]


def test_a_row_says_what_the_receiver_does_through_helpers_and_what_waits(shop: Path):
    note = rows(shop, receiver="note")[0]
    assert [str(deed) for deed in note.deeds] == [
        "queues announce after the commit",
        "sends shop.signals.order_paid",
        "creates shop.Entry",
        "updates shop.Order in bulk",
    ]
    assert (note.uid, note.app, note.path, note.line) == (
        "shop.note",
        "shop",
        "shop/receivers.py",
        13,
    )
    assert [str(deed) for deed in rows(shop, receiver="mail")[0].deeds] == ["sends mail"]


def test_a_receiver_that_nothing_loads_says_so_and_the_others_do_not(shop: Path):
    assert [row.receiver for row in rows(shop, unloaded=True)] == ["stock.receivers.count"]
    assert {row.fates for row in rows(shop, app="shop")} == {()}


@pytest.mark.parametrize(
    ("body", "fate"),
    [
        ("post_save.connect(lambda **kwargs: None)\n", ("collected at once",)),
        ("post_save.connect(lambda **kwargs: None, weak=False)\n", ()),
        (
            "@receiver(post_save)\ndef one(**kwargs): ...\n\n\n@receiver(post_save)\ndef one(**kwargs): ...\n",
            ("shadowed",),
        ),
        ("@receiver(post_save)\ndef one(**kwargs): ...\n", ()),
    ],
)
def test_what_becomes_of_a_receiver(tmp_path: Path, body: str, fate: tuple[str, ...]):
    head = (
        "from django.db.models.signals import post_save\nfrom django.dispatch import receiver\n\n"
    )
    (tmp_path / "manage.py").write_text("")
    (tmp_path / "hooks.py").write_text(head + body)
    assert rows(tmp_path)[0].fates == fate


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"sender": "order"}, 3),
        ({"sender": "shop.order"}, 3),
        ({"sender": "rder"}, 0),
        ({"signal": "post_save"}, 2),
        ({"signal": "order_paid"}, 1),
        ({"signal": "save"}, 0),
        ({"app": "stock"}, 1),
        ({"app": "sto"}, 0),
        ({"receiver": "receivers.note"}, 2),
        ({"paths": ["stock"]}, 1),
        ({"paths": ["shop/receivers.py"]}, 4),
        ({"paths": ["shop/tasks.py"]}, 0),
        ({"sender": "any", "receiver": "mail"}, 1),
    ],
)
def test_filters_take_whole_parts_of_names(shop: Path, wanted: dict, count: int):
    assert len(rows(shop, **wanted)) == count


def test_signals_say_who_sends_and_who_hears(shop: Path):
    paid, lost = rows(shop, "signals")
    assert (paid.signal, [str(place) for place in paid.senders]) == (
        "shop.signals.order_paid",
        ["shop/receivers.py:17"],
    )
    assert paid.receivers == ("shop.receivers.mail",)
    assert (lost.senders, lost.receivers) == ((), ())


def test_tasks_say_who_queues_them_and_a_bound_task_takes_no_self(shop: Path):
    announce, tidy = rows(shop, "tasks")
    assert (announce.task, announce.library) == ("shop.tasks.announce", "celery")
    assert announce.queued_by == ("shop.receivers.note",)
    assert (tidy.parameters, tidy.queued_by) == (("days",), ())


def test_tasks_of_a_build_tool_are_none(tmp_path: Path):
    (tmp_path / "manage.py").write_text("")
    (tmp_path / "tasks.py").write_text(
        "from invoke import task\n\n\n@task\ndef build(context):\n    print(context)\n"
    )
    assert rows(tmp_path, "tasks") == ()


def said(capsys, shop: Path, *words: str) -> str:
    assert run(["list", "--project", str(shop), *words]) == 0
    return capsys.readouterr().out


def test_text_is_a_table_with_a_count(shop: Path, capsys):
    lines = said(capsys, shop, "--app", "stock").splitlines()
    assert lines[0].split() == ["SIGNAL", "SENDER", "RECEIVER", "NEVER", "CALLED", "WHERE"]
    assert lines[1].endswith("stock.receivers.count  not loaded    stock/receivers.py:5")
    assert lines[2] == "1 of 5 registrations, 1 never called."
    assert said(capsys, shop, "--app", "none") == "0 of 5 registrations.\n"


def test_a_narrow_terminal_gets_a_block_for_each_row(shop: Path, capsys, monkeypatch):
    monkeypatch.setattr(tables, "is_terminal", lambda _: True)
    monkeypatch.setenv("COLUMNS", "60")
    text = said(capsys, shop, "--receiver", "note", "--quiet", "--no-color")
    assert text.splitlines()[:4] == [
        "post_delete  shop.Order",
        "  receiver: shop.receivers.note",
        "  does: queues announce after the commit; sends shop.signals.order_paid; creates shop.Entry; updates shop.Order in bulk",
        "  where: shop/receivers.py:13",
    ]


def test_json_holds_to_its_schema(shop: Path, capsys):
    for words, key, count in (
        ((), "registrations", 5),
        (("--signals",), "signals", 2),
        (("--tasks",), "tasks", 2),
    ):
        answer = json.loads(said(capsys, shop, "--format", "json", *words))
        jsonschema.validate(answer, output_schema(), cls=jsonschema.Draft202012Validator)
        assert len(answer[key]) == count


def test_csv_and_markdown_escape_what_would_be_more_than_text(tmp_path: Path, capsys):
    (tmp_path / "manage.py").write_text("")
    (tmp_path / "a|b<i>.py").write_text(
        "from django.db.models.signals import post_save\n\n\ndef f(**kwargs): ...\n\n\n"
        "for kind in kinds():\n    post_save.connect(f, sender=kind | None)\n"
    )
    table = list(csv.reader(io.StringIO(said(capsys, tmp_path, "--format", "csv"))))
    assert table[1][1] == "<kind | None>"
    text = said(capsys, tmp_path, "--format", "markdown")
    assert "\\<kind \\| None\\>" in text and "a\\|b\\<i\\>.py:8" in text and "post_save |" in text


@pytest.mark.parametrize(
    "words",
    [
        ("--signals", "--tasks"),
        ("--tasks", "--sender", "x"),
        ("--signals", "--unloaded"),
        ("nowhere.py",),
    ],
)
def test_what_makes_no_sense_is_an_error(shop: Path, capsys, monkeypatch, words: tuple[str, ...]):
    monkeypatch.chdir(shop)
    assert run(["list", *words]) == 2
    assert "error: " in capsys.readouterr().err


def test_two_runs_say_the_same(shop: Path, capsys):
    assert said(capsys, shop) == said(capsys, shop)


@pytest.mark.parametrize(
    ("source", "condition"),
    [
        ("if settings.DEBUG:\n    post_save.connect(note)\n", "settings.DEBUG"),
        (
            "if not settings.OFF:\n    @receiver(post_save)\n    def late(**kwargs): ...\n",
            "not settings.OFF",
        ),
        (
            "def begin():\n    if on():\n        post_save.connect(note)\n",
            "begin() is called and on()",
        ),
        ("post_save.connect(note)\n", ""),
        ("try:\n    post_save.connect(note)\nfinally:\n    done()\n", ""),
    ],
)
def test_what_must_hold_for_a_registration_stands_in_its_row(
    shop: Path, source: str, condition: str
):
    head = (
        "from django.conf import settings\nfrom django.db.models.signals import post_save\n"
        "from django.dispatch import receiver\n\n\ndef note(**kwargs): ...\n\n\n"
    )
    (shop / "shop/receivers.py").write_text(head + source)
    (row,) = rows(shop, signal="post_save", sender="any")
    assert row.condition == condition


def test_a_uid_that_only_the_running_project_knows_is_its_code(shop: Path):
    head = "from django.db.models.signals import post_save\n\n\ndef note(**kwargs): ...\n\n\n"
    (shop / "shop/receivers.py").write_text(head + "post_save.connect(note, dispatch_uid=name())\n")
    (row,) = rows(shop, signal="post_save", sender="any")
    assert row.uid == "<name()>"
