"""What the attributes of objects hold: what ``__init__`` or the class body puts there, what a property makes, what a lazy object wraps."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.guards import conditions
from signalgen.check.naming import class_of_value, describe, result_classes, result_names
from signalgen.check.signature import names_of
from signalgen.index.names import bases, dotted, find_class, method, resolve
from signalgen.index.walking import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import ClassRef, FunctionRef

_DEEPEST = 5
_METHODS = (ast.FunctionDef, ast.AsyncFunctionDef)


def attribute_classes(index: Index, cls: ClassRef, name: str) -> Iterator[ClassRef]:
    """Yield the classes of the project that an attribute's object may be of; nothing when anything else is put there too."""
    made_by = method(index.code, cls, name)
    if made_by is not None:
        if _is_property(made_by):
            yield from result_classes(index, made_by)
        return
    for path, value in _values(index, cls, name):
        found = class_of_value(index, path, None, value)
        if found is not None:
            yield found


def attribute_names(index: Index, cls: ClassRef, name: str) -> Iterator[str]:
    """Yield what an attribute holds by name when a package made it: ``requests.Session()``."""
    made_by = method(index.code, cls, name)
    if made_by is not None:
        if _is_property(made_by):
            yield from (f"{made}()" for made in result_names(index, made_by))
        return
    for path, value in _values(index, cls, name):
        described = describe(index, path, None, value)
        if described:
            yield described


def wrapped_classes(index: Index, cls: ClassRef) -> Iterator[ClassRef]:
    """Yield the class that a subclass of Django's ``LazyObject`` stands for: what its ``_setup`` puts into ``_wrapped``."""
    if any(base.rpartition(".")[2] in ("LazyObject", "SimpleLazyObject") for base in bases(index.code, cls)):
        yield from attribute_classes(index, cls, "_wrapped")


def narrowed(index: Index, function: FunctionRef, node: ast.Name) -> Iterator[ClassRef]:
    """Yield the classes that a test above a name has found its object to be of: ``isinstance(instance, Order)``.

    For a receiver's ``instance``, ``issubclass(sender, Order)`` says the same.
    """
    if not _asks(index, function):
        return
    names = {node.id}
    if index.receiver_of(function) is not None and node.id in names_of(function, "instance"):
        names |= names_of(function, "sender")
    for condition in conditions(function, node):
        test = condition.test
        if not condition.positive or not isinstance(test, ast.Call) or len(test.args) != 2:
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


def _asks(index: Index, function: FunctionRef) -> bool:
    """Tell whether a function asks for the class of anything at all: most do not, and need no look at their conditions."""
    key = f"asks {id(function.node)}"
    known = index.lazy.get(key)
    if not isinstance(known, bool):
        known = index.lazy[key] = any(
            isinstance(item, ast.Name) and item.id in ("isinstance", "issubclass")
            for item in nodes_in(function.node)
        )
    return known


def _is_property(function: FunctionRef) -> bool:
    return any("property" in dotted(item) for item in getattr(function.node, "decorator_list", []))


def _values(index: Index, cls: ClassRef, name: str, depth: int = 0) -> tuple[tuple[str, ast.expr], ...]:
    """Return the calls that make an attribute, with the files they stand in, of the nearest class that sets it."""
    key = f"attribute {id(cls.node)} {name}"
    known = index.lazy.get(key)
    if isinstance(known, tuple):
        return known
    found = list(_set_in(cls.node, name))
    values: tuple[tuple[str, ast.expr], ...] = ()
    if found:
        made = [value for value in found if value is not None]
        values = tuple((cls.path, value) for value in made) if len(made) == len(found) else ()
    elif depth < _DEEPEST:
        parents = (find_class(index.code, base) for base in bases(index.code, cls))
        values = next(
            (got for base in parents if base is not None and (got := _values(index, base, name, depth + 1))),
            (),
        )
    index.lazy[key] = values
    return values


def _set_in(cls: ast.ClassDef, name: str) -> Iterator[ast.expr | None]:
    """Yield the calls that a class puts into an attribute, None for anything else; a plain ``None`` is passed over."""
    for stmt in cls.body:
        if isinstance(stmt, (ast.Assign, ast.AnnAssign)) and stmt.value is not None:
            targets = stmt.targets if isinstance(stmt, ast.Assign) else [stmt.target]
            if any(isinstance(item, ast.Name) and item.id == name for item in targets):
                yield from _made(stmt.value, frozenset())
        elif isinstance(stmt, _METHODS) and stmt.args.args:
            yield from _set_by(stmt, stmt.args.args[0].arg, name)


def _set_by(node: ast.FunctionDef | ast.AsyncFunctionDef, own: str, name: str) -> Iterator[ast.expr | None]:
    taken = frozenset(item.arg for item in (*node.args.args, *node.args.kwonlyargs))
    for item in nodes_in(node):
        if not isinstance(item, (ast.Assign, ast.AnnAssign)) or item.value is None:
            continue
        targets = item.targets if isinstance(item, ast.Assign) else [item.target]
        if any(isinstance(target, ast.Attribute) and dotted(target) == f"{own}.{name}" for target in targets):
            yield from _made(item.value, taken)


def _made(value: ast.expr, taken: frozenset[str]) -> Iterator[ast.expr | None]:
    """Yield the call that makes a value; ``given or Client()`` makes one when none is given."""
    if isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or):
        value = value.values[-1]
    if isinstance(value, ast.Constant) and value.value is None:
        return
    root = dotted(value.func).partition(".")[0] if isinstance(value, ast.Call) else ""
    yield value if root and root not in taken else None
