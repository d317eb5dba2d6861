"""``python manage.py signalgen …``: the same commands from inside Django.

The project is the one that manage.py belongs to.
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import ENVIRONMENT_VARIABLE
from django.core.management.base import BaseCommand, CommandError

from signalgen.cli.living import LIVE
from signalgen.cli.plain import run, run_and_exit
from signalgen.management.registry import live_registry
from signalgen.project import find_root, project_of_manage

if TYPE_CHECKING:
    from argparse import ArgumentParser


_DJANGOS = ("django-admin", "__main__")
"""Django's other programs that start commands, without suffix."""


class Command(BaseCommand):
    """Passes everything to the command line, with Django's default for ``--project``."""

    help = (
        "Generate signal receivers, senders, tasks and tests from a YAML spec (see: "
        "manage.py signalgen --help)."
    )
    requires_system_checks = ()

    def run_from_argv(self, argv: list[str]) -> None:
        """Run the command line and exit with its code; argv[0] is the path of manage.py."""
        project = _started_by(Path(argv[0]))
        _look(project)
        run_and_exit(argv[2:], str(project))

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whatever comes after the command's name, for ``call_command``."""
        parser.add_argument("arguments", nargs="...")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer ``call_command("signalgen", "new", "--spec", ...)``.

        Raises CommandError if the exit code is not 0.
        """
        project = _of_settings()
        _look(project)
        with ExitStack() as streams:
            if options.get("stdout"):
                streams.enter_context(redirect_stdout(options["stdout"]))
            if options.get("stderr"):
                streams.enter_context(redirect_stderr(options["stderr"]))
            code = run([*args, *options["arguments"]], str(project))
        if code:
            raise CommandError(f"signalgen ended with exit code {code}", returncode=code)


def _started_by(program: Path) -> Path:
    # The folder of manage.py, by whatever name, is where the project is looked for. django-admin
    # and ``python -m django`` are elsewhere, and are started from anywhere.
    if program.stem in _DJANGOS:
        return _of_settings()
    return project_of_manage(program.absolute().parent)


def _of_settings() -> Path:
    """Return the project folder that the settings belong to, otherwise the current one."""
    module = sys.modules.get(os.environ.get(ENVIRONMENT_VARIABLE, ""))
    file = getattr(module, "__file__", None)
    here = Path.cwd()
    return (find_root(Path(file).absolute().parent) if file else None) or find_root(here) or here


def _look(manage: Path) -> None:
    # Files are relative to the folder that the command line takes for the project.
    LIVE.set(lambda: live_registry(find_root(manage) or manage))
