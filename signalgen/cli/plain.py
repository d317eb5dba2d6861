"""Simple calls, answered without typer, which is slow to load: ``run``.

The commands are declared for typer. The help pages in ``pages/`` are made from that, and a
command's options are read from its page; tests compare both with the declaration. Anything else (an
abbreviation, a wrong value, shell completion) is left to typer, so that every message about a wrong
call comes from one place.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from signalgen.bounded import read_regular
from signalgen.cli.console import not_written, write_err, write_out

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from signalgen.cli.outcome import Outcome
    from signalgen.cli.view import Format, View

    Origin = tuple[str, int] | None

PAGES = os.path.join(os.path.dirname(__file__), "pages")
TOP = "signalgen"
PAGE_WIDTH = 80
"""The width from which typer's pages no longer change."""


class Given(NamedTuple):
    """The values given for each option, by its long name; arguments are under ``""``."""

    values: Mapping[str, Sequence[str]]

    def flag(self, name: str) -> bool:
        """Tell whether the option was given at all."""
        return name in self.values

    def many(self, name: str) -> Sequence[str]:
        """Return all values of an option."""
        return self.values.get(name, ())

    def one(self, name: str) -> str | None:
        """Return the last value of an option, None if it has none."""
        return self.values[name][-1] if name in self.values else None

    def text(self, name: str, default: str) -> str:
        """Return the value of an option that has a default."""
        return self.values.get(name, (default,))[-1]


def run(words: Sequence[str], project: str | None = None, origin: Origin = None) -> int:
    """Run the command that ``words`` name and return its exit code.

    ``project`` is the default of ``--project``. ``origin`` says how ``signalgen.fastpath`` will
    know the same call again, and when the process began.
    """
    work = plainly(list(words), project, origin)
    try:
        if work is not None:
            return work()
        from signalgen.cli import app

        return app.run(words, project, origin)
    except OSError as error:
        # A page or the version; a command says it itself.
        from signalgen.errors import ExitCode

        write_err(not_written(error))
        return int(ExitCode.INTERNAL)


def run_and_exit(words: Sequence[str], project: str) -> None:
    """Run a command from inside ``manage.py`` and exit with its code."""
    raise SystemExit(run(words, project))


def plainly(words: list[str], project: str | None, origin: Origin) -> Callable[[], int] | None:
    """Return the work that ``words`` ask for, None if they are not a simple call."""
    # The shell asks for completions: that is typer's part.
    if "_SIGNALGEN_COMPLETE" in os.environ:
        return None
    match words:
        case []:
            return _showing(TOP, write_err, 2)
        case ["--version" | "-V"]:
            return _version
        case ["--help" | "-h"]:
            return _showing(TOP)
        case [name, "--help" | "-h"] if name != TOP:
            return _showing(name)
        case ["new" | "check" | "list" as name, *rest]:
            given = _read(rest, taken(page(name)), project)
            return None if given is None else _work(name, given, origin)
    return None


def _version() -> int:
    from signalgen.api import version

    write_out(f"signalgen {version()}\n", raw=True)
    return 0


def page(name: str) -> str:
    """Return the help page of a command, empty if there is no such command."""
    if f"{name}.txt" not in os.listdir(PAGES):
        return ""
    return read_regular(os.path.join(PAGES, f"{name}.txt")).decode()


def taken(text: str) -> dict[str, tuple[str, bool]]:
    """Return the options that a help page lists.

    Each spelling comes with the long name and whether it takes a value.
    """
    found: dict[str, tuple[str, bool]] = {}
    for line in text.splitlines():
        if line.startswith("  -"):
            told = line.strip().partition("  ")[0].replace(",", "").split()
            names = [word for word in told if word.startswith("-")]
            found |= dict.fromkeys(names, (names[-1].lstrip("-"), len(told) > len(names)))
    return {name: option for name, option in found.items() if option[0] != "help"}


def _showing(
    name: str, write: Callable[..., None] = write_out, code: int = 0
) -> Callable[[], int] | None:
    from shutil import get_terminal_size

    text = page(name)
    # The pages are made for a wide terminal; typer wraps them for a narrow one.
    if not text or get_terminal_size().columns < PAGE_WIDTH:
        return None

    def show() -> int:
        write(text, raw=True)
        return code

    return show


