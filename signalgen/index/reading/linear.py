"""The method resolution order of a class and its bases: ``lookup_order``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.index.memo import remembered
from signalgen.index.reading.resolving import bases, find_class, lineage, own_method

if TYPE_CHECKING:
    from signalgen.index.reading.code import Codebase
    from signalgen.values.index import ClassRef, FunctionRef


@remembered(key=lambda cls: cls.node)
def lookup_order(code: Codebase, cls: ClassRef) -> tuple[ClassRef, ...]:
    """Return a class and its bases in the project, in the order of ``__mro__``.

    Classes of packages are left out: their own bases are not known. Bases that Python would refuse
    come in written order.
    """
    known = {id(one.node): one for one in lineage(code, cls)}
    return _linear(code, cls) or tuple(known.values())


@remembered(key=lambda cls: cls.node, meanwhile=())
def _linear(code: Codebase, cls: ClassRef) -> tuple[ClassRef, ...]:
    """Return the C3 linearization, empty if there is none."""
    found = (find_class(code, name) for name in bases(code, cls))
    parents = [parent for parent in found if parent is not None]
    waiting = [list(_linear(code, parent)) for parent in parents]
    if not all(waiting):
        return ()
    waiting.append(parents)
    merged = [cls]
    while waiting := [line for line in waiting if line]:
        heads = (line[0] for line in waiting)
        first = next((one for one in heads if not _comes_later(one, waiting)), None)
        if first is None:
            return ()
        merged.append(first)
        waiting = [line[1:] if line[0].node is first.node else line for line in waiting]
    return tuple(merged)


def _comes_later(cls: ClassRef, lines: list[list[ClassRef]]) -> bool:
    return any(cls.node is one.node for line in lines for one in line[1:])


def methods_in_order(code: Codebase, cls: ClassRef, name: str) -> tuple[FunctionRef, ...]:
    """Return the methods of one name in the order in which ``super()`` calls them."""
    found = (own_method(code, one, name) for one in lookup_order(code, cls))
    return tuple(one for one in found if one is not None)
