"""TextCache: cached texts by a key that covers everything they depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


@dataclass(frozen=True, slots=True)
class TextCache:
    """A store that never fails: ``load`` returns the known texts of some keys, ``save`` adds."""

    load: Callable[[Iterable[str]], Mapping[str, str]]
    save: Callable[[Mapping[str, str]], None]
