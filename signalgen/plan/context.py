"""What every part of planning needs to know about the run, and how to report problems."""

from __future__ import annotations

import re
from dataclasses import field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from signalgen.dotted import absolute_import, package_of
from signalgen.errors import Problem
from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from signalgen.facts.signals import Version
    from signalgen.index.memo import Memo
    from signalgen.values.project import App, Project
    from signalgen.values.settings import TestDetail
    from signalgen.values.spec import Mark, Spec


@dataclass(frozen=True, slots=True)
class Targets:
    """The files of one app that generation writes to: (path, absolute module) of each."""

    receivers: tuple[str, str]
    signals: tuple[str, str]
    senders: tuple[str, str]
    tasks: tuple[str, str]
    tests: tuple[str, str]
    helpers: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Context:
    """One spec in its project.

    ``problems`` and ``notes`` collect what is found, ``memo`` caches answers; nothing else in here
    changes. ``generated`` are the ids that earlier runs put into this app, ``owners`` the spec of
    each, ``written`` the (path, name) of every symbol that runs put into the apps of this run,
    ``places`` the file of each id, ``uids`` the dispatch_uids that identify them even after
    renaming, ``named`` the models that the specs of this app name.
    """

    spec: Spec
    specs: tuple[Spec, ...]
    project: Project
    app: App
    targets: Targets
    django: Version | None
    typed: bool
    generated: frozenset[str] = frozenset()
    owners: Mapping[str, str] = field(default_factory=dict)
    written: frozenset[tuple[str, str]] = frozenset()
    places: Mapping[str, str] = field(default_factory=dict)
    uids: frozenset[str | None] = frozenset()
    named: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    memo: Memo = field(default_factory=dict)

    def problem(self, mark: Mark, code: str, message: str, hint: str = "") -> None:
        """Record something that stops the run."""
        self.problems.append(_problem(self.spec, mark, code, message, hint))

    def note(self, mark: Mark, code: str, message: str, hint: str = "") -> None:
        """Record advice."""
        self.notes.append(_problem(self.spec, mark, code, message, hint))

    @property
    def future(self) -> bool:
        """Whether the models do not exist yet.

        That is so if this run creates the app, if an earlier run did and the app has not changed
        since, or if its models module is as empty as ``startapp`` leaves it.
        """
        unwritten = not self.app.models and not self.app.unread_models
        begun = bool(self.generated) or f"{self.app.name}.models" in self.project.modules
        return not self.app.exists or (begun and unwritten)

    @property
    def relative(self) -> bool:
        """Whether modules of the app import one another relatively.

        Decided by these modules, otherwise by those of the other apps.
        """
        if self.app.relative is not None:
            return self.app.relative
        others = [app.relative for app in self.project.apps if app.relative is not None]
        return others.count(True) >= others.count(False)

    @property
    def test_detail(self) -> TestDetail:
        """How detailed this spec's tests are: as the spec says, else the setting, else brief."""
        return self.spec.test_detail or self.project.settings.test_detail or "brief"

    @property
    def task_backend(self) -> str:
        """The task library that stubs are written for.

        In this order: the spec, the project's setting, the library of the app's tasks, or of other
        apps' tasks, Celery.
        """
        tasks = self.app.tasks or [task for app in self.project.apps for task in app.tasks]
        kinds = {task.kind for task in tasks}
        # Django is chosen only if all tasks are Django's; Celery is the usual choice.
        found = "django" if kinds == {"django"} else "celery"
        return self.spec.task_backend or self.project.settings.task_backend or found


def _problem(spec: Spec, mark: Mark, code: str, message: str, hint: str) -> Problem:
    return Problem(
        mark.file, mark.line, mark.column, mark.path, code, message, hint, spec.source_line(mark)
    )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for the nearest known words, or ""."""
    near = get_close_matches(word, sorted(set(known)), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(repr(name) for name in near)}?" if near else ""


def may_have(ctx: Context, module: str, name: str) -> bool:
    """Tell whether a module may have ``name``, by its text or through a star import."""
    path = ctx.project.modules.get(module)
    data = ctx.project.texts.get(path) if path else b""
    if data is None:
        return True
    there = re.search(rb"(?<![\w])" + re.escape(name.encode()) + rb"(?![\w])", data)
    return there is not None or b"import *" in data or b"globals()" in data


def absolute_module(ctx: Context, module: str, own: str) -> str:
    """Return the full path of ``module``, which may start with dots, as seen from ``own``."""
    return absolute_import(module, package_of(own, ctx.project.modules.get(own, "")))


def relative_module(ctx: Context, target: str, own: str) -> str:
    """Return how a module of the app imports ``target``: relatively if the app does so.

    ``own`` is the importing module; ``orders.tests.test_signals`` reaches ``orders.models`` as
    ``..models``, and so does the package ``orders.signals`` in its ``__init__.py``.
    """
    package = ctx.app.name
    if not ctx.relative or (target != package and not target.startswith(package + ".")):
        return target
    inside = target[len(package) :].lstrip(".")
    is_package = ctx.project.modules.get(own, "").endswith("/__init__.py")
    # A module without a file yet is no package; one level up is the least.
    depth = own[len(package) :].count(".") + is_package
    return "." * max(depth, 1) + inside
