"""What becomes of the edits that people really make, in whole runs: moved, renamed, deleted, both changed."""

from __future__ import annotations

import ast
import json

import pytest
from runs_kit import World, build, contents, tree
from runs_stories import LAYOUTS

pytestmark = pytest.mark.usefixtures("fast")
HEAD = """\
from django.core.cache import cache
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Order


"""


def spec(**handlers: str) -> str:
    """Return a spec with a handler for each keyword, whose value is its body."""
    made = [
        {"name": name, "model": "Order", "signal": "post_save", "on_create": body}
        for name, body in handlers.items()
    ]
    return json.dumps({"app": "shop", "handlers": made})


@pytest.fixture
def shop(tmp_path) -> World:
    """A project in which two handlers were generated."""
    here = World(build(tmp_path / "project", LAYOUTS["bare"]))
    here.say("shop.yaml", spec(one='cache.set("one", 1)', two='cache.set("two", 1)'))
    assert here.new().code == 0
    return here


def text(here: World, path: str) -> str:
    return (here.root / path).read_text()


def write(here: World, path: str, new: str) -> None:
    (here.root / path).write_text(new)


def function(here: World, path: str, name: str) -> str:
    """Return the lines of a function with its decorators."""
    lines = text(here, path).split("\n")
    node = next(n for n in ast.parse(text(here, path)).body if getattr(n, "name", "") == name)
    return "\n".join(lines[node.decorator_list[0].lineno - 1 : node.end_lineno]) + "\n"


def move(here: World, name: str, target: str = "shop/listeners.py") -> None:
    """Cut a handler out of signals.py and paste it into a module of its own."""
    moved = function(here, "shop/signals.py", name)
    write(here, "shop/signals.py", text(here, "shop/signals.py").replace(moved, ""))
    write(here, target, HEAD + moved)


def test_a_moved_handler_is_updated_where_it_is(shop):
    move(shop, "one")
    shop.say(
        "shop.yaml", spec(one='cache.set("one", 2)\nlogger.info("new")', two='cache.set("two", 1)')
    )
    assert shop.new().code == 0
    assert "def one" not in text(shop, "shop/signals.py")
    assert 'cache.set("one", 2)' in text(shop, "shop/listeners.py")
    assert "import logging" in text(shop, "shop/listeners.py"), "what it needs is imported there"
    assert "import logging" not in text(shop, "shop/signals.py")
    assert "from . import listeners, signals" in text(shop, "shop/apps.py") or (
        "import listeners" in text(shop, "shop/apps.py")
        and "import signals" in text(shop, "shop/apps.py")
    )
    tests = text(shop, "shop/tests/test_signals.py")
    assert "listeners, (" in tests
    assert "signals, (" in tests
    ast.parse(tests)


def test_a_moved_handler_without_news_only_gets_its_hook(shop):
    move(shop, "one")
    before = text(shop, "shop/listeners.py")
    assert shop.new().code == 0
    assert text(shop, "shop/listeners.py") == before


def test_an_edited_handler_that_moved_is_merged_there(shop):
    move(shop, "one")
    write(
        shop,
        "shop/listeners.py",
        text(shop, "shop/listeners.py").replace('("one", 1)', '("one", 1)\n        mine()'),
    )
    shop.say(
        "shop.yaml", spec(one='logger.info("x")\ncache.set("one", 1)', two='cache.set("two", 1)')
    )
    assert shop.new().code == 0
    assert "mine()" in text(shop, "shop/listeners.py")
    assert 'logger.info("x")' in text(shop, "shop/listeners.py")


def test_the_old_module_goes_with_its_last_handler(shop):
    move(shop, "one")
    move(shop, "two", "shop/others.py")
    assert shop.new().code == 0
    assert not (shop.root / "shop/signals.py").exists()
    apps = text(shop, "shop/apps.py")
    assert "import signals" not in apps
    assert "listeners" in apps
    assert "others" in apps


def test_a_moved_handler_leaves_the_spec_from_where_it_is(shop):
    move(shop, "one")
    shop.say("shop.yaml", spec(two='cache.set("two", 1)'))
    assert shop.new().code == 0
    assert "def one" not in text(shop, "shop/listeners.py")


