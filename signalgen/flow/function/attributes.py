"""The values of objects' attributes: set by ``__init__`` or the class, properties, lazy objects.

``attribute_classes`` and ``attribute_names`` are the entries.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.orm import LAZY
from signalgen.flow.function.guards import conditions
from signalgen.flow.function.naming import class_of_value, describe, result_classes, result_names
from signalgen.flow.function.signature import names_of
from signalgen.index.memo import answered_for_now, answered_once, remembered
from signalgen.index.reading.resolving import bases, find_class, lineage, method, resolve
from signalgen.index.reading.scopes import scoped
from signalgen.index.reading.walking import nodes_in
from signalgen.index.reading.words import words_of
from signalgen.late import pattern
from signalgen.source.unread import may_say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from signalgen.index import Index
    from signalgen.values.index import ClassRef, FunctionRef

_FILTERING = (LAZY - {"none", "values", "values_list"}) | {"get_queryset"}
_BASES = pattern(rb"class[ \t](.*?)\)\s*:", re.DOTALL)
"""The bases of a class, and the text before them."""
_MOST_BELOW = 20
_METHODS = (ast.FunctionDef, ast.AsyncFunctionDef)


def attribute_classes(index: Index, cls: ClassRef, name: str) -> Iterator[ClassRef]:
    """Yield the project classes of an attribute's object; none if it may also be anything else."""
    made_by = method(index.code, cls, name)
    if made_by is not None:
        if is_property(made_by):
            yield from result_classes(index, made_by)
        return
    for path, value in _values(index, cls, name):
        found = class_of_value(index, path, None, value)
        if found is not None:
            yield found


def attribute_names(index: Index, cls: ClassRef, name: str) -> Iterator[str]:
    """Yield the names of what an attribute holds if a package made it: ``requests.Session()``."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        made_by = method(index.code, cls, name)
        if made_by is None:
            described = (describe(index, path, None, v) for path, v in _values(index, cls, name))
            yield from filter(None, described)
        elif is_property(made_by):
            yield from (f"{made}()" for made in result_names(index, made_by))
            waiting += list(_handed_on(made_by))[::-1]


def chained_names(index: Index, cls: ClassRef, parts: list[str]) -> Iterator[str]:
    """Yield the names of ``self.client.session.post``, given the class of ``self`` and parts."""
    for name in attribute_names(index, cls, parts[0]):
        yield ".".join((name, *parts[1:]))
    for held in attribute_classes(index, cls, parts[0]) if len(parts) > 2 else ():
        yield from chained_names(index, held, parts[1:])


@remembered(key=lambda cls, name: (cls.node, name))
def method_below(index: Index, cls: ClassRef, name: str) -> FunctionRef | None:
    """Return the method that a mixin uses but lacks, if all its subclasses have the same one."""
    # Only a class without bases counts as a mixin.
    if cls.node.bases:
        return None
    found: dict[int, FunctionRef] = {}
    for path, node in _classes_naming(index, cls.node.name):
        below = index.code.class_ref(path, node)
        if cls.dotted in bases(index.code, below):
            made_by = method(index.code, below, name)
            if made_by is None:
                return None
            found[id(made_by.node)] = made_by
    return next(iter(found.values())) if len(found) == 1 else None


@answered_once
def classes_below(index: Index, cls: ClassRef) -> tuple[ClassRef, ...]:
    """Return the classes of the project that derive from a class, the nearest first."""
    found: dict[str, ClassRef] = {}
    waiting = [cls]
    while waiting and len(found) < _MOST_BELOW:
        above = waiting.pop(0)
        for path, node in _classes_naming(index, above.node.name):
            below = index.code.class_ref(path, node)
            if above.dotted in bases(index.code, below) and below.dotted not in found:
                found[below.dotted] = below
                waiting.append(below)
    return tuple(found.values())


def _classes_naming(index: Index, name: str) -> Iterator[tuple[str, ast.ClassDef]]:
    """Yield the path and node of each class whose bases have ``name``."""
    word = name.encode()
    renamed = re.compile(rb" as[ \t]+(\w*%b\w*)" % re.escape(word))
    for path in index.containing(word):
        outline = index.code.outline(path)
        meant = {word, *renamed.findall(outline.data)}
        for chunk in outline.having(word):
            # Statements that only use the class are not parsed.
            lines = outline.lines(chunk, _BASES, _with_one_of(meant))
            if lines:
                stmts = index.code.parsed(path, chunk)
                for item in scoped(index.code, path, stmts, wanted=(ast.ClassDef,), lines=lines):
                    if isinstance(item.node, ast.ClassDef) and item.node.bases:
                        yield path, item.node


def _with_one_of(words: set[bytes]) -> Callable[[bytes], bool]:
    return lambda bases: not words.isdisjoint(words_of(bases))


def returns_own_rows(function: FunctionRef) -> bool:
    """Tell whether a manager's method returns its own rows, filtered or in another order."""
    if isinstance(function.node, ast.Lambda) or not function.node.args.args:
        return False
    own = function.node.args.args[0].arg
    returned = [item.value for item in nodes_in(function.node) if isinstance(item, ast.Return)]
    return bool(returned) and all(
        value is not None and _is_filtered(value, own) for value in returned
    )


