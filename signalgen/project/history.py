"""The files of a project at the point where a branch left another one. Entry: ``files_before``.

Git only reads objects: it does not look at the files on disk, run anything that the repository
configures (filters, text conversions, hooks), or fetch.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.bounded import MOST_BYTES
from signalgen.errors import Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from signalgen.project.sources import Sources

_SEALED = (
    "--no-pager",
    "--no-optional-locks",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "protocol.allow=never",
)
_QUIET = {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
_DEEPER = "git fetch --unshallow, or fetch-depth: 0 in GitHub's checkout"
_HEADER_WORDS = 3
"""Matches ``<id> blob <size>``, which precedes each file."""


def files_before(sources: Sources, ref: str) -> Mapping[str, bytes | None]:
    """Return the Python files that differed at the merge base of ``ref`` and HEAD.

    By path in the project, None for a file that did not exist; used as an overlay of ``sources``.
    Raises UsageError if there is no git, no repository, no such ref, or no common commit in a
    shallow clone.
    """
    git = _Git(sources.root, ref)
    base = git.merge_base()
    then = dict(git.listed(base))
    now = {path: sources.data(path) for path in sources.paths}
    same = {path for path in then if path in now and then[path] == git.id_of(now[path])}
    wanted = [path for path in then if path not in same]
    old = git.contents([then[path] for path in wanted])
    return {**dict.fromkeys(now.keys() - then.keys()), **dict(zip(wanted, old, strict=True))}


class _Git:
    def __init__(self, root: Path, ref: str) -> None:
        self.root = root
        self.ref = ref
        self.command = self._executable()
        self.algorithm = "sha1"

    def merge_base(self) -> str:
        """Return the id of the merge base of ``ref`` and HEAD."""
        inside = self._run("rev-parse", "--is-inside-work-tree")
        if inside.strip() != b"true":
            raise self._error(f"{self.root} is not in a git repository", "leave out --since")
        kind = self._run("rev-parse", "--show-object-format")
        self.algorithm = kind.strip().decode() or "sha1"
        commit = self._commit()
        base = self._run("merge-base", commit, "HEAD")
        if base.strip():
            return base.split()[0].decode()
        if self._is_shallow():
            message = f"this clone is too shallow: it does not reach back to where {self.ref} began"
            raise self._error(message, _DEEPER)
        raise self._error(
            f"{self.ref} and the current commit have no common commit", "name another one"
        )

    def _commit(self) -> str:
        # With this at its end, no word is an option.
        found = self._run("rev-parse", "--verify", "--quiet", f"{self.ref}^{{commit}}")
        if found.strip():
            return found.strip().decode()
        hint = "git branch --all lists the branches"
        if self._is_shallow():
            hint = f"this clone is shallow and may lack it: {_DEEPER}"
        raise self._error(f"git does not know the commit {self.ref!r}", hint)

    def _is_shallow(self) -> bool:
        return self._run("rev-parse", "--is-shallow-repository").strip() == b"true"

    def listed(self, commit: str) -> Iterator[tuple[str, str]]:
        """Yield path and id of each Python file below the project in ``commit``."""
        # In a subfolder, git lists what is below it, with paths relative to it.
        out = self._run("ls-tree", "-r", "-l", "-z", commit)
        for row in out.split(b"\0"):
            head, _, path = row.partition(b"\t")
            words = head.split()
            if words[1:2] != [b"blob"] or not path.endswith(b".py"):
                continue
            if words[3].isdigit() and int(words[3]) <= MOST_BYTES:
                yield os.fsdecode(path), words[2].decode()

    def contents(self, ids: Sequence[str]) -> Iterator[bytes]:
        """Yield the files with these ids, in order. Raises UsageError if one is missing."""
        if not ids:
            return
        out = self._run("cat-file", "--batch", given="".join(f"{one}\n" for one in ids).encode())
        start = 0
        for _ in ids:
            end = out.find(b"\n", start)
            words = out[start:end].split() if end >= 0 else []
            if len(words) != _HEADER_WORDS:
                message = f"this clone lacks the files from where {self.ref} began"
                raise self._error(message, "clone without --filter")
            size = int(words[2])
            yield out[end + 1 : end + 1 + size]
            start = end + 1 + size + 1

    def id_of(self, data: bytes) -> str:
        """Return the id that git gives to a file with these bytes."""
        import hashlib  # loads what few runs need

        made = hashlib.new(self.algorithm, b"blob %d\0" % len(data), usedforsecurity=False)
        made.update(data)
        return made.hexdigest()

    def _run(self, *words: str, given: bytes = b"") -> bytes:
        """Return git's output, empty if it fails."""
        import subprocess  # loads what few runs need

        done = subprocess.run(  # noqa: S603 - no shell; what is foreign is never an option
            [self.command, *_SEALED, *words],
            cwd=self.root,
            env={**os.environ, **_QUIET},
            input=given,
            capture_output=True,
            check=False,
        )
        return b"" if done.returncode else done.stdout

    def _executable(self) -> str:
        # Places relative to the current folder are left out: the project could have a program
        # there.
        places = [place for place in os.get_exec_path() if Path(place).is_absolute()]
        found = shutil.which("git", path=os.pathsep.join(places))
        if found is None:
            raise self._error("--since asks git, which is not installed", "install git")
        return found

    def _error(self, message: str, hint: str) -> UsageError:
        return UsageError(Problem("", 0, 0, "", "no-history", message, hint))
