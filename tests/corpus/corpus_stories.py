"""Years in the life of one model of a real project: edits, renames, recipes, removals, branches that git joins.

After each step nothing is connected twice or half, no task is queued twice, and what a person wrote is there.
"""

from __future__ import annotations

import ast
import re
import subprocess
import traceback
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml
from corpus_edits import with_comment
from corpus_promises import parses
from corpus_specs import KINDS, SOURCE, contents, wish_for
from corpus_tree import restore

from signalgen.errors import SignalgenError
from signalgen.generating import Options, generate, remove
from signalgen.index import read_project
from signalgen.spec import read_spec
from signalgen.values.textcache import TextCache
from signalgen.write import publish

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

    from corpus_tree import Tree

    from signalgen.values.change import Result
    from signalgen.values.project import App, Model

_MARK = re.compile(r"# mark-\d+")
_REMEMBERED = re.compile(r"(?:vars\(instance\)|known)(?:\.pop\(|\[)\s*'(\w+)'")
_UID = re.compile(r"dispatch_uid='([^']+)'")
_OWN = re.compile(r"dispatch_uid=\\\"([^\"\\]+)")
_SENDERS = re.compile(r"receiver\((.*?), dispatch_uid")
_STEPS = 6
_TEXTS: dict[str, str] = {}
_CACHE = TextCache(lambda keys: {key: _TEXTS[key] for key in keys if key in _TEXTS}, _TEXTS.update)


class BrokenError(Exception):
    """What must not happen; ends the story."""


@dataclass(slots=True)
class Told:
    """What came of one story: its steps by name, what was refused, and what broke."""

    name: str
    steps: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Story:
    """The project as it is now, and the spec of the person."""

    root: Path
    app: str
    folder: str
    model: str
    content: dict
    told: Told
    marks: set[str] = field(default_factory=set)
    unread: int = 0

    def files(self, *, tests: bool = False) -> dict[Path, str]:
        """Return the Python files of the app, without its tests."""
        found = sorted((self.root / self.folder).rglob("*.py"))
        wanted = [
            path for path in found if tests or "test" not in path.relative_to(self.root).as_posix()
        ]
        return {path: path.read_bytes().decode("utf-8", "replace") for path in wanted}

    def spec(self):
        text = yaml.safe_dump(self.content, sort_keys=False)
        return read_spec(text.encode(), file=SOURCE, source=SOURCE)

    def run(self, options: Options | None = None) -> Result:
        return generate([self.spec()], read_project(self.root, apps=[self.app]), options, _CACHE)

    def receivers(self) -> list[tuple[Path, str]]:
        """Return each generated receiver: its file and its name."""
        names = {handler["name"] for handler in self.content["handlers"]}
        return [
            (path, name)
            for path, text in self.files().items()
            for name in re.findall(r"^(?:async )?def (\w+)\(", text, re.MULTILINE)
            if name in names or name.endswith("_by_hand")
        ]


def run_story(tree: Tree, app: App, model: Model, rng: Random) -> tuple[Told, Tree]:
    """Tell one story; return what came of it, and the tree as it was before with its new marks."""
    wish = wish_for(app, model, rng)
    kinds = tuple(
        kind for kind in KINDS if kind in wish.kinds and kind not in ("custom", "pre_save")
    )
    told = Told(f"{app.name}.{model.name}")
    story = Story(tree.root, app.name, app.path, model.name, contents(wish, kinds), told)
    try:
        _tell(story, rng)
    except BrokenError as error:
        told.broken.append(f"after {'; '.join(told.steps)}: {error}")
    except Exception:  # noqa: BLE001 - a traceback is a violation like any other
        told.broken.append(f"crash after {'; '.join(told.steps)}: {traceback.format_exc(limit=-4)}")
    return told, restore(tree)


def _tell(story: Story, rng: Random) -> None:
    # Some of people's files may be for a newer Python than this one.
    story.unread = sum(not parses(path.read_bytes()) for path in story.files(tests=True))
    if not _begin(story):
        return
    # A comment first: without anything by hand there is nothing to lose.
    _comment(story, rng)
    steps = [rng.choice(STEPS) for _ in range(_STEPS)]
    for step in [*steps, _keep_edited]:
        before = deepcopy(story.content)
        if not step(story, rng):
            continue
        story.told.steps[step.__name__.strip("_")] += 1
        if not _settle(story):
            story.content = before
            return
    _demand("a second run changes", [one.path for one in story.run().changed])
    _demand("a last remove stops", _stops(_removed(story)))
    _look(story)


def _begin(story: Story) -> bool:
    for backend in ("", "celery"):
        if backend:
            story.content["task_backend"] = backend
        try:
            result = story.run()
        except SignalgenError as error:
            story.told.refused = [problem.code for problem in error.problems]
            continue
        story.told.refused = [problem.code for problem in result.problems]
        if not result.problems and not result.clashes:
            publish(story.root, result.changed)
            _look(story)
            return True
        if "no-celery" not in story.told.refused:
            return False
    return False


