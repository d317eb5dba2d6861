"""TextCache: texts that were made before, by a key that says all they were made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


@dataclass(frozen=True, slots=True)
class TextCache:
    """Where such texts lie. ``load`` returns those it has of some keys, ``save`` keeps new ones; neither ever fails."""

    load: Callable[[Iterable[str]], Mapping[str, str]]
    save: Callable[[Mapping[str, str]], None]
