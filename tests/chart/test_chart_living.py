"""``signalgen list --live``: Django's registry beside the index, and a reason for every difference."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signalgen.chart.living import compared
from signalgen.cli.plain import run
from signalgen.values.listing import Deed, Registered
from signalgen.values.live import LiveReceiver, LiveRegistry

ROW = Registered(
    "shop/receivers.py",
    7,
    "post_save",
    "shop.Order",
    "shop.receivers.note",
    "shop",
    (Deed("creates", "shop.Entry"),),
)
LIVE = LiveReceiver(
    ("post_save", "django.db.models.signals.post_save"),
    ("shop.Order", "shop.models.Order"),
    "shop.receivers.note",
    "shop/receivers.py",
    8,
)
LOADED = {
    "files": frozenset({"shop/receivers.py"}),
    "apps": frozenset({"shop"}),
    "signals": frozenset(LIVE.signals),
}


def rows(read, *live, **world):
    """Return what a comparison says: where each row was found, and why not in both."""
    found = compared(read, LiveRegistry(live, **{**LOADED, **world}))
    return [(one.seen, one.reason) for one in found]


def test_what_is_read_and_connected_has_deeds_and_no_reason():
    (found,) = compared([ROW], LiveRegistry((LIVE,), **LOADED))
    assert (found.seen, found.reason, found.deeds) == ("both", "", ROW.deeds)


@pytest.mark.parametrize(
    "change",
    [
        {"sender": "shop.models.Order"},
        {"signal": "django.db.models.signals.post_save"},
        {"receiver": "note"},
        {"receiver": "backend.note"},
    ],
    ids=[
        "a class by its path",
        "a signal by its path",
        "a function by the name that the file has",
        "a method of an object that nobody knows",
    ],
)
def test_another_name_of_the_same_is_no_difference(change):
    assert rows([replace(ROW, **change)], LIVE) == [("both", "")]


def test_every_sender_is_every_sender():
    assert rows([replace(ROW, sender="any")], replace(LIVE, senders=())) == [("both", "")]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sender": "<model>"}, "read as <model>: the sender is known only at run time"),
        ({"uid": "note"}, "read with the dispatch_uid 'note'"),
        ({"uid": "<name()>"}, "the dispatch_uid <name()> is known only at run time"),
        ({"fates": ("not loaded",)}, "read as not loaded"),
    ],
)
def test_what_reading_did_not_know_is_said(change, reason):
    assert rows([replace(ROW, **change)], LIVE) == [("both", reason)]


@pytest.mark.parametrize(
    ("read", "live", "reason"),
    [
        ([], LIVE, "the code that connects it could not be followed"),
        ([], replace(LIVE, local=True), "the function is created at run time"),
        ([], replace(LIVE, path="", receiver="auth.x"), "a package connects it"),
    ],
)
def test_what_is_connected_and_was_not_read_has_a_reason(read, live, reason):
    assert rows(read, live) == [("running only", reason)]


@pytest.mark.parametrize(
    ("change", "world", "reason"),
    [
        ({"fates": ("collected at once",)}, {}, "Django never calls it: collected at once"),
        ({}, {"apps": frozenset()}, "the app shop is not installed"),
        ({}, {"files": frozenset()}, "its module is not imported"),
        (
            {"signal": "celery.signals.beat_init"},
            {},
            "celery.signals.beat_init is not one of Django's signals",
        ),
        ({"condition": "settings.DEBUG"}, {}, "it is connected only if settings.DEBUG"),
        ({}, {}, "the code that connects it has not run, or it was disconnected"),
    ],
)
def test_what_was_read_and_is_not_connected_has_a_reason(change, world, reason):
    assert rows([replace(ROW, **change)], **world) == [("read only", reason)]


def test_a_receiver_of_another_sender_is_two_rows_that_name_each_other():
    other = replace(LIVE, senders=("shop.Special",))
    assert rows([ROW], other) == [
        ("running only", "read as connected for shop.Order only"),
        ("read only", "it is connected for other senders only"),
    ]


def test_the_order_is_that_of_the_registry():
    second = replace(LIVE, receiver="shop.receivers.zero")
    found = compared(
        [ROW, replace(ROW, receiver="shop.receivers.zero")], LiveRegistry((second, LIVE), **LOADED)
    )
    assert [one.receiver for one in found] == ["shop.receivers.zero", "shop.receivers.note"]


def test_outside_of_a_running_project_the_option_is_refused(tmp_path, capsys):
    (tmp_path / "manage.py").touch()
    assert run(["list", "--live", "--project", str(tmp_path)]) == 2
    assert "manage.py signalgen list --live" in capsys.readouterr().err


def test_it_is_about_registrations(tmp_path, capsys):
    (tmp_path / "manage.py").touch()
    assert run(["list", "--live", "--tasks", "--project", str(tmp_path)]) == 2
    assert "--live cannot be combined with --tasks" in capsys.readouterr().err
