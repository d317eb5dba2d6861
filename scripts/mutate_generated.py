"""Break generated code place by place; every break must turn the app's generated tests red (promise P9).

Generates each example project once, then makes one mutant after the other: a copy of one generated module with one change,
tested in a fork of a process that has imported Django. Prints the share of mutants that were found and every survivor.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.util
import os
import shutil
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from run_generated import start

from signalgen.generate import generate
from signalgen.project import read_project
from signalgen.spec import read_spec

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Target:
    """One example: its project and spec, the folder that Python starts in, the app's folder there, runner, tests, settings."""

    name: str
    start: str
    app: str
    runner: str
    tests: str
    settings: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module's text with one change, and what was changed."""

    kind: str
    where: str
    path: str
    text: str


def mutants_of(path: str, text: str) -> Iterator[Mutant]:
    """Yield every mutant of one module with receivers or senders."""
    tree = ast.parse(text)
    functions = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    for function in functions:
        receiver = any("receiver" in ast.unparse(d) for d in function.decorator_list)
        made = _receiver_mutants(function) if receiver else _sender_mutants(function)
        for kind, where, change in made:
            changed = copy.deepcopy(tree)
            place = next(node for node in changed.body if getattr(node, "name", "") == function.name)
            before = ast.dump(place)
            change(place)
            if ast.dump(place) != before:
                yield Mutant(
                    kind, f"{function.name}: {where}", path, ast.unparse(ast.fix_missing_locations(changed))
                )


def _receiver_mutants(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple]:
    yield "**kwargs removed", "", lambda f: setattr(f.args, "kwarg", None)
    for number, decorator in enumerate(function.decorator_list):
        yield (
            "dispatch_uid changed",
            f"decorator {number}",
            _keyword(number, "dispatch_uid", ast.Constant("other")),
        )
        if any(k.arg == "sender" for k in decorator.keywords):
            yield "sender changed", f"decorator {number}", _keyword(number, "sender", None)
    for number, node in enumerate(ast.walk(function)):
        yield from _node_mutants(number, node, function)


def _node_mutants(number: int, node: ast.AST, function: ast.AST) -> Iterator[tuple]:
    where = (
        f"line {getattr(node, 'lineno', 0)}: {ast.unparse(node).splitlines()[0][:60]}"
        if hasattr(node, "lineno")
        else ""
    )
    if isinstance(node, ast.If):
        guard = len(node.body) == 1 and isinstance(node.body[0], ast.Return) and not node.orelse
        if guard:
            yield "guard removed", where, _at(number, lambda n: setattr(n, "test", ast.Constant(False)))
        else:
            yield "branch emptied", where, _at(number, lambda n: setattr(n, "body", [ast.Pass()]))
            yield (
                "condition turned round",
                where,
                _at(number, lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))),
            )
            for part in range(len(node.test.values) if isinstance(node.test, ast.BoolOp) else 0):
                yield (
                    "part of a condition removed",
                    f"{where} #{part}",
                    _at(number, lambda n, p=part: n.test.values.pop(p)),
                )
        if node.orelse and not (len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)):
            yield (
                "branch emptied",
                f"else of {where}",
                _at(number, lambda n: setattr(n, "orelse", [ast.Pass()])),
            )
            yield "branches swapped", where, _at(number, _swap)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield "call removed", where, _at(number, lambda n: setattr(n, "value", ast.Constant(None)))
        yield from _call_mutants(number, node, where)


