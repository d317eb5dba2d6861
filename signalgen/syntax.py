"""Small questions about the Python that a spec declares, answered from its syntax tree.

Bodies are statements of a function: they may contain ``return`` and ``await``. They were parsed
when the spec was read, so a syntax error cannot occur here.
"""

from __future__ import annotations

import ast
import io
import re
import symtable
import tokenize
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from signalgen import source
from signalgen.late import pattern
from signalgen.rewriting import Offsets
from signalgen.source.reading import code as code_tree
from signalgen.source.reading import newer, older
from signalgen.treewalk import all_nodes, child_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from signalgen.values.spec import Code, Mark

    Version = tuple[int, int]

_LINE = pattern("[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
"""A line as Python counts them; ``str.splitlines`` also splits at form feeds, even in strings."""

_LEAD = pattern("^[ \t\f]*\f")
"""A form feed before a statement: Python counts its column from there."""


# Text that all syntax from Python 3.10 on contains: most code has none of it.
_NEWER = re.compile(r"[fFtT][rR]?[\"']|\b(?:match|except|type|def|class|lazy)\b|\*")

_MOST_TREES = 128
_MOST_NAMES = 4096

# The type parameters of ``def f[T]``, ``class C[T]`` and ``type A[T]``: the brackets follow the
# name, and ``(``, ``:`` or ``=`` follows them.
_GENERIC = pattern(
    r"^[ \t\f]*(?:(?:async[ \t]+)?def|class|type)[ \t]+\w+[ \t]*\[([^\n]*?)\](?=[ \t]*[(:=])",
    re.MULTILINE,
)
_BOUND = pattern(r"(?:^|,)\s*\*{0,2}\s*(\w+)")
_NO_BINDING = pattern(r"no binding for nonlocal '(\w+)' found")
_WORD = pattern(r"[^\W\d]\w*")


@lru_cache(_MOST_TREES)
def parse_body(text: str) -> ast.Module:
    """Return the tree of statements; ``return`` and ``await`` are allowed.

    It is shared: do not change it.
    """
    return code_tree(text or "pass")


@lru_cache(_MOST_TREES)
def parse_expression(text: str) -> ast.expr:
    """Return the tree of one expression. It is shared: do not change it."""
    # A newline ends a comment in ``text``, which would otherwise swallow the parenthesis.
    return cast("ast.Expr", code_tree(f"(\n{text}\n)").body[0]).value


def newer_syntax(code: Code, oldest: Version | None) -> Iterator[tuple[Mark, Version, str]]:
    """Yield each use of syntax that is too new for ``oldest``, None for the running Python.

    Each comes with its place, the Python that supports it, and its name.
    """
    data = code.text.encode()
    if oldest is None:
        found = newer(code.text)
    else:
        found = source.newer_than(code.text, oldest) if _NEWER.search(code.text) else ()
    for item in found:
        line = data.count(b"\n", 0, item.start) + 1
        start = data.rfind(b"\n", 0, item.start) + 1
        yield code.at(line, len(data[start : item.start].decode())), item.version, item.what


def code_expression(text: str) -> ast.Expression:
    """Return the tree of ``text`` as one expression; raises like ``ast.parse``.

    Newer syntax is parsed in its older spelling.
    """
    try:
        return ast.parse(text, mode="eval")
    except SyntaxError:
        return ast.parse(older(text), mode="eval")


def _parameter_names(text: str) -> dict[str, tuple[int, int]]:
    # Names in type parameters, with their places; bound ones have line 0.
    found: dict[str, tuple[int, int]] = {}
    for header in _GENERIC.finditer(text):
        for word in _WORD.finditer(text, header.start(1), header.end(1)):
            line = text.count("\n", 0, word.start()) + 1
            found.setdefault(word[0], (line, word.start() - text.rfind("\n", 0, word.start()) - 1))
        found.update(dict.fromkeys(_BOUND.findall(header[1]), (0, 0)))
    return found


def captured(body: Sequence[ast.stmt], *, is_async: bool = True) -> tuple[str, ...]:
    """Return the names that functions in a body declare nonlocal and that the body does not bind.

    They can only be parameters of the enclosing function. Raises Python's error for any other.
    """
    # The trees go into a function that is parsed separately: no text can close it early.
    found: list[str] = []
    first: SyntaxError | None = None
    while True:
        kind = "async def" if is_async else "def"
        shell = ast.parse(f"{kind} receiver({', '.join(found)}):\n    pass")
        cast("ast.FunctionDef", shell.body[0]).body = list(body)
        try:
            compile(shell, "<spec>", "exec", dont_inherit=True)
        except SyntaxError as error:
            first = first or error
            missing = _NO_BINDING.search(error.msg)
            if missing is None or missing[1] in found:
                raise first from None
            found.append(missing[1])
        else:
            return tuple(found)


def free_names(
    text: str, parameters: Sequence[str], *, expression: bool = False
) -> Mapping[str, tuple[int, int]]:
    """Return the names that ``text`` reads without binding them.

    Each comes with the line (from 1) and column (from 0) of its first use.
    """
    return _free(text, tuple(parameters), expression)


@lru_cache(_MOST_TREES)
def _free(
    text: str,
    parameters: tuple[str, ...],
    expression: bool,  # noqa: FBT001 - the key of a cache
) -> Mapping[str, tuple[int, int]]:
    # A name that the body declares global cannot be a parameter as well: Python refuses that.
    wholly = global_names("" if expression else text)
    if "nonlocal" in text and not expression:
        parameters += captured(parse_body(text).body)
    named = (name for name in dict.fromkeys(parameters) if name not in wholly)
    header = f"async def f({', '.join(named)}):\n"
    if expression:
        source, shift = f"{header} return (\n{text}\n)", 2
    else:
        source, shift = header + indent_code(text or "pass", 1), 1
    found: dict[str, tuple[int, int]] = {}
    # symtable knows the scopes of nested functions and comprehensions, unlike a walk of the tree.
    try:
        table = symtable.symtable(source, "<spec>", "exec")
    except SyntaxError:
        # The older spelling has no type parameters, so their names are read from the text.
        source, found = older(source), _parameter_names(text)
        table = symtable.symtable(source, "<spec>", "exec")
    names = {name for child in table.get_children() for name in _globals_of(child)}
    indent = 0 if expression else 4
    bound = {name for name, place in found.items() if not place[0]}
    for node in all_nodes(ast.parse(source)):
        if isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load):
            place = (node.lineno - shift, max(node.col_offset - indent, 0))
            found[node.id] = min(place, found.get(node.id, place))
    return {name: place for name, place in found.items() if name not in bound}


