"""The growth rows: the same run on an input of so many times the size, as a ratio of CPU times."""

from __future__ import annotations

import shutil
from functools import partial
from typing import TYPE_CHECKING

from measure import Task, compare, run
from projects import PROJECT, make_project, write
from rows import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from measure import Pairs
    from tools import Tools

READY = PROJECT["orders/apps.py"] + "\n    def ready(self):\n        from orders import receivers\n"
HEAD = (
    "from django.db.models.signals import post_save\nfrom django.dispatch import receiver\n"
    "from orders.models import Order\n"
)
RECEIVER = (
    "\n\n@receiver(post_save, sender=Order)\n"
    "def receiver_{n}(sender, instance, created, **kwargs):\n"
    "    if created:\n        Order.objects.create(total={n}, user_id=1)\n"
)
FUNCTION = "def function_{n}(x):\n    return x + {n}\n\n\n"
CHECK = ("check", "--no-cache", "--exit-zero", "--quiet")
NEW = ("new", "--spec", "spec.yaml", "--quiet")
REMOVE = ("remove", "--spec", "spec.yaml", "--quiet")


def receivers(count: int) -> dict[str, str]:
    """Return a project in which so many receivers of one model create rows of it."""
    text = HEAD + "".join(RECEIVER.format(n=n) for n in range(count))
    return {"orders/apps.py": READY, "orders/receivers.py": text}


def files(count: int) -> dict[str, str]:
    """Return a project with a receiver in each of so many files."""
    return {f"orders/parts/part_{n}.py": HEAD + RECEIVER.format(n=n) for n in range(count)} | {
        "orders/parts/__init__.py": ""
    }


def stars(count: int) -> dict[str, str]:
    """Return a project in which so many modules take all names from each other."""
    names = [f"star_{n}" for n in range(count)]
    made = {
        f"orders/{name}.py": "".join(f"from orders.{n} import *\n" for n in names if n != name)
        for name in names
    }
    text = HEAD.replace("import Order\n", "import Order\nfrom orders.star_0 import *\n")
    # Names that none of them has are looked for in all.
    calls = "".join(f"    name_{n}(instance)\n    name_{n}.delay()\n" for n in range(10))
    text += RECEIVER.format(n=0) + calls
    return made | {"orders/apps.py": READY, "orders/receivers.py": text}


def functions(count: int) -> dict[str, str]:
    """Return a project whose receivers' module already has so many functions."""
    return {"orders/signals.py": "".join(FUNCTION.format(n=n) for n in range(count))}


def of_check(tools: Tools, pairs: int) -> Iterator[Row]:
    """Yield the rows of a check of more files, receivers and imports."""
    for number, name, made, large, small, goal in (
        ("13", "files with a receiver each", files, 2000, 200, 11),
        ("14", "receivers of one model, which create it", receivers, 1000, 100, 11),
        # Three times the modules are nine times the imports.
        ("15", "modules that star-import each other", stars, 60, 20, 11),
    ):
        tasks = [_task(tools, f"{made.__name__}_{n}", made(n), CHECK) for n in (large, small)]
        yield _grown(
            number, f"`check`, {large:,} {name}", f"{small:,}", goal, compare(*tasks, pairs)
        )


def of_target(tools: Tools, pairs: int) -> Iterator[Row]:
    """Yield the rows of a larger module to which one handler is added and from which it is removed."""
    sizes = (30_000, 3_000)
    for number, command, before in (("16", NEW, ()), ("17", REMOVE, NEW)):
        tasks = [_task(tools, f"{command[0]}_{n}", functions(n), command, before) for n in sizes]
        what = f"`{command[0]}` of one handler, in a module with {sizes[0]:,} functions"
        yield _grown(number, what, f"{sizes[1]:,}", 11, compare(*tasks, pairs))


def of_handlers(tools: Tools, handlers: int = 5000) -> Iterator[Row]:
    """Yield the rows of the largest spec, which is run once."""
    tasks = [_handlers(tools, count) for count in (handlers, 1000)]
    done = compare(*tasks, 1, warm_up=False)
    yield _grown("7", f"`new`, {handlers:,} handlers", "1,000", 5.5, done)
    memory = max(cost.memory for cost in done.a)
    yield Row("7", f"memory: `new`, {handlers:,} handlers", "", 250, memory, "MiB", 1)


def _grown(number: str, a: str, b: str, goal: float, pairs: Pairs) -> Row:
    spread = (min(pairs.ratios), max(pairs.ratios))
    return Row(number, a, b, goal, pairs.ratio, "x", len(pairs.ratios), spread)


def _handlers(tools: Tools, count: int) -> Task:
    source = make_project(tools.work / "growth" / f"handlers_{count}" / "before", count)
    return _again(tools, source, NEW, ())


def _task(
    tools: Tools,
    name: str,
    made: dict[str, str],
    command: tuple[str, ...],
    before: tuple[str, ...] = (),
) -> Task:
    source = make_project(tools.work / "growth" / name / "before", 1)
    write(source, made)
    return _again(tools, source, command, before)


def _again(tools: Tools, source: Path, command: tuple[str, ...], before: tuple[str, ...]) -> Task:
    """Return a run of ``command`` in a new copy of ``source``, after ``before`` has run in it."""
    folder, cache = source.parent / "project", source.parent / "cache"
    environment = tools.environment(cache)
    prepare: Callable[[], None] = partial(_copied, source, folder, cache)
    if before:
        prepare = partial(
            _run_before, prepare, Task(tools.words("signalgen", *before), folder, environment)
        )
    return Task(tools.words("signalgen", *command), folder, environment, prepare)


def _copied(source: Path, folder: Path, cache: Path) -> None:
    for path in (folder, cache):
        shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(source, folder)


def _run_before(prepare: Callable[[], None], task: Task) -> None:
    prepare()
    run(task)
