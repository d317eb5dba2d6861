"""The names of reverse relations.

``backs_called(index, name)`` reads only the models that may define a name, ``reverse_names(index)``
all of them.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from signalgen.index.members.targets import target_of
from signalgen.index.memo import answered_once
from signalgen.index.models.fields import RELATIONS
from signalgen.index.models.shapes import models_in
from signalgen.index.reading.code import flattened
from signalgen.index.reading.heads import heads_below, heads_called
from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from signalgen.index import Index
    from signalgen.values.index import ModelField, ModelInfo

_NEEDLES = (b"ForeignKey", b"OneToOne", b"ManyToMany", b"ParentalKey", b"GenericRelation")
_NAMED = pattern(rb"""related_(?:query_)?name\s*=\s*["']([\w.%()]+)["']""")
_PART = pattern(r"%\\\((\w+)\\\)s")


class Back(NamedTuple):
    """A reverse relation to the rows of ``model``: its accessor and its name in lookups, if any."""

    accessor: str
    query: str
    model: str
    many: bool


@dataclass(frozen=True, slots=True)
class Reverse:
    """Reverse relations by the dotted name of their model; ``loose`` ones may be on any model."""

    of: Mapping[str, tuple[Back, ...]]
    loose: frozenset[str]


@answered_once
def reverse_names(index: Index) -> Reverse:
    """Return the reverse relations of the project."""
    found: dict[str, list[Back]] = {}
    loose: set[str] = set()
    for model in _models(index):
        for target, back in _backs(index, model):
            if target:
                found.setdefault(target, []).append(back)
            else:
                loose |= {back.accessor, back.query}
    return Reverse({name: tuple(backs) for name, backs in found.items()}, frozenset(loose))


@answered_once
def backs_called(index: Index, name: str) -> tuple[tuple[str, Back], ...]:
    """Return the reverse relations with ``name`` as accessor or in lookups, with their models.

    The model is a dotted name, empty if the target of the relation is not known.
    """
    found: dict[tuple[str, Back], None] = {}
    for dotted in _owners(index, name):
        model = index.models.get(dotted)
        if model is not None and not model.proxy and not model.abstract:
            for target, back in _backs(index, model):
                if name in (back.accessor, back.query):
                    found[target, back] = None
    return tuple(found)


def _owners(index: Index, name: str) -> Iterator[str]:
    """Yield the classes whose relations may have ``name`` as their reverse name."""
    called = {name.removesuffix("_set").encode(), *_classes_in(index, name)}
    by_base = heads_below(index.code, index.paths)
    below: set[bytes] = set()
    for path, cls in _naming(index, name):
        dotted = f"{index.code.module(path)}.{cls}"
        yield dotted
        model = index.models.get(dotted)
        below |= {cls.encode()} if model is not None and model.abstract else set()
    by_name = heads_called(index.code, index.paths)
    for head in (head for each in called for head in by_name.get(each, ())):
        yield f"{index.code.module(head.path)}.{head.name.decode()}"
    # Relations of an abstract class belong to its subclasses.
    known: set[bytes] = set()
    while below:
        known |= below
        children = dict.fromkeys(head for base in sorted(below) for head in by_base.get(base, ()))
        yield from (f"{index.code.module(head.path)}.{head.name.decode()}" for head in children)
        below = {head.name for head in children} - known


def _naming(index: Index, name: str) -> Iterator[tuple[str, str]]:
    """Yield file and name of the classes that set the reverse name itself."""
    for path in _named(index).get(name.encode(), ()):
        outline = index.code.outline(path)
        for chunk in outline.chunks:
            given = _NAMED.findall(outline.source(chunk))
            if name.encode() in given and chunk.kind == "class":
                yield path, chunk.name
            elif name.encode() in given and chunk.kind in ("block", "other"):
                yield from ((path, cls.name) for cls in index.code.classes(path))


@answered_once
def _named(index: Index) -> Mapping[bytes, tuple[str, ...]]:
    """Return the explicit reverse names of relations, each with its files."""
    found: dict[bytes, dict[str, None]] = {}
    for path in index.containing(b"related_"):
        for name in _NAMED.findall(index.code.data(path)):
            found.setdefault(name, {})[path] = None
    return {name: tuple(paths) for name, paths in found.items()}


def _classes_in(index: Index, name: str) -> Iterator[bytes]:
    """Yield the classes, in lower case, in computed names such as ``%(class)s_tags``."""
    for computed in _computed(index):
        found = computed.fullmatch(name)
        yield from ((found["of"] or "").encode(),) if found is not None else ()


@answered_once
def _computed(index: Index) -> tuple[re.Pattern[str], ...]:
    texts = {text.decode("utf-8", "replace") for text in _named(index) if b"%(" in text}
    made = []
    for text in sorted(texts):
        once = _PART.sub(_group, re.escape(text), count=0)
        made.append(re.compile(once if "(?P<of>" in once else f"{once}(?P<of>)"))
    return tuple(made)


def _group(part: re.Match[str]) -> str:
    return r"(?P<of>\w+)" if part[1] in ("class", "model_name") else r"\w+"


def _backs(index: Index, model: ModelInfo) -> Iterator[tuple[str, Back]]:
    for field in model.fields:
        if field.kind in (*RELATIONS, "generic") and not _is_inherited(model, field):
            target = target_of(index, model, field) if field.target or field.to else ""
            yield (_concrete(index, target) if target else ""), _back(model, field)


def _models(index: Index) -> Iterator[ModelInfo]:
    # Subclasses of an abstract class may be in files that name no relation.
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
        by_base = heads_below(index.code, index.paths) if abstract else {}
        below = dict.fromkeys(
            head.path for base in sorted(abstract) for head in by_base.get(base, ())
        )
        paths = [path for path in below if path not in seen]


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
    if "related_name" in field.options and not field.related_name:
        # It is computed: its parts are in the code as text, which counts as added.
        return Back("", "", model.dotted, many=True)
    named = _filled(model, field.related_name or _default(model))
    query = _filled(model, field.options.get("related_query_name", "").strip("\"'"))
    if field.kind == "generic":
        return Back("", query, model.dotted, many=True)
    if named.endswith("+"):
        return Back("", "", model.dotted, many=True)
    one = field.kind == "one_to_one"
    accessor = named or (lower if one else f"{lower}_set")
    return Back(accessor, query or named or lower, model.dotted, not one)


def _default(model: ModelInfo) -> str:
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


def line_of(model: ModelInfo) -> frozenset[str]:
    """Return the dotted names of a model and all its bases."""
    return frozenset(item.dotted for item in lineage(model))


def lineage(model: ModelInfo) -> tuple[ModelInfo, ...]:
    """Return a model and all its bases, each once, however many paths lead there."""
    found: dict[str, ModelInfo] = {}
    stack = [model]
    while stack:
        each = stack.pop()
        if each.dotted not in found:
            found[each.dotted] = each
            stack += reversed(each.parents)
    return tuple(found.values())