def _is_filtered(node: ast.expr, own: str) -> bool:
    if not isinstance(node, ast.Call):
        return False
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr not in _FILTERING:
            return False
        node = node.func.value
    return isinstance(node, ast.Name) and node.id == own


def _handed_on(function: FunctionRef) -> Iterator[str]:
    for item in nodes_in(function.node):
        value = item.value if isinstance(item, ast.Return) else None
        if isinstance(value, ast.Attribute) and dotted(value.value) == "self":
            yield value.attr


def wrapped_classes(index: Index, cls: ClassRef) -> Iterator[ClassRef]:
    """Yield the class in a ``LazyObject``: what its ``_setup`` puts into ``_wrapped``."""
    if any(
        base.rpartition(".")[2] in ("LazyObject", "SimpleLazyObject")
        for base in bases(index.code, cls)
    ):
        yield from attribute_classes(index, cls, "_wrapped")


def narrowed(index: Index, function: FunctionRef, node: ast.Name) -> Iterator[ClassRef]:
    """Yield the classes that tests above a name have found: ``isinstance(instance, Order)``.

    For a receiver's ``instance``, ``issubclass(sender, Order)`` says the same.
    """
    if not _asks(index, function):
        return
    names = {node.id}
    if index.receiver_of(function) is not None and node.id in names_of(function, "instance"):
        names |= names_of(function, "sender")
    for condition in conditions(function, node):
        test, positive = condition.test, condition.positive
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test, positive = test.operand, not positive
        # Only a test that must be true tells the class.
        if not positive or not isinstance(test, ast.Call) or len(test.args) != 2:
            continue
        subject = test.args[0]
        asked = dotted(test.func)
        if not isinstance(subject, ast.Name) or subject.id not in names:
            continue
        if asked == ("isinstance" if subject.id == node.id else "issubclass"):
            written = dotted(test.args[1])
            cls = (
                find_class(index.code, resolve(index.code, function.path, written, function))
                if written
                else None
            )
            if cls is not None:
                yield cls


@answered_for_now
def _asks(_index: Index, function: FunctionRef) -> bool:
    return any(
        isinstance(item, ast.Name) and item.id in ("isinstance", "issubclass")
        for item in nodes_in(function.node)
    )


def is_property(function: FunctionRef) -> bool:
    """Tell whether a method is read as an attribute."""
    return any("property" in dotted(item) for item in getattr(function.node, "decorator_list", []))


@remembered(key=lambda cls, name: (cls.node, name))
def _values(index: Index, cls: ClassRef, name: str) -> tuple[tuple[str, ast.expr], ...]:
    for one in lineage(index.code, cls):
        found = list(_set_in(one.node, name))
        if found:
            made = [value for value in found if value is not None]
            # All or nothing: one value that is not a call makes the attribute unknown.
            return tuple((one.path, value) for value in made) if len(made) == len(found) else ()
    return ()


def _set_in(cls: ast.ClassDef, name: str) -> Iterator[ast.expr | None]:
    for stmt in cls.body:
        if isinstance(stmt, (ast.Assign, ast.AnnAssign)) and stmt.value is not None:
            targets = stmt.targets if isinstance(stmt, ast.Assign) else [stmt.target]
            if any(isinstance(item, ast.Name) and item.id == name for item in targets):
                yield from _made(stmt.value, frozenset())
        elif isinstance(stmt, _METHODS) and stmt.args.args and may_say(stmt, name):
            yield from _set_by(stmt, stmt.args.args[0].arg, name)


def _set_by(
    node: ast.FunctionDef | ast.AsyncFunctionDef, own: str, name: str
) -> Iterator[ast.expr | None]:
    taken = frozenset(item.arg for item in (*node.args.args, *node.args.kwonlyargs))
    for item in nodes_in(node):
        if not isinstance(item, (ast.Assign, ast.AnnAssign)) or item.value is None:
            continue
        targets = item.targets if isinstance(item, ast.Assign) else [item.target]
        if any(
            isinstance(target, ast.Attribute) and dotted(target) == f"{own}.{name}"
            for target in targets
        ):
            yield from _made(item.value, taken)


def _made(value: ast.expr, taken: frozenset[str]) -> Iterator[ast.expr | None]:
    """Yield the call that makes a value; ``given or Client()`` makes one by default."""
    if isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or):
        value = value.values[-1]
    if isinstance(value, ast.Constant) and value.value is None:
        return
    root = dotted(value.func).partition(".")[0] if isinstance(value, ast.Call) else ""
    yield value if root and root not in taken else None
