"""The names on a model's rows, and whether the list is complete: ``row_names``.

They are fields and what Django derives from them, reverse relations, and what the classes of the
MRO define, assign or annotate. Any other name is certainly wrong if the list is ``closed`` and
nothing in the project adds it (``added.py``).
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.modelbases import KNOWN_FIELDS, MODEL_BASES
from signalgen.facts.packagenames import PACKAGE_NAMES
from signalgen.facts.rownames import CONTRIB_NAMES, DJANGO_FIELDS, MODEL_NAMES
from signalgen.index.members.reverse import backs_called, line_of, lineage, reverse_names
from signalgen.index.memo import answered_once
from signalgen.index.reading.code import flattened
from signalgen.index.reading.heads import heads_called
from signalgen.index.reading.resolving import bases, find_class
from signalgen.index.reading.walking import Notes, walk
from signalgen.late import dataclass, pattern
from signalgen.values.index import ModelField

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from signalgen.index import Index
    from signalgen.index.members.reverse import Back
    from signalgen.values.index import ClassRef, ModelInfo


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PLAIN = frozenset({"object", "Generic", "typing.Generic", "typing_extensions.Generic", "abc.ABC"})
_HARMLESS = _words(
    "python_2_unicode_compatible register_snippet final deconstructible total_ordering"
)
_OPENING = frozenset({"__getattr__", "__getattribute__", "__init_subclass__", "__class_getitem__"})
_LOOPS = (ast.For, ast.While, ast.With)
_ROW = ("fk", "one_to_one")
_WRITTEN = Notes[frozenset[str]]("written")
_LANGUAGE = pattern(r"(?!id$)[a-z]{2}(?:_[a-z]{2,4})?")


@dataclass(frozen=True, slots=True, eq=False)
class RowNames:
    """The names of the rows of a model.

    ``fields`` are its own and inherited ones; ``told`` are the names that its classes give, without
    those set in method bodies (``gives``) and reverse relations. ``info`` is None for a model that
    Django ships.
    """

    name: str
    dotted: str
    fields: Mapping[str, ModelField]
    told: frozenset[str]
    info: ModelInfo | None = None


@answered_once
def row_names(index: Index, name: str) -> RowNames | None:
    """Return the names of the model with the dotted ``name``, None if unknown."""
    info = index.models.get(name)
    if info is not None:
        return None if info.abstract else _of_model(info)
    if name not in CONTRIB_NAMES or name not in KNOWN_FIELDS:
        return None
    fields = {item.name: _aimed(item) for item in KNOWN_FIELDS[name]}
    told = frozenset(_of_fields(fields)) | CONTRIB_NAMES[name] | MODEL_NAMES
    return RowNames(name.rpartition(".")[2], name, fields, told)


def _aimed(field: ModelField) -> ModelField:
    return replace(field, target=field.to) if field.to and not field.target else field


def _of_model(info: ModelInfo) -> RowNames:
    fields = {item.name: _aimed(item) for item in info.fields}
    for parent in _concrete_parents(info):
        link = f"{parent.name.lower()}_ptr"
        fields.setdefault(link, ModelField(link, "OneToOneField", "one_to_one", 0, parent.dotted))
    told = frozenset([*_of_fields(fields), *info.attributes]) | MODEL_NAMES
    return RowNames(info.name, info.dotted, fields, told, info)


def gives(index: Index, names: RowNames, name: str) -> bool:
    """Tell whether a class of the model gives its rows a name."""
    return name in names.told or name in _own(index, names)


@answered_once
def _own(index: Index, names: RowNames) -> frozenset[str]:
    # Only for a name that is not found otherwise: every method of every class is read.
    found = set(names.told)
    for cls in _classes(index, names.info) if names.info is not None else ():
        if isinstance(cls, str):
            found |= CONTRIB_NAMES.get(cls, frozenset()) | _of_package(cls)
        elif cls is not None:
            found |= _written(cls)
    return frozenset(found)


@answered_once
def is_closed(index: Index, names: RowNames) -> bool:
    """Tell whether the model's classes give no other names than those that were read."""
    return names.info is None or all(
        _is_known(cls) if isinstance(cls, str) else cls is not None and _is_plain(index, cls)
        for cls in _classes(index, names.info)
    )


def _is_known(cls: str) -> bool:
    return any(cls in known for known in (CONTRIB_NAMES, PACKAGE_NAMES, MODEL_BASES, _PLAIN))


def _of_package(cls: str) -> frozenset[str]:
    return frozenset(PACKAGE_NAMES.get(cls, "").split())


def _concrete_parents(info: ModelInfo) -> Iterator[ModelInfo]:
    for item in lineage(info):
        if not item.proxy:  # it shares the table of its parent
            yield from (parent for parent in item.parents if not parent.abstract)


def _of_fields(fields: Mapping[str, ModelField]) -> Iterator[str]:
    for name, field in fields.items():
        yield name
        yield f"get_{name}_display"
        if field.kind in _ROW or field.kind == "generic":
            yield f"{name}_id"
        if field.type.rpartition(".")[2].startswith("Date") or field.base.startswith("Date"):
            yield f"get_next_by_{name}"
            yield f"get_previous_by_{name}"
    yield from ("get_next_in_order", "get_previous_in_order")  # of order_with_respect_to