def test_remove_finds_what_was_moved(shop):
    move(shop, "one")
    assert shop.remove().code == 0
    assert "def one" not in text(shop, "shop/listeners.py")
    assert not (shop.root / "shop/signals.py").exists()
    assert text(shop, "shop/apps.py") == LAYOUTS["bare"]["shop/apps.py"]


def test_a_handler_renamed_in_the_spec_is_renamed_in_place(shop):
    write(
        shop,
        "shop/signals.py",
        text(shop, "shop/signals.py").replace('("one", 1)', '("one", 1)\n        mine()'),
    )
    made = json.loads(spec(one='cache.set("one", 1)', two='cache.set("two", 1)'))
    made["handlers"][0] |= {"id": "one", "name": "first"}
    shop.say("shop.yaml", json.dumps(made))
    assert shop.new().code == 0
    after = text(shop, "shop/signals.py")
    assert "def one(" not in after
    assert 'dispatch_uid="shop.one")\ndef first(' in after
    assert "mine()" in after
    assert after.index("def first") < after.index("def two")
    tests = text(shop, "shop/tests/test_signals.py")
    assert "class FirstTests" in tests
    assert "OneTests" not in tests


def test_a_handler_renamed_by_a_person_is_tested_under_its_new_name(shop):
    write(shop, "shop/signals.py", text(shop, "shop/signals.py").replace("def one(", "def mine("))
    shop.say("shop.yaml", spec(one='cache.set("one", 2)', two='cache.set("two", 1)'))
    assert shop.new().code == 0
    after = text(shop, "shop/signals.py")
    assert "def mine(" in after
    assert 'cache.set("one", 2)' in after


def test_deletion_is_remembered_until_it_is_restored(shop):
    gone = function(shop, "shop/signals.py", "one")
    write(shop, "shop/signals.py", text(shop, "shop/signals.py").replace(gone, ""))
    shop.say("shop.yaml", spec(one='cache.set("one", 2)', two='cache.set("two", 2)'))
    assert shop.new().code == 0
    assert "def one" not in text(shop, "shop/signals.py")
    done = shop.command("new", ["shop.yaml"], "--restore", "one")
    assert done.code == 0, done.text
    assert 'cache.set("one", 2)' in text(shop, "shop/signals.py")


def test_a_run_says_what_was_deleted_and_does_not_call_it_up_to_date(shop):
    tests = text(shop, "shop/tests/test_signals.py")
    (shop.root / "shop/signals.py").unlink()
    for _ in range(2):
        done = shop.new()
        assert done.code == 0
        assert "shop/signals.py: note: " in done.err
        assert "were deleted here" in done.err
        assert "--restore all" in done.err
        assert not (shop.root / "shop/signals.py").exists()
    assert "unchanged    shop/signals.py" not in shop.command("new", ["shop.yaml"], "--verbose").out
    assert shop.command("new", ["shop.yaml"], "--restore", "all").code == 0
    assert "def one(" in text(shop, "shop/signals.py")
    assert "def two(" in text(shop, "shop/signals.py")
    assert text(shop, "shop/tests/test_signals.py") == tests


def test_nothing_is_said_of_deletion_where_nothing_was_deleted(shop):
    assert "deleted" not in shop.new().text


def test_when_all_handlers_were_deleted_nothing_is_loaded_for_them(shop):
    (shop.root / "shop/signals.py").unlink()
    write(shop, "shop/apps.py", LAYOUTS["bare"]["shop/apps.py"])
    assert shop.new().code == 0
    assert not (shop.root / "shop/signals.py").exists()
    assert text(shop, "shop/apps.py") == LAYOUTS["bare"]["shop/apps.py"]


def test_a_file_that_the_spec_emptied_goes_with_its_hook(shop):
    shop.say(
        "shop.yaml",
        json.dumps({"app": "shop", "signals": [{"name": "paid", "args": {"order": "Order"}}]}),
    )
    assert shop.new().code == 0
    shop.say("shop.yaml", spec(one='cache.set("one", 1)'))
    assert shop.new().code == 0
    assert not (shop.root / "shop/senders.py").exists()


