"""The declared arguments of a signal: ``declared_arguments``."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.index.memo import answered_once
from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import SignalDef

_KEYWORD = "providing_args"
_SAYS = pattern(r"^Arguments:\s*(.*)", re.MULTILINE | re.DOTALL)
_OLD = pattern(r"providing_args\s*=\s*[\[(]([^\])]*)[\])]")
_OPEN, _CLOSED = "([{", ")]}"


@answered_once
def declared_arguments(index: Index, signal: SignalDef) -> tuple[str, ...]:
    """Return the arguments that a signal is declared with, empty if unknown.

    They are in ``providing_args``, which Django had up to 3.2, in a comment that replaced it, or in
    a comment above the signal as we write it: ``Arguments: order (Order), payment (Payment).``
    """
    for word in signal.call.keywords:
        if word.arg == _KEYWORD and isinstance(word.value, (ast.List, ast.Tuple)):
            names = [item.value for item in word.value.elts if isinstance(item, ast.Constant)]
            return tuple(name for name in names if isinstance(name, str))
    lines = index.code.data(signal.path).decode("utf-8", "replace").splitlines()
    first, last = signal.node.lineno - 1, signal.node.end_lineno or signal.node.lineno
    old = _OLD.search("\n".join(line for line in lines[first:last] if "#" in line))
    if old is not None:
        return tuple(re.findall(r"\w+", old[1]))
    above = first
    while above and lines[above - 1].lstrip().startswith("#"):
        above -= 1
    says = _SAYS.search("\n".join(line.strip().lstrip("#: ") for line in lines[above:first]))
    return tuple(_names(says[1].replace("\n", " "))) if says is not None else ()


def _names(text: str) -> Iterator[str]:
    """Yield the names in ``a (int), b (dict[str, Any]).``, none for any other form."""
    depth, words, word = 0, list[str](), ""
    for letter in text:
        depth += (letter in _OPEN) - (letter in _CLOSED)
        if depth == 0 and letter in ",.":
            words.append(word)
            word = ""
            if letter == ".":
                break
        elif depth == 0 and letter not in _CLOSED:
            word += letter
    names = [item.strip() for item in words]
    if all(name.isidentifier() for name in names):
        yield from names
