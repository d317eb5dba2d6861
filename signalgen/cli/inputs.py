"""What the command line names: spec files, standard input, the project's folder.

``project_root`` and ``load_specs`` are the entries.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.api import existing_folder, spec_source
from signalgen.cli.console import is_terminal, write_err
from signalgen.errors import Problem, SpecError, UsageError
from signalgen.fastpath import digest
from signalgen.late import dataclass
from signalgen.project import find_root, read_recipes
from signalgen.spec import Catalogue, read_parts
from signalgen.specfile import read_spec_file, read_spec_stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.values.spec import Spec

STDIN = "<stdin>"


@dataclass(frozen=True, slots=True)
class Input:
    """One spec: its name in messages, its source in generated code, its bytes."""

    file: str
    source: str
    data: bytes


def project_root(option: str | None) -> Path:
    """Return the project's folder: ``option``, otherwise the nearest one upwards from here."""
    if option is not None:
        return existing_folder(Path(option))
    root = find_root(Path.cwd())
    if root is None:
        raise UsageError(
            Problem(
                "",
                0,
                0,
                "",
                "no-project",
                "there is no Django project here: no folder from this one upwards has manage.py "
                "or pyproject.toml",
                "name one with --project DIR, or create one with: django-admin startproject NAME",
            )
        )
    return root


def load_specs(names: Sequence[str], root: Path | None) -> tuple[Spec, ...]:
    """Return the specs in ``names`` (files, ``-``); with ``root`` their sources are relative to it.

    Raises UsageError or SpecError with every problem of every spec at once.
    """
    specs, problems = load_parts(names, root)
    if problems:
        raise SpecError(problems)
    return specs


def load_parts(
    names: Sequence[str], root: Path | None
) -> tuple[tuple[Spec, ...], tuple[Problem, ...]]:
    """Return the readable parts of the specs in ``names``, and their problems.

    Raises UsageError if one of them does not exist.
    """
    catalogue = own_recipes(root)
    specs: list[Spec] = []
    problems: list[Problem] = []
    missing: list[Problem] = []
    for name in _each_once(names):
        try:
            given = read_input(name, root)
        except UsageError as error:
            missing += error.problems
            continue
        spec, found = read_parts(
            given.data, file=given.file, source=given.source, catalogue=catalogue
        )
        problems += found
        specs += [replace(spec, digest=digest(given.data))] if spec is not None else []
    if missing:
        raise UsageError([*missing, *problems])
    return tuple(specs), tuple(problems)


def own_recipes(root: Path | None) -> Catalogue:
    """Return the recipes that specs may name.

    These are ours, and those of the project at ``root`` or around the current folder.
    """
    folder = root or find_root(Path.cwd())
    return Catalogue(read_recipes(folder) if folder else {})


def read_input(name: str, root: Path | None = None) -> Input:
    """Return the bytes of the file ``name``, or of standard input for ``-``."""
    if name == "-":
        return Input(STDIN, STDIN, _read_stdin())
    path = Path(name)
    data = read_spec_file(path)
    # /dev/stdin and <(command) have no name that would mean the same in the next run.
    source = (
        STDIN if not path.is_file() else spec_source(str(path.absolute()), root) if root else name
    )
    return Input(name, source, data)


def _each_once(names: Sequence[str]) -> list[str]:
    if names.count("-") > 1:
        message = "standard input can be read only once, and - was given twice"
        raise UsageError(Problem("", 0, 0, "", "usage", message, "put the specs into files"))
    seen: dict[object, str] = {}
    for name in names:
        seen.setdefault(name if name == "-" else Path(name).absolute(), name)
    return list(seen.values())


def _read_stdin() -> bytes:
    if sys.stdin is None or sys.stdin.closed:
        message = "the spec was to come from standard input, which is closed"
        raise UsageError(
            Problem(STDIN, 0, 0, "", "no-spec", message, "name a file: signalgen new orders.yaml")
        )
    if is_terminal(sys.stdin):
        write_err("Reading the spec from the terminal; end it with Ctrl-D.\n")
    try:
        return read_spec_stream(sys.stdin.buffer)
    except OSError as error:
        message = f"standard input cannot be read: {error.strerror}"
        raise UsageError(Problem(STDIN, 0, 0, "", "no-spec", message)) from error
