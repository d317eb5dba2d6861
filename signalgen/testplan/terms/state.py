"""What is known while a body is walked: values, rows, and what has happened so far."""

from __future__ import annotations

import ast
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from signalgen.late import dataclass
from signalgen.testplan.terms import kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.handler import Handled
    from signalgen.testplan.terms.names import Meaning
    from signalgen.values.project import Model

EffectKind = Literal["call", "create", "update", "delete", "assign", "mail"]
UNKNOWN = object()
"""The value of an expression that is known only when the test runs."""


class NotForeseenError(Exception):
    """The body does something of which nobody can tell here how it ends."""


@dataclass(frozen=True, slots=True)
class Term:
    """An expression of a body as a test may write it.

    ``node`` is None where a second evaluation would give another value. ``kind`` is one of
    ``kinds.py``; ``model`` is the model of a row, of rows or of a class. ``path`` is the chain of
    names that leads to a value that the test can choose (``instance.author.email``), "" for none.
    ``value`` is the constant that it is. ``nullable``: it may be None.
    """

    node: ast.expr | None
    kind: str
    model: Model | None = None
    path: str = ""
    value: object = UNKNOWN
    nullable: bool = False

    @property
    def text(self) -> str:
        """The expression as source text, ``mock.ANY`` where the test cannot know it."""
        return ast.unparse(self.node) if self.node is not None else "mock.ANY"


NOTHING = Term(None, kinds.NONE, value=None)
"""What a call comes to that returns None."""


@dataclass(frozen=True, slots=True)
class RowNeed:
    """A row of ``model`` that a test prepares; ``values`` are texts by field.

    ``added`` is the manager of the relation that leads to it.
    """

    model: Model
    values: tuple[tuple[str, str], ...] = ()
    added: str = ""


@dataclass(frozen=True, slots=True)
class BodyEffect:
    """Something that a body does.

    A ``call`` leaves the process through ``name``, a name of the receivers' module; of a change of
    rows it is the one that the query starts from. ``create``
    makes a row of ``model`` with ``values`` (once, for each of the values named ``again``),
    ``update`` gives them to ``row``, ``assign`` to the row at hand; ``delete`` takes ``row`` away,
    ``mail`` sends one.
    """

    kind: EffectKind
    text: str = ""
    name: str = ""
    deferred: bool = False
    model: Model | None = None
    row: str = ""
    values: tuple[tuple[str, str], ...] = ()
    again: tuple[str, ...] = ()
    named: bool = False


@dataclass(frozen=True, slots=True)
class Met:
    """A condition that was met: its key, the side that was taken, and how many parts decide."""

    key: str
    taken: bool
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a body is walked: the handler, its model, and how its test calls the row at hand.

    ``family`` is that of the signal that is sent, ``before`` says that it is sent before the row
    is written. ``fixed`` are parameters whose value the way decides (``created``).
    """

    ctx: Context
    handled: Handled
    model: Model | None
    row: str
    family: str
    meanings: Mapping[str, Meaning]
    fixed: Mapping[str, object]
    before: bool = False


@dataclass(slots=True)
class State:
    """One way through a body, while it is walked.

    ``given`` are the values that lead here, by path, ``plan`` which side to take of a condition, by
    its key: whether it holds, or which part of it alone decides. ``rows`` are other rows that must
    be there, by variable; ``stood_in`` is what a function of the project returns.
    ``captured`` are values of the row before it is saved, by variable; ``commits`` the databases of
    each ``on_commit``; ``changed`` are fields that have another value than the saved row.
    ``bounds`` are values with which a query just finds nothing, by path; ``shared`` are rows that
    several others lead to; ``headers`` are those that the request lacks.
    """

    scene: Scene
    plan: Mapping[str, bool | int]
    decide: Callable[[ast.expr], bool]
    fixed: dict[str, object]
    given: dict[str, Term] = field(default_factory=dict)
    names: dict[str, Term] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    effects: list[BodyEffect] = field(default_factory=list)
    met: list[Met] = field(default_factory=list)
    rows: dict[str, RowNeed] = field(default_factory=dict)
    queries: dict[str, ast.expr] = field(default_factory=dict)
    stood_in: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    captured: dict[str, str] = field(default_factory=dict)
    assigned: dict[str, Term] = field(default_factory=dict)
    commits: list[str] = field(default_factory=list)
    bounds: dict[str, Term] = field(default_factory=dict)
    shared: dict[str, Model] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    headers: set[str] = field(default_factory=set)
    waiting: frozenset[tuple[int, int]] = frozenset()
    deferred: bool = False
    done: bool = False
    raises: str = ""
    message: str = ""


def model_of(term: Term) -> Model:
    """Return the model of a row, of rows or of a class; raises NotForeseenError without one."""
    if term.model is None:
        raise NotForeseenError(term.text)
    return term.model
