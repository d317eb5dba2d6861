"""A model or an app that is renamed in code and spec: what was generated goes along, and the edits in it stay."""

from __future__ import annotations

import json
import re

import pytest
from runs_kit import World, build, contents, tree, uids_in
from runs_stories import LAYOUTS

pytestmark = pytest.mark.usefixtures("fast")
EDIT = "    mine_1 = 2\n"


def spec(app: str = "shop", model: str = "Order", note: str = "") -> str:
    common = {"model": model, "signal": "post_save"}
    watch = {
        "name": "watch",
        **common,
        "description": note,
        "on_change": {"status": "notify.delay(instance.pk)"},
    }
    other = {"name": "other", **common, "on_create": 'cache.set("other", 1)'}
    if not note:
        del watch["description"]
    return json.dumps({"app": app, "handlers": [watch, other]})


@pytest.fixture
def shop(tmp_path) -> World:
    here = World(build(tmp_path / "project", LAYOUTS["bare"]))
    here.say("shop.yaml", spec())
    assert here.new().code == 0
    return here


def text(here: World, path: str) -> str:
    return (here.root / path).read_text()


def edit(here: World) -> None:
    old = text(here, "shop/signals.py")
    new = old.replace("    stored = vars", f"{EDIT}    stored = vars")
    assert new != old
    (here.root / "shop/signals.py").write_text(new)


def say_instead(here: World, old: str, new: str, only: str = "") -> None:
    """Replace a word in all code, as an editor does, or in files of one name."""
    for path in here.root.rglob("*.py"):
        if path.name == only or not only:
            path.write_text(re.sub(rf"\b{old}\b", new, path.read_text()))


def move_app(here: World) -> None:
    (here.root / "shop").rename(here.root / "store")
    say_instead(here, "shop", "store")


@pytest.mark.parametrize("only", ["models.py", ""], ids=["the model alone", "everywhere"])
@pytest.mark.parametrize("edited", [True, False])
def test_a_renamed_model(shop, only, edited):
    if edited:
        edit(shop)
    say_instead(shop, "Order", "Purchase", only)
    shop.say("shop.yaml", spec(model="Purchase"))
    done = shop.new()
    assert done.code == 0, done.text
    code = "".join(
        text(shop, f"shop/{n}") for n in ("signals.py", "tasks.py", "tests/test_signals.py")
    )
    assert not re.search(r"\bOrder\b|order\b", code)
    assert "def make_purchase" in code
    assert "is kept" not in done.err
    assert code.count(EDIT) == edited
    if not edited:
        assert shop.remove().code == 0
        assert not (shop.root / "shop/signals.py").exists()


def test_a_renamed_model_and_a_clash_of_words_is_still_a_clash(shop):
    say_instead(shop, "Order", "Purchase")
    tasks = text(shop, "shop/tasks.py")
    (shop.root / "shop/tasks.py").write_text(tasks.replace('"""Notify."""', '"""mine_1."""'))
    body = text(shop, "shop/signals.py")
    (shop.root / "shop/signals.py").write_text(
        body.replace("Handle post_save", "Do mine_2 at post_save", 1)
    )
    shop.say("shop.yaml", spec(model="Purchase", note="Tell them."))
    done = shop.new()
    assert done.code == 3, done.text
    assert "conflict: watch" in done.err


def test_a_word_that_only_the_person_changed_is_an_edit(shop):
    say_instead(shop, "watch", "gaze", "signals.py")
    shop.say("shop.yaml", spec(note="Tell them."))
    assert shop.new().code in (0, 3)
    assert "def gaze(" in text(shop, "shop/signals.py")


@pytest.mark.parametrize("name", ["shop.yaml", "store.yaml"], ids=["same spec", "spec renamed"])
@pytest.mark.parametrize("edited", [True, False])
def test_a_renamed_app(shop, name, edited):
    if edited:
        edit(shop)
    move_app(shop)
    del shop.specs["shop.yaml"]
    shop.say(name, spec(app="store"))
    done = shop.new()
    assert done.code == 0, done.text
    assert not (shop.root / ".signalgen/shop.json").exists()
    assert (shop.root / ".signalgen/store.json").exists()
    assert text(shop, "store/signals.py").count(EDIT) == edited
    assert uids_in(tree(shop.root)) == {"store.watch", "store.watch.before", "store.other"}
    shop.say(name, spec(app="store", note="Tell them."))
    assert shop.new().code == 0
    assert "Tell them." in text(shop, "store/signals.py")
    if not edited:
        assert shop.remove().code == 0
        left = contents(tree(shop.root))
        assert not any("signals" in p or "tasks" in p or "tests" in p for p in left), left
        assert not (shop.root / ".signalgen/store.json").exists()


def test_a_renamed_app_with_a_renamed_model(shop):
    edit(shop)
    move_app(shop)
    say_instead(shop, "Order", "Purchase")
    shop.say("shop.yaml", spec(app="store", model="Purchase"))
    done = shop.command("new", ["shop.yaml"])
    assert done.code == 0, done.text
    assert shop.new().code == 0, "and nothing is left to do"
    assert EDIT in text(shop, "store/signals.py")
    assert "Order" not in text(shop, "store/tests/test_signals.py")


def test_what_a_new_app_has_of_its_own_is_not_taken_for_a_renamed_one(shop):
    """The files of the first app are there, so the other is another one."""
    shop.say("crm.yaml", spec(app="crm", model="Lead"))
    assert shop.new("crm.yaml").code == 0
    assert (shop.root / ".signalgen/shop.json").exists()
    assert uids_in(tree(shop.root)) >= {"shop.watch", "crm.watch"}


def test_a_deleted_app_leaves_its_record_alone(shop):
    for path in sorted((shop.root / "shop").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    shop.say("crm.yaml", spec(app="crm", model="Lead"))
    assert shop.new("crm.yaml").code == 0
    assert (shop.root / ".signalgen/shop.json").exists()


def test_a_record_that_cannot_be_read_is_no_former_name(shop):
    (shop.root / ".signalgen/gone.json").write_text("{")
    shop.say("crm.yaml", spec(app="crm", model="Lead"))
    assert shop.command("new", ["crm.yaml"]).code == 0
    assert text(shop, ".signalgen/gone.json") == "{"


@pytest.mark.parametrize("edited", [True, False])
@pytest.mark.parametrize("again", [False, True], ids=["at once", "after a run"])
def test_a_dropped_receiver_with_an_edit_keeps_its_partner_when_the_model_is_renamed(
    shop, edited, again
):
    """Without the edit both go, as without the new name."""
    if edited:
        edit(shop)
    shop.say(
        "shop.yaml", json.dumps({"app": "shop", "handlers": [json.loads(spec())["handlers"][1]]})
    )
    if again:
        assert shop.new().code == 0
    say_instead(shop, "Order", "Purchase")
    shop.say("shop.yaml", shop.specs["shop.yaml"].replace("Order", "Purchase"))
    done = shop.new()
    assert done.code == 0, done.text
    code = text(shop, "shop/signals.py")
    assert code.count("sender=Purchase") == (3 if edited else 1)
    assert ("def remember_watch(" in code, "def watch(" in code) == (edited, edited)
