"""Pairs of processes, run in turn, and what each of them cost: CPU time and peak memory as the kernel counts them."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import resource
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

KIB_PER_UNIT = 1 / 1024 if sys.platform == "darwin" else 1


@dataclass(frozen=True, slots=True)
class Task:
    """A command, its folder, and the preparation before each run, which is not measured."""

    words: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    prepare: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one run: user and system time in seconds, peak memory in MiB."""

    cpu: float
    memory: float


@dataclass(frozen=True, slots=True)
class Pairs:
    """The costs of A and B, run in turn."""

    a: tuple[Cost, ...]
    b: tuple[Cost, ...]

    @property
    def ratios(self) -> list[float]:
        """A by B, pair by pair."""
        return [one.cpu / other.cpu for one, other in zip(self.a, self.b, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return statistics.median(self.ratios)


def compare(a: Task, b: Task, pairs: int, *, warm_up: bool = True) -> Pairs:
    """Run A B A B ..., after one run of each that does not count."""
    if warm_up:
        run(a)
        run(b)
    done = [(run(a), run(b)) for _ in range(pairs)]
    return Pairs(tuple(one for one, _ in done), tuple(other for _, other in done))


def run(task: Task) -> Cost:
    """Run a task once. Raises RuntimeError with what it printed when it fails."""
    task.prepare()
    output = task.folder.parent / "output.txt"
    with output.open("wb") as file:
        process = subprocess.Popen(
            task.words, cwd=task.folder, env=task.environment, stdout=file, stderr=file
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(task.words)}: {output.read_text()[-2000:]}")
    return _cost(used)


def _cost(used: resource.struct_rusage) -> Cost:
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss * KIB_PER_UNIT / 1024)
