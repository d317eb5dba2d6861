"""From a tree-sitter node to its frozen value, one function per kind: ``function(...)`` etc."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from signalgen.values.source import (
    Assignment,
    Call,
    CallArgument,
    ClassDef,
    Decorator,
    Function,
    Import,
    ImportedName,
    Parameter,
    Span,
    Statement,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Literal

    from tree_sitter import Node

    from signalgen.source.text import Text

    Calls = Mapping[tuple[int, int], Call]
    Guard = Literal["", "type_checking", "try", "if", "other"]


def span(node: Node, text: Text) -> Span:
    """Return the span of ``node``."""
    return text.span(node.start_byte, node.end_byte)


def source(node: Node, text: Text) -> str:
    """Return the source of ``node``."""
    return text.decode(node.start_byte, node.end_byte)


def statements(block: Node, text: Text) -> tuple[Statement, ...]:
    """Return the statements of a block, comments included."""
    return tuple(Statement(span(child, text), child.type) for child in block.named_children)


def imports(node: Node, text: Text, scope: str, guard: str) -> Iterable[Import]:
    """Return the Import values of a statement: one, or one per module of ``import a, b``."""
    where = span(node, text)
    kind = cast("Guard", guard)
    lazy = text.data.startswith(b"lazy", where.start)
    if node.type == "import_statement":
        for child in node.named_children:
            name, alias = _aliased(child, text)
            yield Import(
                where,
                name,
                is_from=False,
                names=(),
                alias=alias,
                scope=scope,
                guard=kind,
                parenthesized=False,
                is_lazy=lazy,
            )
        return
    module = node.child_by_field_name("module_name")
    name = "__future__" if module is None else "".join(source(module, text).split())
    parenthesized = any(child.type == "(" for child in node.children)
    names = tuple(_imported(node, module, text))
    yield Import(
        where,
        name,
        is_from=True,
        names=names,
        alias=None,
        scope=scope,
        guard=kind,
        parenthesized=parenthesized,
        is_lazy=lazy,
    )


def _imported(node: Node, module: Node | None, text: Text) -> Iterable[ImportedName]:
    for child in node.named_children:
        if child.type == "wildcard_import":
            yield ImportedName("*", None, span(child, text))
        elif child.type in ("dotted_name", "aliased_import") and child != module:
            name, alias = _aliased(child, text)
            yield ImportedName(name, alias, span(child, text))


def _aliased(node: Node, text: Text) -> tuple[str, str | None]:
    name, alias = node, None
    if node.type == "aliased_import":
        name = node.child_by_field_name("name") or node
        alias = node.child_by_field_name("alias")
    return "".join(source(name, text).split()), source(alias, text) if alias is not None else None


def call(node: Node, text: Text, scope: str) -> Call:
    """Return the Call of a call node."""
    callee = node.child_by_field_name("function")
    arguments = node.child_by_field_name("arguments")
    name = "" if callee is None else source(callee, text)
    if not name.isidentifier():
        name = "".join(name.split())
    return Call(span(node, text), name, tuple(_arguments(arguments, text)), scope)


def _arguments(node: Node | None, text: Text) -> Iterable[CallArgument]:
    if node is None:
        return
    # A generator expression as the only argument has no list around it.
    if node.type != "argument_list":
        yield CallArgument(None, source(node, text), span(node, text))
        return
    for child in node.named_children:
        kind = child.type
        if kind == "keyword_argument":
            name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
            if name is not None and value is not None:
                yield CallArgument(source(name, text), source(value, text), span(child, text))
        elif kind in ("list_splat", "dictionary_splat"):
            stars = "*" if kind == "list_splat" else "**"
            yield CallArgument(stars, source(child, text)[len(stars) :].strip(), span(child, text))
        elif kind != "comment":
            yield CallArgument(None, source(child, text), span(child, text))


def decorators(outer: Node, text: Text, calls: Calls) -> tuple[Decorator, ...]:
    """Return the decorators of a decorated definition, none when ``outer`` is not one."""
    if outer.type != "decorated_definition":
        return ()
    return tuple(
        _decorator(child, text, calls)
        for child in outer.named_children
        if child.type == "decorator"
    )


def _decorator(node: Node, text: Text, calls: Calls) -> Decorator:
    inner = next((child for child in node.named_children if child.type != "comment"), None)
    made = calls.get((inner.start_byte, inner.end_byte)) if inner is not None else None
    if made is not None:
        return Decorator(span(node, text), made.callee, made)
    name = "" if inner is None else "".join(source(inner, text).split())
    return Decorator(span(node, text), name, None)


def function(node: Node, outer: Node, text: Text, scope: str, guard: str, calls: Calls) -> Function:
    """Return the Function of a definition; ``outer`` is its decorated definition or itself."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    returns = node.child_by_field_name("return_type")
    first = node.children[0]
    doc, inside = _block(node, body, text)
    return Function(
        span=span(outer, text),
        name="" if name is None else source(name, text),
        scope=scope,
        guard=guard,
        is_async=first.type == "async",
        decorators=decorators(outer, text, calls),
        parameters=tuple(_parameters(node.child_by_field_name("parameters"), text)),
        returns=None if returns is None else source(returns, text),
        signature=text.span(node.start_byte, _colon(node)),
        docstring=doc,
        body=inside,
        statements=() if body is None else statements(body, text),
    )


