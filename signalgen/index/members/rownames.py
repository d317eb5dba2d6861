"""Which names the rows of a model have, and whether that is all of them: ``row_names``.

Fields and what Django makes of them, relations from elsewhere, what all classes of the MRO define,
assign or annotate. A name that is in none of these is wrong for certain when ``closed`` and nothing
in the project adds it (``added.py``).
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.modelbases import KNOWN_FIELDS, MODEL_BASES
from signalgen.facts.packagenames import PACKAGE_NAMES
from signalgen.facts.rownames import CONTRIB_NAMES, DJANGO_FIELDS, MODEL_NAMES
from signalgen.index.members.reverse import backs_called, line_of, reverse_names
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
_DEEPEST = 12
_ROW = ("fk", "one_to_one")
_WRITTEN = Notes[frozenset[str]]("written")
_LANGUAGE = pattern(r"(?!id$)[a-z]{2}(?:_[a-z]{2,4})?")


@dataclass(frozen=True, slots=True, eq=False)
class RowNames:
    """The names of the rows of a model.

    ``fields`` are its own and inherited ones; ``own`` are all names that its classes give, without
    those of relations that lead here; ``closed``: there are no others. ``info`` is None for a model
    that Django ships.
    """

    name: str
    dotted: str
    fields: Mapping[str, ModelField]
    own: frozenset[str]
    closed: bool
    info: ModelInfo | None = None


@answered_once
def row_names(index: Index, name: str) -> RowNames | None:
    """Return the names of the model with the dotted ``name``, None when it is not known."""
    info = index.models.get(name)
    if info is not None:
        return None if info.abstract else _of_model(index, info)
    if name not in CONTRIB_NAMES or name not in KNOWN_FIELDS:
        return None
    fields = {item.name: _aimed(item) for item in KNOWN_FIELDS[name]}
    own = frozenset(_of_fields(fields)) | CONTRIB_NAMES[name] | MODEL_NAMES
    return RowNames(name.rpartition(".")[2], name, fields, own, closed=True)


def _aimed(field: ModelField) -> ModelField:
    return replace(field, target=field.to) if field.to and not field.target else field


def _of_model(index: Index, info: ModelInfo) -> RowNames:
    fields = {item.name: _aimed(item) for item in info.fields}
    for parent in _concrete_parents(info):
        link = f"{parent.name.lower()}_ptr"
        fields.setdefault(link, ModelField(link, "OneToOneField", "one_to_one", 0, parent.dotted))
    names = {*_of_fields(fields), *info.attributes, *MODEL_NAMES}
    closed = True
    for cls in _mro(index, info.cls, 0):
        if cls is None:
            closed = False
        elif isinstance(cls, str):
            names |= CONTRIB_NAMES.get(cls, frozenset()) | _of_package(cls)
            closed = closed and (_is_known(cls) or cls in MODEL_BASES or cls in _PLAIN)
        else:
            names.update(_written(cls))
            closed = closed and _is_closed(index, cls)
    return RowNames(info.name, info.dotted, fields, frozenset(names), closed, info)


def _is_known(cls: str) -> bool:
    return cls in CONTRIB_NAMES or cls in PACKAGE_NAMES


def _of_package(cls: str) -> frozenset[str]:
    return frozenset(PACKAGE_NAMES.get(cls, "").split())


def _concrete_parents(info: ModelInfo) -> Iterator[ModelInfo]:
    for parent in info.parents:
        if not parent.abstract and not info.proxy:
            yield parent
        yield from _concrete_parents(parent)


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


def _mro(index: Index, cls: ClassRef, depth: int) -> Iterator[ClassRef | str | None]:
    """Yield the classes that a class is made of; names of those outside, None where one is lost."""
    yield cls
    if depth > _DEEPEST:
        yield None
        return
    for name in bases(index.code, cls):
        parent = find_class(index.code, name) if name else None
        if parent is not None:
            yield from _mro(index, parent, depth + 1)
        else:
            yield name or None


def _is_closed(index: Index, cls: ClassRef) -> bool:
    node = cls.node
    decorators = [dotted(i.func if isinstance(i, ast.Call) else i) for i in node.decorator_list]
    if node.keywords or not all(_is_harmless(item) for item in decorators):
        return False
    # One of the name for each of two settings.
    heads = re.findall(rb"\bclass[ \t]+%s\b" % node.name.encode(), index.code.data(cls.path))
    if len(heads) > 1:
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
    """Return what a class body binds or annotates, and what its methods set on ``self``."""
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
    """Return the relation that is followed back from a row by the attribute ``name``."""
    return next((item for item in _called(index, names, name) if item.accessor == name), None)


def query_back_of(index: Index, names: RowNames, name: str) -> Back | None:
    """Return the relation that is followed back in a lookup by ``name``."""
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
    return names.own | {item.accessor for item in _backs(index, names)} - {""}


def queried(index: Index, names: RowNames) -> frozenset[str]:
    """Return every name that a lookup may begin with."""
    return names.own | {item.query for item in _backs(index, names)} - {""}


def may_have(index: Index, names: RowNames, name: str) -> bool:
    """Tell whether a name that no class gives may be there: of a child, or of a relation unread."""
    if not names.closed or any(not target for target, _ in backs_called(index, name)):
        return True
    return _is_made(names, name) or _is_child(index, names, name)


def _is_made(names: RowNames, name: str) -> bool:
    """Tell whether a package may make the name of a field: ``price_currency``, ``title_en``."""
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
    """Tell whether a row may be followed to the row of a class that derives from its model."""
    for head in heads_called(index.code, index.paths).get(name.encode(), ()):
        child = index.models.get(f"{index.code.module(head.path)}.{head.name.decode()}")
        if child is None or names.dotted in {item.dotted for item in _parents(child)}:
            return True
    return False


def _parents(info: ModelInfo) -> Iterator[ModelInfo]:
    for parent in info.parents:
        yield parent
        yield from _parents(parent)
