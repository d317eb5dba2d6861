"""Two branches that both ran ``new``, merged and rebased by git itself."""

from __future__ import annotations

import json
import subprocess

import pytest
from runs_kit import World, build, contents, tree, uids_in
from runs_stories import LAYOUTS

pytestmark = pytest.mark.usefixtures("fast")


def handler(name: str, number: int = 1) -> dict:
    body = f'cache.set("{name}", {number})'
    return {"name": name, "model": "Order", "signal": "post_save", "on_create": body}


def spec(*handlers: dict) -> str:
    return json.dumps({"app": "shop", "handlers": list(handlers)})


ONE, TWO, A, B = handler("one"), handler("two"), handler("one_a"), handler("one_b")


def git(here: World, *words: str, code: int | None = 0) -> str:
    named = ("-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "core.autocrlf=false")
    done = subprocess.run(
        ["git", *named, *words], cwd=here.root, capture_output=True, text=True, check=False
    )
    assert code is None or done.returncode == code, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def shop(tmp_path) -> World:
    """A repository in which a branch put a handler first and another one put one last."""
    here = World(build(tmp_path / "project", LAYOUTS["bare"]))
    git(here, "init", "-q", "-b", "trunk")
    run(here, "start", ONE, TWO)
    git(here, "checkout", "-q", "-b", "other")
    run(here, "first", A, ONE, TWO)
    git(here, "checkout", "-q", "trunk")
    run(here, "last", ONE, TWO, B)
    return here


def run(here: World, message: str, *handlers: dict) -> None:
    here.say("shop.yaml", spec(*handlers))
    assert here.new().code == 0
    git(here, "add", "-A")
    git(here, "commit", "-q", "-m", message)


def joined(here: World, how: str, style: str) -> list[str]:
    """Let git join the branches and return the files that it could not."""
    words = ["merge", "-q", "other"] if how == "merge" else ["rebase", "-q", "other"]
    git(here, "-c", f"merge.conflictStyle={style}", *words, code=None)
    return git(here, "diff", "--name-only", "--diff-filter=U").split()


@pytest.mark.parametrize("style", ["merge", "diff3"])
@pytest.mark.parametrize("how", ["merge", "rebase"])
def test_a_run_settles_what_git_leaves_in_the_record(shop, how, style):
    left = joined(shop, how, style)
    assert set(left) <= {".signalgen/shop.json"}, "the code merges by itself"
    code = contents(tree(shop.root))["shop/signals.py"]
    shop.say("shop.yaml", spec(A, ONE, TWO, B))
    done = shop.command("new", ["shop.yaml"])
    assert done.code == 0, done.text
    assert contents(tree(shop.root))["shop/signals.py"] == code
    assert b"<<<<<<<" not in contents(tree(shop.root))[".signalgen/shop.json"]
    assert uids_in(tree(shop.root)) == {"shop.one", "shop.two", "shop.one_a", "shop.one_b"}
    assert shop.new().code == 0
    assert shop.remove().code == 0
    left_over = {p for p in contents(tree(shop.root)) if not p.startswith(".git/")}
    assert left_over == set(LAYOUTS["bare"])


def test_what_one_branch_took_out_stays_out(shop):
    git(shop, "checkout", "-q", "other")
    run(shop, "dropped", A, TWO)
    git(shop, "checkout", "-q", "trunk")
    joined(shop, "merge", "merge")
    shop.say("shop.yaml", spec(A, TWO, B))
    done = shop.command("new", ["shop.yaml"])
    if done.code:
        pytest.skip("the code itself is in conflict")
    assert uids_in(tree(shop.root)) == {"shop.two", "shop.one_a", "shop.one_b"}


def test_a_record_that_no_side_of_which_can_be_read_is_refused(shop):
    path = shop.root / ".signalgen/shop.json"
    path.write_text("<<<<<<< HEAD\n{\n=======\n}\n>>>>>>> other\n")
    done = shop.command("new", ["shop.yaml"])
    assert done.code == 4
    assert "the baseline of shop cannot be read" in done.err


def test_a_record_without_a_conflict_is_read_as_it_is(shop):
    before = contents(tree(shop.root))
    assert shop.command("new", ["shop.yaml"], "--check").code == 0
    assert contents(tree(shop.root)) == before
