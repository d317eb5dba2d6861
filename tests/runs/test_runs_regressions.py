"""What the properties found once, told as plain stories."""

from __future__ import annotations

import json
import re

import pytest
from runs_kit import World, build, contents, tree
from runs_stories import LAYOUTS, STYLES

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


@pytest.mark.parametrize("choice", ["keep", "markers"])
def test_a_test_class_that_stays_under_its_old_name_is_found_again(tmp_path, choice):
    """A receiver is known by its uid whatever its name; a test class has only its name."""
    here = a_world(tmp_path, "signals", "ruff")
    handler = {"id": "told", "name": "told", "model": "Order", "signal": "post_save"}
    for name, key in (("told", "a"), ("told_later", "b")):
        made = {**handler, "name": name, "body": f'cache.set("{key}", 1)'}
        here.say("shop.yaml", json.dumps({"app": "shop", "handlers": [made]}))
        done = here.new("shop.yaml")
        if name == "told":
            (tests,) = here.root.rglob("test_signals.py")
            tests.write_text(
                re.sub(
                    r"(class ToldTests.*\n +\"\"\").*?\"", r'\1How it is told."', tests.read_text()
                )
            )
    assert done.code == 3
    assert here.command("new", ("shop.yaml",), "--conflict", choice).code == 0
    # Markers cover the lines that clash alone, and the name of the class is none of them.
    name = "ToldLaterTests" if choice == "markers" else "ToldTests"
    assert f"class {name}" in tests.read_text()
    assert "deleted" not in (here.root / ".signalgen/shop.json").read_text()
