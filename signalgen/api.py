"""The public API: it takes specs and projects and returns changes, findings and tables.

It is for scripts; the command line uses the same functions to name specs and folders. Each run
imports what it needs when it starts.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.errors import ConflictError, Problem, UnsafeError, UsageError
from signalgen.late import dataclass
from signalgen.roomy import roomy
from signalgen.specfile import read_spec_file
from signalgen.values.spec import Spec
from signalgen.write import publish, recover, unified_diff

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Literal

    from signalgen.project.survey import Survey
    from signalgen.values.change import Clash, FileChange, Result
    from signalgen.values.check import CheckReport, Finding
    from signalgen.values.project import Project

TEXT, DATA = "<text>", "<dict>"


@dataclass(frozen=True, slots=True)
class Changes:
    """What a generation would do to a project. Nothing is written until ``apply``."""

    result: Result

    @property
    def files(self) -> tuple[FileChange, ...]:
        """Every file the run looked at, including unchanged ones and signalgen's own record."""
        return self.result.files

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """Code that both a person and the spec changed; ``apply`` refuses if there is any."""
        return self.result.clashes

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What cannot be done safely; ``apply`` refuses if there is anything."""
        return self.result.problems

    @property
    def notes(self) -> tuple[Problem, ...]:
        """Advice; it does not stop the run."""
        return self.result.notes

    @property
    def next_steps(self) -> tuple[str, ...]:
        """What is left for the user to do, one line each."""
        return self.result.next_steps

    def diff(self) -> str:
        """Return what ``apply`` would write as a unified diff, empty if nothing changes."""
        return "" if self.problems or self.clashes else unified_diff(self.result.changed)

    def apply(self) -> None:
        """Write the files, all of them or none.

        Raises UnsafeError for ``problems`` or when a file cannot be written, ConflictError for
        ``clashes`` or when a file has changed on disk since it was read.
        """
        if self.problems:
            raise UnsafeError(self.problems)
        if self.clashes:
            raise ConflictError(_clash_problem(clash) for clash in self.clashes)
        publish(Path(self.result.root), self.result.files)


@dataclass(frozen=True, slots=True)
class Findings:
    """The analyser's findings in a project. ``fixes`` are not written until they are applied."""

    report: CheckReport
    fixes: Changes
    left: tuple[Finding, ...]
    """The findings that remain once ``fixes`` are applied."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings in the project as it is now, in file order."""
        return self.report.findings

    @property
    def notes(self) -> tuple[Problem, ...]:
        """The files that could not be read, or only partly."""
        return self.report.skipped


def load_spec(
    path_or_text: str | os.PathLike[str] | Mapping[str, object],
    *,
    source: str | None = None,
    project: str | os.PathLike[str] | None = None,
) -> Spec:
    """Return the spec from a file, a text or a dict.

    A string with a line break in it is the spec itself. A dict has the structure of the YAML:
    dicts, lists, texts, numbers, booleans and None. ``source`` is the name by which generated code
    remembers this spec (default: the file's path relative to the project, ``<text>`` for a text,
    ``<dict>`` for a dict). Give each of several texts for one app its own name: a run replaces what
    came from the same source. ``project`` is the folder whose own recipes the spec may use besides
    signalgen's. Raises SpecError with every problem, UsageError if the file cannot be read.
    """
    from signalgen.project import read_recipes
    from signalgen.spec import Catalogue, read_spec, spec_of

    catalogue = Catalogue(
        read_recipes(existing_folder(Path(project))) if project is not None else {}
    )
    if not isinstance(path_or_text, (str, os.PathLike)):
        return spec_of(path_or_text, file=DATA, source=source or DATA, catalogue=catalogue)
    if isinstance(path_or_text, str) and "\n" in path_or_text:
        text = path_or_text.encode("utf-8", "surrogatepass")
        return read_spec(text, file=TEXT, source=source or TEXT, catalogue=catalogue)
    path = Path(path_or_text)
    name = source or str(path.absolute())
    return read_spec(read_spec_file(path), file=str(path), source=name, catalogue=catalogue)


def load_project(path: str | os.PathLike[str]) -> Project:
    """Return the project in the folder ``path``, read without importing it.

    An interrupted earlier run is completed or undone first. Raises UsageError if the folder does
    not exist.
    """
    from signalgen.index import read_project

    root = existing_folder(Path(path))
    recover(root)
    return roomy(read_project)(root)


def generate(
    spec: Spec | Iterable[Spec],
    project: Project | str | os.PathLike[str],
    *,
    conflict: Literal["stop", "keep", "theirs", "markers"] = "stop",
    restore: Iterable[str] = (),
    adopt: bool = False,
    templates: str | os.PathLike[str] | None = None,
    target_django: tuple[int, int] | None = None,
) -> Changes:
    """Return what one or more specs would change in ``project``; nothing is written.

    The options are those of ``signalgen new``. A Project that was loaded before files changed gives
    stale changes, which ``apply`` refuses: if unsure, pass the path. Raises SpecError if a spec
    does not fit the project.
    """
    from signalgen.generating import Options
    from signalgen.generating import generate as run

    placed, loaded = _placed(spec, project)
    options = Options(
        conflict=conflict,
        restore=frozenset(restore),
        adopt=adopt,
        templates=None if templates is None else os.fspath(templates),
        target_django=target_django,
    )
    return Changes(run(placed, loaded, options))


