"""Index: a project's signal code with all names resolved; ``signalgen.index`` makes the values."""

from __future__ import annotations

import ast
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

FieldKind = Literal["plain", "file", "fk", "one_to_one", "m2m", "generic", "unknown"]
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file; ``path`` is project-relative, columns (from 1, like lines) in characters.

    ``start`` and ``end`` are byte offsets in the file, for edits. ``source`` is its first line, as
    written.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class FunctionRef:
    """A function or method; ``outer`` is the function around it, ``cls`` the class of a method."""

    path: str
    module: str
    qualname: str
    node: FunctionNode | ast.Lambda
    cls: ast.ClassDef | None = None
    outer: FunctionRef | None = None

    @property
    def name(self) -> str:
        """The function's own name."""
        return self.qualname.rpartition(".")[2]

    @property
    def dotted(self) -> str:
        """Module and qualified name, as imports resolve to it."""
        return f"{self.module}.{self.qualname}"


@dataclass(frozen=True, slots=True, eq=False)
class ClassRef:
    """A class of the project."""

    path: str
    module: str
    node: ast.ClassDef

    @property
    def dotted(self) -> str:
        """Module and name, as imports resolve to it."""
        return f"{self.module}.{self.node.name}"


@dataclass(frozen=True, slots=True, eq=False)
class Connection:
    """One registration: a receiver for one or more signals and at most one sender expression.

    ``signals`` are resolved dotted names (``django.db.models.signals.post_save``,
    ``shop.signals.paid``). ``sender`` is the expression, ``senders`` what it resolves to (dotted
    classes, ``app.Model`` strings, ``settings.AUTH_USER_MODEL``), empty for any sender or an
    unknown one (then ``sender`` is not None). ``receiver`` is None if the function is not one of
    the project. ``call`` is the ``@receiver(...)`` or ``.connect(...)`` call, None for a bare
    ``@signal.connect``. ``scope`` is the function around the call, None at module or class level.
    ``weak`` and ``uid`` are the expressions as given. ``options`` are unknown ``**options``: if
    ``sender``, ``weak`` or ``uid`` may be in them, they are that expression. Without ``signals``
    the signal is unknown. ``partial``: some arguments of the receiver come from ``partial``.
    """

    path: str
    module: str
    style: Literal["receiver", "connect"]
    signals: tuple[str, ...]
    senders: tuple[str, ...]
    sender: ast.expr | None
    receiver: FunctionRef | None
    written: str
    node: ast.AST
    call: ast.Call | None
    scope: FunctionRef | None = None
    weak: ast.expr | None = None
    uid: ast.expr | None = None
    target: ast.expr | None = None
    options: ast.expr | None = None
    partial: bool = False

    def tells(self, given: ast.expr | None) -> bool:
        """Return whether it is certain that ``given`` is passed or not: ``options`` may hide it."""
        return given is None or given is not self.options


@dataclass(frozen=True, slots=True, eq=False)
class Receiver:
    """A function of the project with all its registrations."""

    function: FunctionRef
    connections: tuple[Connection, ...]

    @property
    def signals(self) -> tuple[str, ...]:
        """Every signal it is registered for, each once."""
        return tuple(dict.fromkeys(signal for item in self.connections for signal in item.signals))

    @property
    def senders(self) -> tuple[str, ...]:
        """Every known sender, each once."""
        return tuple(dict.fromkeys(sender for item in self.connections for sender in item.senders))


@dataclass(frozen=True, slots=True, eq=False)
class SignalDef:
    """A signal of the project: ``name = Signal()``; ``model_signal`` if lazy senders work."""

    path: str
    module: str
    name: str
    node: ast.stmt
    call: ast.Call
    model_signal: bool = False
    scope: FunctionRef | None = None

    @property
    def dotted(self) -> str:
        """What an import of it resolves to."""
        return f"{self.module}.{self.name}"


@dataclass(frozen=True, slots=True, eq=False)
class SignalCall:
    """A call of a known signal: ``send``, ``send_robust``, their async twins, ``disconnect``."""

    path: str
    module: str
    method: str
    signal: str
    call: ast.Call
    scope: FunctionRef | None


@dataclass(frozen=True, slots=True)
class ModelField:
    """One field of a model, read from its assignment.

    ``type`` is the field class as written without its module (``CharField``); ``to`` the target of
    a relation as written, ``target`` its resolved name (``shop.models.Tag``, ``shop.Tag``, empty if
    unknown); ``through`` an explicit through model. ``options`` holds the keyword arguments as
    source text. ``required`` is True if a row cannot be created without a value for it (no default,
    not null, not blank-able text, not auto-filled). ``base`` is the library class that the
    project's field class derives from. ``choices`` are the (name of a member or constant, Python
    literal) pairs of its values that could be read.
    """

    name: str
    type: str
    kind: FieldKind
    line: int
    to: str | None = None
    target: str = ""
    through: str | None = None
    related_name: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    required: bool = False
    base: str = ""
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def on_delete(self) -> str:
        """What happens to a row when its target is deleted (``CASCADE``), "" if unknown."""
        return self.options.get("on_delete", "").partition("(")[0].rpartition(".")[2]


@dataclass(frozen=True, slots=True, eq=False)
class ModelInfo:
    """A class that is a Django model.

    ``fields`` include those of bases that were found; ``complete`` is False if a base could not be
    read: then a missing field proves nothing, unless ``fields_known``: the base is a package class
    with known fields, some of which it fills itself. ``attributes`` are the other names of the
    class and its bases (managers, properties, methods). ``custom_save``: it or a base in the
    project overrides save, clean or full_clean, and assigns ``self_set`` there; ``refuses``: such a
    save raises errors itself. ``app_label`` comes from Meta or the app around the file.
    ``together``: fields that must be unique together; ``managed`` is Meta's. ``methods`` are the
    ``attributes`` that are methods.
    """

    cls: ClassRef
    abstract: bool
    proxy: bool
    complete: bool
    app_label: str
    parents: tuple[ModelInfo, ...]
    fields: tuple[ModelField, ...]
    attributes: tuple[str, ...] = ()
    custom_save: bool = False
    self_set: frozenset[str] = frozenset()
    refuses: bool = False
    swappable: bool = False
    own_label: str = ""
    together: tuple[tuple[str, ...], ...] = ()
    methods: frozenset[str] = frozenset()
    managed: bool = True
    fields_known: bool = False

    @property
    def dotted(self) -> str:
        """The class's import path, as imports resolve to it."""
        return self.cls.dotted

    @property
    def name(self) -> str:
        """The class's name."""
        return self.cls.node.name

    @property
    def label(self) -> str:
        """``app_label.Name``, as lazy senders write it."""
        return f"{self.app_label}.{self.name}"

    def field(self, name: str) -> ModelField | None:
        """Return the field called ``name``, inherited ones included, or None."""
        return next((item for item in self.fields if item.name == name), None)


@dataclass(frozen=True, slots=True)
class Task:
    """A background task; ``kind`` is its library in ``facts.tasks``.

    ``parameters`` are the ones that callers fill. ``based``: it has its own base class.
    """

    name: str
    module: str
    path: str
    line: int
    kind: str
    parameters: tuple[str, ...] = ()
    based: bool = False