def _call_mutants(number: int, node: ast.Expr, where: str) -> Iterator[tuple]:
    call = node.value
    name = ast.unparse(call.func)
    if name.endswith("on_commit") or "on_commit" in name:
        yield "on_commit taken away", where, _at(number, _at_once)
        call = call.args[0] if isinstance(call.args[0], ast.Call) else None
        for position in range(1, len(call.args) if call else 0):
            yield (
                "argument changed",
                f"{where} #{position}",
                _at(
                    number, lambda n, p=position: n.value.args[0].args.__setitem__(p, ast.Constant("changed"))
                ),
            )
        return
    if name.startswith("logger.exception") or name.endswith((".set", ".reset")):
        return
    for position in range(len(call.args)):
        yield (
            "argument changed",
            f"{where} #{position}",
            _at(number, lambda n, p=position: n.value.args.__setitem__(p, ast.Constant("changed"))),
        )
    for position, keyword in enumerate(call.keywords):
        if keyword.arg != "using":
            yield (
                "argument changed",
                f"{where} {keyword.arg}",
                _at(
                    number,
                    lambda n, p=position: setattr(n.value.keywords[p], "value", ast.Constant("changed")),
                ),
            )


def _sender_mutants(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple]:
    for number, node in enumerate(ast.walk(function)):
        if isinstance(node, ast.Call) and "send" in ast.unparse(node.func):
            for position, keyword in enumerate(node.keywords):
                yield (
                    "sender's argument dropped",
                    str(keyword.arg),
                    _at(number, lambda n, p=position: n.keywords.pop(p)),
                )


def _at(number: int, change):
    """Return a change of the node that ``ast.walk`` finds at ``number``."""
    return lambda function: change(next(node for i, node in enumerate(ast.walk(function)) if i == number))


def _keyword(decorator: int, name: str, value: ast.expr | None):
    def change(function: ast.FunctionDef) -> None:
        keywords = function.decorator_list[decorator].keywords
        for keyword in [k for k in keywords if k.arg == name]:
            if value is None:
                keywords.remove(keyword)
            else:
                keyword.value = value

    return change


def _swap(node: ast.If) -> None:
    node.body, node.orelse = node.orelse, node.body


def _at_once(node: ast.Expr) -> None:
    call = node.value.value if isinstance(node.value, ast.Await) else node.value
    callback = call.args[0]
    if isinstance(callback, ast.Call) and ast.unparse(callback.func).endswith("partial"):
        node.value = ast.Call(callback.args[0], callback.args[1:], callback.keywords)
    else:
        node.value = ast.Call(callback, [], [])


def config_mutants(path: str, text: str) -> Iterator[Mutant]:
    """Yield the AppConfig without its hook."""
    lines = [line for line in text.splitlines() if "import signals" not in line or not line.startswith(" ")]
    if len(lines) != len(text.splitlines()):
        broken = "\n".join(lines) + "\n        pass\n"
        yield Mutant("hook removed", "ready()", path, broken)


def prepare(target: Target, work: Path) -> Path:
    """Generate the example; return its folder."""
    root = work / target.name
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(ROOT / "tests" / "projects" / target.name, root)
    file = ROOT / "specs" / f"{target.name}.yaml"
    result = generate([read_spec(file.read_bytes(), file=file.name, source=file.name)], read_project(root))
    for change in result.files:
        if change.after is not None and change.action != "unchanged":
            (root / change.path).parent.mkdir(parents=True, exist_ok=True)
            (root / change.path).write_bytes(change.after)
    return root


