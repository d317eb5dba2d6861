"""One parse and one pass: a query finds nodes, a sweep in file order the scopes: ``parse``."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

import tree_sitter_python
from tree_sitter import Language, Parser, Query, QueryCursor

from signalgen.late import dataclass
from signalgen.source import faults, nodes
from signalgen.source.mending import mend
from signalgen.source.newer import for_grammar
from signalgen.source.text import indent_of, read_text
from signalgen.values.source import Module

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

    from signalgen.source.text import Text
    from signalgen.values.source import Assignment, Call, ClassDef, Function, Import, SyntaxProblem

LANGUAGE = Language(tree_sitter_python.language())
_GUARDS = {
    "if_statement": "if",
    "try_statement": "try",
    "with_statement": "other",
    "for_statement": "other",
    "while_statement": "other",
    "match_statement": "other",
}
_QUERY = Query(
    LANGUAGE,
    "[(import_statement) (import_from_statement) (future_import_statement) (decorated_definition)"
    " (function_definition) (class_definition) (assignment) (call)"
    " (print_statement) (exec_statement)" + "".join(f" ({kind})" for kind in _GUARDS) + "] @n",
)


@dataclass(slots=True)
class _Scope:
    """An open class, function or guard: active for nodes that start in ``start`` to ``end``."""

    start: int
    end: int
    name: str
    guard: str


@dataclass(slots=True)
class _Sweep:
    """What the pass has found so far."""

    text: Text
    stack: list[_Scope] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    classes: list[ClassDef] = field(default_factory=list)
    calls: dict[tuple[int, int], Call] = field(default_factory=dict)
    assigned: list[tuple[Node, str, str]] = field(default_factory=list)
    faults: list[SyntaxProblem | None] = field(default_factory=list)
    decorated: Node | None = None


def parse(data: bytes) -> Module:
    """Return the view of a Python file.

    ``data`` are the bytes on disk. Never raises: for invalid Python the view has what could be
    recognised, and ``error`` names the first place that could not. Statements that cannot be parsed
    are ``gaps`` if their ends are certain: then everything else is there. A ``Function.body`` or
    ``ClassDef.body`` starts at the first statement or comment line of the block (below the
    docstring) and is empty, at the end of the docstring, if nothing follows it.
    ``Function.signature`` includes ``async`` and the colon. ``CallArgument.span`` covers
    ``name=value`` or the stars, its ``text`` the value only.
    """
    text = read_text(data)
    module = _view(text, text.buffer)
    if module.error is None or text.problem is not None:
        return module
    mended = mend(text.buffer, _as_read, surely=True)
    if not mended.certain:
        return module
    gaps = tuple(text.span(start, end) for start, end in mended.gaps)
    first = _view(text, for_grammar(text.buffer).data).error if gaps else None
    return replace(_view(text, mended.data), error=first, gaps=gaps)


def _as_read(buffer: bytes) -> bytes | None:
    # The text itself, then its older spelling if that differs.
    for known in dict.fromkeys((buffer, for_grammar(buffer).data)):
        if _view(read_text(buffer), known).error is None:
            return known
    return None


def tree_of(buffer: bytes) -> Tree:
    """Return tree-sitter's tree of a text in UTF-8 without bare carriage returns."""
    return Parser(LANGUAGE).parse(buffer)


def _view(text: Text, buffer: bytes) -> Module:
    root = tree_of(buffer).root_node
    sweep = _Sweep(text)
    found = QueryCursor(_QUERY).captures(root).get("n", [])
    for node in sorted(found, key=_position):
        _visit(sweep, node)
    statements = nodes.statements(root, text)
    sweep.faults += [faults.first_fault(root, text), faults.uneven(statements, text, top=True)]
    assignments: list[Assignment] = []
    for node, scope, guard in sweep.assigned:
        assignments.extend(nodes.assignments(node, text, scope, guard, sweep.calls))
    return Module(
        data=text.data,
        statements=statements,
        docstring=nodes.docstring(root.named_children, text),
        imports=tuple(sweep.imports),
        functions=tuple(sweep.functions),
        classes=tuple(sweep.classes),
        assignments=tuple(assignments),
        calls=tuple(sweep.calls.values()),
        error=text.problem or faults.earliest(sweep.faults),
        encoding=text.encoding,
        bom=text.bom,
        newline=text.newline,
        indent=indent_of(text.buffer),
    )


def _position(node: Node) -> tuple[int, int]:
    return node.start_byte, -node.end_byte


def _visit(sweep: _Sweep, node: Node) -> None:
    start = node.start_byte
    stack = sweep.stack
    # Nodes come in file order, so scopes that end before this one are closed for good.
    while stack and stack[-1].end <= start:
        stack.pop()
    scope, guard = _where(stack, start)
    kind = node.type
    if kind == "call":
        call = nodes.call(node, sweep.text, scope)
        sweep.calls[call.span.start, call.span.end] = call
    elif kind == "assignment":
        sweep.assigned.append((node, scope, guard))
    elif kind == "decorated_definition":
        sweep.decorated = node
    elif kind in ("function_definition", "class_definition"):
        _define(sweep, node, scope, guard)
    elif kind in ("print_statement", "exec_statement"):
        sweep.faults.append(faults.unknown_statement(node, sweep.text))
    elif kind in _GUARDS:
        sweep.faults.append(faults.empty_block(node, sweep.text))
        _guard(stack, node, scope, guard)
    else:
        sweep.imports.extend(nodes.imports(node, sweep.text, scope, guard))


def _where(stack: list[_Scope], start: int) -> tuple[str, str]:
    """Return scope and guard at ``start``; defaults and base classes are outside the scope."""
    for entry in reversed(stack):
        if entry.start <= start:
            return entry.name, entry.guard
    return "", ""


def _define(sweep: _Sweep, node: Node, scope: str, guard: str) -> None:
    # The decorated definition came right before the definition itself.
    outer = sweep.decorated or node
    sweep.decorated = None
    body = node.child_by_field_name("body")
    made: Function | ClassDef
    if node.type == "class_definition":
        made = nodes.class_def(node, outer, sweep.text, scope, guard, sweep.calls)
        sweep.classes.append(made)
    else:
        made = nodes.function(node, outer, sweep.text, scope, guard, sweep.calls)
        sweep.functions.append(made)
    name = made.qualname
    sweep.faults.append(faults.empty_block(node, sweep.text))
    sweep.faults.append(faults.uneven(made.statements, sweep.text, top=False))
    if body is not None:
        sweep.stack.append(_Scope(body.start_byte, node.end_byte, name, ""))


def _guard(stack: list[_Scope], node: Node, scope: str, guard: str) -> None:
    # Everything nested in it is also only for type checkers.
    if guard == "type_checking":
        return
    end = node.end_byte
    stack.append(_Scope(node.start_byte, end, scope, _GUARDS[node.type]))
    condition = node.child_by_field_name("condition")
    block = node.child_by_field_name("consequence")
    if condition is None or block is None or condition.text is None:
        return
    if condition.text.rpartition(b".")[2] == b"TYPE_CHECKING":
        stack.append(_Scope(block.start_byte, block.end_byte, scope, "type_checking"))
