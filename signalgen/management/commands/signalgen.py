"""``python manage.py signalgen …``: the same commands from inside Django.

The project is the one that manage.py belongs to.
"""

from __future__ import annotations

from contextlib import ExitStack, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from signalgen.cli.living import LIVE
from signalgen.cli.plain import run, run_and_exit
from signalgen.management.registry import live_registry
from signalgen.project import find_root

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Passes everything on to the command line, with Django's default for ``--project``."""

    help = (
        "Generate signal receivers, senders, tasks and tests from a YAML spec (see: "
        "manage.py signalgen --help)."
    )
    requires_system_checks = ()

    def run_from_argv(self, argv: list[str]) -> None:
        """Run the command line and exit with its code; argv[0] is the path of manage.py."""
        _look(Path(argv[0]).absolute().parent)
        run_and_exit(argv[2:], _project(argv[0]))

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whatever comes after the command's name, for ``call_command``."""
        parser.add_argument("arguments", nargs="...")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer ``call_command("signalgen", "new", "--spec", ...)``.

        Raises CommandError when the exit code is not 0.
        """
        _look(Path.cwd())
        with ExitStack() as streams:
            if options.get("stdout"):
                streams.enter_context(redirect_stdout(options["stdout"]))
            if options.get("stderr"):
                streams.enter_context(redirect_stderr(options["stderr"]))
            code = run([*args, *options["arguments"]])
        if code:
            raise CommandError(f"signalgen ended with exit code {code}", returncode=code)


def _project(manage: str) -> str:
    # The folder of manage.py is where the project is looked for.
    return str(Path(manage).absolute().parent)


def _look(manage: Path) -> None:
    # Files are relative to the folder that the command line takes for the project.
    LIVE.set(lambda: live_registry(find_root(manage) or manage))
