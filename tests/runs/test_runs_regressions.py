"""What the properties found once, told as plain stories."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from runs_kit import World, build, contents, tree
from runs_stories import LAYOUTS, STYLES, add_parameter, rename

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("fast")


def one_signal(name: str, listener: str = "") -> str:
    """Return the spec of a custom signal, with a receiver if that has a name."""
    handlers = [{"name": listener, "body": f'cache.set("{listener}", 1)'}] if listener else []
    made = {"name": name, "args": {"order": "Order"}, "handlers": handlers}
    return json.dumps({"app": "shop", "handlers": [], "signals": [made]})


def a_world(tmp_path, layout: str, style: str = "no tests") -> World:
    return World(build(tmp_path / "project", {**LAYOUTS[layout], "pyproject.toml": STYLES[style]}))


@pytest.mark.parametrize("order", [("shop.yaml", "more.yaml"), ("more.yaml", "shop.yaml"), None])
@pytest.mark.parametrize("layout", ["no apps.py", "signals", "windows"])
def test_empty_lines_below_what_went_in_between_two_symbols_go_with_it(tmp_path, layout, order):
    here = a_world(tmp_path, layout)
    before = contents(tree(here.root))
    for name, text in [
        ("shop.yaml", one_signal("first")),
        ("more.yaml", one_signal("second")),
        ("shop.yaml", one_signal("first", "heard")),
    ]:
        here.say(name, text)
        assert here.new(name).code == 0
    for names in [(name,) for name in order] if order else [()]:
        assert here.remove(*names).code == 0
    assert contents(tree(here.root)) == before


def told(name: str, key: str) -> str:
    made = {"id": "told", "name": name, "model": "Order", "signal": "post_save"}
    return json.dumps({"app": "shop", "handlers": [{**made, "body": f'cache.set("{key}", 1)'}]})


def a_clash_over_tests(tmp_path, old: str, new: str) -> tuple[World, Path]:
    """Return a project whose test class somebody edited and the spec renames with its receiver."""
    here = a_world(tmp_path, "signals", "ruff")
    here.say("shop.yaml", told("told", "a"))
    assert here.new().code == 0
    (tests,) = here.root.rglob("test_signals.py")
    edited = re.sub(old, new, tests.read_text(), count=1)
    assert edited != tests.read_text()
    tests.write_text(edited)
    here.say("shop.yaml", told("told_later", "b"))
    assert here.new().code == 3
    return here, tests


def recorded(here: World) -> str:
    return (here.root / ".signalgen/shop.json").read_text()


@pytest.mark.parametrize("choice", ["keep", "markers"])
def test_a_test_class_that_stays_under_its_old_name_is_found_again(tmp_path, choice):
    """A receiver is known by its uid whatever its name; a test class has only its name."""
    words = r"(class ToldTests.*\n +\"\"\").*?\""
    here, tests = a_clash_over_tests(tmp_path, words, r'\1How it is told."')
    assert here.new("shop.yaml", options=("--conflict", choice)).code == 0
    # Markers cover the lines that clash alone, and the name of the class is none of them.
    name = "ToldLaterTests" if choice == "markers" else "ToldTests"
    assert f"class {name}" in tests.read_text()
    assert "deleted" not in recorded(here)


OWN_BASE = (r"class ToldTests\(", "class ToldTests(Mine, ")


@pytest.mark.parametrize("decided", ["mine", "the spec's"])
def test_a_test_class_whose_name_was_decided_on_is_found_again(tmp_path, decided):
    here, tests = a_clash_over_tests(tmp_path, *OWN_BASE)
    assert here.command("new", ("shop.yaml",), "--conflict", "markers").code == 0
    both = r"(class ToldTests.*\n)# <.*\n# (class ToldLaterTests.*\n)# >.*\n"
    chosen = r"\1" if decided == "mine" else r"\2"
    after = re.sub(both, chosen, tests.read_text())
    assert "# <" not in after
    tests.write_text(after)
    assert here.new().code == 0
    assert tests.read_text() == after
    assert "deleted" not in recorded(here)


def test_a_test_class_that_gets_the_name_of_the_spec_by_hand_is_found_again(tmp_path):
    here, tests = a_clash_over_tests(tmp_path, *OWN_BASE)
    assert here.new(options=("--conflict", "keep")).code == 0
    after = tests.read_text().replace("class ToldTests", "class ToldLaterTests")
    tests.write_text(after)
    assert here.new().code == 0
    assert tests.read_text() == after
    assert "deleted" not in recorded(here)


def test_a_receiver_that_both_renamed_keeps_its_tests_under_the_name_that_wins(tmp_path):
    here = a_world(tmp_path, "signals", "ruff")
    here.say("shop.yaml", told("told", "a"))
    assert here.new().code == 0
    rename(here.root, 0)
    made = json.loads(told("told_later", "b"))
    made["handlers"][0]["id"] = "later"
    here.say("shop.yaml", json.dumps(made))
    assert here.new().code == 3
    # A second run changes nothing, as ``new`` of this kit sees to.
    assert here.new("shop.yaml", options=("--conflict", "keep")).code == 0
    (tests,) = here.root.rglob("test_signals.py")
    assert "class Mine0Tests" in tests.read_text()
    assert "told_later" not in tests.read_text()


def test_a_receiver_that_got_its_name_back_takes_its_tests_along(tmp_path):
    here = a_world(tmp_path, "signals", "ruff")
    here.say("shop.yaml", told("told", "a"))
    assert here.new().code == 0
    rename(here.root, 0)
    (receivers,) = here.root.rglob("shop/signals.py")
    receivers.write_text(receivers.read_text().replace('cache.set("a", 1)', 'cache.set("mine", 1)'))
    here.say("shop.yaml", '{"app": "shop", "handlers": []}')
    assert here.new().code == 0
    here.say("shop.yaml", told("told", "b"))
    assert here.new().code == 3
    assert here.new("shop.yaml", options=("--conflict", "theirs")).code == 0
    (tests,) = here.root.rglob("test_signals.py")
    assert "class ToldTests" in tests.read_text()
    assert "mine_0" not in tests.read_text()


@pytest.mark.parametrize("choice", ["keep", "theirs"])
def test_tests_bear_the_name_that_the_receiver_has_after_a_clash(tmp_path, choice):
    here = a_world(tmp_path, "package", "plain")
    here.say("shop.yaml", told("told", "a"))
    assert here.new().code == 0
    add_parameter(here.root, 0)
    made = json.loads(told("told_later", "b"))
    made["handlers"][0] |= {"model": "Item", "signal": "pre_save"}
    here.say("shop.yaml", json.dumps(made))
    assert here.new().code == 3
    assert here.new("shop.yaml", options=("--conflict", choice)).code == 0


def sent(*arguments: str) -> str:
    heard = {"name": "heard", "body": 'cache.set("heard", 1)'}
    signal = {"name": "paid", "args": dict.fromkeys(arguments, "int"), "handlers": [heard]}
    return json.dumps({"app": "shop", "signals": [signal]})


@pytest.mark.parametrize("layout", ["signals", "package", "receivers"])
def test_a_clash_is_told_rather_than_what_the_other_files_would_make_of_it(tmp_path, layout):
    """The file that clashes stays as it is, and the sender is not held against that."""
    here = a_world(tmp_path, layout, "ruff")
    here.say("shop.yaml", sent("number", "amount"))
    assert here.new().code == 0
    add_parameter(here.root, 0)
    here.say("shop.yaml", sent("number"))
    assert here.new().code == 3
    assert here.new(options=("--conflict", "theirs")).code == 0
