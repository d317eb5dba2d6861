"""The state while a body is walked: values, rows, and effects so far."""

from __future__ import annotations

import ast
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from signalgen.late import dataclass
from signalgen.syntax import snake_words
from signalgen.testplan.terms import kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.handler import Handled
    from signalgen.testplan.terms.names import Meaning
    from signalgen.values.project import Model

EffectKind = Literal["call", "create", "update", "delete", "assign", "mail", "related"]
COUNT = "+"
"""Before the query of a count, as its path."""
NEAR = "~"
"""Before an expected value that holds but for the time since then."""
UNKNOWN = object()
"""The value of an expression that is known only when the test runs."""


class NotForeseenError(Exception):
    """The body does something with an unknown result."""


@dataclass(frozen=True, slots=True)
class Term:
    """An expression of a body in the form for a test.

    ``node`` is None if a second evaluation would give another value. ``kind`` is one of
    ``kinds.py``; ``model`` is the model of a row, of rows or of a class. ``path`` is the chain of
    names that leads to a value that the test can choose (``instance.author.email``), "" for none.
    ``value`` is its value if it is a constant. ``nullable``: it may be None. ``near`` gives nearly
    the same moment or day when it is evaluated again.
    """

    node: ast.expr | None
    kind: str
    model: Model | None = None
    path: str = ""
    value: object = UNKNOWN
    nullable: bool = False
    near: ast.expr | None = None

    @property
    def text(self) -> str:
        """The expression as source text, ``mock.ANY`` where the test cannot know it."""
        return ast.unparse(self.node) if self.node is not None else "mock.ANY"


NOTHING = Term(None, kinds.NONE, value=None)
"""The result of a call that returns None."""


@dataclass(frozen=True, slots=True)
class RowNeed:
    """A row of ``model`` that a test prepares; ``values`` are texts by field.

    ``added`` is the manager of the relation that leads to it. ``times``: it is made so often, and
    only counted.
    """

    model: Model
    values: tuple[tuple[str, str], ...] = ()
    added: str = ""
    times: int = 0


@dataclass(frozen=True, slots=True)
class BodyEffect:
    """Something that a body does.

    A ``call`` leaves the process through ``name``, a name of the receivers' module; for a change of
    rows it is the name that the query starts with. ``create`` makes a row of ``model`` with
    ``values`` (once, for each of the values named ``again``), ``update`` assigns them to ``row``,
    ``assign`` to the signal's row; ``delete`` deletes ``row``, ``mail`` sends a mail, ``related``
    makes ``text`` true of the relation ``row`` ("" once that is undone); ``name`` is "add" for one
    more row in it.
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
    """A condition on the path: its key, the side that was taken, and how many parts decide."""

    key: str
    taken: bool
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Scene:
    """The context of a walk: the handler, its model, and the test's variable for the row.

    ``family`` is the signal's family, ``before``: it is sent before the row is written. ``fixed``
    are parameters whose values the path decides (``created``).
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
    """One path through a body, while it is walked.

    ``given`` are the values that lead here, by path, ``plan`` which side to take of a condition, by
    its key: whether it holds, or which part of it alone decides. ``rows`` are other rows that must
    exist, by variable, ``absent`` those that must not; ``stood_in`` is what a mocked function of
    the project returns. ``captured`` are values of the row before it is saved, by variable;
    ``commits`` the databases of each ``on_commit``; ``blurred`` are fields of rows whose new value
    is unknown; ``changed`` are fields whose value differs from the saved row. ``refused`` is the
    first condition that could only be decided the other way.
    ``bounds`` are values with which a query just finds nothing, by path; ``shared`` are rows that
    several others lead to; ``headers`` are those that the request lacks. ``asked`` are labels of
    models whose rows the test counts again, ``written`` of those that the body writes ("" for any);
    ``sums`` are the types of the fields that are added up, ``counted`` labels of models of which
    the test has just so many rows. ``loose`` are paths whose given value is as good as any other,
    ``answers`` what doubles return in the statement that is walked, by the ids of the calls.
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
    absent: set[str] = field(default_factory=set)
    queries: dict[str, ast.expr] = field(default_factory=dict)
    stood_in: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    captured: dict[str, str] = field(default_factory=dict)
    assigned: dict[str, Term] = field(default_factory=dict)
    commits: list[str] = field(default_factory=list)
    bounds: dict[str, Term] = field(default_factory=dict)
    shared: dict[str, Model] = field(default_factory=dict)
    blurred: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    headers: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    sums: set[str] = field(default_factory=set)
    counted: set[str] = field(default_factory=set)
    loose: set[str] = field(default_factory=set)
    answers: dict[int, Term] = field(default_factory=dict)
    waiting: frozenset[tuple[int, int]] = frozenset()
    deferred: bool = False
    done: bool = False
    raises: str = ""
    message: str = ""
    refused: str = ""


_CHOSEN = (
    "given effects rows absent stood_in settings captured assigned commits bounds shared blurred "
    "changed headers asked written sums counted loose answers"
)


def chosen(state: State) -> Callable[[], None]:
    """Return a function that undoes all later choices."""
    names = _CHOSEN.split()
    kept = {name: getattr(state, name).copy() for name in names}

    def take_back() -> None:
        for name in names:
            setattr(state, name, kept[name])

    return take_back


def need_row(name: str, need: RowNeed, state: State) -> None:
    """Let the test make ``need`` in the variable ``name``; raises if there must be no such row."""
    if snake_words(need.model.name) in state.absent or state.rows.get(name, need) != need:
        raise NotForeseenError(name)
    state.rows[name] = need


def constant(value: object) -> Term:
    """Return the term of a Python constant."""
    kind = next((kind for types, kind in _TYPES if isinstance(value, types)), kinds.ANY)
    return Term(ast.Constant(value), kind, value=value)  # type: ignore[arg-type]


_TYPES: Sequence[tuple[type | tuple[type, ...], str]] = (
    (bool, kinds.FLAG),
    ((int, float), kinds.NUMBER),
    ((str, bytes), kinds.TEXT),
    (type(None), kinds.NONE),
)


def model_of(term: Term) -> Model:
    """Return the model of a row, of rows or of a class; raises NotForeseenError without one."""
    if term.model is None:
        raise NotForeseenError(term.text)
    return term.model
