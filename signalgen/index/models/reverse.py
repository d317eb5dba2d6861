"""The names by which relations can be followed backwards: ``reverse_names(index)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.index.memo import answered_once
from signalgen.index.models.fields import RELATIONS
from signalgen.index.models.shapes import models_in
from signalgen.index.models.targets import target_of
from signalgen.index.reading.heads import class_heads
from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Mapping

    from signalgen.index import Index
    from signalgen.values.index import ModelField, ModelInfo

_NEEDLES = (b"ForeignKey", b"OneToOne", b"ManyToMany", b"ParentalKey", b"GenericRelation")
_WORDS = pattern(rb"\w+")


@dataclass(frozen=True, slots=True)
class Back:
    """A way back to the rows of ``model``: the name on a row and the name in lookups, if any."""

    accessor: str
    query: str
    model: str
    many: bool


@dataclass(frozen=True, slots=True)
class Reverse:
    """Ways back by the dotted name of the model they start from; ``loose`` start from anywhere."""

    of: Mapping[str, tuple[Back, ...]]
    loose: frozenset[str]


@answered_once
def reverse_names(index: Index) -> Reverse:
    """Return the ways back of all relations of the project."""
    found: dict[str, list[Back]] = {}
    loose: set[str] = set()
    for model in _models(index):
        for field in model.fields:
            if field.kind not in (*RELATIONS, "generic") or _is_inherited(model, field):
                continue
            back = _back(model, field)
            target = target_of(index, model, field) if field.target or field.to else ""
            if target:
                found.setdefault(_concrete(index, target), []).append(back)
            else:
                loose |= {back.accessor, back.query}
    return Reverse({name: tuple(backs) for name, backs in found.items()}, frozenset(loose))


def _models(index: Index) -> Iterator[ModelInfo]:
    # The classes below an abstract one may lie in files that name no relation.
    paths = list(index.containing(*_NEEDLES))
    seen: set[str] = set()
    while paths:
        abstract: set[bytes] = set()
        for path in paths:
            seen.add(path)
            for model in models_in(index.models, path):
                if model.abstract:
                    abstract |= {model.name.encode()} if _relates(model) else set()
                elif not model.proxy:
                    yield model
        below = (
            head.path
            for head in class_heads(index.code, index.paths)
            if head.path not in seen and abstract.intersection(_WORDS.findall(head.bases))
        )
        paths = list(dict.fromkeys(below)) if abstract else []


def _relates(model: ModelInfo) -> bool:
    return any(field.kind in RELATIONS for field in model.fields)


def _is_inherited(model: ModelInfo, field: ModelField) -> bool:
    return any(not parent.abstract and field in parent.fields for parent in model.parents)


def _concrete(index: Index, name: str) -> str:
    model = index.models.get(name)
    while model is not None and model.proxy and model.parents:
        model = model.parents[0]
    return model.dotted if model is not None else name


def _back(model: ModelInfo, field: ModelField) -> Back:
    lower = model.name.lower()
    named = _filled(model, field.related_name or _default(model))
    query = _filled(model, field.options.get("related_query_name", "").strip("\"'"))
    if field.kind == "generic":
        return Back("", query, model.dotted, many=True)
    if named.endswith("+"):
        return Back("", "", model.dotted, many=True)
    one = field.kind == "one_to_one"
    # A computed name may be anything: it is in the code as text, which counts as added.
    accessor = named or (lower if one else f"{lower}_set")
    return Back(accessor, query or named or lower, model.dotted, not one)


def _default(model: ModelInfo) -> str:
    import ast

    from signalgen.index.reading.code import flattened

    for stmt in flattened(model.cls.node.body):
        if isinstance(stmt, ast.ClassDef) and stmt.name == "Meta":
            for item in stmt.body:
                if isinstance(item, ast.Assign) and _is_default(item):
                    value = item.value
                    return str(value.value) if isinstance(value, ast.Constant) else ""
    return ""


def _is_default(item: ast.Assign) -> bool:
    return any(getattr(target, "id", "") == "default_related_name" for target in item.targets)


def _filled(model: ModelInfo, name: str) -> str:
    name = name.replace("%(class)s", model.name.lower()).replace(
        "%(model_name)s", model.name.lower()
    )
    return name.replace("%(app_label)s", model.app_label.lower())


def ways_back(index: Index, model: ModelInfo) -> Iterator[Back]:
    """Yield the ways back from a row of ``model``, those of its parents included."""
    known = reverse_names(index).of
    stack, seen = [model], set[str]()
    while stack:
        each = stack.pop()
        if each.dotted not in seen:
            seen.add(each.dotted)
            yield from known.get(each.dotted, ())
            stack += each.parents
