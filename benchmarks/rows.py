"""The rows of the table: what is measured against what, and the goal of each."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from measure import Pairs, Task, compare, run
from projects import changed, lines_written, make_project, spec
from tools import PEERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tools import Tools

SETTLED = 4.0
"""Seconds after which the times of files are old enough for signalgen to go by them."""
NEW = ("new", "--spec", "spec.yaml", "--quiet")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``value`` is a ratio of CPU times, or MiB where ``unit`` says so."""

    number: str
    a: str
    b: str
    goal: float
    value: float
    unit: str = "x"
    pairs: int = 0
    spread: tuple[float, float] = (0.0, 0.0)
    remark: str = ""

    @property
    def met(self) -> bool:
        """Tell whether the goal is met."""
        return self.value <= self.goal


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: pairs of the small rows, and of the large ones."""

    pairs: int = 11
    large_pairs: int = 11


def idle(tools: Tools, plan: Plan) -> Iterator[Row]:
    """Yield the rows of runs that do almost nothing, and the memory of small runs."""
    nothing = Task(
        tools.words("python", "-c", "pass"), tools.work, tools.environment(tools.work / "cache")
    )
    unchanged = compare(_unchanged(tools), nothing, plan.pairs)
    yield _row("1", "`new`, nothing changed", "`python -c pass`", 2.0, unchanged)
    helped = compare(
        Task(tools.words("signalgen", "--help"), tools.work, nothing.environment),
        nothing,
        plan.pairs,
    )
    yield _row("8", "`signalgen --help`", "`python -c pass`", 7.5, helped)
    yield Row(
        "12",
        "memory: `new`, nothing changed",
        "",
        16,
        max(cost.memory for cost in unchanged.a),
        "MiB",
        plan.pairs,
    )
    fresh = run(_fresh(tools, "memory", 10))
    yield Row("12", "memory: `new`, 10 handlers, cold", "", 45, fresh.memory, "MiB", 1)


def small(tools: Tools, plan: Plan) -> Iterator[Row]:
    """Yield the rows of ten handlers."""
    ours, script = _fresh(tools, "small", 10), _script(tools, "small_script", 10)
    pairs = compare(ours, script, plan.pairs)
    remark = (
        f"{lines_written(ours.folder)} lines written, the script {lines_written(script.folder)}"
    )
    yield _row("2", "`new`, 10 handlers, cold, black", "minimal script", 1.2, pairs, remark)
    cookiecutter = _cookiecutter(tools)
    yield _row("3", "same", "cookiecutter", 2.0, compare(ours, cookiecutter, plan.pairs))
    yield _row("3", "same", "copier", 1.0, compare(ours, _copier(tools), plan.pairs))
    ruff = _fresh(tools, "ruff", 10, '[tool.signalgen]\nformatter = "ruff"\n')
    yield _row(
        "4", "same, formatter = ruff", "cookiecutter", 1.2, compare(ruff, cookiecutter, plan.pairs)
    )


def large(tools: Tools, plan: Plan) -> Iterator[Row]:
    """Yield the rows of a thousand handlers."""
    thousand, script = _fresh(tools, "large", 1000), _script(tools, "large_script", 1000)
    pairs = compare(thousand, script, plan.large_pairs)
    remark = (
        f"{lines_written(thousand.folder)} lines written, the script {lines_written(script.folder)}"
    )
    yield _row("5", "`new`, 1,000 handlers, cold", "minimal script", 0.35, pairs, remark)
    pairs = compare(_one_changed(tools), thousand, plan.large_pairs, warm_up=False)
    yield _row("6", "one of 1,000 handlers changed", "1,000 handlers, cold", 0.1, pairs)


def _row(number: str, a: str, b: str, goal: float, pairs: Pairs, remark: str = "") -> Row:
    spread = (min(pairs.ratios), max(pairs.ratios))
    return Row(number, a, b, goal, pairs.ratio, "x", len(pairs.ratios), spread, remark)


def _again(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    if source.exists():
        shutil.copytree(source, target)


def _fresh(tools: Tools, name: str, handlers: int, settings: str = "") -> Task:
    """Return a cold run: a project without generated code, and an empty cache."""
    before = make_project(tools.work / name / "before", handlers, settings)
    project, cache = tools.work / name / "project", tools.work / name / "cache"

    def prepare() -> None:
        _again(before, project)
        shutil.rmtree(cache, ignore_errors=True)

    return Task(tools.words("signalgen", *NEW), project, tools.environment(cache), prepare)


def _unchanged(tools: Tools) -> Task:
    """Return a run in a project that is up to date, with a note that says so."""
    cold = _fresh(tools, "unchanged", 10)
    run(cold)
    again = Task(cold.words, cold.folder, cold.environment)
    time.sleep(SETTLED)
    run(again)
    return again


def _one_changed(tools: Tools) -> Task:
    """Return a run after one handler of 1,000 was changed; the caches are as the run before that left them."""
    cold = _fresh(tools, "changed", 1000)
    run(cold)
    folder = tools.work / "changed"
    _again(cold.folder, folder / "done")
    _again(folder / "cache", folder / "done_cache")

    def prepare() -> None:
        _again(folder / "done", cold.folder)
        _again(folder / "done_cache", folder / "cache")
        (cold.folder / "spec.yaml").write_text(changed(spec(1000)))

    return Task(cold.words, cold.folder, cold.environment, prepare)


def _script(tools: Tools, name: str, handlers: int) -> Task:
    before = make_project(tools.work / name / "before", handlers)
    project = tools.work / name / "project"
    words = tools.words("python", PEERS / "minimal.py", "spec.yaml", "orders")
    return Task(
        words, project, tools.environment(tools.work / "cache"), partial(_again, before, project)
    )


def _cookiecutter(tools: Tools) -> Task:
    target = tools.work / "cookiecutter" / "project"
    words = tools.words(
        "cookiecutter", "--no-input", "--output-dir", target, PEERS / "cookiecutter"
    )
    return _peer(tools, words, target)


def _copier(tools: Tools) -> Task:
    target = tools.work / "copier" / "project"
    words = tools.words("copier", "copy", "--defaults", "--quiet", PEERS / "copier", target)
    return _peer(tools, words, target)


def _peer(tools: Tools, words: list[str], target: Path) -> Task:
    def prepare() -> None:
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)

    return Task(words, target, tools.environment(tools.work / "cache"), prepare)