def class_def(
    node: Node, outer: Node, text: Text, scope: str, guard: str, calls: Calls
) -> ClassDef:
    """Return the ClassDef of a definition; ``outer`` as for ``function``."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    bases = node.child_by_field_name("superclasses")
    doc, inside = _block(node, body, text)
    return ClassDef(
        span=span(outer, text),
        name="" if name is None else source(name, text),
        scope=scope,
        guard=guard,
        bases=()
        if bases is None
        else tuple(
            source(child, text) for child in bases.named_children if child.type != "comment"
        ),
        decorators=decorators(outer, text, calls),
        docstring=doc,
        body=inside,
        statements=() if body is None else statements(body, text),
    )


def docstring(children: Sequence[Node], text: Text) -> Span | None:
    """Return the span of the docstring statement among a block's children, or None."""
    for child in children:
        if child.type == "comment":
            continue
        return span(child, text) if _is_docstring(child) else None
    return None


def _is_docstring(node: Node) -> bool:
    if node.type != "expression_statement" or node.named_child_count != 1:
        return False
    value = node.named_children[0]
    parts = value.named_children if value.type == "concatenated_string" else [value]
    return all(part.type == "string" and not _prefix(part) & set(b"bBfFtT") for part in parts)


def _prefix(string: Node) -> set[int]:
    start = string.children[0].text if string.children else None
    return set(start or b"f")


def _colon(node: Node) -> int:
    for child in reversed(node.children):
        if child.type == ":":
            return child.end_byte
    return node.start_byte


def _block(node: Node, body: Node | None, text: Text) -> tuple[Span | None, Span]:
    """Return the docstring of a definition and the span of the rest."""
    colon = _colon(node)
    if body is None or not body.named_child_count:
        return None, text.span(colon, colon)
    # Comments above the first statement are children of the definition, not of its block.
    leading = [
        child
        for child in node.named_children
        if child.type == "comment" and child.start_byte > colon
    ]
    children = [*leading, *body.named_children]
    doc = docstring(children, text)
    cut = colon
    if doc is not None:
        cut = doc.end
        children = [child for child in children if child.start_byte >= cut]
    # Comments on the line of the colon or docstring do not belong to the body.
    line = text.span(cut, cut).line
    while (
        children
        and children[0].type == "comment"
        and text.span(children[0].start_byte, 0).line == line
    ):
        cut = children.pop(0).end_byte
    if not children:
        return doc, text.span(cut, cut)
    return doc, text.span(children[0].start_byte, max(children[-1].end_byte, body.end_byte))


def _parameters(node: Node | None, text: Text) -> Iterable[Parameter]:
    for child in () if node is None else node.named_children:
        if child.type in ("comment", "keyword_separator", "positional_separator"):
            continue
        annotation, default = child.child_by_field_name("type"), child.child_by_field_name("value")
        name = child.child_by_field_name("name") or (
            child if child.type == "identifier" else next(iter(child.named_children), None)
        )
        # Their text includes the stars, which give the kind.
        if child.type in ("list_splat_pattern", "dictionary_splat_pattern"):
            name = child
        if name is None:
            continue
        written = "".join(source(name, text).split())
        stars = written[: len(written) - len(written.lstrip("*"))]
        yield Parameter(
            written[len(stars) :],
            cast("Literal['', '*', '**']", stars),
            None if annotation is None else source(annotation, text),
            None if default is None else source(default, text),
        )


def assignments(
    node: Node, text: Text, scope: str, guard: str, calls: Calls
) -> Iterable[Assignment]:
    """Return the Assignment of a node with a name target, or one per tuple name without value."""
    left, annotation = node.child_by_field_name("left"), node.child_by_field_name("type")
    value = node.child_by_field_name("right")
    # ``a = b = value`` is nested: the value is in the innermost one.
    while value is not None and value.type == "assignment":
        value = value.child_by_field_name("right")
    if left is None:
        return
    if left.type != "identifier":
        for name in _names(left):
            yield Assignment(
                span(node, text), source(name, text), None, None, None, None, scope, guard
            )
        return
    yield Assignment(
        span=span(node, text),
        target=source(left, text),
        annotation=None if annotation is None else source(annotation, text),
        value=None if value is None else source(value, text),
        value_span=None if value is None else span(value, text),
        call=None if value is None else calls.get((value.start_byte, value.end_byte)),
        scope=scope,
        guard=guard,
    )


def _names(left: Node) -> Iterable[Node]:
    if left.type == "identifier":
        yield left
    elif left.type in ("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern"):
        for child in left.named_children:
            yield from _names(child)