def test_a_file_that_the_spec_emptied_stays_while_somebody_imports_it(shop):
    write(
        shop,
        "shop/views.py",
        "def view(request):\n    from . import senders\n\n    return senders\n",
    )
    one = json.loads(spec(one='cache.set("one", 1)'))
    shop.say(
        "shop.yaml", json.dumps({**one, "signals": [{"name": "paid", "args": {"order": "Order"}}]})
    )
    assert shop.new().code == 0
    shop.say("shop.yaml", json.dumps(one))
    assert shop.new().code == 0
    assert text(shop, "shop/senders.py") == '"""Functions that send the signals of shop."""\n'


def test_an_orphan_is_kept_and_reported(shop):
    write(
        shop,
        "shop/signals.py",
        text(shop, "shop/signals.py").replace('("one", 1)', '("one", mine)'),
    )
    shop.say("shop.yaml", spec(two='cache.set("two", 1)'))
    done = shop.new()
    assert done.code == 0
    assert "one is no longer generated but was edited: it is kept" in done.err
    assert '("one", mine)' in text(shop, "shop/signals.py")


def test_adopt_claims_what_was_there_word_for_word(shop):
    generated = text(shop, "shop/signals.py")
    (shop.root / ".signalgen/shop.json").unlink()
    done = shop.command("new", ["shop.yaml"])
    assert done.code == 4
    assert "--adopt" in done.err
    done = shop.command("new", ["shop.yaml"], "--adopt")
    assert done.code == 0, done.text
    assert text(shop, "shop/signals.py") == generated
    shop.say("shop.yaml", spec(one='cache.set("one", 2)', two='cache.set("two", 1)'))
    assert shop.new().code == 0
    assert 'cache.set("one", 2)' in text(shop, "shop/signals.py")


@pytest.fixture
def clash(shop) -> World:
    """One handler that both changed, and news for the other and for a new file, which must wait."""
    write(
        shop,
        "shop/signals.py",
        text(shop, "shop/signals.py").replace('("one", 1)', '("one", mine)'),
    )
    made = json.loads(spec(one='cache.set("one", 2)', two='cache.set("two", 2)'))
    shop.say(
        "shop.yaml", json.dumps({**made, "signals": [{"name": "paid", "args": {"order": "Order"}}]})
    )
    return shop


def test_a_clash_is_shown_with_its_place_and_both_changes_and_nothing_is_written(clash):
    before = contents(tree(clash.root))
    done = clash.new()
    assert done.code == 3
    assert contents(tree(clash.root)) == before, "no other file either: half of a run would confuse"
    line = 1 + text(clash, "shop/signals.py").split("\n").index(
        "def one(sender, instance, created, raw, **kwargs):"
    )
    assert f"shop/signals.py:{line}:" in done.err or f"shop/signals.py:{line - 1}:" in done.err
    for words in (
        "conflict: one",
        "your change:",
        '-        cache.set("one", 1)',
        '+        cache.set("one", mine)',
        "the spec's change:",
        '+        cache.set("one", 2)',
        "--conflict keep",
        "--conflict theirs",
        "--conflict markers",
        "Nothing was written.",
    ):
        assert words in done.err, done.err


def test_a_clash_as_json_has_the_three_texts(clash):
    done = clash.command("new", ["shop.yaml"], "--format", "json")
    assert done.code == 3
    answer = json.loads(done.out)
    assert answer["status"] == "conflict"
    assert 'cache.set(\\"one\\", mine)' in done.out
    assert {f["path"]: f["action"] for f in answer["files"]}["shop/signals.py"] == "conflict"


@pytest.mark.parametrize(
    ("choice", "there", "gone"),
    [
        ("keep", ['("one", mine)'], ['("one", 2)']),
        ("theirs", ['("one", 2)'], ['("one", mine)']),
        (
            "markers",
            [
                """\
        cache.set("one", mine)
        # <<<<<<< the spec says
        # cache.set("one", 2)
        # >>>>>>> the spec says
"""
            ],
            ["# def one", "# @receiver"],
        ),
    ],
)
def test_the_three_ways_out_of_a_clash(clash, choice, there, gone):
    done = clash.command("new", ["shop.yaml"], "--conflict", choice)
    assert done.code == 0, done.text
    after = text(clash, "shop/signals.py")
    assert all(words in after for words in there), after
    assert not any(words in after for words in gone), after
    assert 'cache.set("two", 2)' in after
    assert (clash.root / "shop/senders.py").exists()
    ast.parse(after)