@lru_cache(_MOST_TREES)
def bound_names(text: str, *, expression: bool = False) -> Mapping[str, tuple[int, int]]:
    """Return the names that ``text`` binds, deletes or declares global, with their first place."""
    tree = parse_expression(text) if expression else parse_body(text)
    found: dict[str, tuple[int, int]] = {}
    for node in _own_nodes(tree):
        for name in _bound_at(node):
            place = (getattr(node, "lineno", 1) - expression, getattr(node, "col_offset", 0))
            found[name] = min(place, found.get(name, place))
    return found


def global_names(text: str) -> frozenset[str]:
    """Return the names that ``text`` declares global itself, nested functions left out."""
    nodes = _own_nodes(parse_body(text)) if "global" in text else ()
    return frozenset(name for node in nodes if isinstance(node, ast.Global) for name in node.names)


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    # The nodes that may bind in the scope of ``node``: in a comprehension, only ``:=``.
    if isinstance(node, _SCOPES):
        if isinstance(node, _COMPREHENSIONS):
            yield from (n.target for n in ast.walk(node) if isinstance(n, ast.NamedExpr))
        else:
            yield node
            # A name that a function in it declares nonlocal is bound here.
            yield from (n for n in ast.walk(node) if isinstance(n, ast.Nonlocal))
        return
    yield node
    for child in child_nodes(node):
        yield from _own_nodes(child)


_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (*_COMPREHENSIONS, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def _bound_at(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.Name):
        return () if isinstance(node.ctx, ast.Load) else (node.id,)
    if isinstance(node, ast.alias):
        return (node.asname or node.name.partition(".")[0],)
    if isinstance(node, (ast.Global, ast.Nonlocal)):
        return tuple(node.names)
    # ``name`` of a function, class, except handler or star pattern; ``rest`` of a mapping pattern.
    name = getattr(node, "rest", None) or getattr(node, "name", None)
    return (name,) if isinstance(name, str) else ()


def _globals_of(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_global() and symbol.is_referenced():
            yield symbol.get_name()
    for child in table.get_children():
        yield from _globals_of(child)


def string_lines(text: str) -> frozenset[int]:
    """Return the 1-based lines that begin inside a string, where white space counts."""
    inside: set[int] = set()
    # f-strings are several tokens from Python 3.12 on, and nest.
    starts: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
        kind = tokenize.tok_name[token.type]
        if kind == "STRING":
            inside.update(range(token.start[0] + 1, token.end[0] + 1))
        elif kind.endswith("STRING_START"):
            starts.append(token.start[0])
        elif kind.endswith("STRING_END"):
            inside.update(range(starts.pop() + 1, token.end[0] + 1))
    return frozenset(inside)


def _lines(text: str) -> list[str]:
    return [line.rstrip("\r\n") for line in _LINE.findall(text)]


def indent_code(text: str, levels: int) -> str:
    """Indent ``text`` by four blanks a level, except lines that begin inside a string."""
    protected = (
        string_lines(text) if '"""' in text or "'''" in text or "\\\n" in text else frozenset()
    )
    pad = "    " * levels
    lines = _lines(text)
    return "\n".join(
        line if not line.strip() or number in protected else pad + _LEAD.sub("", line)
        for number, line in enumerate(lines, 1)
    )


def negate(text: str) -> str:
    """Return an expression that is true when ``text`` is false, as a person would write it."""
    node = parse_expression(text)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return ast.unparse(node.operand)
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and (turned := _turn(text, node)):
        return turned
    if isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)):
        return f"not {text}"
    return f"not ({text})"


