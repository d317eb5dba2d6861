"""One model of one project: generate, run again, edit, regenerate, remove. Whatever breaks a promise is a violation."""

from __future__ import annotations

import traceback
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from corpus_edits import COMMENT, RENAMED, holds, reformatted, with_comment, with_renamed_local
from corpus_promises import broken_files, lost_bytes, lost_registrations
from corpus_specs import Wish, kind_at, spec_of
from corpus_tree import Tree, differences, restore, snapshot

from signalgen.errors import Problem, SignalgenError
from signalgen.generating import Options, generate, remove
from signalgen.index import read_project
from signalgen.values.textcache import TextCache
from signalgen.write import publish

if TYPE_CHECKING:
    from random import Random

    from signalgen.values.change import FileChange, Result
    from signalgen.values.project import Project
    from signalgen.values.spec import Spec


_TEXTS: dict[str, str] = {}
_CACHE = TextCache(lambda keys: {key: _TEXTS[key] for key in keys if key in _TEXTS}, _TEXTS.update)


class ViolatedError(Exception):
    """A promise that did not hold; ends the case."""


@dataclass(slots=True)
class Outcome:
    """What became of one wish. ``refused`` maps a kind to the reason; ``edits`` counts what became of hand edits."""

    wish: Wish
    refused: dict[str, Problem] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    edits: Counter[str] = field(default_factory=Counter)
    files: tuple[str, ...] = ()
    notes: Counter[str] = field(default_factory=Counter)


def run_case(tree: Tree, wish: Wish, rng: Random) -> tuple[Outcome, Tree]:
    """Carry out everything for one wish; return what became of it, and the tree as it was before with its new marks."""
    outcome = Outcome(wish)
    try:
        _carry_out(tree, wish, rng, outcome)
    except ViolatedError as error:
        outcome.violations.append(str(error))
    except Exception:  # noqa: BLE001 - a traceback is a violation like any other
        outcome.violations.append(f"crash: {traceback.format_exc(limit=-4)}")
    return outcome, restore(tree)


def _carry_out(tree: Tree, wish: Wish, rng: Random, outcome: Outcome) -> None:
    found = _accepted(tree, wish, outcome)
    if found is None:
        return
    wish, project, result = found
    changes = result.changed
    outcome.files = tuple(change.path for change in changes)
    outcome.notes.update(note.code for note in result.notes)
    publish(tree.root, changes)
    made = snapshot(tree.root, tree)
    _demand("P4", broken_files(tree, made))
    _demand("P2", lost_bytes(tree, made))
    spec = spec_of(wish)
    again = read_project(tree.root, apps=[wish.app])
    _demand("receivers", lost_registrations(project, again, len(wish.kinds)))
    second = _generate([spec], again)
    _demand("P1", [f"{c.path} would change: {c.notes}" for c in second.changed])
    _demand("P1", _stops(second))
    publish(tree.root, second.changed)
    _demand("P1", differences(made, snapshot(tree.root, made), touched=True))
    made = _edit(made, wish, changes, rng, outcome)
    made = _reformat(made, wish, changes, outcome)
    _back(tree, made, wish, rng)


def _accepted(tree: Tree, wish: Wish, outcome: Outcome) -> tuple[Wish, Project, Result] | None:
    """Return what a run makes of the kinds that are not refused, None when all are."""
    project = read_project(tree.root, apps=[wish.app])
    while wish.kinds:
        result, problems = _attempt([spec_of(wish)], project)
        if result is not None and not problems:
            return wish, project, result
        if not wish.backend and any(problem.code == "no-celery" for problem in problems):
            # Right where nobody said so: the project has other tasks, or none. Celery is asked for by name then.
            wish = replace(wish, backend="celery")
            continue
        reasons = {kind_at(wish, problem): problem for problem in reversed(problems)}
        if set(reasons) == {""}:
            reasons = dict.fromkeys(wish.kinds, reasons[""])
        reasons.pop("", None)
        outcome.refused |= reasons
        wish = wish.without(frozenset(reasons))
    return None


def _attempt(specs: list[Spec], project: Project) -> tuple[Result | None, tuple[Problem, ...]]:
    try:
        result = _generate(specs, project)
    except SignalgenError as error:
        return None, error.problems
    if result.clashes:
        raise ViolatedError(
            f"P3: a clash in a project without a baseline: {result.clashes[0].name}"
        )
    return result, result.problems


def _generate(specs: list[Spec], project: Project, options: Options | None = None) -> Result:
    return generate(specs, project, options, _CACHE)


def _demand(promise: str, broken: list[str]) -> None:
    if broken:
        raise ViolatedError(f"{promise}: " + "; ".join(broken[:5]))


