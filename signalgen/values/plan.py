"""Plan: every name, path, sender and import settled. It says what must be, never where in a file it goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from signalgen.values.helpertests import HelperTests

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.errors import Problem
    from signalgen.values.fragment import ImportNeed, NewFile, ReadyHook
    from signalgen.values.settings import TestStyle
    from signalgen.values.spec import Mark

CaseKind = Literal["runs", "quiet", "rollback", "logs", "raises"]


@dataclass(frozen=True, slots=True)
class PlannedConnection:
    """One ``@receiver(...)``: local names of the signals, the sender expression ("" for every sender), the uid.

    ``lookup`` is how a test names the same sender (``Order``, ``Product.tags.through``), "" for every sender.
    """

    signals: tuple[str, ...]
    sender: str
    dispatch_uid: str
    lookup: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """Code that runs when ``condition`` holds; ``key`` is the spec's name for it (``on_create``). "" is always true."""

    key: str
    condition: str
    code: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """``on_change``: the code that runs when ``field`` has another value than before, with ``old`` and ``new`` bound.

    ``saved_as`` are the names that ``update_fields`` may call the field by: a foreign key has two. ``old_hint`` and
    ``new_hint`` annotate the first of several assignments, whose values may be of different types.
    """

    field: str
    code: str
    uses_old: bool
    uses_new: bool
    saved_as: tuple[str, ...] = ()
    old_hint: str = ""
    new_hint: str = ""


@dataclass(frozen=True, slots=True)
class PlannedReceiver:
    """One receiver function, every part a finished string.

    ``guards`` are the conditions on which it returns at once. ``stored`` names the fields whose stored values ``changes``
    compare; ``remembered`` is the key under which a companion pre_save receiver left them ("" when the
    receiver reads them itself). ``original``: bind the stored row. ``running`` is the name of the
    ContextVar of the recursion guard, or "". ``what`` describes the row in log messages.
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
    captures_pk: bool = False
    what: str = ""
    logger: str = "logger"


@dataclass(frozen=True, slots=True)
class Remember:
    """The companion pre_save receiver that keeps stored values for a post_save receiver's ``on_change``."""

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
    """A ``Signal()`` with its comment: what it says, who sends it, what it carries. ``constructor`` is how its module names the class."""

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
    """A task that bodies enqueue and that nobody has written yet.

    ``key`` is the argument that holds the primary key of a row of ``model``, ``row`` the variable for that row; "" where
    no argument does. ``queue`` is where Celery must be told to route it: its own decorator is not to say so any more.
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
        """The names that the stub's message shows: the row itself in place of its key."""
        return tuple(self.row if name == self.key else name for name in self.arguments)


@dataclass(frozen=True, slots=True)
class Support:
    """A helper that other symbols of ``path`` share, such as the module's logger; ``template`` renders it, with ``code``."""

    path: str
    name: str
    source: str
    template: str
    imports: tuple[ImportNeed, ...]
    typed: bool = False
    code: str = ""


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """One receiver as it is connected by hand: every part an expression, ``sender`` "" for every sender."""

    signal: str
    receiver: str
    sender: str
    uid: str


@dataclass(frozen=True, slots=True)
class RegistrationTable:
    """The function that lists every receiver of a spec, for those who connect them by hand."""

    path: str
    name: str
    source: str
    rows: tuple[RegistrationRow, ...]
    local_imports: tuple[str, ...]
    imports: tuple[ImportNeed, ...]
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Expectation:
    """A call that a test demands: ``mock`` is the patched name, ``attribute`` the rest of the path, ``arguments`` None for any.

    ``deferred`` calls happen after commit; ``times`` is 1 or 0 for "once" and "at least once".
    """

    mock: str
    attribute: str
    arguments: str | None
    deferred: bool
    once: bool = True


