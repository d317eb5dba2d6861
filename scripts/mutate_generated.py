"""Break generated code place by place; every break must turn the app's generated tests red (promise P9).

Generates each example project once, and notes which test runs which lines. Then it makes one mutant after the other, a generated
module with one change, and runs the tests of its line in a fork of a process that has Django and a database ready. Prints the share of mutants that were found and every survivor;
``--record`` writes the table of docs/generated-tests.md.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import json
import multiprocessing
import os
import re
import shutil
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mutants import Mutant, Tried, config_mutants, mutants_of
from mutants_excused import reason_for
from mutants_runner import (
    Home,
    Lines,
    Loaded,
    fails_anew,
    fails_fresh,
    get_ready,
    lines_of,
    with_tests,
)
from mutants_table import record, table

from signalgen.generating import generate
from signalgen.index import read_project
from signalgen.spec import read_spec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
MODULES = ("signals.py", "receivers.py", "senders.py", "signal_utils.py", "services.py", "tasks.py")


@dataclass(frozen=True, slots=True)
class Target:
    """One example: its project, the folder that Python starts in, the app's folder, runner and spec.

    ``goal``: the share of mutants that must be found.
    """

    name: str
    start: str
    app: str
    runner: str
    spec: str = ""
    goal: float = 0.97


TARGETS = (
    Target("orders", ".", "orders", "unittest"),
    Target("payments", ".", "payments", "pytest"),
    Target("doctors", "src", "src/apps/doctors", "unittest"),
    Target("onboarding", ".", "src/portal/accounts", "pytest"),
    Target("blog", ".", "apps/blog", "unittest"),
    Target("comments", ".", "comments", "unittest"),
    Target("analytics", ".", "analytics", "pytest"),
    Target("recipes", ".", "shop", "unittest", "tests/projects/recipes/shop.yaml", 0.95),
)
UNCHANGED = -1
"""Stands for no mutant at all: nothing may fail then."""
FORK = multiprocessing.get_context("fork")


def prepare(target: Target, root: Path) -> frozenset[str]:
    """Generate the example into ``root``; return the files that the run wrote."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(
        ROOT / "tests" / "projects" / target.name,
        root,
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    file = ROOT / (target.spec or f"specs/{target.name}.yaml")
    result = generate(
        [read_spec(file.read_bytes(), file=file.name, source=file.name)], read_project(root)
    )
    written = [c for c in result.files if c.after is not None and c.action != "unchanged"]
    for change in written:
        (root / change.path).parent.mkdir(parents=True, exist_ok=True)
        (root / change.path).write_bytes(change.after)
    return frozenset(change.path for change in written)


def mutants_in(target: Target, root: Path, written: frozenset[str]) -> Iterator[Mutant]:
    """Yield the mutants of every module that the run wrote."""
    others = others_in(root / target.app)
    for name in MODULES:
        path = f"{target.app}/{name}"
        if path in written:
            own = functions_of(ROOT / "tests" / "projects" / target.name / path)
            yield from (
                m
                for m in mutants_of(path, (root / path).read_text(), others)
                if m.function not in own
            )
    path = f"{target.app}/apps.py"
    yield from config_mutants(path, (root / path).read_text())
    if target.name == "recipes":
        yield from naive_mutants(root)


def functions_of(path: Path) -> set[str]:
    """Return the functions that the project wrote itself."""
    tree = ast.parse(path.read_text() if path.exists() else "")
    return {
        node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }


def naive_mutants(root: Path) -> Iterator[Mutant]:
    """Yield what the tests of the recipes know as the code that the usual advice gives."""
    file = ROOT / "tests" / "recipes" / "recipes_naive.py"
    spec = importlib.util.spec_from_file_location("recipes_naive", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for naive in module.NAIVE:
        text = (root / naive.path).read_text()
        broken, places = re.subn(naive.pattern, naive.replacement, text)
        if "_usual" in broken:
            broken += "\n\nfrom asgiref.local import Local\n\n_usual = Local()\n"
        if places:
            recipe = naive.tests[0].partition("Traps.")[0]
            yield Mutant(
                f"trap of {recipe}", recipe, naive.tests[0].partition(".")[2], naive.path, broken
            )


def others_in(app: Path) -> dict[str, str]:
    """Return by which attribute the rows of each model know the primary key of another one."""
    found: dict[str, str] = {}
    classes = [
        node
        for file in sorted([*app.glob("models.py"), *app.glob("models/*.py")])
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.ClassDef)
    ]
    for model in classes:
        for node in model.body:
            code = ast.unparse(node)
            required = "null=True" not in code
            if required and re.match(r"\w+ = models\.(ForeignKey|OneToOneField)\(", code):
                found.setdefault(model.name, f"{node.targets[0].id}_id")
    return found


