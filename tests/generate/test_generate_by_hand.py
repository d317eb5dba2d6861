"""Receivers and sender functions that somebody renamed, moved or deleted take their tests along."""

from __future__ import annotations

import re

import pytest
from generate_kit import again, build, python, run

from signalgen.generating import Options

SPEC = """
signals: [{name: paid, args: {n: int}}]
handlers:
  - {name: order_saved, model: Order, signal: post_save, on_create: 'push.delay(instance.pk, "x")'}
  - {name: order_gone, model: Order, signal: post_delete, body: 'later.delay(1)'}
"""
CODE, TESTS = "shop/signals.py", "shop/tests/test_signals.py"
EDITED = r"""(?s)(class OrderSavedTests\(.*?A new row runs on_create\.\"{3}\n)"""
FUNCTION = r"(?m)^@receiver\([^@]*?^def {}\((?:.*\n)(?:(?:[ \t)]+.*)?\n)*"


def edit(root, path, pattern, new):
    text = (root / path).read_text()
    edited, count = re.subn(pattern, new, text)
    assert count, (path, pattern)
    (root / path).write_text(edited)


def read(root, path=TESTS):
    return (root / path).read_text()


@pytest.fixture
def shop(tmp_path):
    run(build(tmp_path), SPEC).write()
    return tmp_path


def test_a_renamed_receiver(shop):
    edit(shop, CODE, r"\border_saved\(", "tell_everybody(")
    run(shop, SPEC).write()
    assert "def tell_everybody(" in read(shop, CODE)
    assert "class TellEverybodyTests(" in read(shop)
    assert "OrderSavedTests" not in read(shop)
    assert "class OrderGoneTests(" in read(shop)
    assert again(shop, SPEC) == []
    python(shop, "manage.py", "test", "-v0")


def test_a_renamed_receiver_whose_tests_were_edited(shop):
    edit(shop, TESTS, EDITED, r"\1        maximum = 7\n")
    edit(shop, CODE, r"\border_saved\(", "tell_everybody(")
    run(shop, SPEC).write()
    assert "class TellEverybodyTests(" in read(shop)
    assert "maximum = 7" in read(shop)
    assert again(shop, SPEC) == []
    python(shop, "manage.py", "test", "-v0")


def test_a_receiver_that_an_editor_renamed_everywhere(shop):
    for path in (CODE, TESTS):
        edit(shop, path, r"\border_saved\(", "tell_everybody(")
    run(shop, SPEC).write()
    assert "class TellEverybodyTests(" in read(shop)
    assert "order_saved(" not in read(shop)
    assert again(shop, SPEC) == []


def test_a_name_of_the_spec_counts_for_more_than_one_by_hand(shop):
    renamed = SPEC.replace("{name: order_saved,", "{name: on_saved, id: order_saved,")
    run(shop, renamed).write()
    assert "class OnSavedTests(" in read(shop)
    assert "def on_saved(" in read(shop, CODE)
    assert again(shop, renamed) == []
    python(shop, "manage.py", "test", "-v0")


def test_a_deleted_receiver(shop):
    edit(shop, CODE, FUNCTION.format("order_saved"), "")
    outcome = run(shop, SPEC).write()
    assert "OrderSavedTests" not in read(shop)
    assert "class OrderGoneTests(" in read(shop)
    assert any(note.code == "deleted" for note in outcome.result.notes)
    assert again(shop, SPEC) == []
    python(shop, "manage.py", "test", "-v0")
    run(shop, SPEC, options=Options(restore=frozenset({"order_saved"}))).write()
    assert "def order_saved(" in read(shop, CODE)
    assert "class OrderSavedTests(" in read(shop)
    assert again(shop, SPEC) == []
    python(shop, "manage.py", "test", "-v0")


def test_a_deleted_receiver_whose_tests_were_edited(shop):
    edit(shop, TESTS, EDITED, r"\1        maximum = 7\n")
    edit(shop, CODE, FUNCTION.format("order_saved"), "")
    outcome = run(shop, SPEC).write()
    assert "class OrderSavedTests(" in read(shop)
    said = [note.message for note in outcome.result.notes if note.code == "orphan"]
    assert said == ["OrderSavedTests is no longer generated but was edited: it is kept"]
    assert again(shop, SPEC) == []


def test_every_receiver_deleted(shop):
    for name in ("order_saved", "order_gone"):
        edit(shop, CODE, FUNCTION.format(name), "")
    run(shop, SPEC).write()
    assert "ReadyTests" not in read(shop)
    assert "class SendPaidTests(" in read(shop)
    assert again(shop, SPEC) == []
    python(shop, "manage.py", "test", "-v0")


def test_a_deleted_sender_function(shop):
    (shop / "shop/senders.py").write_text("")
    run(shop, SPEC).write()
    assert "SendPaidTests" not in read(shop)
    assert "class OrderSavedTests(" in read(shop)
    assert again(shop, SPEC) == []
    python(shop, "manage.py", "test", "-v0")


def test_a_moved_and_renamed_receiver(shop):
    found = re.search(FUNCTION.format("order_saved"), read(shop, CODE))
    assert found
    edit(shop, CODE, FUNCTION.format("order_saved"), "")
    head = "from .models import Order\nfrom django.db.models.signals import post_save\n"
    head += "from django.db import transaction\nfrom functools import partial\n"
    head += "from django.dispatch import receiver\nfrom .services import push\n\n\n"
    moved = head + found[0].replace("order_saved(", "tell_everybody(")
    (shop / "shop/listeners.py").write_text(moved)
    run(shop, SPEC).write()
    assert "class TellEverybodyTests(" in read(shop)
    assert "OrderSavedTests" not in read(shop)
    assert again(shop, SPEC) == []


def test_nothing_changes_where_a_receiver_was_only_edited(shop):
    edit(shop, CODE, r"def order_saved\((.*)\n", r"def order_saved(\1\n    # For now.\n")
    before = read(shop)
    assert again(shop, SPEC) == []
    assert read(shop) == before


def test_helpers_connect_a_renamed_receiver_and_go_with_their_tests(tmp_path):
    spec = SPEC + "helpers: [mute_signals, connect_receivers]\n"
    run(build(tmp_path), spec).write()
    edit(tmp_path, CODE, r"\border_saved\(", "tell_everybody(")
    edit(tmp_path, CODE, FUNCTION.format("order_gone"), "")
    run(tmp_path, spec).write()
    helpers = read(tmp_path, "shop/signal_utils.py")
    assert "tell_everybody" in helpers
    assert "order_gone" not in helpers
    assert again(tmp_path, spec) == []
    python(tmp_path, "manage.py", "test", "-v0")
    own = helpers.partition("\nclass mute_signals")[0] + "\n"
    (tmp_path / "shop/signal_utils.py").write_text(own)
    run(tmp_path, spec).write()
    assert "class MuteSignalsTests(" not in read(tmp_path)
    python(tmp_path, "manage.py", "test", "-v0")