def _settle(story: Story) -> bool:
    """Run ``new``; a clash is decided for the person. False: what was asked for is refused."""
    result = _tried(story, None)
    if result is not None and result.clashes:
        result = _tried(story, Options(conflict="keep"))
        story.told.steps["clashes decided"] += 1
    if result is None or result.problems or result.clashes:
        return False
    publish(story.root, result.changed)
    _look(story)
    return True


def _tried(story: Story, options: Options | None) -> Result | None:
    try:
        result = story.run(options)
    except SignalgenError as error:
        story.told.refused += [problem.code for problem in error.problems]
        return None
    story.told.refused += [problem.code for problem in result.problems]
    return result


def _removed(story: Story) -> Result:
    project = read_project(story.root, apps=[story.app])
    result = remove([story.spec()], project, keep_edited=True)
    if not result.problems:
        publish(story.root, result.changed)
    return result


def _stops(result: Result) -> list[str]:
    return [problem.message for problem in result.problems]


def _demand(what: str, found: list[str]) -> None:
    if found:
        raise BrokenError(f"{what}: {'; '.join(found[:4])}")


def _look(story: Story) -> None:
    """Nothing is connected twice or half, no task is queued twice, no mark is lost, every file parses."""
    records = (story.root / ".signalgen").glob("*.json")
    ours = {uid for path in records for uid in _OWN.findall(path.read_text())}
    heard: Counter[str] = Counter()
    queued: Counter[tuple[str, str]] = Counter()
    stored, taken, seen, unread = set[str](), set[str](), set[str](), list[str]()
    for path, text in story.files(tests=True).items():
        seen |= set(_MARK.findall(text))
        if not parses(path.read_bytes()):
            unread.append(path.name)
            continue
        if "dispatch_uid" not in text or "test" in path.relative_to(story.root).as_posix():
            continue
        for node in ast.parse(text.removeprefix("\ufeff")).body:
            above = "\n".join(ast.unparse(one) for one in getattr(node, "decorator_list", []))
            uids = set(_UID.findall(above))
            heard.update(uids & ours)
            if not uids:
                continue
            code = ast.unparse(node)
            names = _REMEMBERED.findall(code)
            stored |= {n for n in names if f"['{n}'] =" in code}
            taken |= {n for n in names if f"pop('{n}'" in code}
            tasks = set(re.findall(r"\b((?:refresh|later)_\w+)\b", code))
            queued.update(
                (task, sender) for task in tasks for sender in set(_SENDERS.findall(above))
            )
    _demand("does not parse", unread if len(unread) > story.unread else [])
    _demand("connected twice", [uid for uid, times in heard.items() if times > 1])
    _demand("queued twice", [str(one) for one, times in queued.items() if times > 1])
    _demand("nobody remembers", sorted(taken - stored))
    _demand("lost", sorted(story.marks - seen))


def _comment(story: Story, rng: Random) -> bool:
    places = story.receivers()
    if not places:
        return False
    path, name = rng.choice(places)
    data = with_comment(path.read_bytes(), name)
    if data is None:
        return False
    mark = f"# mark-{len(story.marks) + 1}"
    path.write_bytes(data.replace(b"# checked by hand, do not touch", mark.encode()))
    story.marks.add(mark)
    return True


def _rename_receiver(story: Story, rng: Random) -> bool:
    places = [place for place in story.receivers() if not place[1].endswith("_by_hand")]
    if not places:
        return False
    path, name = rng.choice(places)
    data = path.read_bytes()
    path.write_bytes(data.replace(f"def {name}(".encode(), f"def {name}_by_hand(".encode()))
    return True


def _rename_handler(story: Story, rng: Random) -> bool:
    one = rng.choice(story.content["handlers"])
    one["name"] = f"{one['name']}_anew"
    return True


def _drop_handler(story: Story, rng: Random) -> bool:
    handlers = story.content["handlers"]
    if len(handlers) > 1:
        del handlers[rng.randrange(len(handlers))]
    return len(handlers) > 1


def _change_handler(story: Story, rng: Random) -> bool:
    rng.choice(story.content["handlers"])["description"] = f"Said {rng.randrange(100)} times."
    return True


def _add_recipe(story: Story, rng: Random) -> bool:
    recipes = story.content.setdefault("recipes", [])
    known = {one["recipe"] for one in recipes}
    made = [
        {"recipe": "cache_invalidate", "model": story.model, "keys": ["all"]},
        {
            "recipe": "notify",
            "model": story.model,
            "task": f"later_{story.model.lower()}",
            "on": "update",
        },
        {"recipe": "audit_log", "model": story.model, "fields": ["pk"], "logger": "audit"},
    ]
    new = [one for one in made if one["recipe"] not in known]
    if new:
        recipes.append(rng.choice(new))
    return bool(new)


def _drop_recipe(story: Story, rng: Random) -> bool:
    recipes = story.content.get("recipes", [])
    if recipes:
        del recipes[rng.randrange(len(recipes))]
    if "recipes" in story.content and not recipes:
        del story.content["recipes"]
        return True
    return bool(recipes)


