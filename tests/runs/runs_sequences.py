"""What happens to a project over the years, for the properties: renames, moves, recipes, removals, branches that git joins.

A step is a function of a world and a number that picks what it does. ``sound`` says what must hold after each.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
from collections import Counter

from runs_kit import python_files, text_of, tree
from runs_stories import EDITS

RECIPES = (
    {"recipe": "counter", "model": "Item", "target": "{model}", "field": "total", "link": "order"},
    {"recipe": "cache_invalidate", "model": "{model}", "keys": ['"totals"']},
    {"recipe": "normalize", "model": "{model}", "fields": {"status": ["strip"]}},
)


def sound(here) -> None:
    """No receiver is connected twice or half, and no task is queued twice."""
    heard: Counter[str] = Counter()
    queued: Counter[tuple[str, ...]] = Counter()
    stored, taken = set(), set()
    for path, data in python_files(tree(here.root)).items():
        if "tests" in path:
            continue
        for node in ast.parse(text_of(data)).body:
            uids = re.findall(r"dispatch_uid='([^']+)'", _decorators(node))
            heard.update(set(uids))
            if uids:
                code = ast.unparse(node)
                stored |= set(_kept(node, ast.Store))
                taken |= {name for name in _kept(node, ast.Load) if f"pop('{name}'" in code}
                senders = re.findall(r"receiver\((.*?), dispatch_uid", _decorators(node))
                calls = set(re.findall(r"\bwork_\w+(?=\.delay)", code))
                queued.update((name, sender) for name in calls for sender in set(senders))
    assert not {uid for uid, times in heard.items() if times > 1}, heard
    assert not {work for work, times in queued.items() if times > 1}, queued
    assert taken <= stored, f"nobody remembers {taken - stored}"


def _kept(function: ast.stmt, use: type[ast.expr_context]):
    """Yield the names under which a receiver stores or takes something in ``vars(instance)``."""
    for node in ast.walk(function):
        key = None
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, use):
            owner, key = node.value, node.slice
        elif (
            use is ast.Load
            and isinstance(node, ast.Call)
            and ast.unparse(node.func).endswith(".pop")
        ):
            owner, key = node.func.value, node.args[0]
        # ``known = vars(instance)`` where it is used more than once.
        if isinstance(key, ast.Constant) and ast.unparse(owner) in ("vars(instance)", "known"):
            yield key.value


def _decorators(node: ast.stmt) -> str:
    return "\n".join(ast.unparse(one) for one in getattr(node, "decorator_list", []))


def _spec(here) -> dict:
    return json.loads(here.specs["shop.yaml"])


def _say(here, made: dict) -> None:
    here.say("shop.yaml", json.dumps(made, indent=1))


def edit(here, number: int) -> None:
    """An edit by hand, the rename of a receiver among them."""
    EDITS[number % len(EDITS)](here.root, number)


def rename_handler(here, number: int) -> None:
    """Another name for a handler in the spec."""
    made = _spec(here)
    if made["handlers"]:
        one = made["handlers"][number % len(made["handlers"])]
        one["id"] = one["name"] = f"{one['name']}_{'xyz'[number % 3]}"
        _say(here, made)


def drop_handler(here, number: int) -> None:
    """A handler less in the spec."""
    made = _spec(here)
    if len(made["handlers"]) > 1:
        del made["handlers"][number % len(made["handlers"])]
        _say(here, made)


def change_handler(here, number: int) -> None:
    """Other words for a handler."""
    made = _spec(here)
    if made["handlers"]:
        made["handlers"][number % len(made["handlers"])]["description"] = f"Said {number}."
        _say(here, made)


def add_recipe(here, number: int) -> None:
    """A recipe more."""
    made = _spec(here)
    text = json.dumps(RECIPES[number % len(RECIPES)]).replace("{model}", here.model)
    one = json.loads(text)
    if one["recipe"] not in [r["recipe"] for r in made.get("recipes", [])]:
        made.setdefault("recipes", []).append(one)
        _say(here, made)


def drop_recipe(here, number: int) -> None:
    """A recipe less."""
    made = _spec(here)
    if made.get("recipes"):
        del made["recipes"][number % len(made["recipes"])]
        _say(here, made)


def _everywhere(here, old: str, new: str) -> None:
    for path in here.root.rglob("*.py"):
        data = path.read_bytes()
        changed = re.sub(rb"\b" + old.encode() + rb"\b", new.encode(), data)
        if changed != data:
            path.write_bytes(changed)


def rename_model(here, number: int) -> None:
    """Another name for the model in code and spec."""
    new = f"Model{number}"
    _everywhere(here, here.model, new)
    for name, text in list(here.specs.items()):
        here.say(name, re.sub(rf"\b{here.model}\b", new, text))
    here.model = new


def rename_app(here, number: int) -> None:
    """Another name for the app: its folder, its imports and the spec."""
    new = f"app{number}"
    (here.root / here.app).rename(here.root / new)
    _everywhere(here, here.app, new)
    for name, text in list(here.specs.items()):
        here.say(name, text.replace(f'"app": "{here.app}"', f'"app": "{new}"'))
    here.app = new


def keep_edited(here, _number: int) -> None:
    """Generated code goes, what was edited stays, and the spec is run again."""
    done = here.remove(options=("--keep-edited",))
    assert done.code in (0, 3), done.text
    sound(here)


def git(here, *words: str) -> subprocess.CompletedProcess[str]:
    named = ("-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "core.autocrlf=false")
    command = ["git", *named, "-c", "gc.auto=0", *words]
    return subprocess.run(command, cwd=here.root, capture_output=True, text=True, check=False)


def commit(here, message: str) -> None:
    git(here, "add", "-A")
    done = git(here, "commit", "-q", "--allow-empty", "-m", message)
    assert done.returncode == 0, done.stdout + done.stderr


def join_branches(here, number: int) -> None:
    """Two branches that each edit, change another spec and run, joined by git."""
    git(here, "init", "-q", "-b", "trunk")
    commit(here, "before")
    git(here, "checkout", "-q", "-b", "other")
    said = dict(here.specs)
    second = {"name": "beside", "model": "Item", "signal": "post_save"}
    second["on_create"] = f'cache.set("beside", {number % 4 + 1})'
    here.say("more.yaml", json.dumps({"app": here.app, "handlers": [second]}))
    _branch(here, number + 1)
    beside = here.specs["more.yaml"]
    git(here, "checkout", "-q", "trunk")
    here.specs = said
    change_handler(here, number)
    _branch(here, number + 2)
    joined = git(here, "merge", "-q", "other")
    left = git(here, "diff", "--name-only", "--diff-filter=U").stdout.split()
    if set(left) <= {f".signalgen/{here.app}.json"}:
        here.say("more.yaml", beside)
    else:
        # The code itself is in conflict, and the person takes the side of the trunk.
        assert joined.returncode
        git(here, "merge", "--abort")
    shutil.rmtree(here.root / ".git")


def _branch(here, number: int) -> None:
    edit(here, number)
    settle(here)
    commit(here, f"branch {number}")


def settle(here) -> bool:
    """Run ``new``; a clash is decided for the person, a refusal that a person must undo ends the story."""
    done = here.new()
    if done.code == 3:
        done = here.new(options=("--conflict", "keep"))
    if done.code == 0:
        sound(here)
        return True
    assert done.code in (3, 4), done.text
    assert "error" in done.err or "conflict" in done.err, done.text
    return False


STEPS = (
    edit,
    edit,
    rename_handler,
    drop_handler,
    change_handler,
    add_recipe,
    drop_recipe,
    rename_model,
    rename_app,
    keep_edited,
    join_branches,
)
