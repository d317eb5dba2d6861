"""The record of an app, also of a renamed one: ``baseline_of(...)``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.errors import UnsafeError
from signalgen.late import dataclass
from signalgen.merge.baseline import baseline_path, decode
from signalgen.merge.presence import held
from signalgen.merge.unmerged import decode_unmerged
from signalgen.values.change import Baseline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from signalgen.merge.undo import Pair
    from signalgen.values.change import BaselineEntry
    from signalgen.values.project import App, Project

    Read = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class _Move:
    """The move from an app's former name and folder to its current ones."""

    old: str
    folder: str
    app: App
    read: Read

    def path(self, path: str) -> str:
        """Return the current path of the file at ``path``."""
        tail, now = self.old.rpartition(".")[2], self.app.path.rpartition("/")[2]
        renamed = "/".join(now if part == tail else part for part in path.split("/"))
        inside = path.startswith(f"{self.folder}/")
        likely = f"{self.app.path}{path.removeprefix(self.folder)}" if inside else renamed
        return next((one for one in (likely, path) if self.read(one) is not None), likely)

    def text(self, path: str, text: str) -> str:
        """Return a text of the file now at ``path``, with the app's new name as it spells it."""
        tail, now = self.old.rpartition(".")[2], self.app.path.rpartition("/")[2]
        word = re.compile(rf"\b{re.escape(tail)}\b")
        data = (self.read(path) or b"").decode("utf-8", "replace")
        return text if word.search(data) else word.sub(now, text)

    def entry(self, entry: BaselineEntry) -> BaselineEntry:
        path = self.path(entry.path)
        kind, _, name = entry.id.partition(":")
        if entry.kind == "hook" and f"{name}.".startswith(f"{self.old}."):
            name = f"{self.app.name}{name.removeprefix(self.old)}"
        elif name.startswith(f"{entry.path}:"):
            name = f"{path}{name.removeprefix(entry.path)}"
        imports = tuple(self.text(path, key) for key in entry.imports)
        text = self.text(path, entry.text)
        return replace(entry, path=path, id=f"{kind}:{name}", text=text, imports=imports)

    def pairs(self, path: str, pairs: Sequence[Pair]) -> tuple[Pair, ...]:
        """Return the undo pairs of the file formerly at ``path``, as the text is now."""
        now = self.path(path)
        return tuple((before, self.text(now, after)) for before, after in pairs)


def baseline_of(
    project: Project,
    app: str,
    sources: frozenset[str],
    read: Read,
    recorded: Callable[[], Iterable[str]],
) -> Baseline:
    """Return the baseline of ``app``, or the one under its former name if it has none.

    ``sources`` are the specs of this run, ``recorded`` gives the names of all apps with a record.
    An app counts as renamed if the files of another one are gone and their generated code is in the
    folder of this one.
    """
    data, here = read(baseline_path(app)), project.app(app)
    if data is not None or here is None:
        return decode_unmerged(data, app, read)
    found = list(_renamed(project, here, read, recorded()))
    if len(found) != 1:
        return Baseline(app)
    old = found[0]
    known = {entry.source for entry in old.entries.values()}
    if len(known) == len(sources) == 1:
        # Its spec may have got another name as well.
        now = next(iter(sources))
        entries = {key: replace(entry, source=now) for key, entry in old.entries.items()}
        old = replace(old, entries=entries)
    return replace(old, app=app)


def _renamed(project: Project, app: App, read: Read, names: Iterable[str]) -> Iterator[Baseline]:
    for name in names:
        if project.app(name) is not None:
            continue
        try:
            old = decode(read(baseline_path(name)), name)
        except UnsafeError:
            continue
        paths = {entry.path for entry in old.entries.values()}
        folder = _folder(name.rpartition(".")[2], paths)
        if not folder or any(read(path) is not None for path in paths if path.startswith(folder)):
            continue
        move = _Move(name, folder.rstrip("/"), app, read)
        moved = [move.entry(entry) for entry in old.entries.values()]
        if any(held(read(one.path) or b"", [one]) for one in moved if one.kind == "receiver"):
            yield Baseline(
                name,
                {entry.id: entry for entry in moved},
                tuple(move.path(path) for path in old.created),
                {move.path(path): move.pairs(path, pairs) for path, pairs in old.undo.items()},
                baseline_path(name),
            )


def _folder(tail: str, paths: Iterable[str]) -> str:
    """Return the folder of an app from the paths in it, with a slash, "" if it is unclear."""
    found = {
        f"{path.partition(f'{tail}/')[0]}{tail}/" for path in paths if f"/{tail}/" in f"/{path}"
    }
    return min(found, key=lambda folder: (folder.count("/"), folder), default="")
