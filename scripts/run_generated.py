"""Run the tests of many small Django projects, each in a fork of a process that has imported Django once.

It needs nothing but Django (and pytest-django for ``--runner pytest``), so that any environment can run it. For each project
it prints one line of JSON: ``{"project", "ran", "failed": [[test, text]], "seconds"}``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def run_unittest(labels: list[str], *, fast: bool) -> tuple[int, list[tuple[str, str]]]:
    """Run Django's own test runner; return how many tests ran and what failed."""
    from django.test.runner import DiscoverRunner

    kept: list[Any] = []

    class Runner(DiscoverRunner):
        def suite_result(self, suite: Any, result: Any, **kwargs: Any) -> Any:
            kept.append(result)
            return super().suite_result(suite, result, **kwargs)

    Runner(verbosity=0, interactive=False, failfast=fast).run_tests(labels)
    result = kept[0]
    bad = [(str(test), text) for test, text in [*result.failures, *result.errors]]
    bad += [(str(test), f"skipped: {reason}") for test, reason in result.skipped]
    return result.testsRun, bad


def run_pytest(
    labels: list[str], *, fast: bool, plugins: Sequence[object] = ()
) -> tuple[int, list[tuple[str, str]]]:
    """Run pytest with pytest-django and ``plugins``; return how many tests ran and what failed."""
    import pytest

    seen: list[Any] = []

    class Plugin:
        def pytest_runtest_logreport(self, report: Any) -> None:
            if report.when == "call" or report.outcome != "passed":
                seen.append(report)

        def pytest_collectreport(self, report: Any) -> None:
            if report.failed:
                seen.append(report)

    options = [
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "--no-header",
        "--tb=short",
        "-W",
        "error::pytest.PytestWarning",
    ]
    if fast:
        options += ["--no-migrations", "--assert=plain", "-p", "pytest_django.plugin"]
        options += [
            "-p",
            "no:unraisableexception",
            "-p",
            "no:threadexception",
        ]  # they collect garbage
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = (
            "1"  # they are many, and their imports take a while
        )
    pytest.main([*options, *(["-x"] if fast else []), *labels], plugins=[Plugin(), *plugins])
    bad = [(r.nodeid, r.longreprtext) for r in seen if r.failed]
    bad += [(r.nodeid, f"skipped: {r.longrepr[2]}") for r in seen if r.skipped]
    return len(seen), bad


def child(root: Path, runner: str, labels: list[str], output: int, *, fast: bool) -> None:
    """Run one project and write the result; never return."""
    started = time.monotonic()
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 1)
    os.dup2(devnull, 2)
    try:
        os.chdir(root)
        sys.path.insert(0, str(root))
        os.environ["DJANGO_SETTINGS_MODULE"] = (
            os.environ.get("DJANGO_SETTINGS_MODULE") or "config.settings"
        )
        if runner == "unittest":
            import django

            django.setup()
        ran, failed = (run_unittest if runner == "unittest" else run_pytest)(labels, fast=fast)
    except BaseException:  # noqa: BLE001  # whatever it is, it is this project's result
        ran, failed = 0, [("the run itself", traceback.format_exc())]
    seconds = round(time.monotonic() - started, 2)
    line = json.dumps(
        {"project": str(root), "runner": runner, "ran": ran, "failed": failed, "seconds": seconds}
    )
    with os.fdopen(output, "w") as stream:
        stream.write(line)
    os._exit(0)


def start(root: Path, runner: str, labels: list[str], *, fast: bool = False) -> tuple[int, int]:
    """Fork a child for one project, with ``fast`` until its first failure; return its process id and the pipe that its result comes through."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        child(root, runner, labels, writer, fast=fast)
    os.close(writer)
    return pid, reader


def main() -> int:
    """Run every project of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("projects", nargs="+", type=Path)
    parser.add_argument("--runner", choices=("unittest", "pytest"), default="unittest")
    parser.add_argument(
        "--label", action="append", default=[], help="what of the project to test; default: shop"
    )
    options = parser.parse_args()
    import django.db.models  # the forks need not import it again
    import django.test.runner  # noqa: F401

    if options.runner == "pytest":
        import pytest  # noqa: F401
    for root in options.projects:
        pid, reader = start(root.resolve(), options.runner, options.label or ["shop"])
        with os.fdopen(reader) as stream:
            print(stream.read(), flush=True)
        os.waitpid(pid, 0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
