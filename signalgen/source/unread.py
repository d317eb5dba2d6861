"""The methods of large classes, parsed on first use: ``UnreadBody``.

Most classes are read for their bases and fields, or for one method of fifty: the trees of all the
others take more time and memory than anything else. ``without_bodies`` separates the methods.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, NamedTuple, SupportsIndex, overload

from signalgen.late import pattern
from signalgen.source.lexing import long_strings, within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LEAST = 4_000
"""How long a class must be, in bytes."""
_SHORT = 200
"""Methods up to this length are parsed with the class: deferring it would save no time."""
_DEF = pattern(rb"\n( +)(?:async +)?def ")
_HEADER = pattern(
    rb" +(?:async +)?def +\w+ *\([^()]*(?:\([^()]*\)[^()]*)*\)\s*(?:->[^:\n]+)?:"
    rb"(?=[ ]*(?:#[^\n]*)?\n)"
)


class Method(NamedTuple):
    """A method in the source of its class: where its first line starts, and where its last ends.

    ``line`` and ``last`` are these lines, from 0, ``column`` is the end in the last.
    """

    start: int
    end: int
    line: int
    last: int
    column: int


def without_bodies(source: bytes) -> tuple[bytes, list[Method]]:
    """Return the source of a class with ``pass`` for the bodies of its methods, and the methods.

    No method is returned if it does not pay, or if lines may be misread. A line in brackets that
    looks like the end of a body makes the rest invalid, so it does no harm.
    """
    indents = _DEF.findall(source) if len(source) >= _LEAST else []
    if not indents or any(odd in source for odd in (b"\t", b"\r", b"\f", b"\\\n")):
        return source, []
    indent = min(map(len, indents))
    inside = long_strings(source)
    begin = re.compile(rb"\n(?: {%d})?(?=[^ \n#)\]}])" % indent)
    starts = [item.start() + 1 for item in begin.finditer(source) if not within(inside, item.end())]
    pieces: list[bytes] = []
    found: list[Method] = []
    done = line = counted = 0
    for start, end in zip(starts, [*starts[1:], len(source)], strict=True):
        header = _HEADER.match(source, start) if end - start > _SHORT else None
        last = _last(source[start:end]) if header is not None and header.end() < end else 0
        if header is None or not last:
            continue
        line += source.count(b"\n", counted, start)
        counted = start
        behind = start + last
        ends_in = line + source.count(b"\n", start, behind)
        column = behind - source.rfind(b"\n", 0, behind) - 1
        found.append(Method(start, behind, line, ends_in, column))
        pieces += [
            source[done : header.end()],
            b"pass",
            b"\n" * source.count(b"\n", header.end(), end),
        ]
        done = end
    return b"".join([*pieces, source[done:]]), found


def _last(text: bytes) -> int:
    """Return where the last statement of a method ends, 0 if that is uncertain."""
    text = text.rstrip()
    line = text[text.rfind(b"\n") + 1 :]
    while line.lstrip().startswith(b"#"):
        if b'"""' in line or b"'''" in line:
            return 0
        text = text[: -len(line)].rstrip()
        line = text[text.rfind(b"\n") + 1 :]
    return 0 if b"#" in line or line.endswith(b";") else len(text)


def may_say(function: ast.FunctionDef | ast.AsyncFunctionDef, word: str) -> bool:
    """Tell whether the name ``word`` may be in the body of a function; it is not read for that."""
    body = function.body
    return not isinstance(body, UnreadBody) or not word.isascii() or body.may_say(word.encode())


class UnreadBody(list[ast.stmt]):
    """The body of a function, which is read when anything of it is asked for.

    From then on the function has a plain list. ``compile()`` would take an unread body for empty.
    """

    __slots__ = ("_owner", "_read", "_text")

    def __init__(
        self,
        owner: ast.FunctionDef | ast.AsyncFunctionDef,
        text: bytes,
        read: Callable[[], list[ast.stmt]],
    ) -> None:
        super().__init__()
        self._owner, self._text = owner, text
        self._read: Callable[[], list[ast.stmt]] | None = read

    def may_say(self, word: bytes) -> bool:
        """Tell whether ``word`` may be in the body; it is not read for that."""
        return self._read is None or word in self._text

    def _filled(self) -> list[ast.stmt]:
        if self._read is not None:
            found = self._read()
            self._read, self._text = None, b""
            self.extend(found)
            self._owner.body = found
        return self._owner.body

    def __iter__(self) -> Iterator[ast.stmt]:
        return iter(self._filled())

    def __reversed__(self) -> Iterator[ast.stmt]:
        return reversed(self._filled())

    def __len__(self) -> int:
        return len(self._filled())

    @overload
    def __getitem__(self, key: SupportsIndex) -> ast.stmt: ...

    @overload
    def __getitem__(self, key: slice) -> list[ast.stmt]: ...

    def __getitem__(self, key: SupportsIndex | slice) -> ast.stmt | list[ast.stmt]:
        return self._filled()[key]

    def __contains__(self, key: object) -> bool:
        return key in self._filled()

    def __eq__(self, other: object) -> bool:
        return self._filled() == other

    def __add__(self, other: list[ast.stmt]) -> list[ast.stmt]:  # type: ignore[override]
        # ``other`` may be unread too, and a list takes another's items without asking for them.
        return [*self._filled(), *other]

    def __radd__(self, other: list[ast.stmt]) -> list[ast.stmt]:
        return [*other, *self._filled()]

    def copy(self) -> list[ast.stmt]:
        """Return the statements as a plain list."""
        return [*self._filled()]

    def index(self, *found: Any) -> int:
        """Return the position of a statement. Raises ValueError if it is not in the body."""
        return self._filled().index(*found)

    def __reduce__(self) -> tuple[type[list[ast.stmt]], tuple[list[ast.stmt]]]:
        return list, (self._filled(),)

    __hash__ = None
