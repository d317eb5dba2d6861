"""Runs the generated tests of one example again and again, each time in a fork of a process that has Django and a database ready.

Most mutants change what one function does: they are put into the function, in a fork of a process that has the tests loaded.
Others differ in what importing the module does: it is forgotten, and each fork imports it anew.
"""

from __future__ import annotations

import ast
import gc
import inspect
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import traceback
import unittest
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING

from run_generated import run_pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mutants import Mutant

SECONDS = 30
"""A mutant that computes longer never ends, and that is noticed as well; so is one that waits ten times as long."""


@dataclass(frozen=True, slots=True)
class Home:
    """A copy of a project: the folder Python starts in, the app's folder, the runner, the test modules."""

    root: Path
    start: str
    app: str
    runner: str
    modules: tuple[str, ...]

    @property
    def label(self) -> str:
        """The app's label."""
        return self.app.rpartition("/")[2]

    @property
    def package(self) -> str:
        """What the app is imported as."""
        return self.app.removeprefix("src/").replace("/", ".")

    @property
    def labels(self) -> list[str]:
        """The test modules as the runner names them."""
        paths = [Path(self.root, m).relative_to(self.root / self.start) for m in self.modules]
        if self.runner == "pytest":
            return [path.as_posix() for path in paths]
        return [".".join(path.with_suffix("").parts) for path in paths]

    def that_speak_of(self, name: str, tests: Iterable[str]) -> list[str]:
        """Return the classes and functions of ``tests`` whose text has ``name``."""
        sign = "::" if self.runner == "pytest" else "."
        known = {test.rpartition(sign)[0] for test in tests} | set(tests)
        speak = [
            f"{label}{sign}{node.name}"
            for label, module in zip(self.labels, self.modules, strict=True)
            for node in ast.parse((self.root / module).read_text()).body
            if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
            and re.search(rf"\b{name}\b", ast.unparse(node))
        ]
        return [label for label in speak if label in known]


@dataclass(slots=True)
class Lines:
    """The lines of the app that each test runs; those that run outside of all tests; those that importing the app runs."""

    of_test: dict[str, set[tuple[str, int]]] = field(default_factory=dict)
    between: set[tuple[str, int]] = field(default_factory=set)
    early: set[tuple[str, int]] = field(default_factory=set)

    def tests_of(self, path: str, first: int, last: int) -> list[str]:
        """Return the tests that run one of these lines, those that run little first."""
        wanted = {(path, line) for line in range(first, last + 1)}
        if wanted & self.between:
            return list(self.of_test)
        found = [test for test, lines in self.of_test.items() if wanted & lines]
        return sorted(found, key=lambda test: len(self.of_test[test]))


def get_ready(home: Home) -> Home:
    """Start Django in a copy of the project of this process's own; return the copy."""
    root = home.root
    own = root.with_name(f"{root.name}-{os.getpid()}")
    shutil.copytree(root, own)
    folder = own / home.start
    os.chdir(folder)
    sys.dont_write_bytecode = True
    sys.path[:0] = paths_of(own, home)
    os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONDONTWRITEBYTECODE": "1"}
    import django
    from django.db import connection

    django.setup()
    connection.settings_dict["TEST"]["MIGRATE"] = False
    if connection.vendor == "sqlite":
        # In memory, a copy for each fork: what a broken one leaves in a file, the next would find.
        connection.settings_dict["TEST"]["NAME"] = None
    _forget([home.package])
    from django.test import utils

    if home.runner == "unittest":
        utils.setup_test_environment()
    utils.setup_databases(verbosity=0, interactive=False)
    if home.runner == "pytest":
        import pytest_django.plugin  # noqa: F401  # the forks need not import them again
        from _pytest.config import get_config

        get_config()
        # The forks find the database made: pytest-django has nothing to set up.
        utils.setup_databases = lambda *_, **__: []
        utils.teardown_databases = lambda *_, **__: None
    gc.collect()
    gc.freeze()  # what is there now stays in all forks: it need not be looked at, nor copied
    return Home(own, home.start, home.app, home.runner, home.modules)


def paths_of(root: Path, home: Home) -> list[str]:
    """Return what must be importable."""
    source = [str(root / "src")] if "src" in home.app.split("/") else []
    return list(dict.fromkeys([*source, str(root / home.start), str(root)]))


def _forget(packages: Iterable[str]) -> None:
    """Forget the modules of the packages but those of their models, and disconnect their receivers."""
    from celery._state import _get_active_apps
    from django.dispatch import Signal

    for package in packages:
        names = [n for n in sys.modules if n.startswith(f"{package}.") and not _stays(n, package)]
        for one in [found for found in gc.get_objects() if isinstance(found, Signal)]:
            kept = [
                entry
                for entry in one.receivers
                if getattr(entry[1](), "__module__", "") not in names
            ]
            one.receivers[:] = kept
            one.sender_receivers_cache.clear()
        for celery in _get_active_apps():
            for task in [name for name in celery.tasks if name.startswith(f"{package}.")]:
                dict.pop(celery.tasks, task)  # a second task of one name would not be registered
        for name in names:
            owner, _, attribute = name.rpartition(".")
            vars(sys.modules[owner]).pop(attribute, None)
        for name in names:
            del sys.modules[name]


