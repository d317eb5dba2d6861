"""What recipes are given that the project must have: fields, rows, functions, models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import dataclass

if TYPE_CHECKING:
    from signalgen.values.spec import Code, Mark, Ref


@dataclass(frozen=True, slots=True)
class FieldUse:
    """A field of ``model`` that a recipe names; unless ``strict``, any attribute will do.

    With ``via`` the model is the one at the other end of that field of ``model``. ``kind`` is what
    the field must be, a key of ``facts.families.FITTING`` or empty, ``leads_to`` the model that it
    must lead to. ``given``: the spec says it; otherwise it is a default, and ``way`` is how another
    one is said (``link: …``).
    """

    model: Ref
    name: Ref
    strict: bool
    kind: str = ""
    leads_to: Ref | None = None
    via: Ref | None = None
    way: str = ""
    given: bool = True

    @property
    def mark(self) -> Mark:
        """Where it is said."""
        return self.name.mark


@dataclass(frozen=True, slots=True)
class RowUse:
    """A recipe makes rows of ``model`` and gives the fields ``given`` their values.

    ``key`` is the parameter that can name more of them, empty when there is none. ``recipe`` is its
    name, ``mark`` where a value that lacks can be said. ``about`` is the model that the recipe
    listens to, ``telling`` the parameters that take a field which tells that model; ``told``: one
    of them is given.
    """

    model: Ref
    given: tuple[str, ...]
    key: str
    recipe: str
    mark: Mark
    about: Ref | None = None
    telling: tuple[str, ...] = ()
    told: bool = False


@dataclass(frozen=True, slots=True)
class ExpressionUse:
    """An expression of a recipe about rows of ``model``.

    ``lookups``: it names their fields in ``F("…")``, ``Q(…=…)`` and aggregates; otherwise
    ``instance`` is such a row. ``via`` as in FieldUse.
    """

    model: Ref
    code: Code
    lookups: bool
    via: Ref | None = None

    @property
    def mark(self) -> Mark:
        """Where it is said."""
        return self.code.mark


@dataclass(frozen=True, slots=True)
class FunctionUse:
    """A function or task that a recipe is given, in the parameter ``mark`` leads to.

    ``kind`` is ``callable``, ``task`` or ``callable or task``. ``instead`` is the parameter of the
    same recipe that takes the other of the two, empty when it has none.
    """

    name: Ref
    kind: str
    instead: str

    @property
    def mark(self) -> Mark:
        """Where it is said."""
        return self.name.mark


@dataclass(frozen=True, slots=True)
class ModelUse:
    """A model that a recipe is given besides its own."""

    name: Ref

    @property
    def mark(self) -> Mark:
        """Where it is said."""
        return self.name.mark


@dataclass(frozen=True, slots=True)
class RoomUse:
    """What a recipe stores in the field ``name`` of the rows of ``model`` that it makes.

    It has as many ``characters``, or is a value of one of the ``fields`` of ``source``. ``cut``:
    the start of one that is too long is stored.
    """

    model: Ref
    name: Ref
    characters: int
    source: Ref | None
    fields: tuple[str, ...]
    cut: bool

    @property
    def mark(self) -> Mark:
        """Where it is said."""
        return self.name.mark


Use = RoomUse | FieldUse | RowUse | ExpressionUse | FunctionUse | ModelUse