@pytest.mark.parametrize("options", [(), ("--check",), ("--dry-run",), ("--conflict", "theirs")])
def test_nothing_runs_while_a_conflict_is_marked(clash, options):
    assert clash.command("new", ["shop.yaml"], "--conflict", "markers").code == 0
    before = contents(tree(clash.root))
    line = 1 + text(clash, "shop/signals.py").split("\n").index("        # <<<<<<< the spec says")
    done = clash.command("new", ["shop.yaml"], *options)
    assert done.code == 3, done.text
    assert f"shop/signals.py:{line}:1: error: a conflict is still marked here" in done.err
    assert contents(tree(clash.root)) == before


@pytest.mark.parametrize("choice", ["mine", "the spec's"])
def test_a_decided_conflict_is_over(clash, choice):
    assert clash.command("new", ["shop.yaml"], "--conflict", "markers").code == 0
    marked = text(clash, "shop/signals.py")
    own = '        cache.set("one", mine)\n'
    start = marked.index(own)
    end = marked.index("        # >>>>>>> the spec says\n") + len(
        "        # >>>>>>> the spec says\n"
    )
    kept = own if choice == "mine" else '        cache.set("one", 2)\n'
    write(clash, "shop/signals.py", marked[:start] + kept + marked[end:])
    assert clash.new().code == 0
    assert kept in text(clash, "shop/signals.py")
    assert clash.command("new", ["shop.yaml"], "--check").code == 0


def test_markers_of_git_are_named_as_such(shop):
    before = text(shop, "shop/signals.py")
    line = '        cache.set("one", 1)\n'
    both = f"<<<<<<< HEAD\n{line}=======\n{line}>>>>>>> other\n"
    write(shop, "shop/signals.py", before.replace(line, both))
    done = shop.new()
    assert done.code == 3
    assert "a conflict is still marked here (<<<<<<< HEAD)" in done.err


@pytest.mark.parametrize(
    "words",
    [
        "# <<<<<<< this is what I had before\n",
        'HELP = """\n<<<<<<< HEAD\n=======\n>>>>>>> other\n"""\n',
        'TEXT = "# <<<<<<< the spec says"\n',
    ],
)
def test_what_only_looks_like_a_marker_is_no_conflict(shop, words):
    write(shop, "shop/signals.py", f"{text(shop, 'shop/signals.py')}\n\n{words}")
    assert shop.new().code == 0


def test_remove_refuses_what_was_edited_and_names_it(shop):
    write(
        shop,
        "shop/signals.py",
        text(shop, "shop/signals.py").replace('("one", 1)', '("one", mine)'),
    )
    done = shop.remove()
    assert done.code == 3
    assert "shop/signals.py" in done.err
    assert "one has been edited" in done.err
    assert shop.remove(options=("--keep-edited",)).code == 0
    after = text(shop, "shop/signals.py")
    assert '("one", mine)' in after
    assert "def two" not in after
    assert "import signals" in text(shop, "shop/apps.py"), "what stays is still loaded"


def test_an_app_behind_a_link_is_refused(tmp_path):
    root = build(
        tmp_path / "project",
        {k: v for k, v in LAYOUTS["bare"].items() if not k.startswith("shop/")},
    )
    build(
        tmp_path / "elsewhere", {k: v for k, v in LAYOUTS["bare"].items() if k.startswith("shop/")}
    )
    (root / "shop").symlink_to(tmp_path / "elsewhere" / "shop")
    here = World(root)
    here.say("shop.yaml", spec(one='cache.set("one", 1)'))
    before = contents(tree(tmp_path))
    done = here.new()
    assert done.code == 4, done.text
    assert "symbolic link" in done.err
    assert contents(tree(tmp_path)) == before


def test_a_file_that_may_not_be_written_is_refused_and_nothing_else_is_written(tmp_path):
    here = World(build(tmp_path / "project", LAYOUTS["signals"]))
    here.say("shop.yaml", spec(one='cache.set("one", 1)'))
    (here.root / "shop/signals.py").chmod(0o444)
    before = tree(here.root)
    done = here.command("new", ["shop.yaml"])
    assert done.code == 4, done.text
    assert "shop/signals.py is read-only" in done.err
    assert tree(here.root) == before
    assert "chmod u+w shop/signals.py" in done.err
