"""Notes that a run changed nothing, read by ``signalgen.fastpath``: ``remember_unchanged(...)``.

A note may be missing but must never be wrong: none is written if the disk has changed since the run
read it.
"""

from __future__ import annotations

import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.fastpath import (
    ABSENT,
    CODE,
    ERR,
    FILE,
    FOLDER,
    HEAD,
    OUT,
    REAL,
    TAIL,
    YOUNG,
    YOUNG_NS,
    content,
    digest,
    listing,
    note_folder,
    stamp,
)
from signalgen.values.watch import UNHASHED
from signalgen.write import files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from signalgen.values.watch import Watch

MOST_NOTES = 64
_EMPTY = digest(b"")


def remember_unchanged(
    key: str, watch: Watch, out: str, err: str, still: Callable[[], bool], code: int | None = None
) -> bool:
    """Note under ``key`` that a run printed ``out`` and ``err`` and changed nothing.

    Returns whether the note was written. ``code`` is the exit code of a run that only reports.

    ``still`` is called last and tells whether the project's folders are unchanged. The note is not
    written if anything in ``watch`` has changed; a cache folder that cannot be written is no error.
    """
    try:
        lines = [HEAD, *_lines(watch), *_spoken(OUT, out), *_spoken(ERR, err)]
        lines += [] if code is None else [_line(CODE, "", str(code), "")]
        if not still():
            return False
        _save(key, "\n".join([*lines, TAIL]))
    except (OSError, ValueError):
        return False
    return True


def _lines(watch: Watch) -> Iterator[str]:
    before = time.time_ns() - YOUNG_NS
    for path in watch.folders:
        yield _line(FOLDER, _stamp(path, before), listing(path), path)
    for path, known in watch.files.items():
        yield _file_line(path, known, before)
    for path in watch.absent:
        yield _absent(path)
    for path in watch.real:
        yield _line(REAL, "", str(files.resolve(Path(path))), path)


def _file_line(path: str, known: str | None, before: int) -> str:
    """Return the line of a file; an empty one that is missing was read as nonexistent."""
    if known == UNHASHED:
        stamped = _stamp(path, before)
        if stamped == YOUNG:
            raise ValueError(path)
        return _line(FILE, stamped, UNHASHED, path)
    # Readers treat a missing file as empty, so both must count as the same.
    if known is None or (known == _EMPTY and files.lstat(Path(path)) is None):
        return _absent(path)
    stamped = _stamp(path, before)
    if content(path) != known:
        raise ValueError(path)
    return _line(FILE, stamped, known, path)


def _absent(path: str) -> str:
    if files.lstat(Path(path)) is not None:
        raise ValueError(path)
    return _line(ABSENT, "", "", path)


def _stamp(path: str, before: int) -> str:
    """Return the stamp of a path, taken before reading; YOUNG if a change might not alter it."""
    status = files.status(Path(path))
    young = max(status.st_mtime_ns, status.st_ctime_ns) >= before
    return YOUNG if young else stamp(status)


def _spoken(kind: str, text: str) -> list[str]:
    if text and not text.endswith("\n"):
        raise ValueError(text)
    text.encode()  # half of a pair of surrogates has no bytes: UnicodeEncodeError is a ValueError
    return [_line(kind, "", "", line) for line in text[:-1].split("\n")] if text else []


def _line(kind: str, stamped: str, value: str, path: str) -> str:
    # These would break the format of the note, so none is written.
    if any(mark in part for mark in "\n\r\t" for part in (value, path)):
        raise ValueError(path)
    return f"{kind}\t{stamped}\t{value}\t{path}"


def _save(key: str, text: str) -> None:
    folder = Path(note_folder())
    # Above it lies the other cache.
    files.make_private_folder(folder.parent)
    files.make_private_folder(folder)
    target, draft = folder / key, folder / f".{key}-{secrets.token_hex(4)}"
    descriptor = files.create(draft, 0o600)
    try:
        try:
            files.write(descriptor, text.encode("utf-8", "surrogateescape"))
        finally:
            files.close(descriptor)
        files.replace(draft, target)
    except BaseException:
        with suppress(OSError):
            files.remove(draft)
        raise
    _drop_oldest(folder)


def _drop_oldest(folder: Path) -> None:
    paths = [folder / name for name in files.names(folder)]
    notes = [(status.st_mtime_ns, path) for path in paths if (status := files.lstat(path))]
    for _, path in sorted(notes)[:-MOST_NOTES]:
        with suppress(OSError):
            files.remove(path)