_OPPOSITE = {"==": "!=", "!=": "==", "is": "is not", "is not": "is", "in": "not in", "not in": "in"}
_OPERATOR = pattern(r"==|!=|is(?:\s+not)?|(?:not\s+)?in")


def _turn(text: str, node: ast.Compare) -> str:
    # None and NaN have no order, so ``<`` and its like have no opposite: "".
    offsets = Offsets(f"(\n{text}\n)")
    start, end = offsets.span(node.left)[1] - 2, offsets.span(node.comparators[0])[0] - 2
    match = _OPERATOR.search(text, start, end)
    # A comment between the operands may contain an operator as well.
    if match is None or "#" in text[start:end]:
        return ""
    return text[: match.start()] + _OPPOSITE[" ".join(match.group().split())] + text[match.end() :]


def single_if(text: str) -> tuple[str, str] | None:
    """Return condition and body if ``text`` is a single ``if`` without ``else``.

    Comments around it rule it out; comments at the start of its body stay there. Such an ``if`` is
    joined with the condition around it: linters object to nested ones (SIM102).
    """
    tree = parse_body(text)
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.If) or tree.body[0].orelse:
        return None
    node = tree.body[0]
    offsets = Offsets(text)
    start, end = offsets.span(node)
    test_start, test_end = offsets.span(node.test)
    first = node.body[0]
    begin = offsets.at(first.lineno, 0)
    if text[:start].strip() or text[end:].strip():
        return None
    if first.lineno == node.lineno:
        return text[test_start:test_end], text[offsets.span(first)[0] : end]
    head, _, comments = text[test_end:begin].partition("\n")
    if "#" in head + comments:
        # Comments indented like the body belong to it; others cannot be moved safely.
        own = all(line.startswith(" " * first.col_offset + "#") for line in comments.splitlines())
        if head.strip() != ":" or not own:
            return None
        begin = test_end + len(head) + 1
    body = text[begin:end]
    test = text[test_start:test_end]
    return f"(\n{test}\n)" if "\n" in test else test, dedent_code(body)


def binds_loosely(text: str) -> bool:
    """Tell whether the expression ``text`` needs parentheses beside an ``and``."""
    node = parse_expression(text)
    loose = isinstance(node, (ast.IfExp, ast.Lambda, ast.NamedExpr))
    return loose or (isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or))


def dedent_code(text: str) -> str:
    """Remove the indentation of the first line from all lines that have it.

    Lines that begin inside a string keep theirs.
    """
    lines = _lines(text)
    pad = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    # An ``if`` above makes the indented text valid for the tokenizer.
    shifted = "if 1:\n" + text
    protected = {number - 1 for number in string_lines(shifted)}
    return "\n".join(
        line[len(pad) :] if line.startswith(pad) and number not in protected else line
        for number, line in enumerate(lines, 1)
    )


def string_literal(text: str) -> str:
    """Return a double-quoted Python literal of ``text``."""
    quoted = repr(text)
    if quoted[0] == "'" and '"' not in text:
        return '"' + quoted[1:-1].replace("\\'", "'") + '"'
    return quoted


@lru_cache(_MOST_NAMES)
def snake_words(name: str) -> str:
    """Return ``order_item`` for ``OrderItem``, as variables and parameters are spelled."""
    out = ""
    for i, letter in enumerate(name):
        following = name[i + 1 : i + 2]
        # ``HTTPServer`` is ``http_server``: a capital starts a word after a small letter, or before
        # one.
        if letter.isupper() and i and (not name[i - 1].isupper() or following.islower()):
            out += "_"
        out += letter.lower()
    return out