@answered_once
def _classes(index: Index, info: ModelInfo) -> tuple[ClassRef | str | None, ...]:
    """Return a model's classes, names of those outside the project; None if one is unknown."""
    found: dict[object, ClassRef | str | None] = {id(info.cls.node): info.cls}
    waiting = [info.cls]
    while waiting:
        cls = waiting.pop()
        for name in bases(index.code, cls):
            parent = find_class(index.code, name) if name else None
            key = name if parent is None else id(parent.node)
            if key in found:
                continue
            found[key] = parent or name or None
            if parent is not None:
                waiting.append(parent)
    return tuple(found.values())


def _is_plain(index: Index, cls: ClassRef) -> bool:
    """Tell whether only its body and its bases give a class names."""
    node = cls.node
    decorators = [dotted(i.func if isinstance(i, ast.Call) else i) for i in node.decorator_list]
    if node.keywords or not all(_is_harmless(item) for item in decorators):
        return False
    # One with the name for each of two settings.
    name = node.name.encode()
    heads = heads_called(index.code, index.paths).get(name.lower(), ())
    if sum(head.path == cls.path and head.name == name for head in heads) > 1:
        return False
    for stmt in flattened(node.body):
        if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef)) and stmt.name in _OPENING:
            return False
        if isinstance(stmt, _LOOPS) or (isinstance(stmt, ast.Expr) and _calls_scope(stmt)):
            return False
    return True


def _calls_scope(stmt: ast.Expr) -> bool:
    return any(
        isinstance(item, ast.Call) and dotted(item.func) in ("locals", "vars", "exec")
        for item in walk(stmt)
    )


def _is_harmless(written: str) -> bool:
    return written.rpartition(".")[2] in _HARMLESS or written in ("reversion.register", "receiver")


def _written(cls: ClassRef) -> frozenset[str]:
    """Return the names that a class body binds or annotates, or its methods set on ``self``."""
    known = _WRITTEN.get(cls.node)
    if known is None:
        known = _WRITTEN[cls.node] = frozenset(_bound(cls))
    return known


def _bound(cls: ClassRef) -> Iterator[str]:
    for stmt in flattened(cls.node.body):
        if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield stmt.name
            for item in walk(stmt):
                if isinstance(item, ast.Attribute) and not isinstance(item.ctx, ast.Load):
                    yield item.attr
        elif isinstance(stmt, ast.ClassDef):
            yield stmt.name
        elif isinstance(stmt, (ast.Import, ast.ImportFrom)):
            yield from ((item.asname or item.name).partition(".")[0] for item in stmt.names)
        else:
            for item in walk(stmt):
                if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store):
                    yield item.id


def back_of(index: Index, names: RowNames, name: str) -> Back | None:
    """Return the reverse relation with the accessor ``name``."""
    return next((item for item in _called(index, names, name) if item.accessor == name), None)


def query_back_of(index: Index, names: RowNames, name: str) -> Back | None:
    """Return the reverse relation called ``name`` in lookups."""
    return next((item for item in _called(index, names, name) if item.query == name), None)


def _called(index: Index, names: RowNames, name: str) -> list[Back]:
    line = _line(names)
    return [back for target, back in backs_called(index, name) if target in line]


def _line(names: RowNames) -> frozenset[str]:
    return line_of(names.info) if names.info is not None else frozenset([names.dotted])


def _backs(index: Index, names: RowNames) -> list[Back]:
    known = reverse_names(index).of
    return [back for name in _line(names) for back in known.get(name, ())]


def accessors(index: Index, names: RowNames) -> frozenset[str]:
    """Return every name that a row has."""
    return _own(index, names) | {item.accessor for item in _backs(index, names)} - {""}


def queried(index: Index, names: RowNames) -> frozenset[str]:
    """Return every name that a lookup may begin with."""
    return _own(index, names) | {item.query for item in _backs(index, names)} - {""}


def may_have(index: Index, names: RowNames, name: str) -> bool:
    """Tell whether a name that no class gives may exist: a child's, or an unread relation's."""
    if any(not target for target, _ in backs_called(index, name)) or _is_made(names, name):
        return True
    return not is_closed(index, names) or _is_child(index, names, name)


def _is_made(names: RowNames, name: str) -> bool:
    """Tell whether a package may derive the name from a field: ``price_currency``, ``title_en``."""
    for known, field in names.fields.items():
        rest = name.removeprefix(f"{known}_") if name.startswith(f"{known}_") else ""
        plain = not field.base and field.type.rpartition(".")[2] in DJANGO_FIELDS
        translated = field.kind == "plain" and _LANGUAGE.fullmatch(rest) is not None
        if rest and (translated if plain else sorted(rest) != ["d", "i"]):
            return True
        if not plain and f"_{known}" in name:
            return True
    others = names.info.attributes if names.info is not None else ()
    methods = names.info.methods if names.info is not None else ()
    return any(name.startswith(f"{known}_") for known in others if known not in methods)


def _is_child(index: Index, names: RowNames, name: str) -> bool:
    """Tell whether a name may lead from a row to the row of a child model."""
    for head in heads_called(index.code, index.paths).get(name.encode(), ()):
        child = index.models.get(f"{index.code.module(head.path)}.{head.name.decode()}")
        if child is None or names.dotted in line_of(child) - {child.dotted}:
            return True
    return False
