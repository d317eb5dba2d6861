"""What recipes' values require of the project: fields, rows, functions, models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import dataclass

if TYPE_CHECKING:
    from signalgen.values.spec import Code, Mark, Ref


@dataclass(frozen=True, slots=True)
class FieldUse:
    """A field of ``model`` that a recipe names; unless ``strict``, any attribute is valid.

    With ``via`` the model is at the other end of that field of ``model``. ``kind`` is the required
    kind, a key of ``facts.families.FITTING`` or empty, ``leads_to`` the model that it must lead to.
    ``given``: the spec names it; otherwise it is a default, and ``way`` is how to give another
    (``link: …``).
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

    ``key`` is the parameter that can name more of them, empty if there is none. ``recipe`` is its
    name, ``mark`` the place for a missing value. ``about`` is the recipe's model, ``telling`` the
    parameters for a field that tells that model; ``told``: one of them is given.
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
    """A function or task given to a recipe, in the parameter at ``mark``.

    ``kind`` is ``callable``, ``task`` or ``callable or task``. ``instead`` is the recipe's
    parameter for the other of the two, empty if it has none.
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
    """A model given to a recipe besides its own."""

    name: Ref

    @property
    def mark(self) -> Mark:
        """Where it is said."""
        return self.name.mark


@dataclass(frozen=True, slots=True)
class RoomUse:
    """A value that a recipe stores in the field ``name`` of new rows of ``model``.

    It has as many ``characters``, or comes from one of the ``fields`` of ``source``. ``cut``: a
    value that is too long is truncated.
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
