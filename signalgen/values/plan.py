"""Plan: every name, path, sender and import settled, but not where in a file code goes."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.errors import Problem
    from signalgen.values.fragment import ImportNeed, NewFile, ReadyHook
    from signalgen.values.settings import TestStyle
    from signalgen.values.spec import Mark


@dataclass(frozen=True, slots=True)
class PlannedConnection:
    """One ``@receiver(...)``: local signal names, sender expression ("" for every sender), uid.

    ``lookup`` is the same sender as a test names it (``Order``, ``Product.tags.through``), or "".
    """

    signals: tuple[str, ...]
    sender: str
    dispatch_uid: str
    lookup: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """Code that runs if ``condition`` holds ("": always); ``key`` is the spec's: ``on_create``."""

    key: str
    condition: str
    code: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """``on_change``: code that runs when ``field`` has a new value, with ``old`` and ``new`` bound.

    ``saved_as`` are the field's names in ``update_fields``: a foreign key has two. ``old_hint`` and
    ``new_hint`` annotate the first of several assignments, whose values may be of different types.
    ``group``: several fields, each with its column, instead of ``field``; ``changed`` is bound to
    the names of the changed ones.
    """

    field: str
    code: str
    uses_old: bool
    uses_new: bool
    saved_as: tuple[str, ...] = ()
    old_hint: str = ""
    new_hint: str = ""
    group: tuple[tuple[str, str], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are compared."""
        return tuple(column for _, column in self.group) or (self.field,)

    @property
    def renamed(self) -> bool:
        """Tell whether a column of the group has another name than its field."""
        return any(name != column for name, column in self.group)


@dataclass(frozen=True, slots=True)
class PlannedReceiver:
    """One receiver function, every part a finished string.

    ``guards`` are the conditions on which it returns at once. ``stored`` names the fields whose
    stored values ``changes`` compare; ``remembered`` is the key of the values that a companion
    pre_save receiver keeps ("": the receiver reads them). ``original``: bind the stored row.
    ``using`` is the value of that name, or "". ``running`` is the ContextVar of the recursion
    guard, or "". ``what`` describes the row in log messages.
    """

    path: str
    id: str
    name: str
    source: str
    connections: tuple[PlannedConnection, ...]
    parameters: tuple[str, ...]
    docstring: str
    imports: tuple[ImportNeed, ...]
    is_async: bool = False
    typed: bool = False
    local_imports: tuple[str, ...] = ()
    using: str = ""
    guards: tuple[str, ...] = ()
    body: str = ""
    branches: tuple[Branch, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    stored: tuple[str, ...] = ()
    remembered: str = ""
    original: bool = False
    after_commit: str = ""
    log_errors: bool = False
    savepoint: bool = False
    running: str = ""
    has_using: bool = False
    captures_pk: str = ""
    what: str = ""
    logger: str = "logger"


@dataclass(frozen=True, slots=True)
class Remember:
    """The companion pre_save receiver that keeps stored values for a receiver's ``on_change``."""

    path: str
    id: str
    name: str
    source: str
    connections: tuple[PlannedConnection, ...]
    parameters: tuple[str, ...]
    docstring: str
    imports: tuple[ImportNeed, ...]
    stored: tuple[str, ...]
    key: str
    guards: tuple[str, ...]
    typed: bool = False


@dataclass(frozen=True, slots=True)
class CustomSignal:
    """A ``Signal()``: its comment, sender, arguments; ``constructor`` is the class's local name."""

    path: str
    name: str
    source: str
    comment: tuple[str, ...]
    imports: tuple[ImportNeed, ...]
    constructor: str = "Signal"


@dataclass(frozen=True, slots=True)
class SenderFunction:
    """A keyword-only function that sends a custom signal with exactly its documented arguments."""

    path: str
    name: str
    source: str
    signal: str
    send: str
    sender: str
    arguments: tuple[str, ...]
    parameters: tuple[str, ...]
    docstring: str
    imports: tuple[ImportNeed, ...]
    returns: str = "None"
    local_imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskStub:
    """A task that bodies enqueue and that does not exist yet.

    ``key`` is the argument with the primary key of a row of ``model``, ``row`` the variable of that
    row; "" for none. ``queue`` is the Celery queue, in case the decorator no longer names it.
    """

    path: str
    name: str
    source: str
    decorator: str
    parameters: tuple[str, ...]
    arguments: tuple[str, ...]
    docstring: str
    imports: tuple[ImportNeed, ...]
    typed: bool = False
    logger: str = "logger"
    local_imports: tuple[str, ...] = ()
    key: str = ""
    model: str = ""
    row: str = ""
    queue: str = ""

    @property
    def logged(self) -> tuple[str, ...]:
        """The names in the stub's message: the row itself instead of its key."""
        return tuple(self.row if name == self.key else name for name in self.arguments)


@dataclass(frozen=True, slots=True)
class Support:
    """A helper shared by symbols of ``path``, such as a logger: ``template`` renders ``code``."""

    path: str
    name: str
    source: str
    template: str
    imports: tuple[ImportNeed, ...]
    typed: bool = False
    code: str = ""


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """One receiver as connected by hand: all parts expressions, ``sender`` "" for every sender."""

    signal: str
    receiver: str
    sender: str
    uid: str


@dataclass(frozen=True, slots=True)
class RegistrationTable:
    """The function that lists every receiver of a spec, for connecting them by hand."""

    path: str
    name: str
    source: str
    rows: tuple[RegistrationRow, ...]
    local_imports: tuple[str, ...]
    imports: tuple[ImportNeed, ...]
    typed: bool = False


@dataclass(frozen=True, slots=True)
class TestMethod:
    """One test: ``code`` is its body, not indented, in the form of ``render/wording.py``."""

    name: str
    docstring: str
    code: str


@dataclass(frozen=True, slots=True)
class TestClass:
    """A class of tests.

    ``body`` names a template for more methods, about ``subject`` of ``module``. ``database``: its
    tests may use one. A ``shared`` class does not depend on one spec, so that several specs of an
    app can share it.
    """

    path: str
    id: str
    name: str
    source: str
    style: TestStyle
    docstring: str
    methods: tuple[TestMethod, ...]
    typed: bool
    imports: tuple[ImportNeed, ...]
    database: bool = True
    shared: bool = False
    body: str = ""
    module: str = ""
    subject: str = ""


Item = (
    PlannedReceiver
    | Remember
    | CustomSignal
    | SenderFunction
    | TaskStub
    | Support
    | RegistrationTable
    | TestClass
)


@dataclass(frozen=True, slots=True)
class AppPlan:
    """The plan of one app; ``sources`` are the specs of this run, ``package`` files to make.

    ``marks`` are the places of symbols in the specs, by fragment id.
    """

    app: str
    label: str
    sources: frozenset[str]
    items: tuple[Item, ...] = ()
    hooks: tuple[ReadyHook, ...] = ()
    files: tuple[NewFile, ...] = ()
    new_config: str = ""
    marks: Mapping[str, Mark] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole run: ``problems`` stop it; ``notes`` are advice, ``next_steps`` are for the user.

    ``django`` is the version that the code is for, None for every supported one.
    """

    apps: tuple[AppPlan, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    next_steps: tuple[str, ...] = field(default=())
    django: tuple[int, int] | None = None
