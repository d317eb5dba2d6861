"""Change: what a run would do to a file, and the result of merging: ``FileChange``, ``Merged``."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal

from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from signalgen.errors import Problem
    from signalgen.values.fragment import Fragment

Action = Literal["create", "update", "unchanged", "delete", "conflict"]


@dataclass(frozen=True, slots=True)
class BaselineEntry:
    """The last generated state of one symbol: file, name, formatted text, and its spec.

    ``deleted`` remembers that a person removed the symbol, so that it is not brought back.
    ``imports`` are the import bindings (``module:name:alias``) that signalgen itself added for it.
    ``lead`` and ``tail`` are the empty lines added before and after the text, to be removed with
    it. ``adopted``: the symbol existed before signalgen, and is loaded by other means.
    """

    id: str
    path: str
    kind: str
    name: str
    text: str
    source: str
    imports: tuple[str, ...] = ()
    deleted: bool = False
    lead: str = ""
    tail: str = ""
    adopted: bool = False


@dataclass(frozen=True, slots=True)
class Baseline:
    """Everything that signalgen generated into one app, by symbol id; committed with the project.

    ``created`` are the files (and package folders' ``__init__.py``) that did not exist before
    signalgen wrote them. ``undo`` maps a path to the edits made inside the user's own lines (import
    statements, the hook), each as (text before, text after), so that ``remove`` restores the exact
    bytes. ``former`` is the file of this record if the app had another name, otherwise "".
    """

    app: str
    entries: Mapping[str, BaselineEntry] = field(default_factory=dict)
    created: tuple[str, ...] = ()
    undo: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    former: str = ""


@dataclass(frozen=True, slots=True)
class ByHand:
    """What people did to symbols of earlier runs: renamed and deleted ones, by id.

    ``settled`` are the receivers' names after this run, if a merge has decided them.
    """

    renamed: Mapping[str, str] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    settled: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clash:
    """A symbol that both a person and the spec changed: the three texts, and the person's place."""

    id: str
    name: str
    path: str
    line: int
    column: int
    base: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The outcome of merging fragments into one file.

    ``after`` is None if nothing is to be written (no change, or ``clashes`` or ``problems``).
    ``added``, ``updated``, ``kept``, ``removed``, ``orphans`` and ``deleted`` (by a person,
    although the spec has them) are symbol names for the summary. ``entries`` replace the baseline's
    entries of this path; ``undo`` are edits in the user's own lines. ``emptied``: signalgen created
    the file and nothing but its header is left. ``notes`` say which parts of the file could not be
    parsed. ``needed`` are symbols that stay although the spec dropped them, each with the name of
    the edited code that needs it.
    """

    path: str
    before: bytes | None
    after: bytes | None
    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    orphans: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    clashes: tuple[Clash, ...] = ()
    problems: tuple[Problem, ...] = ()
    entries: tuple[BaselineEntry, ...] = ()
    undo: tuple[tuple[str, str], ...] = ()
    emptied: bool = False
    notes: tuple[Problem, ...] = ()
    needed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Fresh:
    """A symbol that a run adds or changes, and its text of the last run, "" for none."""

    fragment: Fragment
    last: str = ""


@dataclass(frozen=True, slots=True)
class FileChange:
    """What happens to one file: ``path`` is relative to the project with forward slashes.

    ``before`` None means that the file does not exist; ``after`` None that it is deleted or, in a
    conflict, stays. ``notes`` are short lines for the summary, such as ``receiver on_order_saved``.
    """

    path: str
    action: Action
    before: bytes | None
    after: bytes | None
    notes: tuple[str, ...] = ()
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a generation run: the files, what stops it, and advice.

    ``files`` are all files that the run looked at, including unchanged ones. If there are
    ``clashes`` or ``problems``, nothing may be written. ``notes`` are advice and never stop a run.
    ``next_steps`` are lines for the user.
    """

    root: str
    files: tuple[FileChange, ...] = ()
    clashes: tuple[Clash, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    next_steps: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[FileChange, ...]:
        """The files that a real run would write or delete."""
        return tuple(f for f in self.files if f.action in ("create", "update", "delete"))


def joined(
    root: str, parts: Sequence[Result], problems: Sequence[Problem], notes: Sequence[Problem]
) -> Result:
    """Return one result with the files, clashes, problems and notes of several."""
    files = tuple(change for part in parts for change in part.files)
    clashes = tuple(clash for part in parts for clash in part.clashes)
    return Result(root, files, clashes, tuple(problems), tuple(notes))
