"""A kept hand edit keeps what it needs, and a handler that the spec renames keeps its edit."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from runs_kit import World, build, tree, uids_in
from runs_stories import LAYOUTS

pytestmark = pytest.mark.usefixtures("fast")
EDIT = "    mine_1 = 2\n"


def handler(name: str, **more) -> dict:
    return {"name": name, "model": "Order", "signal": "post_save", **more}


def watched(name: str = "watch", task: str = "notify", **more) -> dict:
    return handler(name, on_change={"status": f"{task}.delay(instance.pk)"}, **more)


OTHER = handler("other", on_create='cache.set("other", 1)')


def spec(*handlers: dict) -> str:
    return json.dumps({"app": "shop", "handlers": list(handlers)})


def text(here: World, path: str) -> str:
    target = here.root / path
    return target.read_text() if target.exists() else ""


def edit(here: World, name: str, path: str = "shop/signals.py") -> None:
    """Put a line of one's own into a generated function, below its docstring."""
    found = re.sub(rf'(def {name}\([^)]*\):\n    """[^"]*"""\n)', rf"\1{EDIT}", text(here, path))
    assert EDIT in found
    (here.root / path).write_text(found)


@pytest.fixture
def shop(tmp_path) -> World:
    here = World(build(tmp_path / "project", LAYOUTS["bare"]))
    here.say("shop.yaml", spec(watched(), OTHER))
    assert here.new().code == 0
    return here


