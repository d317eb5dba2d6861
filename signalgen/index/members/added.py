"""Whether code in the project gives rows a name that their classes do not define: ``is_added``.

It errs on the safe side: a name that is assigned, annotated or passed as text may exist.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.orm import LAZY
from signalgen.index.memo import answered_once
from signalgen.index.reading.scopes import scoped
from signalgen.index.reading.walking import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.index import Index
    from signalgen.index.reading.scopes import Scoped


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_READING = (LAZY - {"annotate"}) | _words(
    "F Q OuterRef Count Sum Avg Max Min When Coalesce Prefetch latest earliest dates datetimes "
    "bulk_update save asave refresh_from_db arefresh_from_db in_bulk bulk_create get_or_create "
    "update_or_create aget_or_create aupdate_or_create"
)
"""Calls whose text arguments name existing attributes."""
_ADDING = ("annotate", "alias", "extra", "values", "values_list", "aggregate")
_SHORTEST = 3
_WITHOUT_DEFAULT = 2


@answered_once
def is_added(index: Index, name: str) -> bool:
    """Tell whether the project assigns or annotates an attribute ``name``, or names it as text."""
    return any(_adds(index, name)) or any(item.fullmatch(name) for item in _patterns(index))


def _adds(index: Index, name: str) -> Iterator[bool]:
    only_read: set[int] = set()
    wanted = (ast.Attribute, ast.Call, ast.Constant)
    # Assigned, a text, or a keyword: a statement that only reads the name is not parsed.
    hint = rb"\.%s\b\s*[^\w\s.(]|[\"']%s[\"']|\b%s\s*=[^=]".replace(b"%s", re.escape(name.encode()))
    for item in _near(index, name, re.compile(hint), wanted):
        node = item.node
        if isinstance(node, ast.Call):
            last = dotted(node.func).rpartition(".")[2] or getattr(node.func, "attr", "")
            if last in _READING or (last == "getattr" and len(node.args) == _WITHOUT_DEFAULT):
                only_read |= {id(each) for each in _texts(node)}
            adding = last in _ADDING or "annotate" in last
            yield adding and any(each.arg == name for each in node.keywords)
        elif isinstance(node, ast.Attribute):
            stored = node.attr == name and not isinstance(node.ctx, ast.Load)
            yield stored and not _is_own(item)
        elif isinstance(node, ast.Constant):
            yield node.value == name and id(node) not in only_read


def _near(
    index: Index, name: str, hint: re.Pattern[bytes], wanted: tuple[type[ast.AST], ...]
) -> Iterator[Scoped]:
    code = index.code
    for path in index.containing(name.encode()):
        if not hint.search(code.data(path)):
            continue
        outline = code.outline(path)
        for chunk in outline.chunks:
            lines = outline.lines(chunk, hint)
            if lines:
                yield from scoped(code, path, code.parsed(path, chunk), wanted=wanted, lines=lines)


@answered_once
def stores(index: Index, name: str) -> frozenset[int] | None:
    """Return the ids of the nodes that assign an attribute nothing reads; None if it is read."""
    found = set()
    wanted = (ast.Attribute, ast.Constant, ast.keyword, ast.FunctionDef, ast.ClassDef)
    for item in _near(index, name, re.compile(re.escape(name.encode())), wanted):
        node = item.node
        if isinstance(node, ast.Attribute) and node.attr == name:
            if isinstance(node.ctx, ast.Load):
                return None
            found.add(id(node))
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str) and name in node.value:
                return None
        elif name in (getattr(node, "arg", None), getattr(node, "name", None)):
            return None
    return frozenset(found)


def _texts(call: ast.Call) -> Iterator[ast.AST]:
    handed = [item.value for item in call.keywords if item.arg not in ("select", "to_attr")]
    for argument in [*call.args, *handed]:
        inner: Sequence[ast.expr | None] = ()
        if isinstance(argument, (ast.List, ast.Tuple, ast.Set)):
            inner = argument.elts
        elif isinstance(argument, ast.Dict):  # of ``defaults``
            inner = argument.keys
        yield from (argument, *(item for item in inner if item is not None))


def _is_own(item: Scoped) -> bool:
    """Tell whether a method sets the attribute on ``self``: then its class has it."""
    owner = item.node.value if isinstance(item.node, ast.Attribute) else None
    scope = item.scope
    while scope is not None and scope.outer is not None:
        scope = scope.outer
    return isinstance(owner, ast.Name) and owner.id == "self" and bool(scope and scope.cls)


@answered_once
def _patterns(index: Index) -> tuple[re.Pattern[str], ...]:
    """Return patterns for computed names such as ``setattr(cls, f"get_{name}", …)``."""
    found = []
    for _, item in index.nodes(b"setattr(", b"add_to_class(", wanted=(ast.Call,)):
        call = item.node
        last = dotted(call.func).rpartition(".")[2] if isinstance(call, ast.Call) else ""
        if not isinstance(call, ast.Call) or last not in ("setattr", "add_to_class"):
            continue
        given = call.args[1:2] if last == "setattr" else call.args[:1]
        found += [pattern for node in given if (pattern := _pattern(node)) is not None]
    return tuple(found)


def _pattern(node: ast.expr) -> re.Pattern[str] | None:
    fixed = ""
    text = ""
    if isinstance(node, ast.JoinedStr):
        for part in node.values:
            known = str(part.value) if isinstance(part, ast.Constant) else ""
            fixed += known
            text += re.escape(known) or r"\w*"
    else:
        known = next((str(i.value) for i in walk(node) if isinstance(i, ast.Constant)), "")
        fixed = re.sub(r"%\w|\{\w*\}", "", known) if "%" in known or "{" in known else ""
        text = re.sub(r"%\w|\\\{\w*\\\}", r"\\w*", re.escape(known))
    return re.compile(text) if len(fixed.strip("_")) >= _SHORTEST else None
