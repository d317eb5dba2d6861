"""Which files contain a word or a piece of text: ``Words``, for many queries in one run.

Searching the bytes of a file is fast and needs no preparation, but hundreds of names in thousands
of files mean millions of searches. Once the searches have cost as much as a table of all words, the
table is built and used.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from signalgen.index.memo import remembered
from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from signalgen.index.reading.code import Codebase

SEARCHES = 40
"""The number of searches per file after which the table is built."""
_WORD = pattern(rb"\w+")
_SHORTEST = 3
"""Shorter pieces are in most files: searching for them costs less than the table."""
_BLANKED = bytes(
    byte if byte < 128 and (chr(byte).isalnum() or byte == ord("_")) else ord(" ")
    for byte in range(256)
)
"""Replaces all bytes except word characters with blanks."""


def words_of(data: bytes) -> set[bytes]:
    r"""Return the words of a text, as ``\w+`` finds them, several times as fast."""
    return set(data.translate(_BLANKED).split())


@remembered(key=lambda _paths: None)
def words_in(code: Codebase, paths: Sequence[str]) -> Words:
    """Return the words of ``paths``; each call must pass the same ``paths``."""
    return Words(code, paths)


@dataclass(slots=True)
class Words:
    """The words of the files ``paths``, which are sorted.

    ``searched`` counts file searches. Once it is built, ``table`` has the files of each word by
    their numbers, and ``text`` all words, one per line; ``known`` has earlier answers.
    """

    code: Codebase
    paths: Sequence[str]
    searched: int = 0
    table: dict[bytes, list[int]] = field(default_factory=dict)
    text: bytes = b""
    known: dict[tuple[bytes, ...], tuple[str, ...]] = field(default_factory=dict)

    def files(
        self, word: bytes, order: Callable[[Sequence[str]], Iterable[str]] = list
    ) -> Iterator[str]:
        """Yield the files that contain ``word`` as a whole word, sorted by ``order``.

        Files that contain it as part of a longer word may be included.
        """
        if not _WORD.fullmatch(word) or not self._is_ready():
            for path in order(self.paths):
                self.searched += 1
                if word in self.code.data(path):
                    yield path
            return
        yield from order([self.paths[number] for number in self.table.get(word, ())])

    def containing(self, needles: tuple[bytes, ...]) -> tuple[str, ...]:
        """Return the files that contain one of ``needles``, in their order."""
        found = self.known.get(needles)
        if found is None:
            found = self.known[needles] = tuple(self._containing(needles))
        return found

    def _containing(self, needles: tuple[bytes, ...]) -> Iterator[str]:
        parts = {needle: max(_WORD.findall(needle), key=len, default=b"") for needle in needles}
        if min(map(len, parts.values()), default=0) < _SHORTEST or not self._is_ready():
            data = self.code.data
            self.searched += len(needles) * len(self.paths)
            for path in self.paths:
                text = data(path)
                if any(needle in text for needle in needles):
                    yield path
            return
        found: set[int] = set()
        for needle, part in parts.items():
            likely = self._having(part) - found
            if needle == part:
                found |= likely
            else:
                found.update(n for n in likely if needle in self.code.data(self.paths[n]))
        yield from (self.paths[number] for number in sorted(found))

    def _having(self, part: bytes) -> set[int]:
        """Return the numbers of the files with a word that contains ``part``."""
        found: set[int] = set()
        at = self.text.find(part)
        while at >= 0:
            end = self.text.index(b"\n", at)
            found.update(self.table[self.text[self.text.rindex(b"\n", 0, at) + 1 : end]])
            at = self.text.find(part, end)
        return found

    def _is_ready(self) -> bool:
        """Build the table if it is due; tell whether it exists."""
        if not self.table and self.searched >= SEARCHES * len(self.paths):
            for number, path in enumerate(self.paths):
                for word in words_of(self.code.data(path)):
                    self.table.setdefault(word, []).append(number)
            self.text = b"\n%b\n" % b"\n".join(self.table)
        return bool(self.table)