def _stays(name: str, package: str) -> bool:
    return name.removeprefix(f"{package}.").partition(".")[0] in ("models", "apps", "migrations")


def in_fork(work: Callable[[], str]) -> str:
    """Return what ``work`` returns in a fork; "killed" when it never ends, or ends the process."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        signal.alarm(10 * SECONDS)
        said = "killed"
        try:
            devnull = os.open(os.devnull, os.O_WRONLY)
            os.dup2(devnull, 1)
            os.dup2(devnull, 2)
            said = work()
        finally:
            with os.fdopen(writer, "w") as stream:
                stream.write(said)
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as stream:
        said = stream.read()
    return said if os.waitpid(pid, 0)[1] == 0 else "killed"


def fails_anew(home: Home, near: Sequence[str]) -> bool:
    """Tell whether a test fails with the modules that are on the disk now; ask those of ``near`` first."""
    runs = [list(near), home.labels] if near else [home.labels]
    return any(in_fork(partial(_run_anew, home, labels)) for labels in runs)


def _run_anew(home: Home, labels: list[str]) -> str:
    from django.apps import apps

    apps.get_app_config(home.label).ready()
    if home.runner == "pytest":
        _, failed = run_pytest(labels, fast=True)
        return next((name for name, text in failed if not text.startswith("skipped")), "")
    suite = unittest.defaultTestLoader.loadTestsFromNames(labels)
    result = unittest.TextTestRunner(failfast=True).run(suite)
    return "" if result.wasSuccessful() else "failed"


def fails_fresh(home: Home) -> bool:
    """Tell whether a test fails in a new process that runs nothing but the generated tests."""
    runner = Path(__file__).with_name("run_generated.py")
    labels = [part for label in home.labels for part in ("--label", label)]
    done = subprocess.run(
        [
            sys.executable,
            str(runner),
            str(home.root / home.start),
            "--runner",
            home.runner,
            *labels,
        ],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths_of(home.root, home))},
        capture_output=True,
        text=True,
        check=True,
    )
    return any(not text.startswith("skipped") for _, text in json.loads(done.stdout)["failed"])


class Loaded:
    """The tests of one example, loaded, with what they test."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.wins: Counter[tuple[str, int, str]] = Counter()
        self.names: list[str] = []
        self._functions: dict[tuple[str, int], list[FunctionType]] = {}

    def look(self) -> None:
        """Note the functions of the app, before the forks."""
        gc.collect()
        folder = f"{self.home.root / self.home.app}{os.sep}"
        for one in gc.get_objects():
            if type(one) is FunctionType and one.__code__.co_filename.startswith(folder):
                path = os.path.relpath(one.__code__.co_filename, self.home.root)
                key = (path, one.__code__.co_firstlineno)
                self._functions.setdefault(key, []).append(one)
        gc.freeze()

    def run(self, names: Sequence[str], hear: Callable[[str], None]) -> str:
        """Run tests until one fails; return its name. Each is announced, and "" when it has ended."""
        raise NotImplementedError

    def fails(self) -> bool:
        """Tell whether a test fails without any mutant."""
        return bool(in_fork(partial(self.run, self.names, lambda _name: None)))

    def fails_with(self, mutant: Mutant, tests: Sequence[str]) -> bool:
        """Tell whether one of the tests fails when ``mutant`` is in its function."""
        key = (mutant.path, mutant.start)
        ordered = sorted(tests, key=lambda test: -self.wins[(*key, test)])
        if not ordered:
            return False
        functions = self._functions[key]
        code = _code_of(mutant)
        if any(len(f.__code__.co_freevars) != len(code.co_freevars) for f in functions):
            raise SystemExit(f"{mutant.path}: cannot be put into {mutant.function}()")
        failed = in_fork(partial(self._run_with, functions, code, ordered))
        self.wins[(*key, failed)] += 1
        return bool(failed)

    def _run_with(
        self, functions: Sequence[FunctionType], code: CodeType, tests: Sequence[str]
    ) -> str:
        for function in functions:
            function.__code__ = code
        return self.run(tests, lambda _name: None)


def _code_of(mutant: Mutant) -> CodeType:
    """Return the code of the mutant's function."""

    def below(code: CodeType) -> Iterator[CodeType]:
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                yield constant
                yield from below(constant)

    module = compile(mutant.change, mutant.path, "exec", dont_inherit=True)
    return next(code for code in below(module) if code.co_name == mutant.function)


