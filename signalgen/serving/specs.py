"""From specs, given as files or texts, to changes, and to disk. Entry: ``generated``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from signalgen.errors import Problem, SpecError, UnsafeError, UsageError
from signalgen.generating import Options, generate
from signalgen.index import read_project
from signalgen.project import read_file, read_recipes
from signalgen.roomy import roomy
from signalgen.serving.answers import ChangedFile, Conflict, Generated, ProblemShown
from signalgen.spec import Catalogue, read_parts
from signalgen.values.change import FileChange
from signalgen.write import publish, recover, unified_diff

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from signalgen.serving.answers import SpecInput
    from signalgen.values.change import Clash, Result
    from signalgen.values.spec import Spec

_ENDINGS = (".yaml", ".yml")


def generated(
    root: Path,
    given: Sequence[SpecInput],
    *,
    paths: Sequence[str] = (),
    conflict: Literal["stop", "keep", "theirs"] = "stop",
    write: bool = False,
) -> Generated:
    """Return the changes of ``given`` to the project at ``root``, each file with its diff.

    ``paths`` are the files and folders to show diffs of, none for all. With ``write`` the files are
    written, all or none, and so are specs given as text. Raises UsageError for a spec that does not
    exist, UnsafeError for a path that leads out of the project.
    """
    if not given:
        raise UsageError(Problem("", 0, 0, "", "no-spec", "no spec was given", "give its path"))
    if write:
        recover(root)
    files = [_file(root, one) for one in given]
    try:
        result = _generate(root, files, Options(conflict=conflict))
    except SpecError as error:
        return Generated(
            ok=False,
            problems=told(error.problems),
            notes=[],
            written=False,
            files=[],
            conflicts=[],
            next_steps=[],
        )
    stopped = bool(result.problems or result.clashes)
    wanted = (
        () if stopped else (*(one for one in files if one.action != "unchanged"), *result.files)
    )
    if write and wanted:
        publish(root, wanted)
    return Generated(
        ok=not stopped,
        problems=told(result.problems),
        notes=told(result.notes),
        written=write and not stopped,
        files=[*_changed(wanted, paths)],
        conflicts=[_conflict(clash) for clash in result.clashes],
        next_steps=list(result.next_steps),
    )


def told(problems: Iterable[Problem]) -> list[ProblemShown]:
    """Return problems or notes as a client sees them."""
    return [
        ProblemShown(
            file=one.file,
            line=one.line,
            column=one.column,
            path=one.path,
            code=one.code,
            message=one.message,
            hint=one.hint,
        )
        for one in problems
    ]


def _file(root: Path, given: SpecInput) -> FileChange:
    """Return the file of a spec and what happens to it; nothing outside the project is read."""
    before = read_file(root, given.path)
    if given.text is None:
        if before is None:
            problem = Problem(
                given.path, 0, 0, "", "no-spec", "the spec does not exist", "give its text"
            )
            raise UsageError(problem)
        return FileChange(given.path, "unchanged", before, before)
    if not given.path.endswith(_ENDINGS):
        message = "the name of a spec must end in .yaml"
        raise UnsafeError([Problem(given.path, 0, 0, "", "no-spec", message, "rename it")])
    after = given.text.encode("utf-8", "surrogatepass")
    if before is not None and before == after:
        return FileChange(given.path, "unchanged", before, after)
    return FileChange(given.path, "create" if before is None else "update", before, after)


def _generate(root: Path, files: Sequence[FileChange], options: Options) -> Result:
    catalogue = Catalogue(read_recipes(root))
    specs: list[Spec] = []
    problems: list[Problem] = []
    for one in files:
        spec, found = read_parts(
            one.after or b"", file=one.path, source=one.path, catalogue=catalogue
        )
        problems += found
        specs += [spec] if spec is not None else []
    apps = [spec.app.text for spec in specs if spec.app.text]
    return generate(specs, roomy(read_project)(root, apps=apps), options, None, problems)


def _changed(files: Iterable[FileChange], paths: Sequence[str]) -> Iterable[ChangedFile]:
    for one in files:
        if one.action in ("create", "update", "delete"):
            folders = [path.rstrip("/") for path in paths]
            shown = not paths or any(f"{one.path}/".startswith(f"{at}/") for at in folders)
            diff = unified_diff([one], internal=True) if shown and not one.internal else ""
            yield ChangedFile(path=one.path, action=one.action, diff=diff)


def _conflict(clash: Clash) -> Conflict:
    return Conflict(
        id=clash.id,
        name=clash.name,
        path=clash.path,
        line=clash.line,
        base=clash.base,
        ours=clash.ours,
        theirs=clash.theirs,
    )
