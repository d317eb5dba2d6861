"""The quick answer of ``signalgen new``, ``check`` and ``list`` when nothing has changed.

``serve(name)`` is the entry. It uses file times and hashes, before any library is imported. A run
that changed nothing leaves a note in the user's cache folder: its arguments, what it printed, and
everything that its outcome depended on. A later run with the same arguments compares that with the
disk and prints the same. Any difference, such as the working folder, the version of Python or a
library, leads to a full run. A file whose time is so recent that a change might not show in it is
compared by its content.

``write.remember`` writes the notes. This module imports almost nothing: that keeps it fast.
"""

from __future__ import annotations

import os
import sys

from signalgen.bounded import read_regular

# hashlib loads OpenSSL, which takes as long as all the rest.
try:
    from _blake2 import blake2b
except ImportError:
    # A Python other than CPython.
    from hashlib import blake2b

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HEAD = "signalgen unchanged 1"
"""The first line of a note; the last one marks it as complete."""
TAIL = "end"
FILE, FOLDER, ABSENT, REAL, OUT, ERR, CODE = (
    "file",
    "folder",
    "absent",
    "real",
    "out",
    "err",
    "code",
)
"""The kind of a line in a note.

In this order: a file's content, a folder's names, a missing file, the target of a path, text to
print on stdout and stderr, the exit code.
"""
_STAMPED = (FILE, FOLDER)
YOUNG = ""
"""Replaces the stamp of a file too recent for its times to prove anything."""
YOUNG_NS = 3_000_000_000
"""How recent that is: the coarsest file-system clock in use ticks every two seconds."""
_UNCACHED = frozenset(
    ("--no-cache", "--fix", "--unsafe-fixes", "--diff", "--write-baseline", "--help", "-h")
)
"""Options with which a check does more than report."""
_COMPLETION = "_SIGNALGEN_COMPLETE"
_USUAL = {"win32": "~/AppData/Local", "darwin": "~/Library/Caches"}


def serve(name: str) -> int | None:
    """Print what the run noted under ``name`` would print, if it would do nothing else.

    Returns its exit code; None, with nothing printed, if that is not certain: then a full run is
    needed.
    """
    note = _read_note(name)
    if note is None:
        return None
    for kind, stamped, value, path in note:
        # Nearly all lines are of unchanged files and folders: no function is called for those.
        if stamped and kind in _STAMPED:
            try:
                status = os.stat(path)
            except (OSError, ValueError):
                return None
            # The same fields as ``stamp``, inlined.
            now = f"{status.st_mtime_ns} {status.st_ctime_ns} {status.st_size} {status.st_ino}"
            if now == stamped:
                continue
        if not _holds(kind, value, path):
            return None
    code = next((int(value) for kind, _, value, _ in note if kind == CODE), None)
    if code is not None and (sys.stdout is None or sys.stdout.closed or sys.stdout.isatty()):
        # A report has colours on a terminal.
        return None
    out, err = (_text(note, kind) for kind in (OUT, ERR))
    return (code or 0) if _say(out, err) else None


def key(words: Sequence[str]) -> str:
    """Return the name of the note for ``words``, empty for commands without notes.

    It differs for every folder, Python, search path and choice of tools. Other commands, and a
    shell that asks for completions, have no note.
    """
    if words[:1] not in (["new"], ["check"], ["list"]) or _COMPLETION in os.environ:
        return ""
    if words[0] == "check" and not _UNCACHED.isdisjoint(words):
        return ""
    try:
        here = os.getcwd()
    except OSError:
        # The folder is gone.
        return ""
    where = (here, os.environ.get("PATH", ""), sys.executable, sys.version, *sys.path)
    return digest("\0".join([*where, "", *words]).encode("utf-8", "surrogateescape"))


def cache_folder() -> str:
    """Return signalgen's cache folder, whose files may be deleted at any time."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        base = _USUAL.get(sys.platform, "~/.cache")
    return os.path.join(os.path.expanduser(base), "signalgen")


def note_folder() -> str:
    """Return the folder of the notes."""
    return os.path.join(cache_folder(), "unchanged")


def digest(data: bytes) -> str:
    """Return the content hash of ``data``."""
    return blake2b(data, digest_size=16).hexdigest()


def stamp(status: os.stat_result) -> str:
    """Return the parts of a file's status that change when the file does."""
    return f"{status.st_mtime_ns} {status.st_ctime_ns} {status.st_size} {status.st_ino}"


def listing(folder: str) -> str:
    """Return a hash of the names and kinds of the entries in ``folder``. Raises OSError."""
    with os.scandir(folder) as entries:
        names = sorted(
            _kind(entry) + entry.name for entry in entries if entry.name != "__pycache__"
        )
    return digest("\0".join(names).encode("utf-8", "surrogateescape"))


def content(path: str) -> str:
    """Return a hash of the bytes of a file. Raises OSError."""
    return digest(read_regular(path))


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "l"
    return "d" if entry.is_dir(follow_symlinks=False) else "f"


def _read_note(name: str) -> list[list[str]] | None:
    # Each line is kind, stamp, value and path; None when the note is missing, foreign or
    # incomplete.
    folder, owner = note_folder(), os.geteuid() if hasattr(os, "geteuid") else None
    try:
        # In another user's folder, a note could belong to somebody else.
        if owner is not None and os.stat(folder).st_uid != owner:
            return None
        data = read_regular(os.path.join(folder, name), owner=owner)
    except (OSError, ValueError):
        return None
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    if lines[0] != HEAD or lines[-1] != TAIL:
        return None
    note = [line.split("\t", 3) for line in lines[1:-1]]
    return note if all(len(line) == 4 for line in note) else None


def _holds(kind: str, value: str, path: str) -> bool:
    # Compares content, whatever the file's times are.
    try:
        if kind in _STAMPED:
            return (content(path) if kind == FILE else listing(path)) == value
        if kind == ABSENT:
            return not os.path.lexists(path)
        if kind == REAL:
            return os.path.realpath(path) == value
    except (OSError, ValueError):
        return False
    return kind in (OUT, ERR, CODE)


def _text(note: Iterable[list[str]], wanted: str) -> str:
    return "".join(f"{text}\n" for kind, _, _, text in note if kind == wanted)


def _say(out: str, err: str) -> bool:
    # Anything unusual, such as colours on a terminal, is left to the full run.
    if err and (sys.stderr is None or sys.stderr.closed or sys.stderr.isatty()):
        return False
    try:
        for stream, text in ((sys.stdout, out), (sys.stderr, err)):
            if text and not (text.isascii() or stream.encoding.lower() == "utf-8"):
                return False
        for stream, text in ((sys.stdout, out), (sys.stderr, err)):
            if text:
                stream.write(text)
                stream.flush()
    except (AttributeError, OSError, ValueError):
        return False
    return True
