"""The work of the commands that generate or remove code: from stages to an outcome.

``new``, ``signal`` and ``remove`` are the entries.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.api import existing_folder
from signalgen.cli.console import write_err
from signalgen.cli.inputs import load_parts, load_specs, project_root
from signalgen.cli.outcome import Outcome, Sinks, from_result
from signalgen.cli.progress import progress
from signalgen.cli.remembering import Invocation, remember
from signalgen.cli.view import ConflictChoice, DjangoVersion, Format
from signalgen.errors import ExitCode, Problem, SignalgenError, SpecError, UsageError
from signalgen.generating import Options, generate
from signalgen.generating import remove as take_out
from signalgen.index import read_project
from signalgen.late import dataclass
from signalgen.roomy import roomy
from signalgen.screening import one_line
from signalgen.spec import SIGNAL_SOURCE, signal_spec
from signalgen.write import publish, recover, text_cache

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    from signalgen.cli.view import View
    from signalgen.values.change import Result
    from signalgen.values.spec import Spec


_CONFLICT: Mapping[ConflictChoice, Literal["stop", "keep", "theirs", "markers"]] = {
    ConflictChoice.stop: "stop",
    ConflictChoice.keep: "keep",
    ConflictChoice.theirs: "theirs",
    ConflictChoice.markers: "markers",
}


@dataclass(frozen=True, slots=True)
class Run:
    """The options of every generating command: name, project, sinks, verbosity."""

    command: str
    project: str | None
    sinks: Sinks
    quiet: bool = False


def new(
    run: Run, names: Sequence[str], options: Options, call: Invocation | None = None
) -> Outcome:
    """Generate code from the specs; note the answer for ``call`` if nothing had to change."""
    if not names:
        raise UsageError(_NO_SPEC)
    root = _settled_root(run)
    specs, told = load_parts(names, root)
    return _generate(run, root, specs, options, call, told)


def call(origin: tuple[str, int] | None, view: View, sinks: Sinks) -> Invocation | None:
    """Return how the command was called, if a note may answer a later such call.

    ``origin`` is the call's key and the start of the process. With options that show more than the
    plain result nothing is noted.
    """
    plain = view.format is Format.text and not (view.verbose or sinks.dry_run or sinks.diff)
    return Invocation(*origin, view) if origin is not None and plain else None


def signal(
    run: Run,
    app: str,
    name: str,
    args: str,
    *,
    sender: str | None,
    description: str | None,
    options: Options,
) -> Outcome:
    """Generate one custom signal, described by options instead of a file."""
    root = _settled_root(run)
    return _generate(run, root, (signal_spec(app, name, args, sender, description),), options)


def remove(
    run: Run, names: Sequence[str], app: str | None, signal_name: str | None, *, keep_edited: bool
) -> Outcome:
    """Remove what the specs generated, or what ``signalgen signal`` made for one signal."""
    root = _settled_root(run)
    if names and app is None and signal_name is None:
        specs = load_specs(names, root)
    elif not names and app is not None and signal_name is not None:
        specs = (signal_spec(app, signal_name, "", None, None),)
    else:
        raise UsageError(_UNCLEAR)
    with progress("Looking at the project", quiet=run.quiet):
        project = roomy(read_project)(root, apps=[spec.app.text for spec in specs])
        result = take_out(specs, project, keep_edited=keep_edited)
    if all(change.internal for change in result.files):
        result = replace(result, notes=(*result.notes, *(_nothing_from(spec) for spec in specs)))
    return _finish(run, root, result)


def options(
    conflict: ConflictChoice,
    restore: Sequence[str] | None,
    templates: str | None,
    target_django: DjangoVersion | None,
    *,
    adopt: bool,
) -> Options:
    """Return the options of a generation run for the stages."""
    folder = None if templates is None else str(existing_folder(Path(templates), "templates"))
    major, _, minor = (target_django.value if target_django else "").partition(".")
    return Options(
        conflict=_CONFLICT[conflict],
        restore=frozenset(restore or ()),
        adopt=adopt,
        templates=folder,
        target_django=(int(major), int(minor)) if major else None,
    )


def _settled_root(run: Run) -> Path:
    # An interrupted run in the folder is completed or undone first.
    root = project_root(run.project)
    settled = recover(root, on_wait=_say)
    if settled is not None and not run.quiet:
        _say(f"An interrupted run was {settled.action}: {', '.join(settled.files)}")
    for path in settled.left if settled is not None else ():
        _say(f"{path} has been changed since that run, and was left as it is")
    return root


def _generate(
    run: Run,
    root: Path,
    specs: Sequence[Spec],
    options: Options,
    call: Invocation | None = None,
    told: Sequence[Problem] = (),
) -> Outcome:
    # ``told`` are the problems of the specs as texts; they are reported with all others.
    try:
        with progress("Generating", quiet=run.quiet):
            project = roomy(read_project)(
                root, apps=[spec.app.text for spec in specs if spec.app.text]
            )
            result = generate(specs, project, options, text_cache(), told)
    except SignalgenError as error:
        if not told:
            raise
        raise SpecError(sorted({*told, *error.problems})) from error
    outcome = _finish(run, root, result)
    if call is not None and options.templates is None:
        remember(call, outcome, specs, project, result)
    return outcome


def _finish(run: Run, root: Path, result: Result) -> Outcome:
    # Writes only if that was asked for and nothing prevents it.
    outcome = from_result(run.command, result, run.sinks)
    if outcome.code is not ExitCode.OK or not run.sinks.writes:
        return outcome
    publish(root, result.files, on_wait=_say)
    return replace(outcome, written=True)


def _say(message: str) -> None:
    write_err(f"{one_line(message)}\n")


_NO_SPEC = Problem(
    "",
    0,
    0,
    "",
    "usage",
    "no spec was given",
    "name one: signalgen new orders.yaml; or have one written: signalgen init APP",
)
_UNCLEAR = Problem(
    "",
    0,
    0,
    "",
    "usage",
    "it is not clear what to remove",
    "name either the spec (signalgen remove orders.yaml), or the app and the signal that "
    "were given to signalgen signal (--app APP --signal NAME)",
)


def _nothing_from(spec: Spec) -> Problem:
    if spec.source.startswith(SIGNAL_SOURCE):
        name = spec.signals[0].name
        message = f"signalgen signal generated no {name} in the app {spec.app.text}"
        hint = "a signal from a spec is removed with its spec: signalgen remove SPEC"
    else:
        message = f"nothing in this project was generated from {spec.source}"
        hint = "name the spec by the path that it was generated from; .signalgen/ holds it"
    return Problem(spec.file, 0, 0, "", "nothing-generated", message, hint)