def _stops(result: Result) -> list[str]:
    return [p.message for p in result.problems] + [
        f"clash in {clash.name}" for clash in result.clashes
    ]


def _receivers(tree: Tree, wish: Wish, changes: tuple[FileChange, ...]) -> list[tuple[str, str]]:
    """Return path and name of the receivers that the spec names, where they were put."""
    spec = spec_of(wish)
    handlers = [
        *spec.handlers,
        *(handler for signal in spec.signals for handler in signal.handlers),
    ]
    return [
        (change.path, handler.name)
        for handler in handlers
        for change in changes
        if not change.internal
        and change.after is not None
        and f"def {handler.name}(".encode() in change.after
    ]


def _edit(
    made: Tree, wish: Wish, changes: tuple[FileChange, ...], rng: Random, outcome: Outcome
) -> Tree:
    """Edit receivers by hand, run the changed spec, and look for the edits."""
    places = _receivers(made, wish, changes)
    rng.shuffle(places)
    done = []
    for path, name in places[:2]:
        data = (made.root / path).read_bytes()
        word, edited = COMMENT, with_comment(data, name)
        if (renamed := with_renamed_local(data, name)) is not None and not done:
            word, edited = RENAMED, renamed
        if edited is None:
            raise ViolatedError(f"harness: {name} in {path} cannot be edited")
        (made.root / path).write_bytes(edited)
        done.append((path, name, word))
    edited_tree = snapshot(made.root, made)
    project = read_project(made.root, apps=[wish.app])
    _demand(
        "P1 after an edit",
        [c.path for c in _generate([spec_of(wish)], project).changed if not c.internal],
    )
    result = _generate([spec_of(wish, changed=True)], project)
    if result.clashes:
        _look_at_clashes(result, done, outcome)
        result = _keep(wish, project)
    _demand("P3", _stops(result))
    publish(made.root, result.changed)
    after = snapshot(made.root, edited_tree)
    _demand("P4 after an edit", broken_files(edited_tree, after))
    for path, name, word in done:
        if not holds(after.files[path].data, name, word):
            raise ViolatedError(f"P3: {word!r} is gone from {name} in {path}")
        outcome.edits["kept"] += 1
    return restore(made)


def _look_at_clashes(result: Result, done: list[tuple[str, str, str]], outcome: Outcome) -> None:
    edited = {(path, name) for path, name, _ in done}
    strange = [
        f"clash in {c.name}, which nobody edited"
        for c in result.clashes
        if (c.path, c.name) not in edited
    ]
    _demand("P3", strange)
    outcome.edits["clash"] += len(result.clashes)
    stopped = {clash.path for clash in result.clashes}
    _demand(
        "P3", [f"{c.path}: changed despite its clash" for c in result.changed if c.path in stopped]
    )


def _keep(wish: Wish, project: Project) -> Result:
    return _generate([spec_of(wish, changed=True)], project, Options(conflict="keep"))


def _reformat(made: Tree, wish: Wish, changes: tuple[FileChange, ...], outcome: Outcome) -> Tree:
    """Run black over every file that was written and then the changed spec: a formatter's work is no edit."""
    for change in changes:
        if change.path.endswith(".py") and change.after:
            new = reformatted((made.root / change.path).read_bytes())
            if new is not None:
                (made.root / change.path).write_bytes(new)
    formatted = snapshot(made.root, made)
    project = read_project(made.root, apps=[wish.app])
    quiet = _generate([spec_of(wish)], project)
    _demand(
        "P1 after black",
        [f"{c.path} would change: {c.notes}" for c in quiet.changed if not c.internal],
    )
    result = _generate([spec_of(wish, changed=True)], project)
    _demand("P3 after black", _stops(result))
    publish(made.root, result.changed)
    _demand("P4 after black", broken_files(formatted, snapshot(made.root, formatted)))
    last = _generate([spec_of(wish, changed=True)], read_project(made.root, apps=[wish.app]))
    _demand("P1 after black", [c.path for c in last.changed])
    outcome.edits["reformatted"] += 1
    return restore(made)


def _back(tree: Tree, made: Tree, wish: Wish, rng: Random) -> None:
    """Remove what was generated, in half of the cases after another run with a changed spec."""
    changed = rng.random() < 0.5
    if changed:
        result = _generate([spec_of(wish, changed=True)], read_project(tree.root, apps=[wish.app]))
        _demand("P3", _stops(result))
        publish(tree.root, result.changed)
        _demand("P2 after a changed spec", lost_bytes(tree, snapshot(tree.root, made)))
    result = remove([spec_of(wish)], read_project(tree.root, apps=[wish.app]))
    _demand("P7", _stops(result))
    publish(tree.root, result.changed)
    _demand(
        "P7 after a changed spec" if changed else "P7", differences(tree, snapshot(tree.root, tree))
    )
