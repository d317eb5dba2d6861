"""``signalgen chart``: what becomes a node and an edge, what a part of it holds, and what it says is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import signalgen
from signalgen.cli.plain import run
from signalgen.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n',
    "config/__init__.py": "",
    "config/settings.py": 'INSTALLED_APPS = ["shop", "stock", "audit"]\n',
    "shop/__init__.py": "",
    "shop/apps.py": "from django.apps import AppConfig\n\n\nclass ShopConfig(AppConfig):\n    name = 'shop'\n\n"
    "    def ready(self):\n        from shop import receivers\n",
    "shop/models.py": "from django.db import models\n\n\nclass Order(models.Model):\n    paid = models.BooleanField()\n\n\n"
    "class Invoice(models.Model):\n    paid = models.BooleanField()\n",
    "shop/signals.py": "from django.dispatch import Signal\n\norder_paid = Signal()\norder_lost = Signal()\n",
    "shop/tasks.py": "from celery import shared_task\n\nfrom stock.models import Item\n\n\n@shared_task\ndef restock(pk):\n"
    "    Item.objects.create(code=pk)\n",
    "shop/views.py": "from shop.signals import order_paid\n\n\ndef pay(request):\n    order_paid.send(sender=None)\n",
    "shop/receivers.py": "from functools import partial\n\n"
    "from django.core.mail import send_mail\n"
    "from django.db import transaction\n"
    "from django.db.models.signals import post_save\n"
    "from django.dispatch import receiver\n\n"
    "from shop.models import Invoice, Order\n"
    "from shop.signals import order_paid\n"
    "from shop.tasks import restock\n\n\n"
    "@receiver(post_save, sender=Order)\n"
    "def bill(sender, instance, **kwargs):\n"
    "    Invoice.objects.create(paid=False)\n"
    "    transaction.on_commit(partial(restock.delay, instance.pk))\n\n\n"
    "@receiver(post_save, sender=Invoice)\n"
    "def tell(sender, instance, **kwargs):\n"
    "    order_paid.send(sender=Invoice)\n\n\n"
    "@receiver(order_paid)\n"
    "def mail(sender, **kwargs):\n"
    '    send_mail("paid", "paid", None, ["a@example.com"])\n',
    "stock/__init__.py": "",
    "stock/models.py": "from django.db import models\n\n\nclass Item(models.Model):\n    code = models.CharField(max_length=9)\n",
    "audit/__init__.py": "",
    "audit/apps.py": "from django.apps import AppConfig\n\n\nclass AuditConfig(AppConfig):\n    name = 'audit'\n",
    "audit/watching.py": "from django.db.models.signals import post_delete\nfrom django.dispatch import receiver\n\n\n"
    "@receiver(post_delete)\ndef note(sender, instance, **kwargs):\n    print(instance)\n",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def names(done: signalgen.Charted) -> set[str]:
    return {node.label for node in done.chart.nodes}


def test_every_way_through_the_picture_is_one_that_a_save_can_take(shop: Path):
    done = signalgen.chart(shop)
    edges = {
        (edge.source, edge.target): (edge.label, edge.waits)
        for edge in done.chart.edges
        if "post_delete" not in edge.source + edge.target
    }
    assert edges == {
        ("model shop.Order", "signal post_save of shop.Order"): ("", False),
        ("signal post_save of shop.Order", "receiver shop.receivers.bill"): ("", False),
        ("receiver shop.receivers.bill", "model shop.Invoice"): ("creates", False),
        ("receiver shop.receivers.bill", "task shop.tasks.restock"): (
            "queues after the commit",
            True,
        ),
        ("task shop.tasks.restock", "model stock.Item"): ("creates", False),
        ("model shop.Invoice", "signal post_save of shop.Invoice"): ("", False),
        ("signal post_save of shop.Invoice", "receiver shop.receivers.tell"): ("", False),
        ("receiver shop.receivers.tell", "signal shop.signals.order_paid"): ("sends", False),
        ("function shop.views.pay", "signal shop.signals.order_paid"): ("sends", False),
        ("signal shop.signals.order_paid", "receiver shop.receivers.mail"): ("", False),
    }
    assert done.hidden == ()


def test_nodes_know_their_place_what_else_they_do_and_what_check_found(shop: Path):
    nodes = {node.key: node for node in signalgen.chart(shop).chart.nodes}
    mail, note = nodes["receiver shop.receivers.mail"], nodes["receiver audit.watching.note"]
    assert (mail.app, mail.path, mail.source) == (
        "shop",
        "shop/receivers.py",
        "def mail(sender, **kwargs):",
    )
    assert mail.notes == ("sends mail",)
    assert note.notes == ("never called: not loaded",)
    assert "SG103" in {finding.code for finding in note.findings}
    assert nodes["receiver shop.receivers.tell"].findings == ()
    assert nodes["task shop.tasks.restock"].notes == ("task of celery",)
    assert nodes["model any"].label == "any sender"
    assert "order_lost" not in {node.label for node in nodes.values()}


def test_a_finding_about_code_without_a_node_is_counted(shop: Path):
    (shop / "pyproject.toml").write_text('[tool.signalgen]\nselect = ["SG1", "SG001"]\n')
    (shop / "shop/numbers.py").write_text("limit = 3  # noqa: SG101\n")
    codes = [finding.code for finding in signalgen.check(shop).findings]
    done = signalgen.chart(shop)
    held = [finding.code for node in done.chart.nodes for finding in node.findings]
    assert sorted(held) == sorted(code for code in codes if code.startswith("SG1"))
    assert len(codes) == len(held) + 1
    assert done.hidden == ("1 finding that is about code without a node",)


@pytest.mark.parametrize(
    ("options", "there", "gone"),
    [
        ({"apps": ["stock"]}, {"Item", "restock"}, {"bill", "Order"}),
        ({"apps": ["audit"]}, {"note", "post_delete", "any sender"}, {"mail"}),
        ({"focus": "shop.Order"}, {"Order", "post_save", "bill"}, {"restock", "tell", "note"}),
        ({"focus": "order", "depth": 4}, {"Invoice", "restock", "Item"}, {"tell", "note"}),
        ({"focus": "restock", "depth": 1}, {"bill", "Item"}, {"Order", "mail"}),
        ({"exclude": ["bill"]}, {"Order", "mail"}, {"bill"}),
        ({"exclude": ["audit", "*tasks.re*"]}, {"Order"}, {"note", "restock"}),
        ({"only_findings": True}, {"note", "post_delete", "any sender"}, {"tell", "pay", "Item"}),
        ({}, {"note", "bill", "Item"}, set()),
    ],
)
def test_a_part_says_what_it_hides(shop: Path, options: dict, there: set, gone: set):
    done = signalgen.chart(shop, **options)
    assert there <= names(done)
    assert not gone & names(done)
    whole = len(signalgen.chart(shop).chart.nodes)
    told = f"{whole - len(done.chart.nodes)} of {whole} nodes"
    assert (told in "; ".join(done.hidden)) is bool(options)
    kept = {node.key for node in done.chart.nodes}
    assert all(edge.source in kept and edge.target in kept for edge in done.chart.edges)


def test_collapsed_apps_count_their_connections(shop: Path):
    chart = signalgen.chart(shop, collapse=True).chart
    assert [
        (node.label, node.notes[0]) for node in chart.nodes if node.label != "outside of apps"
    ] == [
        ("audit", "1 receiver"),
        ("shop", "2 models"),
        ("stock", "1 model"),
    ]
    assert ("app shop", "app stock", "1 connection") in {
        (e.source, e.target, e.label) for e in chart.edges
    }
    assert chart.hidden == ("10 connections inside of apps",)


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"apps": ["shp"]}, "did you mean shop?"),
        ({"focus": "Ordr"}, "did you mean Order?"),
        (
            {"links": "javascript:alert({path})"},
            "as https://github.com/me/shop/blob/main/{path}#L{line}",
        ),
        (
            {"links": "https://example.com/"},
            "as https://github.com/me/shop/blob/main/{path}#L{line}",
        ),
    ],
)
def test_what_there_is_not_is_an_error(shop: Path, options: dict, hint: str):
    with pytest.raises(UsageError) as error:
        signalgen.chart(shop, "html", **options)
    assert error.value.problems[0].hint == hint


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--output", "a.md", "--check", "a.md"), "--output cannot be combined with --check"),
        (("--links", "https://a.example/{path}"), "--links goes with --format html only"),
    ],
)
def test_options_that_exclude_each_other_are_an_error(shop: Path, capsys, words, said):
    assert run(["chart", "--project", str(shop), *words]) == 2
    assert said in capsys.readouterr().err


def test_a_chart_in_the_docs_is_written_and_held(shop: Path, capsys, monkeypatch):
    monkeypatch.chdir(shop)
    assert run(["chart", "--check", "docs/signals.md"]) == 1
    assert "is not there" in capsys.readouterr().out
    assert run(["chart", "--output", "docs/signals.md"]) == 0
    text = (shop / "docs/signals.md").read_text()
    assert text.startswith("```mermaid\nflowchart LR\n")
    assert run(["chart", "--check", "docs/signals.md"]) == 0
    (shop / "docs/signals.md").write_bytes(text.replace("\n", "\r\n").encode())
    assert run(["chart", "--check", "docs/signals.md"]) == 0
    (shop / "shop/models.py").write_text(FILES["shop/models.py"].replace("Invoice", "Bill"))
    assert run(["chart", "--check", "docs/signals.md"]) == 1
    assert "is out of date: write it with --output docs/signals.md" in capsys.readouterr().out


def test_what_is_hidden_is_told_beside_the_picture_unless_quiet(shop: Path, capsys):
    assert run(["chart", "--project", str(shop), "--app", "stock"]) == 0
    said = capsys.readouterr()
    assert "nodes, neither in stock nor touched by it" in said.err
    assert said.out.startswith("flowchart LR\n  %% hidden: ")
    assert run(["chart", "--project", str(shop), "--app", "stock", "-q"]) == 0
    assert capsys.readouterr().err == ""


def test_an_empty_chart_says_so(tmp_path: Path, shop: Path, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty/manage.py").write_text("")
    assert run(["chart", "--project", str(tmp_path / "empty")]) == 0
    said = capsys.readouterr()
    assert said.out == "flowchart LR\n"
    assert "the chart is empty: there are no signals and no receivers" in said.err
    assert run(["chart", "--project", str(shop)]) == 0
    assert "the chart is empty" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "words", "start"),
    [
        ("map.svg", (), "<svg "),
        ("map.HTML", (), "<!doctype html>"),
        ("map.gv", (), "digraph "),
        ("map.txt", (), "flowchart LR"),
        ("map.svg", ("--format", "dot"), "digraph "),
    ],
)
def test_the_ending_of_the_file_tells_the_format(shop: Path, name, words, start):
    there = ["chart", "--project", str(shop), *words]
    assert run([*there, "--output", str(shop / name)]) == 0
    assert (shop / name).read_text().lower().startswith(start.lower())
    assert run([*there, "--check", str(shop / name)]) == 0
