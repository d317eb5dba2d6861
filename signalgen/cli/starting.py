"""The work of ``signalgen init``: questions, the spec, and where it is written. ``start``."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import replace
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.checking import inside
from signalgen.cli.console import is_terminal, write_err
from signalgen.cli.inputs import project_root
from signalgen.cli.outcome import Outcome
from signalgen.cli.progress import progress
from signalgen.cli.view import Format
from signalgen.errors import ExitCode, Problem, UnsafeError, UsageError
from signalgen.generating import generate
from signalgen.index import read_project
from signalgen.late import dataclass
from signalgen.screening import one_line
from signalgen.spec import read_spec
from signalgen.starting import models_of, signals_of, spec_text, starter_for, task_of
from signalgen.values.change import FileChange
from signalgen.write import publish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.cli.view import View
    from signalgen.starting import Starter
    from signalgen.values.change import Result
    from signalgen.values.project import App, Project

_DETAILS = ("brief", "full", "none")
_SCHEMA = "signalgen.schema.json"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The answers given as options; empty for those still open."""

    app: str = ""
    model: str = ""
    signal: str = ""
    task: str = ""
    tests: str = ""


def start(
    given: Chosen, project: str | None, output: str | None, view: View, *, ask: bool
) -> Outcome:
    """Write a starter spec, or print it if ``output`` is ``-``; ``ask``: questions are allowed.

    Raises UsageError for a missing or unknown answer, UnsafeError if the file exists.
    """
    root = project_root(project)
    with progress("Reading the project", quiet=view.quiet):
        known = read_project(root)
    asks = ask and view.format is Format.text and is_terminal(sys.stdin) and is_terminal(sys.stderr)
    app = known.app(given.app) if given.app else _app(known, ask=asks)
    path = ""
    if output != "-" and app is not None:
        path = _target(root, app, output)
    answers = _asked(known, app, given) if asks and app is not None else given
    starter = starter_for(
        known,
        app.name if app is not None else given.app,
        model=answers.model,
        signal=answers.signal,
        task=answers.task,
        tests=answers.tests,
        schema=_SCHEMA if (root / os.path.dirname(path) / _SCHEMA).is_file() else "",  # noqa: PTH120
    )
    shown = _named(root, path, project) if path else f"{starter.app.label}.yaml"
    text = spec_text(starter, shown)
    source = path or shown
    made = generate((read_spec(text.encode(), file=source, source=source),), known)
    if made.problems or made.clashes:
        return Outcome("init", ExitCode.UNSAFE, clashes=made.clashes, problems=made.problems)
    if not path:
        return Outcome("init", text=text, data=True)
    change = FileChange(path, "create", None, text.encode())
    publish(root, (change,))
    said = "" if view.quiet else f"Wrote {one_line(path)}: {_about(starter, made)}.\n"
    look = f"read it, then preview its code: signalgen new {shown} --diff"
    steps = (look, f"signalgen new {shown}")
    return Outcome("init", files=(change,), next_steps=steps, text=said, written=True)


def _target(root: Path, app: App, output: str | None) -> str:
    """Return the path of the spec in the project; it must not exist."""
    name = f"{app.label}.yaml"
    path = name if output is None else inside(root, output, Path.cwd())
    if os.path.lexists(root / path):
        message = f"{path} exists, and is never overwritten"
        hint = "edit it, or choose another file with --output FILE"
        raise UnsafeError([Problem(path, 0, 0, "", "exists", message, hint)])
    return path


def _named(root: Path, path: str, project: str | None) -> str:
    # As the next command must name it from here.
    words = [os.path.relpath(root / path)]
    return shlex.join([*words, "--project", project] if project else words)


def _about(starter: Starter, made: Result) -> str:
    model = f" of {starter.model.label}" if starter.model is not None else ""
    what = "a custom signal" if starter.signal == "custom" else f"{starter.signal}{model}"
    task = f", with the task {starter.task}" if starter.task else ""
    tests = [change for change in made.files if b"def test_" in (change.after or b"")]
    style = "unittest" if any(b"TestCase):" in (one.after or b"") for one in tests) else "pytest"
    return f"{what}{task}, {f'tests for {style}' if tests else 'no tests'}"


def _app(project: Project, *, ask: bool) -> App:
    apps = sorted(project.apps, key=lambda one: (not one.models, one.label))
    labels = [one.label for one in apps]
    if not apps:
        message = "this project has no app yet"
        raise UsageError(
            Problem("", 0, 0, "", "no-app", message, "create one: python manage.py startapp NAME")
        )
    if len([one for one in apps if one.models]) == 1 or len(apps) == 1:
        return apps[0]
    if not ask:
        message = f"it is not clear for which app: {', '.join(labels)}"
        hint = f"name it: signalgen init {labels[0]}"
        raise UsageError(Problem("", 0, 0, "", "usage", message, hint))
    chosen = _ask("Which app", labels[0], labels)
    return next(one for one in apps if one.label == chosen)


def _asked(project: Project, app: App, given: Chosen) -> Chosen:
    """Return the answers after asking for each open one with several choices."""
    models = models_of(app)
    if not given.model and len(models) > 1:
        given = replace(given, model=_ask("Which model", models[0], models))
    model = given.model or next(iter(models), "")
    signals = signals_of(app, model)
    if not given.signal and len(signals) > 1:
        given = replace(given, signal=_ask("When does it happen", signals[0], signals))
    if not given.task and given.signal != "pre_save":
        usual = task_of(project, app, model)
        given = replace(given, task=_ask("Queue which task, or none", usual))
    if not given.tests:
        usual = project.settings.test_detail or _DETAILS[0]
        given = replace(given, tests=_ask("How detailed are its tests", usual, _DETAILS))
    return given


def _is_name(word: str) -> bool:
    return word.isidentifier() and not iskeyword(word)


def _ask(question: str, usual: str, choices: Sequence[str] = ()) -> str:
    """Return the answer to a question on the terminal; Enter alone means the default."""
    told = f" ({', '.join(map(one_line, choices))})" if choices else ""
    while True:
        write_err(f"{question}{told} [{one_line(usual)}]: ")
        line = sys.stdin.readline()
        if not line:
            write_err("\n")
            message, hint = "the questions were not answered", "give options, or --no-input"
            raise UsageError(Problem("", 0, 0, "", "usage", message, hint))
        answer = line.strip() or usual
        if answer in choices or (not choices and _is_name(answer)):
            return answer
        write_err(f"  {one_line(answer)!r} is none of them.\n" if choices else "  Enter a name.\n")
