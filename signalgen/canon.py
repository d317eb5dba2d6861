"""Compare two texts as code: ``same(one, other)`` is the entry.

Changes that black and ruff may make do not count; a comment does. Two texts are the same if their
syntax trees are equal (docstrings compared without indentation) and so are their token streams:
names, numbers, strings, operators and comments, without brackets, commas and white space, which
wrapping moves.
"""

from __future__ import annotations

import ast
import inspect
import io
import tokenize
import warnings
from typing import TYPE_CHECKING

from signalgen.source.reading import older

if TYPE_CHECKING:
    from collections.abc import Iterator

_LAYOUT = frozenset(
    {
        tokenize.NEWLINE,
        tokenize.NL,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
        tokenize.ENCODING,
    }
)
_LOOSE = frozenset("()[]{},;\\")
_COMMON = str.maketrans("'", '"', " \n(),")
Words = tuple[str, ...]


def same(one: str, other: str) -> bool:
    """Return whether two texts with LF line ends are the same code.

    Texts that cannot be parsed are compared without white space.
    """
    if _plainly_same(one, other):
        return True
    one_words, other_words = words(one), words(other)
    if one_words is None or other_words is None:
        return one.split() == other.split()
    return one_words == other_words and _tree(one) == _tree(other)


def certainly_same(one: str, other: str) -> bool:
    """Return whether two texts are the same code, False if the running Python can parse neither."""
    if _plainly_same(one, other):
        return True
    its = words(other)
    readable = its is not None and parse(older(other)) is not None
    return readable and its == words(one) and _tree(one) == _tree(other)


def words(text: str) -> Words | None:
    """Return the normalised tokens of ``text``, or None when it cannot be tokenized."""
    try:
        return tuple(_words(text))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return None


def parse(text: str | bytes) -> ast.Module | None:
    """Return the syntax tree of ``text``, or None when the running Python cannot parse it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def bare(text: str) -> str:
    """Return ``text`` without the characters that formatters change nearly everywhere."""
    return text.translate(_COMMON)


def _plainly_same(one: str, other: str) -> bool:
    # Without comments, texts with equal trees and equal bare text also have equal tokens, whose
    # comparison takes most of the time. False proves nothing.
    if one == other:
        return True
    if "#" in one or bare(one) != bare(other):
        return False
    tree, others = parse(one), parse(other)
    return tree is not None and others is not None and _alike(tree, others)


def _alike(one: ast.AST, other: ast.AST) -> bool:
    waiting: list[tuple[object, object]] = [(one, other)]
    while waiting:
        mine, its = waiting.pop()
        if type(mine) is not type(its):
            return False
        if isinstance(mine, ast.AST):
            waiting += ((getattr(mine, name), getattr(its, name)) for name in mine._fields)
        elif isinstance(mine, list) and isinstance(its, list):
            if len(mine) != len(its):
                return False
            waiting += zip(mine, its, strict=True)
        elif mine != its:
            return False
    return True


def _words(text: str) -> Iterator[str]:
    # The first string of a statement may be a docstring, which formatters re-indent.
    first = True
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        kind, string = token.type, token.string
        if kind in _LAYOUT or string in _LOOSE:
            first = first or kind in (tokenize.NEWLINE, tokenize.INDENT)
            continue
        if kind == tokenize.COMMENT:
            yield _comment(string)
            continue
        yield _word(kind, string, alone=first)
        first = False


def _word(kind: int, string: str, *, alone: bool) -> str:
    if kind == tokenize.NUMBER:
        return string.lower()
    if kind == tokenize.STRING:
        return _string(string, alone=alone)
    if tokenize.tok_name[kind] in ("FSTRING_START", "TSTRING_START"):
        return string.rstrip("\"'").lower()
    if tokenize.tok_name[kind] in ("FSTRING_END", "TSTRING_END"):
        return "end of string"
    if tokenize.tok_name[kind] in ("FSTRING_MIDDLE", "TSTRING_MIDDLE"):
        return string.replace('\\"', '"').replace("\\'", "'")
    return string


def _string(string: str, *, alone: bool) -> str:
    tree = parse(string)
    if tree is None or not isinstance(tree.body[0], ast.Expr):
        return string
    value = tree.body[0].value
    if alone and isinstance(value, ast.Constant) and isinstance(value.value, str):
        return _docstring(value.value)
    return ast.dump(value)


def _comment(string: str) -> str:
    body = string.lstrip("#")
    return string[: len(string) - len(body)] + body.strip()


def _docstring(value: str) -> str:
    return "\n".join(line.rstrip() for line in inspect.cleandoc(value).split("\n")).strip()


def _tree(text: str) -> str:
    tree = parse(older(text))
    if tree is None:
        return "".join(text.split())
    # The formatter turns ``del (a, b)`` into ``del a, b``; u"" and "" are the same string.
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            node.value.value = _docstring(node.value.value)
            node.value.kind = None
        elif isinstance(node, ast.Constant):
            node.kind = None
        elif isinstance(node, ast.Delete):
            node.targets = [
                e for t in node.targets for e in (t.elts if isinstance(t, ast.Tuple) else [t])
            ]
    return ast.dump(tree)
