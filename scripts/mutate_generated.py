"""Break generated code place by place; every break must turn the app's generated tests red (promise P9).

Generates each example project once, then makes one mutant after the other: a copy of one generated module with one change,
tested in a fork of a process that has Django and a database ready. Prints the share of mutants that were found and every survivor;
``--record`` writes the table of docs/generated-tests.md.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import json
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
from mutants_runner import get_ready, is_red
from mutants_table import record

from signalgen.generating import generate
from signalgen.index import read_project
from signalgen.spec import read_spec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
MODULES = ("signals.py", "receivers.py", "senders.py", "signal_utils.py", "services.py", "tasks.py")


@dataclass(frozen=True, slots=True)
class Target:
    """One example: its project and spec, the folder that Python starts in, the app's folder there, runner and tests."""

    name: str
    start: str
    app: str
    runner: str
    tests: str
    spec: str = ""


TARGETS = (
    Target("orders", ".", "orders", "unittest", "orders/test_signals.py"),
    Target("payments", ".", "payments", "pytest", "tests/test_payments_signals.py"),
    Target("doctors", "src", "src/apps/doctors", "unittest", "apps/doctors/tests/test_signals.py"),
    Target(
        "onboarding",
        ".",
        "src/portal/accounts",
        "pytest",
        "tests/accounts/test_accounts_signals.py",
    ),
    Target("blog", ".", "apps/blog", "unittest", "apps/blog/tests/test_signals.py"),
    Target("comments", ".", "comments", "unittest", "comments/test_signals.py"),
    Target("analytics", ".", "analytics", "pytest", "analytics/tests/test_signals.py"),
    Target(
        "recipes",
        ".",
        "shop",
        "unittest",
        "shop/tests/test_signals.py",
        "tests/projects/recipes/shop.yaml",
    ),
)


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
    for name in MODULES:
        path = f"{target.app}/{name}"
        if path in written:
            own = functions_of(ROOT / "tests" / "projects" / target.name / path)
            yield from (
                m for m in mutants_of(path, (root / path).read_text()) if m.function not in own
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


def labels_of(target: Target, root: Path, mutant: Mutant | None) -> Iterator[list[str]]:
    """Yield the test classes to run: those that speak of the mutant's function, then the others.

    That of ready() starts a process, so it runs only where it matters.
    """
    text = (root / target.start / target.tests).read_text()
    classes = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    if mutant is not None and mutant.kind != "hook removed":
        classes = [node for node in classes if "Ready" not in node.name]
    near, far = [], []
    for node in classes:
        speaks = mutant is not None and re.search(rf"\b{mutant.function}\b", ast.unparse(node))
        label = (
            f"{target.tests}::{node.name}"
            if target.runner == "pytest"
            else f"{target.tests.removesuffix('.py').replace('/', '.')}.{node.name}"
        )
        (near if speaks else far).append(label)
    yield from (labels for labels in (near, far) if labels)


_OWN: list[Path] = []
"""The copy of the project that this process works in."""


def set_up(target: Target, root: Path) -> None:
    """Make this process ready to try mutants of one example."""
    _OWN[:] = [get_ready(root, target.start, target.app, target.runner)]


def try_mutant(target: Target, mutant: Mutant | None) -> Tried:
    """Put the mutant into this process's copy of the project and run the tests."""
    own = _OWN[0]
    label = target.app.rpartition("/")[2]
    path = own / (mutant.path if mutant else f"{target.app}/apps.py")
    before = path.read_bytes()
    path.write_text(mutant.text if mutant else before.decode())
    dead = any(is_red(label, target.runner, labels) for labels in labels_of(target, own, mutant))
    path.write_bytes(before)
    return Tried(mutant, dead)


def campaign(target: Target, work: Path, sample: int, jobs: int) -> list[Tried]:
    """Run every mutant of one example."""
    work.mkdir(parents=True, exist_ok=True)
    for old in work.glob(f"{target.name}-*"):
        shutil.rmtree(old)
    root = work / target.name
    written = prepare(target, root)
    with ProcessPoolExecutor(jobs, initializer=set_up, initargs=(target, root)) as pool:
        if pool.submit(try_mutant, target, None).result().dead:
            raise SystemExit(f"{target.name}: the tests fail without any mutant")
        mutants = list(mutants_in(target, root, written))[::sample]
        return list(pool.map(try_mutant, [target] * len(mutants), mutants, chunksize=4))


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
            enough = enough and sum(t.dead for t in tried) >= 0.97 * len(tried)
    both = [t for tried in results.values() for t in tried]
    dead = sum(t.dead for t in both)
    print(f"all: {dead} of {len(both)}, {dead / len(both):.1%}")
    if options.record:
        kept = {target.name: kept_in(options.work / f"{target.name}.json") for target in TARGETS}
        record(
            ROOT / "docs" / "generated-tests.md",
            {name: tried for name, tried in kept.items() if tried},
        )
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