@dataclass(frozen=True, slots=True)
class TestCasePlan:
    """One test method: the call it makes and what must and must not happen.

    ``patches`` are the names replaced in the receivers' module, ``awaited`` those among them that are awaited.
    ``arguments`` are the keyword arguments that differ from the class's default call; ``setup`` are lines before it.
    ``quiet`` are mocks (with attribute) that must not be called, ``waiting`` those that must not be called before the commit. ``raises`` is the exception that the call ends with, ``message`` what it says.
    ``assertions`` are finished boolean expressions that must hold afterwards; ``at_commit`` is what happens before it.
    """

    name: str
    docstring: str
    kind: CaseKind
    patches: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    quiet: tuple[tuple[str, str], ...] = ()
    raises: str = ""
    assertions: tuple[str, ...] = ()
    waiting: tuple[tuple[str, str], ...] = ()
    commits: bool = False
    steps: tuple[str, ...] = ()
    message: str = ""
    at_commit: str = ""


@dataclass(frozen=True, slots=True)
class ReceiverTests:
    """The test class of one receiver. ``module`` is the local name of the receivers' module in the test file.

    ``arguments`` are what Django sends, which every call of the class starts from.
    """

    path: str
    id: str
    name: str
    source: str
    style: TestStyle
    docstring: str
    module: str
    function: str
    is_async: bool
    typed: bool
    connections: tuple[PlannedConnection, ...]
    arguments: tuple[str, ...]
    cases: tuple[TestCasePlan, ...]
    imports: tuple[ImportNeed, ...]
    logger: str = "logger"


@dataclass(frozen=True, slots=True)
class RowCase:
    """One test with a real row: the ``values`` it starts with, what is done to it, and the checks afterwards.

    ``action`` is ``create``, ``update``, ``change`` (with the line that changes it), ``delete`` or ``bulk`` (with the field that
    a bulk operation writes).
    """

    name: str
    docstring: str
    values: tuple[str, ...]
    action: str
    change: str
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowTests:
    """The tests with real rows of one model; ``lines`` save one row in the variable ``row``."""

    path: str
    id: str
    name: str
    source: str
    style: TestStyle
    model: str
    row: str
    module: str
    patches: tuple[str, ...]
    lines: tuple[str, ...]
    cases: tuple[RowCase, ...]
    typed: bool
    imports: tuple[ImportNeed, ...]


@dataclass(frozen=True, slots=True)
class SenderTests:
    """The test class of one sender function, which takes the signal from the module ``holder`` when it is called."""

    path: str
    id: str
    name: str
    source: str
    style: TestStyle
    docstring: str
    function: str
    signal: str
    send: str
    sender: str
    arguments: tuple[str, ...]
    typed: bool
    imports: tuple[ImportNeed, ...]
    holder: str = "senders"


@dataclass(frozen=True, slots=True)
class ReadyTests:
    """The test class that shows that ``ready()`` loads the receivers, in a process of its own.

    ``twice``: that ``ready()`` connects nothing anew is tested as well, where running it again is safe.
    """

    path: str
    id: str
    name: str
    source: str
    style: TestStyle
    modules: tuple[str, ...]
    label: str
    twice: bool
    typed: bool
    imports: tuple[ImportNeed, ...]


Item = (
    PlannedReceiver
    | Remember
    | CustomSignal
    | SenderFunction
    | TaskStub
    | Support
    | RegistrationTable
    | ReceiverTests
    | RowTests
    | SenderTests
    | ReadyTests
    | HelperTests
)


@dataclass(frozen=True, slots=True)
class AppPlan:
    """What must be in one app. ``sources`` are the specs that this run speaks for. ``package`` files are made when missing.

    ``marks`` are the places in the specs that symbols come from, by the ids of their fragments.
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
    """The whole run. ``problems`` stop it; ``notes`` are advice; ``next_steps`` are for the person who ran it.

    ``django`` is the version that the code is for, None for every supported one.
    """

    apps: tuple[AppPlan, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    next_steps: tuple[str, ...] = field(default=())
    django: tuple[int, int] | None = None