class _Result(unittest.TestResult):
    """Says which test runs, and ends with the first failure."""

    def __init__(self, hear: Callable[[str], None]) -> None:
        super().__init__()
        self.failfast = True
        self._hear = hear

    def startTest(self, test: unittest.TestCase) -> None:  # noqa: N802
        super().startTest(test)
        self._hear(test.id())

    def stopTest(self, test: unittest.TestCase) -> None:  # noqa: N802
        self._hear("")
        super().stopTest(test)


class ByUnittest(Loaded):
    """Test cases, in a suite for each run."""

    def __init__(self, home: Home) -> None:
        super().__init__(home)
        suite = unittest.defaultTestLoader.loadTestsFromNames(home.labels)
        self._tests = {test.id(): test for test in _flat(suite)}
        self.names = list(self._tests)

    def run(self, names: Sequence[str], hear: Callable[[str], None]) -> str:
        """Run the tests in a suite."""
        result = _Result(hear)
        unittest.TestSuite([self._tests[name] for name in names]).run(result)
        bad = [test.id() for test, _ in [*result.errors, *result.failures]]
        return bad[0] if bad else "" if result.wasSuccessful() else "failed"


def _flat(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from _flat(test)
        else:
            yield test


class ByPytest(Loaded):
    """What a session of pytest has collected; it is its plugin as well."""

    def __init__(self, home: Home, work: Callable[[Loaded], None]) -> None:
        super().__init__(home)
        import pytest

        self._skip = pytest.skip.Exception
        self._report = pytest.TestReport
        self._work = work
        self._hear: Callable[[str], None] = lambda _name: None
        self._failed = ""
        self.error = "no tests were collected"

    def pytest_collectreport(self, report) -> None:
        """Remember why the tests cannot be loaded."""
        if report.failed:
            self.error = report.longreprtext

    def pytest_runtestloop(self, session) -> bool:
        """Do the work in the place of running every test."""
        if not session.testsfailed:
            self._items = {item.nodeid: item for item in session.items}
            self.names = list(self._items)
            try:
                self._work(self)
                self.error = ""
            except BaseException:  # noqa: BLE001  # pytest would go on
                self.error = traceback.format_exc()
        return True

    def pytest_runtest_call(self, item) -> None:
        """Announce the test."""
        self._hear(item.nodeid)

    def pytest_runtest_teardown(self, item) -> None:
        """Announce its end."""
        self._hear("")

    def pytest_runtest_makereport(self, item, call):
        """Say that a test failed, without its traceback, which takes longer than the test."""
        if call.excinfo is None or issubclass(call.excinfo.type, (self._skip, unittest.SkipTest)):
            return None
        return self._report(item.nodeid, item.location, {}, "failed", "", call.when)

    def pytest_runtest_logreport(self, report) -> None:
        """Remember the first failure."""
        if report.failed:
            self._failed = self._failed or report.nodeid

    def run(self, names: Sequence[str], hear: Callable[[str], None]) -> str:
        """Run the tests as pytest would."""
        self._hear, self._failed = hear, ""
        items = [self._items[name] for name in names]
        for item, following in pairwise([*items, None]):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._failed:
                break
        return self._failed


def with_tests(home: Home, work: Callable[[Loaded], None]) -> None:
    """Import the app, load its generated tests, and call ``work`` with them."""
    from django.apps import apps

    apps.get_app_config(home.label).ready()
    if home.runner == "pytest":
        plugin = ByPytest(home, work)
        run_pytest(home.labels, fast=True, plugins=[plugin])
        if plugin.error:
            raise SystemExit(plugin.error)
    else:
        work(ByUnittest(home))


def lines_of(home: Home) -> Lines:
    """Run every test once and return which lines of the app each of them runs."""
    lines = Lines()
    folder = f"{home.root / home.app}{os.sep}"
    now = [lines.early]

    def trace(frame, event, _argument):
        file = frame.f_code.co_filename
        body = not frame.f_code.co_flags & inspect.CO_OPTIMIZED  # of a module or a class
        if body or not file.startswith(folder):
            return None
        path = os.path.relpath(file, home.root)

        def line(frame, _event, _argument):
            now[0].add((path, frame.f_lineno))
            return line

        now[0].add((path, frame.f_lineno))
        return line

    def hear(name: str) -> None:
        now[0] = lines.of_test.setdefault(name, set()) if name else lines.between

    def work(tests: Loaded) -> None:
        now[0] = lines.between
        failed = tests.run(tests.names, hear)
        if failed or not tests.names:
            raise SystemExit(f"{home.label}: {failed or 'nothing'} fails without any mutant")

    threading.settrace(trace)
    sys.settrace(trace)
    try:
        with_tests(home, work)
    finally:
        sys.settrace(None)
        threading.settrace(None)
    return lines