def _everywhere(story: Story, pattern: str, new: str) -> None:
    for path in story.root.rglob("*.py"):
        if path.is_symlink():
            continue
        data = path.read_bytes()
        changed = re.sub(pattern.encode(), new.encode(), data)
        if changed != data:
            path.write_bytes(changed)


def _rename_model(story: Story, rng: Random) -> bool:
    """Another name for the class, in code and spec, where no package has the same name."""
    tops = {path.name for path in story.root.iterdir()} | {story.app.partition(".")[0]}
    foreign = re.compile(rf"^\s*from (?!\.)(\w+)[\w.]* import .*\b{story.model}\b", re.MULTILINE)
    texts = [p.read_bytes().decode("utf-8", "replace") for p in story.root.rglob("*.py")]
    if any(found.group(1) not in tops for text in texts for found in foreign.finditer(text)):
        return False
    new = f"Renamed{rng.randrange(100)}{story.model}"
    _everywhere(story, rf"\b{story.model}\b", new)
    _say(story, "model", new, "sender")
    story.model = new
    return True


def _say(story: Story, key: str, new: str, *more: str) -> None:
    for one in (story.content, *story.content["handlers"], *story.content.get("recipes", [])):
        for name in (key, *more):
            if one.get(name) == story.model:
                one[name] = new


def _rename_app(story: Story, rng: Random) -> bool:
    """Another folder, other imports, another name in the spec; where the app is a package of its own."""
    parent, _, last = story.app.rpartition(".")
    folder = story.root / story.folder
    inside = [path for path in folder.iterdir() if path.is_dir() and (path / "apps.py").exists()]
    if folder == story.root or folder.name != last or inside or len(last) < 4:
        return False
    new = f"{last}_{rng.randrange(100)}"
    folder.rename(folder.with_name(new))
    path = re.escape(story.app)
    whole = f"{parent}.{new}" if parent else new
    _everywhere(story, rf"(?<![\w.]){path}(?=[\w.]*)(?!\w)", whole)
    if parent:
        _everywhere(
            story,
            rf"(?<![\w.])from {re.escape(parent)} import {last}\b",
            f"from {parent} import {new}",
        )
    # Labels: ``"orders.Order"``, ``app_label = "orders"``.
    _everywhere(story, rf"(?<=[\"']){last}(?=\.[A-Z])", new)
    story.folder = f"{story.folder.rpartition('/')[0]}/{new}".lstrip("/")
    story.app = story.content["app"] = whole
    return True


def _keep_edited(story: Story, _rng: Random) -> bool:
    _demand("remove --keep-edited stops", _stops(_removed(story)))
    _look(story)
    return True


def _git(story: Story, *words: str) -> subprocess.CompletedProcess[str]:
    named = ("-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "core.autocrlf=false")
    command = ["git", *named, "-c", "gc.auto=0", *words]
    return subprocess.run(command, cwd=story.root, capture_output=True, text=True, check=False)


def _commit(story: Story) -> None:
    _git(story, "add", "-A", "-f", story.folder, ".signalgen")
    _git(story, "commit", "-q", "--allow-empty", "-m", "x")


def _join_branches(story: Story, rng: Random) -> bool:
    """Two branches: one drops or edits and runs, the other changes the spec and runs; git joins them."""
    if _git(story, "init", "-q", "-b", "trunk").returncode:
        raise BrokenError("harness: no git")
    try:
        _commit(story)
        said, marks = deepcopy(story.content), set(story.marks)
        _git(story, "checkout", "-q", "-b", "other")
        story.content["handlers"].append(
            {
                "name": f"beside_{story.told.steps.total()}",
                "model": story.model,
                "signal": "post_init",
                "body": 'logger.debug("beside")',
            }
        )
        ours = deepcopy(story.content)
        if not _settle(story):
            return False
        _commit(story)
        _git(story, "checkout", "-q", "trunk")
        story.content = said
        _comment(story, rng)
        _change_handler(story, rng)
        changed = {one["name"]: one for one in deepcopy(story.content)["handlers"]}
        if not _settle(story):
            return False
        _commit(story)
        joined = _git(story, "merge", "-q", "other")
        left = _git(story, "diff", "--name-only", "--diff-filter=U").stdout.split()
        if not joined.returncode or all(path.startswith(".signalgen/") for path in left):
            story.content = ours
            story.content["handlers"] = [changed.get(one["name"], one) for one in ours["handlers"]]
        else:
            # The code itself is in conflict, and the person takes the side of the trunk.
            _git(story, "merge", "--abort")
            story.told.steps["code in conflict"] += 1
        story.marks |= marks
    finally:
        subprocess.run(["rm", "-rf", str(story.root / ".git")], check=True)
    return True


STEPS: tuple[Callable[[Story, Random], bool], ...] = (
    _comment,
    _rename_receiver,
    _rename_handler,
    _drop_handler,
    _change_handler,
    _add_recipe,
    _drop_recipe,
    _rename_model,
    _rename_model,
    _rename_app,
    _rename_app,
    _keep_edited,
    _join_branches,
    _join_branches,
)
"""What happens, the rarest twice: some of it is not possible everywhere."""
