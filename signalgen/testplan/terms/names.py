"""The meanings of the names that a handler's bodies read. Entry: ``meanings``."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from signalgen.dotted import absolute_import, package_of
from signalgen.facts.names import BUILTINS, CONTRIB_MODELS
from signalgen.facts.signals import BUILTIN
from signalgen.late import dataclass
from signalgen.plan.names.references import find_model
from signalgen.testplan.rows.relations import contrib_model, user_model
from signalgen.testplan.terms import kinds
from signalgen.values.spec import Ref

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.handler import Handled
    from signalgen.values.project import Model

Sort = Literal[
    "task",
    "cache",
    "logger",
    "mail",
    "signal",
    "settings",
    "project",
    "model",
    "library",
    "builtin",
]


USER_MODEL = "django.contrib.auth.get_user_model"
_DJANGOS: tuple[tuple[str, Sort], ...] = (
    ("django.core.cache", "cache"),
    ("django.core.mail.", "mail"),
    ("django.conf.settings", "settings"),
    (USER_MODEL, "builtin"),
)

_CONTRIB = {
    f"{module}.{label.partition('.')[2]}": label for label, module in CONTRIB_MODELS.items()
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """The meaning of a name: its sort, the import path, and its model if it is one.

    For other names from Django and packages' models modules the path is "": their effect is
    unknown.
    """

    sort: Sort
    path: str
    model: Model | None = None


_BUILTIN = {name: Meaning("builtin", name) for name in BUILTINS}


class _Meanings(Mapping[str, Meaning]):
    """Known meanings, builtins, and names of ``others``, which are looked up on demand.

    A module may have thousands of names, and each of thousands of handlers uses a few.
    """

    def __init__(
        self, known: dict[str, Meaning], others: frozenset[str], find: Callable[[str], Meaning]
    ) -> None:
        self.known = known
        self.others = others
        self.find = find

    def __getitem__(self, name: str) -> Meaning:
        if name not in self.known:
            if name in _BUILTIN:
                return _BUILTIN[name]
            if name not in self.others:
                raise KeyError(name)
            self.known[name] = self.find(name)
        return self.known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.known.keys() | _BUILTIN.keys() | self.others)

    def __len__(self) -> int:
        return len(self.known.keys() | _BUILTIN.keys() | self.others)


@lru_cache(maxsize=8)
def _as_set(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(names)


def meanings(ctx: Context, handled: Handled) -> Mapping[str, Meaning]:
    """Return the meaning of each name that the receivers' module imports for ``handled``."""
    tasks = {task.name for spec in ctx.specs for task in spec.tasks}
    tasks |= {task.name for app in ctx.project.apps for task in app.tasks}
    out: dict[str, Meaning] = {}
    for name, path in _imported(ctx, handled):
        out[name] = _meaning(ctx, handled, name, path, tasks)
    logger = handled.receiver.logger
    out[logger] = out["logger"] = Meaning("logger", logger)
    own = {signal.name for signal in ctx.spec.signals}
    out.update({n: Meaning("signal", f"{ctx.targets.signals[1]}.{n}") for n in own})
    path, module = ctx.targets.receivers
    others = _as_set(tuple(ctx.app.names.get(path, ())))
    return _Meanings(
        out, others, lambda name: _meaning(ctx, handled, name, f"{module}.{name}", tasks)
    )


def _imported(ctx: Context, handled: Handled) -> Iterator[tuple[str, str]]:
    path, module = ctx.targets.receivers
    package = package_of(module, path)
    for need in handled.receiver.imports:
        if not need.type_checking:
            source = absolute_import(need.module, package)
            yield need.bound, f"{source}.{need.name}" if need.name else source
    yield from local_paths(ctx, handled).items()


def local_paths(ctx: Context, handled: Handled) -> dict[str, str]:
    """Return the import path of each name that the receiver imports when it runs.

    They are not names of its module.
    """
    path, module = ctx.targets.receivers
    package = package_of(module, path)
    out: dict[str, str] = {}
    for line in handled.receiver.local_imports:
        for node in ast.parse(line).body:
            if isinstance(node, ast.ImportFrom):
                source = absolute_import("." * node.level + (node.module or ""), package)
                out |= {a.asname or a.name: f"{source}.{a.name}" for a in node.names}
    return out


def _meaning(ctx: Context, handled: Handled, name: str, path: str, tasks: set[str]) -> Meaning:
    last = path.rpartition(".")[2]
    if path == "django.contrib.auth.models.User":
        return Meaning("model", path, user_model(ctx))
    model = find_model(ctx, Ref(path, ctx.spec.app.mark)) or (
        ctx.app.model(last) if path.startswith(f"{ctx.app.name}.") else None
    )
    if model is not None:
        return Meaning("model", path, model)
    if path in _CONTRIB:
        return Meaning("model", path, contrib_model(_CONTRIB[path]))
    own: Sort | None = next((sort for start, sort in _DJANGOS if path.startswith(start)), None)
    if own is not None:
        return Meaning(own, path)
    if last in tasks or any(use.name == name and use.family == "task" for use in handled.uses):
        return Meaning("task", path)
    signals = {s.name for app in ctx.project.apps for s in app.signals}
    if last in signals or last in BUILTIN:
        return Meaning("signal", path)
    known = (
        path in kinds.STABLE
        or path in kinds.FRESH
        or path.startswith(("django.db", "django.utils", "django.core.ex"))
    )
    if not known and (path.startswith("django.") or ".models." in path):
        return Meaning("library", "")
    top = path.partition(".")[0]
    inside = any(module.partition(".")[0] == top for module in ctx.project.modules)
    return Meaning("project" if inside else "library", path)
