"""A cache of texts that are slow to make: ``load_texts(keys)`` and ``save_texts(texts)``.

It is an SQLite file in the user's cache folder, safe with concurrent runs. It may be deleted at any
time; if it is damaged, runs only take longer.
"""

from __future__ import annotations

import zlib
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.fastpath import cache_folder
from signalgen.values.textcache import TextCache
from signalgen.write import files

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping

MOST_BYTES = 64 * 1024 * 1024
"""Size from which the older half of the texts is dropped."""
_BATCH = 500
_WAIT_SECONDS = 2.0


def text_cache() -> TextCache:
    """Return the user's own cache."""
    return TextCache(load_texts, save_texts)


def load_texts(keys: Iterable[str]) -> dict[str, str]:
    """Return the known texts by their keys."""
    wanted = list(keys)
    found: dict[str, str] = {}

    def read(database: sqlite3.Connection) -> None:
        for start in range(0, len(wanted), _BATCH):
            some = wanted[start : start + _BATCH]
            marks = ",".join("?" * len(some))
            # Only question marks are filled in.
            rows = database.execute(
                f"SELECT key, text FROM texts WHERE key IN ({marks})",  # noqa: S608
                some,
            )
            found.update(
                (key, _unpacked(text).decode("utf-8", "surrogatepass")) for key, text in rows
            )

    _with_database(read)
    return found


def save_texts(texts: Mapping[str, str]) -> None:
    """Store ``texts``."""

    def add(database: sqlite3.Connection) -> None:
        rows = [
            (key, zlib.compress(text.encode("utf-8", "surrogatepass"), 1))
            for key, text in texts.items()
        ]
        database.executemany("INSERT OR REPLACE INTO texts (key, text) VALUES (?, ?)", rows)
        if _bytes_used(database) > MOST_BYTES:
            database.execute(
                "DELETE FROM texts WHERE rowid <= (SELECT (min(rowid) + max(rowid)) / 2 FROM texts)"
            )

    if texts:
        _with_database(add)


def _unpacked(data: bytes) -> bytes:
    # A few bytes may stand for gigabytes.
    unpacking = zlib.decompressobj()
    text = unpacking.decompress(data, MOST_BYTES)
    if not unpacking.eof:
        raise zlib.error("no whole text")
    return text


def _bytes_used(database: sqlite3.Connection) -> int:
    page, pages, free = (
        int(database.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_size", "page_count", "freelist_count")
    )
    return page * (pages - free)


def _with_database(work: Callable[[sqlite3.Connection], None]) -> None:
    """Do ``work`` in one transaction if possible; a damaged file is removed."""
    try:
        import sqlite3
    except ImportError:  # a Python that was built without it
        return
    path = Path(cache_folder()) / "texts.sqlite3"
    try:
        files.make_private_folder(path.parent)
        if not files.is_own(path):
            return
        with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS)) as database, database:
            # A cache that is lost in a crash costs only time.
            database.execute("PRAGMA synchronous = OFF")
            database.execute(
                "CREATE TABLE IF NOT EXISTS texts (key TEXT PRIMARY KEY, text BLOB NOT NULL)"
            )
            work(database)
    except (OSError, sqlite3.OperationalError):  # locked, full, or not ours to write
        return
    except (sqlite3.Error, zlib.error, ValueError, TypeError):
        with suppress(OSError):
            files.remove(path)
