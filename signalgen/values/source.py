"""Source: a typed view of one Python file, every node with its bytes.

Spans are byte offsets into the file on disk (BOM included), so that an edit can be made in place.
Lines and columns count from 1; columns are in characters. ``signalgen.source.parse`` makes these
values.
"""

from __future__ import annotations

from typing import Literal

from signalgen.late import dataclass
from signalgen.values.span import Span, SyntaxProblem

__all__ = [
    "Assignment",
    "Call",
    "CallArgument",
    "ClassDef",
    "Decorator",
    "Function",
    "Import",
    "ImportedName",
    "Module",
    "Parameter",
    "Span",
    "Statement",
    "SyntaxProblem",
]


@dataclass(frozen=True, slots=True)
class ImportedName:
    """One ``name as alias`` of a from-import; ``*`` for a star import."""

    name: str
    alias: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Import:
    """An import statement.

    ``import a.b as c`` has no ``names`` of its own: ``module`` is ``a.b`` and ``alias`` is ``c``;
    ``import a, b`` gives one value for each, with the same span. ``module`` keeps leading dots.
    ``scope`` is the dotted name of the enclosing classes and functions ("" at module level);
    ``guard`` the kind of block around it below that scope. ``is_lazy``: ``lazy import`` of Python
    3.15.
    """

    span: Span
    module: str
    is_from: bool
    names: tuple[ImportedName, ...]
    alias: str | None
    scope: str
    guard: Literal["", "type_checking", "try", "if", "other"]
    parenthesized: bool
    is_lazy: bool = False


@dataclass(frozen=True, slots=True)
class CallArgument:
    """An argument; ``keyword`` is None if positional, ``*`` or ``**`` for unpacking.

    ``text`` is the source of its value.
    """

    keyword: str | None
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """A call; ``callee`` is the source of what is called, unspaced (``post_save.connect``)."""

    span: Span
    callee: str
    arguments: tuple[CallArgument, ...]
    scope: str

    def argument(self, keyword: str, position: int | None = None) -> CallArgument | None:
        """Return the argument given by ``keyword``, or the one at ``position``, or None."""
        for arg in self.arguments:
            if arg.keyword == keyword:
                return arg
        positional = [arg for arg in self.arguments if arg.keyword is None]
        if position is not None and position < len(positional):
            return positional[position]
        return None


@dataclass(frozen=True, slots=True)
class Decorator:
    """A decorator line: ``name`` is the dotted name (``receiver``), ``call`` its call if any."""

    span: Span
    name: str
    call: Call | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as source; ``name`` has no stars, ``kind`` is ``""``, ``*`` or ``**``."""

    name: str
    kind: Literal["", "*", "**"]
    annotation: str | None
    default: str | None


@dataclass(frozen=True, slots=True)
class Function:
    """A function or method.

    ``span`` covers decorators to the end of the body; ``signature`` from ``def`` to the colon;
    ``body`` the statements after the docstring; ``docstring`` its statement. ``scope`` is the
    dotted enclosing scope, ``guard`` as in Import.
    """

    span: Span
    name: str
    scope: str
    guard: str
    is_async: bool
    decorators: tuple[Decorator, ...]
    parameters: tuple[Parameter, ...]
    returns: str | None
    signature: Span
    docstring: Span | None
    body: Span
    statements: tuple[Statement, ...]

    @property
    def qualname(self) -> str:
        """The dotted name with its scope."""
        return f"{self.scope}.{self.name}" if self.scope else self.name


@dataclass(frozen=True, slots=True)
class Assignment:
    """``target = value`` with one name as target; ``call`` is set if the value is a call."""

    span: Span
    target: str
    annotation: str | None
    value: str | None
    value_span: Span | None
    call: Call | None
    scope: str
    guard: str


@dataclass(frozen=True, slots=True)
class ClassDef:
    """A class, ``bases`` and ``keywords`` as written; ``body`` is the block without docstring."""

    span: Span
    name: str
    scope: str
    guard: str
    bases: tuple[str, ...]
    decorators: tuple[Decorator, ...]
    docstring: Span | None
    body: Span
    statements: tuple[Statement, ...]

    @property
    def qualname(self) -> str:
        """The dotted name with its scope."""
        return f"{self.scope}.{self.name}" if self.scope else self.name


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a block; ``kind`` is tree-sitter's node type, such as ``if_statement``."""

    span: Span
    kind: str


@dataclass(frozen=True, slots=True)
class Module:
    """One parsed file; ``statements`` are the top-level ones in order, comments included.

    All other tuples cover every depth. ``gaps`` are the statements that could not be parsed: with
    them, ``error`` is the problem of the first.
    """

    data: bytes
    statements: tuple[Statement, ...]
    docstring: Span | None
    imports: tuple[Import, ...]
    functions: tuple[Function, ...]
    classes: tuple[ClassDef, ...]
    assignments: tuple[Assignment, ...]
    calls: tuple[Call, ...]
    error: SyntaxProblem | None
    encoding: str
    bom: bool
    newline: Literal["\n", "\r\n", "\r"]
    indent: str
    gaps: tuple[Span, ...] = ()

    def text(self, span: Span) -> str:
        """Return the source of ``span``."""
        return self.data[span.start : span.end].decode(self.encoding, "replace")

    def bound_names(self) -> frozenset[str]:
        """Return every name that the module binds at its top level, under conditions too."""
        names = {f.name for f in self.functions if not f.scope}
        names |= {c.name for c in self.classes if not c.scope}
        names |= {a.target for a in self.assignments if not a.scope}
        for imp in self.imports:
            if not imp.scope and imp.is_from:
                names |= {n.alias or n.name for n in imp.names}
            elif not imp.scope:
                names.add(imp.alias or imp.module.partition(".")[0])
        return frozenset(names)
