"""Generate into real projects and see whether the promises hold: ``python tests/corpus/run.py FOLDER_OF_PROJECTS``.

Nothing in the folder is touched: each project is copied, and every model gets a clean copy. The projects are not part of
signalgen; docs/corpus.md names those that the published figures are about.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from random import Random

from corpus_case import Outcome, run_case
from corpus_specs import Wish, wish_for
from corpus_stories import Told, run_story
from corpus_tree import copy_project, snapshot

from signalgen.index import read_project
from signalgen.project import sources
from signalgen.source import parse


@dataclass(slots=True)
class Row:
    """What came out for one project. A case is one signal of one model; ``refused`` counts them by reason."""

    project: str
    models: int = 0
    cases: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    edits: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    apps: int = 0


def main(argv: list[str] | None = None) -> int:
    """Run the campaign, print the table, and return 1 when a promise was broken."""
    args = _arguments().parse_args(argv)
    projects = sorted(path for path in args.folder.iterdir() if path.is_dir())
    projects = [path for path in projects if not args.only or path.name in args.only]
    if args.stories:
        return tell(projects, args)
    share = -(-args.count // max(len(projects), 1))
    work = partial(run_project, seed=args.seed, count=share, quiet=args.quiet)
    if args.jobs > 1:
        with ProcessPoolExecutor(args.jobs) as pool:
            rows = list(pool.map(work, projects))
    else:
        rows = [work(path) for path in projects]
    rows = [row for row in rows if row.cases]
    if args.json:
        args.json.write_text(json.dumps([_plain(row) for row in rows], indent=1) + "\n")
    table = markdown(rows)
    print(table)
    if args.markdown:
        args.markdown.write_text(table + "\n")
    return 1 if any(row.violations for row in rows) or not rows else 0


def run_project(source: Path, *, seed: int, count: int, quiet: bool = False) -> Row:
    """Generate for models of one project, picked by ``seed``, until there have been ``count`` cases."""
    row = Row(source.name)
    # A project is read about ten times for each model, and all but a few of its files are the same each time.
    sources.parse = lru_cache(maxsize=20_000)(parse)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="signalgen-corpus-") as folder:
        root = Path(folder).resolve() / source.name
        root.mkdir()
        copy_project(source, root)
        tree = snapshot(root)
        rng = Random(f"{seed}:{source.name}")
        for wish in _wishes(root, rng):
            if row.cases >= count:
                break
            outcome, tree = run_case(tree, wish, rng)
            _add(row, outcome)
            _say(outcome, quiet=quiet)
    if not quiet:
        _err(
            f"{source.name}: {row.cases} cases, {len(row.violations)} violations, {time.monotonic() - began:.0f} s"
        )
    return row


def tell(projects: list[Path], args: argparse.Namespace) -> int:
    """Tell stories in place of cases, print their table, and return 1 when one broke."""
    share = -(-args.stories // max(len(projects), 1))
    work = partial(tell_project, seed=args.seed, count=share, quiet=args.quiet)
    if args.jobs > 1:
        with ProcessPoolExecutor(args.jobs) as pool:
            told = list(pool.map(work, projects))
    else:
        told = [work(path) for path in projects]
    table = stories_table({path.name: one for path, one in zip(projects, told, strict=True)})
    print(table)
    if args.markdown:
        args.markdown.write_text(table + "\n")
    return 1 if any(story.broken for one in told for story in one) or not any(told) else 0


def tell_project(source: Path, *, seed: int, count: int, quiet: bool = False) -> list[Told]:
    """Tell ``count`` stories of models of one project, picked by ``seed``, each on a clean copy."""
    sources.parse = lru_cache(maxsize=20_000)(parse)
    began, told = time.monotonic(), list[Told]()
    with tempfile.TemporaryDirectory(prefix="signalgen-corpus-") as folder:
        root = Path(folder).resolve() / source.name
        root.mkdir()
        copy_project(source, root)
        tree = snapshot(root)
        rng = Random(f"{seed}:{source.name}:stories")
        pairs = [
            (app, model)
            for app in read_project(root).apps
            for model in app.models
            if not model.abstract
        ]
        rng.shuffle(pairs)
        # A story that is refused at its start is no story; of a small project a model has several.
        for app, model in (pairs * count)[: 3 * count]:
            if len(told) == count:
                break
            story, tree = run_story(tree, app, model, rng)
            told += [story] if story.steps or story.broken else []
            for text in story.broken:
                _err(f"BROKEN {source.name} {story.name}: {text}")
    if not quiet:
        _err(f"{source.name}: {len(told)} stories, {time.monotonic() - began:.0f} s")
    return told


_COLUMNS = {
    "edits": ("comment",),
    "renamed by hand": ("rename_receiver",),
    "renamed in the spec": ("rename_handler",),
    "models renamed": ("rename_model",),
    "apps renamed": ("rename_app",),
    "recipes": ("add_recipe", "drop_recipe"),
    "`--keep-edited`": ("keep_edited",),
    "branches joined": ("join_branches",),
    "clashes": ("clashes decided", "code in conflict"),
}


def stories_table(told: dict[str, list[Told]]) -> str:
    """Return what happened in the stories of each project as a table, the sum in its last line."""
    lines = [
        f"| project | stories | steps | {' | '.join(_COLUMNS)} | broken |",
        "|---|" + "--:|" * (len(_COLUMNS) + 3),
    ]
    everything = [story for stories in told.values() for story in stories]
    for name, stories in [*told.items(), ("**all**", everything)]:
        steps = sum((story.steps for story in stories), Counter[str]())
        counts = [sum(steps[key] for key in keys) for keys in _COLUMNS.values()]
        said = sum(steps.values()) - sum(steps[key] for key in _COLUMNS["clashes"])
        broken = sum(len(story.broken) for story in stories)
        cells = [name, len(stories), said, *counts, broken]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def _wishes(root: Path, rng: Random) -> list[Wish]:
    """Return a wish for every model that has rows, app after app in turn so that every app is met early."""
    apps = [
        app for app in read_project(root).apps if any(not model.abstract for model in app.models)
    ]
    rng.shuffle(apps)
    queues = []
    for app in apps:
        models = [model for model in app.models if not model.abstract]
        rng.shuffle(models)
        queues.append([wish_for(app, model, rng) for model in models])
    longest = max(map(len, queues), default=0)
    return [queue[index] for index in range(longest) for queue in queues if index < len(queue)]


def _add(row: Row, outcome: Outcome) -> None:
    row.models += 1
    row.cases += len(outcome.wish.kinds)
    row.edits += outcome.edits
    row.refused.update(problem.code for problem in outcome.refused.values())
    row.reasons += [
        f"{outcome.wish.app}.{outcome.wish.model} {kind}: {problem.code}: {problem.message}"
        for kind, problem in outcome.refused.items()
    ]
    row.violations += [
        f"{outcome.wish.app}.{outcome.wish.model}: {text}" for text in outcome.violations
    ]


def _say(outcome: Outcome, *, quiet: bool) -> None:
    for text in outcome.violations:
        _err(f"VIOLATION {outcome.wish}: {text}")
    if not quiet:
        for kind, problem in outcome.refused.items():
            _err(
                f"refused {outcome.wish.app}.{outcome.wish.model} {kind}: {problem.code}: {problem.message}"
            )


def _err(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _plain(row: Row) -> dict[str, object]:
    return {
        "project": row.project,
        "models": row.models,
        "cases": row.cases,
        "refused": dict(row.refused),
        "edits": dict(row.edits),
        "violations": row.violations,
        "reasons": row.reasons,
    }


def markdown(rows: list[Row]) -> str:
    """Return the results as a table, the sum in its last line."""
    lines = [
        "| project | models | cases | refused | edits kept | clashes reported | violations |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        lines.append(_line(row.project, [row]))
    return "\n".join([*lines, _line("**all**", rows)])


def _line(name: str, rows: list[Row]) -> str:
    cases = sum(row.cases for row in rows)
    refused = sum((row.refused for row in rows), Counter[str]())
    share = f" ({100 * refused.total() / cases:.1f}%)" if refused and cases else ""
    reasons = f"{refused.total()}{share}" + "".join(
        f"<br>{code} {n}" for code, n in sorted(refused.items())
    )
    edits = sum((row.edits for row in rows), Counter[str]())
    bad = sum(len(row.violations) for row in rows)
    models = sum(row.models for row in rows)
    return (
        f"| {name} | {models} | {cases} | {reasons} | {edits['kept']} | {edits['clash']} | {bad} |"
    )


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder of Django projects")
    parser.add_argument("--seed", type=int, default=1, help="which models are picked (1)")
    parser.add_argument(
        "--count", type=int, default=600, help="how many cases, spread over the projects (600)"
    )
    parser.add_argument(
        "--stories", type=int, default=0, help="tell that many stories instead, of years of a model"
    )
    parser.add_argument("--jobs", type=int, default=1, help="projects at a time (1)")
    parser.add_argument(
        "--only", action="append", metavar="PROJECT", help="only this project; may be repeated"
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write everything that came out, as JSON"
    )
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="write the table that is printed"
    )
    parser.add_argument(
        "--quiet", action="store_true", help="say nothing but violations and the table"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
