"""The declaration of one key of a spec; ``table.py`` has one for each key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from signalgen.late import dataclass

if TYPE_CHECKING:
    from signalgen.facts.signals import Family
    from signalgen.spec.declared.kinds import Kind

T_co = TypeVar("T_co", covariant=True)
Shape = Literal[
    "value", "items", "arguments", "bodies", "expressions", "entries", "imports", "recipes"
]


@dataclass(frozen=True, slots=True)
class Key(Generic[T_co]):
    """One key: its name, its kind of value, its meaning, and an example in YAML.

    ``families`` are the kinds of built-in signals that it is for, none for every signal. ``shape``
    tells the structure of a value that is not a scalar, and ``section`` what its items are.
    ``also`` is another spelling.
    """

    name: str
    kind: Kind[T_co]
    meaning: str
    example: str
    families: tuple[Family, ...] = ()
    required: bool = False
    default: str = ""
    shape: Shape = "value"
    section: str = ""
    also: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A mapping of the spec: its name in messages, what it describes, its keys in order."""

    name: str
    title: str
    keys: tuple[Key[object], ...]

    def key(self, name: str) -> Key[object] | None:
        """Return the key that is written ``name``, or None."""
        return next((key for key in self.keys if name in (key.name, key.also)), None)

    def names(self) -> list[str]:
        """Return every spelling of every key."""
        return [name for key in self.keys for name in (key.name, key.also) if name]