def hears(here: World) -> str:
    """Return what a new row and then a new status put into the queue, in a process of its own."""
    code = """
import os, django
from unittest import mock
from django.conf import settings
settings.configure(INSTALLED_APPS=["shop"], DATABASES={"default": {"ENGINE":
    "django.db.backends.sqlite3", "NAME": ":memory:"}}, DEFAULT_AUTO_FIELD="django.db.models.AutoField")
django.setup()
from django.db import connection
from shop.models import Order
with connection.schema_editor() as editor:
    editor.create_model(Order)
from celery.app.task import Task
with mock.patch.object(Task, "delay") as delay:
    order = Order.objects.create()
    order.status = "paid"
    order.save()
print(delay.call_count)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=here.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("how", ["remove", "drop"])
def test_an_edited_receiver_keeps_its_companion_task_and_tests(shop, how):
    edit(shop, "watch")
    if how == "remove":
        assert shop.remove().code == 3
        assert shop.remove(options=("--keep-edited",)).code == 0
    else:
        shop.say("shop.yaml", spec(OTHER))
        done = shop.new()
        assert done.code == 0
        assert (
            "remember_watch is no longer generated but watch still needs it: it is kept" in done.err
        )
        assert "notify is no longer generated but watch still needs it" in done.err
        assert shop.new().code == 0
    signals, tests = text(shop, "shop/signals.py"), text(shop, "shop/tests/test_signals.py")
    assert "def remember_watch" in signals
    assert ("def other" in signals) == (how == "drop")
    assert "def notify" in text(shop, "shop/tasks.py")
    assert "class WatchTests" in tests
    assert "class NotifyTaskTests" in tests
    assert (shop.root / "shop/tests/__init__.py").exists()
    assert hears(shop) == "1", "the status change still queues its task"


def test_an_edited_companion_keeps_the_receiver_that_reads_what_it_remembers(shop):
    edit(shop, "remember_watch")
    shop.say("shop.yaml", spec(OTHER))
    assert shop.new().code == 0
    assert "def watch(" in text(shop, "shop/signals.py")
    assert "def notify" in text(shop, "shop/tasks.py")


def test_a_receiver_that_no_longer_reads_them_loses_the_remembered_values(shop):
    target = shop.root / "shop/signals.py"
    body = text(shop, "shop/signals.py")
    start = body.index("    stored = vars")
    end = body.index("\n\n\n", start) if "\n\n\n" in body[start:] else len(body)
    target.write_text(f"{body[:start]}    mine_1 = instance.pk\n{body[end + 1 :]}")
    shop.say("shop.yaml", spec(OTHER))
    assert shop.new().code == 0
    assert "def watch(" in text(shop, "shop/signals.py")
    assert "remember_watch" not in text(shop, "shop/signals.py")
    assert "def notify" not in text(shop, "shop/tasks.py")


@pytest.mark.parametrize("edited", ["other", ""])
def test_nothing_stays_for_an_edit_elsewhere(shop, edited):
    if edited:
        edit(shop, edited)
    shop.say("shop.yaml", spec(OTHER))
    done = shop.new()
    assert "is kept" not in done.err
    assert "watch" not in text(shop, "shop/signals.py")
    assert not (shop.root / "shop/tasks.py").exists()
    assert "WatchTests" not in text(shop, "shop/tests/test_signals.py")


def test_an_edited_test_alone_keeps_no_receiver(shop):
    edit_at = text(shop, "shop/tests/test_signals.py").replace(
        '    """watch()."""\n', f'    """watch()."""\n\n{EDIT}'
    )
    (shop.root / "shop/tests/test_signals.py").write_text(edit_at)
    shop.say("shop.yaml", spec(OTHER))
    assert shop.new().code == 0
    assert "def watch(" not in text(shop, "shop/signals.py")


@pytest.mark.parametrize(
    "now",
    [
        watched("observe"),
        watched("observe", description="Tell them."),
        handler("observe", on_change={"status": 'notify.delay(instance.pk)\ncache.set("paid", 1)'}),
    ],
    ids=["name", "name and description", "name and body"],
)
def test_a_handler_renamed_in_the_spec_carries_the_edit_along(shop, now):
    edit(shop, "watch")
    shop.say("shop.yaml", spec(now, OTHER))
    done = shop.new()
    assert done.code == 0, done.text
    after = text(shop, "shop/signals.py")
    assert after.count(EDIT) == 1
    assert uids_in(tree(shop.root)) >= {"shop.observe", "shop.observe.before", "shop.other"}
    assert not {"shop.watch", "shop.watch.before"} & uids_in(tree(shop.root))
    assert "WatchTests" not in text(shop, "shop/tests/test_signals.py")
    assert hears(shop) == "1", "neither twice nor never"


def test_a_renamed_handler_whose_edit_clashes_stops_with_3(shop):
    body = text(shop, "shop/signals.py")
    changed = body.replace("partial(notify.delay, instance.pk)", "partial(notify.delay, mine_1)")
    (shop.root / "shop/signals.py").write_text(changed)
    shop.say("shop.yaml", spec(watched("observe", task="announce"), OTHER))
    done = shop.new()
    assert done.code == 3, done.text
    assert "conflict: watch" in done.err


def test_a_renamed_handler_that_was_moved_is_renamed_where_it_is(shop):
    head, _, rest = text(shop, "shop/signals.py").partition("@receiver(post_save")
    moved, cut, other = rest.partition("\n\n\n@receiver(post_save")
    (shop.root / "shop/signals.py").write_text(f"{head}@receiver(post_save{other}")
    whole = f"{head.partition('@receiver')[0]}@receiver(post_save{moved}\n"
    (shop.root / "shop/listeners.py").write_text(whole)
    edit(shop, "watch", "shop/listeners.py")
    assert cut
    shop.say("shop.yaml", spec(watched("observe"), OTHER))
    assert shop.new().code == 0
    assert "def observe(" in text(shop, "shop/listeners.py")
    assert EDIT in text(shop, "shop/listeners.py")
    assert "def observe(" not in text(shop, "shop/signals.py")


@pytest.mark.parametrize(
    "now",
    [
        handler("purge", on_create="instance.items.all().delete()"),
        {**watched("observe"), "signal": "pre_save"},
        {**watched("observe"), "model": "Item", "on_change": {"note": "notify.delay(instance.pk)"}},
    ],
    ids=["another body", "another signal", "another model"],
)
def test_another_handler_takes_over_nothing(shop, now):
    edit(shop, "watch")
    shop.say("shop.yaml", spec(now, OTHER))
    done = shop.new()
    assert done.code == 0, done.text
    assert "watch is no longer generated but was edited: it is kept" in done.err
    assert EDIT in text(shop, "shop/signals.py")
    assert f"def {now['name']}(" in text(shop, "shop/signals.py")


def test_a_handler_deleted_by_hand_stays_away_under_its_new_name(shop):
    body = text(shop, "shop/signals.py")
    gone = body[body.index('@receiver(post_save, sender=Order, dispatch_uid="shop.other")') :]
    (shop.root / "shop/signals.py").write_text(body.replace(f"\n\n{gone}", ""))
    shop.say("shop.yaml", spec(watched(), {**OTHER, "name": "another"}))
    assert shop.new().code == 0
    assert "def another(" not in text(shop, "shop/signals.py")


QUEUED, MINE = "partial(notify.delay, instance.pk)", "partial(notify.delay, instance.pk, mine_1=1)"


def replace(here: World, old: str, new: str) -> None:
    found = text(here, "shop/signals.py")
    assert old in found
    (here.root / "shop/signals.py").write_text(found.replace(old, new))


@pytest.mark.parametrize("choice", ["keep", "markers"])
@pytest.mark.parametrize(
    "now",
    [
        {**watched("observe", task="announce"), "id": "watch"},
        handler("observe", on_change={"total": "announce.delay(instance.pk)"}),
    ],
    ids=["another function", "another name and field"],
)
def test_an_edit_that_wins_a_clash_keeps_what_it_needs(shop, choice, now):
    replace(shop, QUEUED, MINE)
    shop.say("shop.yaml", spec(now, OTHER))
    assert shop.new().code == 3
    done = shop.new(options=("--conflict", choice))
    assert done.code == 0, done.text
    assert "notify is no longer generated but watch still needs it" in done.err
    assert MINE in text(shop, "shop/signals.py")
    known = now.get("id", now["name"])
    assert uids_in(tree(shop.root)) == {f"shop.{known}", f"shop.{known}.before", "shop.other"}
    assert '"deleted": true' not in text(shop, ".signalgen/shop.json")
    assert hears(shop) == "1", "it is loaded, and reads what is remembered for it"


@pytest.mark.parametrize("choice", ["keep", "markers"])
def test_a_receiver_reads_what_an_edited_companion_remembers(shop, choice):
    replace(shop, '.values("status")', '.values("status", "id")')
    now = handler("watch", on_change={"total": "notify.delay(instance.pk)"})
    shop.say("shop.yaml", spec(now, OTHER))
    assert shop.new().code == 3
    assert shop.new(options=("--conflict", choice)).code == 0
    assert hears(shop) == "1"


def test_a_companion_that_suits_both_follows_the_spec(shop):
    replace(shop, QUEUED, MINE)
    on_change = {"status": "announce.delay(instance.pk)", "total": 'cache.set("total", 1)'}
    shop.say("shop.yaml", spec(handler("watch", on_change=on_change), OTHER))
    assert shop.new(options=("--conflict", "keep")).code == 0
    assert '.values("status", "total")' in text(shop, "shop/signals.py")
    assert hears(shop) == "1"


def test_a_kept_decorator_with_an_old_uid_is_found_again(shop):
    replace(shop, 'dispatch_uid="shop.watch")', 'dispatch_uid="shop.watch", weak=bool("mine_1"))')
    shop.say("shop.yaml", spec(watched("observe"), OTHER))
    assert shop.new().code == 3
    assert shop.new(options=("--conflict", "keep")).code == 0
    assert 'dispatch_uid="shop.observe", weak=bool("mine_1")' in text(shop, "shop/signals.py")
    assert hears(shop) == "1"


def test_a_task_stays_that_somebody_calls_in_another_receiver(shop):
    replace(shop, 'cache.set("other", 1)', 'cache.set("other", 1)\n        notify.delay("mine_1")')
    shop.say("shop.yaml", spec(OTHER))
    done = shop.new()
    assert "notify is no longer generated but other still needs it: it is kept" in done.err
    assert "watch" not in text(shop, "shop/signals.py")
    assert "def notify" in text(shop, "shop/tasks.py")
    assert hears(shop) == "1", "when the row is made"
    replace(shop, '        notify.delay("mine_1")\n', "")
    replace(shop, "from .tasks import notify\n", "")
    assert shop.new().code == 0
    assert not (shop.root / "shop/tasks.py").exists(), "it goes with the last call"
