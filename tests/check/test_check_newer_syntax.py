"""Files in syntax that the running Python lacks, or that nobody reads: analysed as far as that goes, and named in a note."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from check_kit import APPS, HEAD, MODELS, assert_flags, assert_silent, make_index

from signalgen.check import Choice, analyse

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))

from cli_kit import call, imported_modules

BAD = "@receiver(post_save)\ndef bad(sender): ...  # SG301\n"
APP = "from django.apps import AppConfig\n{}\nclass ShopConfig(AppConfig):\n    name = 'shop'\n"
HEARD = HEAD + "@receiver(post_save)  # SG103\ndef heard(sender, **kwargs): ...\n"


@pytest.mark.parametrize(
    "around",
    [
        "lazy import json\n",
        "def first[T = int](rows: T) -> T: ...\n",
        "x = {**a for a in [{}]}\n",
        "try: ...\nexcept A, B: ...\n",
        "x = t'{HEAD} {'y'}'\n",
    ],
)
def test_newer_syntax_hides_nothing_and_is_no_news(around: str):
    assert_flags(HEAD + around + BAD + around, "SG301")
    inside = f"def g(a):\n    {around.replace(chr(10), chr(10) + '    ')}\n"
    assert_flags(HEAD + inside + BAD, "SG301")
    report = analyse(make_index(HEAD + around + BAD + around), Choice(select=("SG301",)))
    assert report.skipped == ()


def test_a_receiver_with_newer_syntax_in_it_is_judged():
    body = "    x = {**a for a in [{}]}\n    y = [*a for a in [[]]]\n"
    head = HEAD + "@receiver(post_save)\n"
    assert_flags(f"{head}def bad(sender):  # SG301\n{body}", "SG301")
    assert_silent(f"{head}def good(sender, **kwargs):\n{body}", "SG301")


def test_what_stands_in_a_t_string_runs():
    source = (
        "from celery import shared_task\n@shared_task\ndef work(pk): ...\n"
        "@receiver(post_save, sender=Order)\ndef saved(sender, instance, **kwargs):\n"
        "    x = {}'{{work.delay(instance.pk)}}'{}\n"
    )
    for prefix in ("f", "t", "rt"):
        assert_flags(HEAD + source.format(prefix, "  # SG101"), "SG101")
    assert_silent(HEAD + source.format("", ""), "SG101")


def test_a_bracket_that_stays_open_hides_nothing_either():
    report = analyse(make_index(f"{HEAD}x = (1,\n{BAD}"), Choice(select=("SG301",)))
    assert [item.code for item in report.findings] == ["SG301"]


@pytest.mark.parametrize("place", ["x = = 1\n", "frob x:\n    y = 1\n"])
def test_the_rest_of_a_broken_file_is_judged_and_the_file_is_named(place: str):
    inside = f"def g(a):\n    {place.replace(chr(10), chr(10) + '    ')}\n"
    for source in (HEAD + place + BAD, HEAD + BAD + place, HEAD + inside + BAD):
        assert_flags(source, "SG301")
    within = BAD.replace("...  # SG301\n", f"# SG301\n    receiver = = 1\n    {place}")
    report = analyse(make_index(HEAD + within), Choice(select=("SG301",)))
    assert [item.code for item in report.findings] == ["SG301"]
    assert [(item.file, item.code) for item in report.skipped] == [("shop/signals.py", "syntax")]
    assert "1 more place" in report.skipped[0].message


@pytest.mark.parametrize(
    "imported",
    [
        "lazy from . import signals",
        "lazy import shop.signals",
        "lazy from shop import signals as s",
    ],
)
def test_a_lazy_import_loads_no_receivers(imported: str):
    (found,) = assert_flags(
        {"shop/signals.py": HEARD, "shop/apps.py": APP.format(imported)}, "SG103"
    )
    assert "only a lazy import in shop/apps.py imports shop.signals" in found.message


@pytest.mark.parametrize(
    "config",
    [
        APP.format("from . import signals"),
        APP.format("lazy from . import signals") + "    def ready(self):\n        signals.heard\n",
        APP.format("lazy from . import signals as s\ns.heard"),
        APP.format("lazy = 1") + "    def ready(self):\n        from . import signals\n",
    ],
)
def test_one_that_is_used_does_and_so_does_any_other(config: str):
    assert_silent({"shop/signals.py": HEARD, "shop/apps.py": config}, "SG103")


def test_what_a_lazy_import_binds_is_known():
    lazy = HEAD.replace("from django.dispatch", "lazy from django.dispatch")
    assert lazy != HEAD
    assert_flags(lazy + BAD, "SG301")


@pytest.fixture
def shop(tmp_path):
    broken = HEAD + "@receiver(post_save = = 1)\ndef a(sender): ...\n" + BAD
    for name, text in {
        "manage.py": "",
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        "shop/apps.py": APPS,
        "shop/signals.py": broken,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_every_format_names_the_file(capsys, shop):
    def said(*words):
        return call(capsys, "check", "--project", shop, "--select", "SG301", *words)

    line = (HEAD + "@").count("\n") + 1
    text = said()
    assert "SG301" in text.out
    assert "1 file not read in full" in text.out
    assert f"shop/signals.py:{line}:" in text.err
    assert text.err == said().err, "from memory as well"
    assert [item["code"] for item in json.loads(said("--format", "json").out)["notes"]] == [
        "syntax"
    ]
    run = json.loads(said("--format", "sarif").out)["runs"][0]
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert "not Python" in notification["message"]["text"]
    assert "::warning title=signalgen,file=shop/signals.py" in said("--format", "github").out


def test_tree_sitter_is_loaded_for_a_file_that_is_refused_and_only_then(shop):
    words = ("check", "--project", str(shop), "--no-cache")
    assert "tree_sitter" in imported_modules(shop, *words)
    (shop / "shop/signals.py").write_text(HEAD + BAD)
    assert "tree_sitter" not in imported_modules(shop, *words)