def labels_of(target: Target, root: Path, *, ready: bool) -> list[str]:
    """Return the test classes to run; that of ready() starts a process, so it runs only where it matters."""
    text = (root / target.start / target.tests).read_text()
    names = [node.name for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    names = [name for name in names if ready or "Ready" not in name]
    if target.runner == "pytest":
        return [f"{target.tests}::{name}" for name in names]
    return [f"{target.tests.removesuffix('.py').replace('/', '.')}.{name}" for name in names]


def found(target: Target, root: Path, *, ready: bool) -> tuple[bool, list[str]]:
    """Run the tests in a fork; return whether any failed and which."""
    import json

    os.environ["DJANGO_SETTINGS_MODULE"] = target.settings
    here = os.getcwd()
    sys.path.insert(0, str(root))
    pid, reader = start(
        (root / target.start).resolve(), target.runner, labels_of(target, root, ready=ready), fast=True
    )
    with os.fdopen(reader) as stream:
        result = json.loads(stream.read())
    os.waitpid(pid, 0)
    sys.path.remove(str(root))
    os.chdir(here)
    failed = [name for name, text in result["failed"] if not text.startswith("skipped")]
    return bool(failed), failed


def campaign(target: Target, work: Path, sample: int) -> tuple[Counter[str], Counter[str], list[Mutant]]:
    """Run every mutant of one example; return all and killed by kind, and the survivors."""
    root = prepare(target, work)
    bad, failed = found(target, root, ready=True)
    if bad:
        raise SystemExit(f"{target.name}: the tests fail without any mutant: {failed}")
    app = root / target.app
    mutants: list[Mutant] = []
    for name in ("signals.py", "receivers.py", "senders.py"):
        if (app / name).exists():
            mutants += mutants_of(f"{target.app}/{name}", (app / name).read_text())
    mutants += config_mutants(f"{target.app}/apps.py", (app / "apps.py").read_text())
    seen: Counter[str] = Counter()
    killed: Counter[str] = Counter()
    survivors = []
    for mutant in mutants[::sample]:
        path = root / mutant.path
        before = path.read_bytes()
        path.write_text(mutant.text)
        cache = Path(importlib.util.cache_from_source(str(path)))
        cache.unlink(missing_ok=True)
        dead, _ = found(target, root, ready=mutant.kind == "hook removed")
        path.write_bytes(before)
        cache.unlink(missing_ok=True)
        seen[mutant.kind] += 1
        killed[mutant.kind] += dead
        survivors += [] if dead else [mutant]
    return seen, killed, survivors


TARGETS = (
    Target("orders", ".", "orders", "unittest", "orders/test_signals.py", "config.settings"),
    Target("payments", ".", "payments", "pytest", "tests/test_payments_signals.py", "config.settings"),
    Target(
        "doctors",
        "src",
        "src/apps/doctors",
        "unittest",
        "apps/doctors/tests/test_signals.py",
        "config.settings",
    ),
    Target(
        "onboarding",
        ".",
        "src/portal/accounts",
        "pytest",
        "tests/accounts/test_accounts_signals.py",
        "config.settings",
    ),
    Target("blog", ".", "apps/blog", "unittest", "apps/blog/tests/test_signals.py", "config.settings"),
    Target("comments", ".", "comments", "unittest", "comments/test_signals.py", "config.settings"),
    Target("analytics", ".", "analytics", "pytest", "analytics/tests/test_signals.py", "config.settings"),
)


def main() -> int:
    """Run the campaign over the examples."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=ROOT / ".work" / "mutants")
    parser.add_argument("--only", choices=[target.name for target in TARGETS])
    parser.add_argument("--sample", type=int, default=1, help="every Nth mutant")
    options = parser.parse_args()
    sys.dont_write_bytecode = True
    import django.test.runner  # noqa: F401  # the forks need not import it again
    import pytest  # noqa: F401

    all_, dead = Counter(), Counter()
    for target in TARGETS:
        if options.only not in (None, target.name):
            continue
        seen, killed, survivors = campaign(target, options.work, options.sample)
        print(
            f"{target.name}: {killed.total()} of {seen.total()} mutants found, {killed.total() / seen.total():.1%}"
        )
        for kind in seen:
            print(f"  {kind}: {killed[kind]} of {seen[kind]}")
        for mutant in survivors:
            print(f"  survived: {mutant.kind}: {mutant.where}", flush=True)
        all_, dead = all_ + seen, dead + killed
    print(f"all: {dead.total()} of {all_.total()}, {dead.total() / all_.total():.1%}")
    return 0 if dead.total() >= 0.97 * all_.total() else 1


if __name__ == "__main__":
    sys.exit(main())