def _read(
    words: Sequence[str], options: Mapping[str, tuple[str, bool]], project: str | None
) -> Given | None:
    # None when one of the words may mean something else.
    values: dict[str, list[str]] = {}
    waiting = iter(words)
    for word in waiting:
        name, equals, value = word.partition("=")
        key, takes = options.get(name, ("", False))
        # An argument or ``-``; next, an unknown option, or ``=`` where no value can follow.
        if not _is_option(word):
            key, value = "", word
        elif not key or (equals and not (takes and name.startswith("--"))):
            return None
        elif takes:
            # A value that looks like an option is ambiguous, so typer decides.
            value = value if equals else next(waiting, "--")
            if _is_option(value):
                return None
        values.setdefault(key, []).append(value)
    if project is not None:
        values.setdefault("project", [project])
    return Given(values)


def _is_option(word: str) -> bool:
    return word.startswith("-") and word != "-"


def _work(name: str, given: Given, origin: Origin) -> Callable[[], int] | None:
    try:
        if name == "list":
            return _list(given, origin)
        return _new(given, origin) if name == "new" else _check(given, origin)
    except ValueError:
        # An option cannot have this value.
        return None


def _new(given: Given, origin: Origin) -> Callable[[], int] | None:
    from signalgen.cli.conclude import conclude
    from signalgen.cli.outcome import Sinks
    from signalgen.cli.view import ConflictChoice, DjangoVersion, Format

    view = _view(given, Format(given.text("format", "text")))
    conflict = ConflictChoice(given.text("conflict", "stop"))
    version = given.one("target-django")
    django = None if version is None else DjangoVersion(version)

    def work() -> Outcome:
        from signalgen.cli import stages

        sinks = Sinks(*map(given.flag, ("dry-run", "diff", "check")))
        run = stages.Run("new", given.one("project"), sinks, view.quiet)
        chosen = stages.options(
            conflict,
            given.many("restore"),
            given.one("templates"),
            django,
            adopt=given.flag("adopt"),
        )
        specs = [*given.many(""), *given.many("spec")]
        return stages.new(run, specs, chosen, stages.call(origin, view, sinks))

    return lambda: conclude("new", view, work)


def _check(given: Given, origin: Origin) -> Callable[[], int]:
    from signalgen.cli.conclude import conclude
    from signalgen.cli.view import CheckFormat, DjangoVersion, LevelChoice, view_format

    chosen = CheckFormat(given.text("format", "text"))
    said = given.one("level")
    level = None if said is None else LevelChoice(said)
    view = _view(given, view_format(chosen))
    version = given.one("target-django")
    django = None if version is None else DjangoVersion(version).value

    def work() -> Outcome:
        from signalgen.cli import checking

        asked = checking.Asked(
            paths=tuple(given.many("")),
            project=given.one("project"),
            target_django=django,
            **checking.chosen(
                given.many("select"),
                given.many("extend-select"),
                given.many("ignore"),
                level,
                given.one("since"),
                given.one("baseline"),
            ),
            write_baseline=given.flag("write-baseline"),
            fix=given.flag("fix"),
            unsafe=given.flag("unsafe-fixes"),
            diff=given.flag("diff"),
            statistics=given.flag("statistics"),
            exit_zero=given.flag("exit-zero"),
            no_cache=given.flag("no-cache"),
            format=chosen.value,
        )
        return checking.check(asked, view, origin)

    return lambda: conclude("check", view, work)


def _list(given: Given, origin: Origin) -> Callable[[], int]:
    from signalgen.cli.conclude import conclude
    from signalgen.cli.view import Format, ListFormat

    chosen = ListFormat(given.text("format", "text"))
    view = _view(given, Format.json if chosen is ListFormat.json else Format.text)

    def work() -> Outcome:
        from signalgen.cli import tables

        asked = tables.ListOptions(
            paths=tuple(given.many("")),
            project=given.one("project"),
            signals=given.flag("signals"),
            tasks=given.flag("tasks"),
            app=given.text("app", ""),
            signal=given.text("signal", ""),
            sender=given.text("sender", ""),
            receiver=given.text("receiver", ""),
            unloaded=given.flag("unloaded"),
            live=given.flag("live"),
            format=chosen.value,
        )
        return tables.show(asked, view, origin)

    return lambda: conclude("list", view, work)


def _view(given: Given, format_: Format) -> View:
    from signalgen.cli.view import View

    return View(format_, *map(given.flag, ("quiet", "verbose", "no-color")))
