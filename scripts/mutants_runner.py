"""Runs the tests of one example again and again, each time in a fork of a process that has Django and a database ready.

What differs between the runs are the generated modules: they are forgotten once, and each fork imports them anew.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import unittest
from typing import TYPE_CHECKING

from run_generated import run_pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

SECONDS = 60
"""A mutant that runs longer never ends, and that is noticed as well."""


def get_ready(root: Path, start: str, app: str, runner: str) -> Path:
    """Start Django in a copy of ``root`` of this process's own; return the copy."""
    own = root.with_name(f"{root.name}-{os.getpid()}")
    shutil.copytree(root, own)
    folder = own / start
    os.chdir(folder)
    sys.dont_write_bytecode = True
    sys.path[:0] = list(dict.fromkeys([str(folder), str(own)]))
    os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONDONTWRITEBYTECODE": "1"}
    if "src" in app.split("/"):
        sys.path.insert(0, str(own / "src"))
    import django
    from django.db import connection

    django.setup()
    connection.settings_dict["TEST"]["MIGRATE"] = False
    _forget([app.removeprefix("src/").replace("/", ".")])
    from django.test import utils

    if runner == "unittest":
        utils.setup_test_environment()
    utils.setup_databases(verbosity=0, interactive=False)
    if runner == "pytest":
        import pytest_django.plugin  # noqa: F401  # the forks need not import them again
        from _pytest.config import get_config

        get_config()
        # The forks find the database made: pytest-django has nothing to set up.
        utils.setup_databases = lambda *_, **__: []
        utils.teardown_databases = lambda *_, **__: None
    gc.collect()
    gc.freeze()  # what is there now stays in all forks: it need not be looked at, nor copied
    return own


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


def is_red(label: str, runner: str, tests: Sequence[str]) -> bool:
    """Run the tests in a fork, whose modules are those on the disk now; tell whether one failed."""
    pid = os.fork()
    if pid == 0:
        signal.alarm(SECONDS)
        code = 1
        try:
            devnull = os.open(os.devnull, os.O_WRONLY)
            os.dup2(devnull, 1)
            os.dup2(devnull, 2)
            code = _failures(label, runner, tests)
        finally:
            os._exit(code)
    return os.waitpid(pid, 0)[1] != 0


def _failures(label: str, runner: str, tests: Sequence[str]) -> int:
    from django.apps import apps

    apps.get_app_config(label).ready()
    if runner == "pytest":
        _, failed = run_pytest(list(tests), fast=True)
        return int(any(not text.startswith("skipped") for _, text in failed))
    suite = unittest.defaultTestLoader.loadTestsFromNames(list(tests))
    result = unittest.TextTestRunner(failfast=True).run(suite)
    return int(not result.wasSuccessful())
