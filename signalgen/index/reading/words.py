"""Which files have a word: ``Words``, for questions that are asked of one name after the other.

To search the bytes of a file is fast and needs nothing beforehand, but with thousands of names and
thousands of files it is millions of searches. When as many have been made as a table of all words
takes to make, the table answers.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from signalgen.index.reading.code import Codebase

SEARCHES = 50
"""The table is made after so many searches of every file."""
_WORD = pattern(rb"\w+")


@dataclass(slots=True)
class Words:
    """The words of the files ``paths``, which are sorted.

    ``searched`` counts the searches of one file; ``table`` has the files of each word, once it is
    made.
    """

    code: Codebase
    paths: Sequence[str]
    searched: int = 0
    table: dict[bytes, list[str]] = field(default_factory=dict)

    def files(
        self, word: bytes, order: Callable[[Sequence[str]], Iterable[str]] = list
    ) -> Iterator[str]:
        """Yield the files in which ``word`` stands by itself, as ``order`` puts sorted paths.

        Others, in which it is a part of a word, may be among them.
        """
        if not _WORD.fullmatch(word) or self.searched < SEARCHES * len(self.paths):
            for path in order(self.paths):
                self.searched += 1
                if word in self.code.data(path):
                    yield path
            return
        if not self.table:
            for path in self.paths:
                for found in dict.fromkeys(_WORD.findall(self.code.data(path))):
                    self.table.setdefault(found, []).append(path)
        yield from order(self.table.get(word, ()))