def remove(
    spec: Spec | Iterable[Spec],
    project: Project | str | os.PathLike[str],
    *,
    keep_edited: bool = False,
) -> Changes:
    """Return what removing the code of one or more specs would change; nothing is written.

    The files return to their bytes from before ``generate``. Code that was edited since is among
    the ``problems``, unless ``keep_edited`` leaves it in place.
    """
    from signalgen.generating import remove as run

    placed, loaded = _placed(spec, project)
    return Changes(run(placed, loaded, keep_edited=keep_edited))


def check(
    project: Project | str | os.PathLike[str],
    paths: Iterable[str | os.PathLike[str]] = (),
    *,
    select: Iterable[str] = (),
    extend_select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    baseline: str | os.PathLike[str] | None = None,
    target_django: tuple[int, int] | None = None,
    fix: Literal["none", "safe", "unsafe"] = "none",
    level: Literal["error", "warning", "info"] | None = None,
    since: str | None = None,
) -> Findings:
    """Return what is wrong in the signal code of ``project``; nothing is written.

    The options are those of ``signalgen check``; those that are not given come from
    ``[tool.signalgen]``. ``paths`` and ``baseline`` are relative to the project's folder. ``fix``
    says which fixes are made. Raises UsageError for a folder, path, rule, baseline or git ref that
    does not exist.
    """
    from signalgen.checking import CheckOptions, inside
    from signalgen.checking import check as run
    from signalgen.values.change import Result

    survey = surveyed(project, settle=fix != "none")
    root = survey.sources.root
    options = CheckOptions(
        paths=inside_of(survey, paths),
        select=tuple(select),
        extend=tuple(extend_select),
        ignore=tuple(ignore),
        baseline=None if baseline is None else inside(root, os.fspath(baseline), root),
        target_django=target_django,
        fix=fix,
        level=level,
        since=since,
    )
    done = run(survey, options)
    return Findings(done.report, Changes(Result(str(root), done.files)), done.left.findings)


def inside_of(survey: Survey, paths: Iterable[str | os.PathLike[str]]) -> tuple[str, ...]:
    """Return paths relative to the project; all missing ones are reported at once."""
    from signalgen.checking import inside

    root = survey.sources.root
    given = tuple(inside(root, os.fspath(path), root) for path in paths)
    missing = [path for path in given if not (root / path).exists()]
    if missing:
        hint = "name a file or a folder of the project"
        raise UsageError(
            Problem(path, 0, 0, "", "no-such-path", f"{path} does not exist", hint)
            for path in missing
        )
    return given


def surveyed(project: Project | str | os.PathLike[str], *, settle: bool) -> Survey:
    """Return the survey of a project; ``settle``: complete or undo an interrupted run first."""
    from signalgen.project.survey import survey_again, survey_project

    if not isinstance(project, (str, os.PathLike)):
        return survey_again(project, {})
    root = existing_folder(Path(project))
    if settle:
        recover(root)
    return survey_project(root)


def _placed(
    spec: Spec | Iterable[Spec], project: Project | str | os.PathLike[str]
) -> tuple[list[Spec], Project]:
    # Sources of specs are relative to the project.
    specs = (spec,) if isinstance(spec, Spec) else tuple(spec)
    loaded = load_project(project) if isinstance(project, (str, os.PathLike)) else project
    root = Path(loaded.root)
    return [replace(one, source=spec_source(one.source, root)) for one in specs], loaded


def _clash_problem(clash: Clash) -> Problem:
    message = f"{clash.name} was changed by hand, and the spec wants it changed as well"
    hint = 'generate with conflict="keep", "theirs" or "markers"'
    return Problem(clash.path, clash.line, clash.column, "", "conflict", message, hint)


def spec_source(source: str, root: Path) -> str:
    """Return the name by which generated code remembers a spec.

    A path is relative to the project, with forward slashes.
    """
    path = Path(source)
    if not path.is_absolute():
        return source
    # The folder's links are followed, the file's own are not: a spec that is a link keeps its name.
    return Path(os.path.relpath(path.parent.resolve() / path.name, root.resolve())).as_posix()


def existing_folder(path: Path, what: str = "project") -> Path:
    """Return ``path`` as an absolute path. Raises UsageError if it is not a folder."""
    if path.is_dir():
        return path.absolute()
    state = "is not a folder" if path.exists() else "does not exist"
    raise UsageError(
        Problem(str(path), 0, 0, "", f"no-{what}", f"the {what} folder {state}", "check the path")
    )


def version() -> str:
    """Return signalgen's version."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("signalgen")
    except PackageNotFoundError:
        # A checkout that was never installed.
        return "0+unknown"