def measure(home: Home) -> Lines:
    """Return what each test runs, as the first thing that a process does."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return lines_of(get_ready(home))


class Worker:
    """Tries mutants in a process of its own, one after the other, until none is left."""

    def __init__(self, home: Home, lines: Lines, mutants: Sequence[Mutant]) -> None:
        self.home = home
        self.lines = lines
        self.mutants = mutants
        self._ends: dict[tuple[str, int], int] = {}
        for mutant in mutants:
            key = (mutant.path, mutant.start)
            self._ends[key] = max(self._ends.get(key, 0), mutant.lines[1])
        self.inside = [i for i, mutant in enumerate(mutants) if self._is_inside(mutant)]
        self.outside = [i for i in range(len(mutants)) if i not in set(self.inside)]
        for numbers in (self.inside, self.outside):
            numbers.insert(0, UNCHANGED)
        self._next = [FORK.Value("i"), FORK.Value("i")]

    def _is_inside(self, mutant: Mutant) -> bool:
        """Tell whether the mutant may be put into its function: it has a new body, and has not run yet."""
        span = range(mutant.start, self._ends[mutant.path, mutant.start] + 1)
        ran = any(path == mutant.path and line in span for path, line in self.lines.early)
        return bool(mutant.change) and not ran

    def run(self, out) -> None:
        """Send a pair for each mutant that this process takes: its number, and whether it was found."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        own = get_ready(self.home)
        found = [(i, self._outside(own, i)) for i in self._taken(0, self.outside)]

        def work(tests: Loaded) -> None:
            tests.look()
            for i in self._taken(1, self.inside):
                if i == UNCHANGED:
                    found.append((i, tests.fails()))
                else:
                    mutant = self.mutants[i]
                    ran = self.lines.tests_of(mutant.path, *mutant.lines)
                    found.append((i, tests.fails_with(mutant, ran)))

        with_tests(own, work)
        out.send(found)

    def _taken(self, queue: int, numbers: Sequence[int]) -> Iterator[int]:
        counter = self._next[queue]
        while True:
            with counter.get_lock():
                place = counter.value
                counter.value += 1
            if place >= len(numbers):
                return
            yield numbers[place]

    def _outside(self, own: Home, number: int) -> bool:
        """Write the mutant into the copy of the project, and import it anew."""
        if number == UNCHANGED:
            return fails_anew(own, [])
        mutant = self.mutants[number]
        path = own.root / mutant.path
        before = path.read_bytes()
        path.write_text(mutant.text)
        try:
            if mutant.kind == "hook removed":
                return fails_fresh(own)
            return fails_anew(own, own.that_speak_of(mutant.function, self.lines.of_test))
        finally:
            path.write_bytes(before)


def campaign(target: Target, work: Path, sample: int, jobs: int) -> list[Tried]:
    """Run every mutant of one example."""
    work.mkdir(parents=True, exist_ok=True)
    for old in work.glob(f"{target.name}-*"):
        shutil.rmtree(old)
    root = work / target.name
    written = prepare(target, root)
    modules = sorted(path for path in written if Path(path).name.startswith("test"))
    home = Home(root, target.start, target.app, target.runner, tuple(modules))
    with ProcessPoolExecutor(1, mp_context=FORK) as pool:
        lines = pool.submit(measure, home).result()
    mutants = list(mutants_in(target, root, written))[::sample]
    worker = Worker(home, lines, mutants)
    pipes = []
    for _ in range(jobs):
        reader, writer = FORK.Pipe(duplex=False)
        FORK.Process(target=worker.run, args=(writer,)).start()
        writer.close()
        pipes.append(reader)
    pairs = [pair for reader in pipes for pair in reader.recv()]
    if any(dead for i, dead in pairs if i == UNCHANGED):
        raise SystemExit(f"{target.name}: the tests fail without any mutant")
    found = dict(pairs)
    return [Tried(mutant, found[i]) for i, mutant in enumerate(mutants)]


def report(name: str, tried: Sequence[Tried]) -> int:
    """Print what was found of one example; return how many survivors have no reason."""
    kinds = Counter(t.mutant.kind for t in tried)
    killed = Counter(t.mutant.kind for t in tried if t.dead)
    print(
        f"{name}: {killed.total()} of {len(tried)} mutants found, {killed.total() / len(tried):.1%}"
    )
    for kind, count in kinds.items():
        print(f"  {kind}: {killed[kind]} of {count}")
    open_ = 0
    for t in tried:
        if not t.dead:
            reason = reason_for(name, t.mutant)
            open_ += not reason
            said = f"{t.mutant.kind}: {t.mutant.function}, {t.mutant.where}"
            print(f"  survived{f' ({reason})' if reason else ''}: {said}", flush=True)
    return open_


def keep(path: Path, tried: Sequence[Tried]) -> None:
    """Write what was found of one example, so that the examples may be run one by one."""
    rows = [[asdict(replace(t.mutant, text="")), t.dead] for t in tried if t.mutant]
    path.write_text(json.dumps(rows))


def kept_in(path: Path) -> list[Tried]:
    """Return what the last run of one example found."""
    rows = json.loads(path.read_text()) if path.exists() else []
    return [Tried(Mutant(**mutant), dead) for mutant, dead in rows]


def main() -> int:
    """Run the campaign over the examples."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=ROOT / ".work" / "mutants")
    parser.add_argument("--only", choices=[target.name for target in TARGETS])
    parser.add_argument("--sample", type=int, default=1, help="every Nth mutant")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="processes")
    parser.add_argument(
        "--record", action="store_true", help="write the table of the documentation"
    )
    options = parser.parse_args()
    sys.dont_write_bytecode = True
    import celery  # noqa: F401  # the forks need not import it again
    import django.contrib.auth.signals
    import django.db.backends.sqlite3.base
    import django.db.migrations.executor
    import django.test.runner  # noqa: F401
    import pytest  # noqa: F401

    enough = True
    results: dict[str, list[Tried]] = {}
    for target in TARGETS:
        if options.only in (None, target.name):
            tried = results[target.name] = campaign(
                target, options.work, options.sample, options.jobs
            )
            report(target.name, tried)
            keep(options.work / f"{target.name}.json", tried)
            enough = enough and sum(t.dead for t in tried) >= target.goal * len(tried)
    both = [t for tried in results.values() for t in tried]
    dead = sum(t.dead for t in both)
    print(f"all: {dead} of {len(both)}, {dead / len(both):.1%}")
    if options.record:
        kept = {target.name: kept_in(options.work / f"{target.name}.json") for target in TARGETS}
        record(
            ROOT / "docs" / "generated-tests.md",
            table({name: tried for name, tried in kept.items() if tried}),
        )
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
