"""Which classes are Django models, and their fields and Meta with all bases merged.

``Models.get`` answers for one class, lazily; ``models_in`` for all classes of a file.
"""

from __future__ import annotations

import ast
from dataclasses import field
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.modelbases import KNOWN_ATTRIBUTES, KNOWN_FIELDS, MODEL_BASES
from signalgen.facts.packagenames import PACKAGE_NAMES
from signalgen.index.models.fields import field_of
from signalgen.index.models.packages import package_fields
from signalgen.index.reading.code import Codebase, flattened
from signalgen.index.reading.heads import heads_called
from signalgen.index.reading.resolving import bases, find_class
from signalgen.index.reading.walking import Notes
from signalgen.late import dataclass
from signalgen.values.index import ClassRef, ModelInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from signalgen.values.index import ModelField

_FOREIGN = (
    "pydantic.",
    "pydantic_settings.",
    "rest_framework.",
    "django.forms.",
    "forms.",
    "ninja.",
    "graphene.",
    "torch.",
    "sqlalchemy.",
    "sqlmodel.",
    "keras.",
)
"""Packages whose classes are called models but are not Django's."""
_PLAIN = frozenset({"object", "Generic", "typing.Generic", "typing_extensions.Generic", "abc.ABC"})
_TOLD = ("django.", "enum.", "typing.", *_FOREIGN)
_SAVES = frozenset({"save", "clean", "full_clean", "asave"})
_NO_METHODS = frozenset({"is_anonymous", "is_authenticated", "objects"})
_CLASS_VALUES = Notes[dict[str, ast.expr]]("class values")
_USERS = ("AbstractBaseUser", "PermissionsMixin", "AbstractUser")


@dataclass(frozen=True, slots=True)
class Shape:
    """A class with its bases merged. ``meta`` maps the names in Meta to their values."""

    is_model: bool = False
    complete: bool = True
    fields_known: bool = True
    fields: Mapping[str, ModelField] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()
    methods: frozenset[str] = frozenset()
    custom_save: bool = False
    self_set: frozenset[str] = frozenset()
    refuses: bool = False
    meta: Mapping[str, ast.expr] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Models:
    """The classes seen so far, by dotted name; ``known`` has None for those that are not models."""

    code: Codebase
    known: dict[str, ModelInfo | None] = field(default_factory=dict)
    shapes: dict[str, Shape] = field(default_factory=dict)

    def get(self, name: str) -> ModelInfo | None:
        """Return the model that a resolved dotted name means, None if not known to be one."""
        if name not in self.known:
            # Set first: in unfinished code a class may derive from itself.
            self.known[name] = None
            cls = find_class(self.code, name)
            self.known[name] = self._made(cls) if cls is not None else None
        return self.known[name]

    def by_label(self, label: str, paths: Iterable[str]) -> ModelInfo | None:
        """Return the model that ``app_label.Name`` (in any case) names, None if no file has it."""
        app, _, name = label.partition(".")
        for head in heads_called(self.code, paths).get(name.encode().lower(), ()):
            model = self.get(f"{self.code.module(head.path)}.{head.name.decode()}")
            if model is not None and model.app_label == app:
                return model
        return None

    def _made(self, cls: ClassRef) -> ModelInfo | None:
        shape = self.shape(cls)
        if not shape.is_model:
            return None
        named = bases(self.code, cls)
        own = _text(shape.meta.get("app_label"))
        return ModelInfo(
            cls=cls,
            abstract=_is_true(shape.meta.get("abstract")),
            proxy=_is_true(shape.meta.get("proxy")),
            complete=shape.complete,
            fields_known=shape.fields_known,
            app_label=own or app_label(self.code, cls.path),
            parents=tuple(found for base in named if (found := self.get(base)) is not None),
            fields=tuple(shape.fields.values()),
            attributes=shape.attributes,
            custom_save=shape.custom_save,
            self_set=shape.self_set,
            refuses=shape.refuses,
            swappable="swappable" in shape.meta,
            own_label=own,
            together=tuple(_together(shape.meta)),
            methods=shape.methods,
            managed=not _is_false(shape.meta.get("managed")),
        )

    def shape(self, cls: ClassRef) -> Shape:
        """Return a class with its bases merged, whether it is a model or a mixin of models."""
        key = f"{cls.dotted} {id(cls.node)}"
        if key not in self.shapes:
            self.shapes[key] = Shape()  # for a class that derives from itself
            self.shapes[key] = self._shape(cls)
        return self.shapes[key]

    def _shape(self, cls: ClassRef) -> Shape:
        named = bases(self.code, cls)
        parents = [self._base(name) for name in named]
        fields, others = _body(self.code, cls)
        merged: dict[str, ModelField] = {}
        attributes: dict[str, None] = {}
        # In reverse, as the first base wins; then own plain names remove inherited fields.
        for parent in reversed(parents):
            merged.update(parent.fields)
            attributes.update(dict.fromkeys(parent.attributes))
        merged = {name: item for name, item in merged.items() if name not in others}
        merged.update(fields)
        attributes.update(dict.fromkeys(others))
        methods = frozenset(name for name, is_method in others.items() if is_method)
        inherited = frozenset(name for parent in parents for name in parent.methods)
        return Shape(
            is_model=self._is_model(cls, named, parents, own_fields=bool(fields)),
            complete=all(parent.complete for parent in parents),
            fields_known=all(parent.fields_known for parent in parents),
            fields=merged,
            attributes=tuple(name for name in attributes if name not in merged),
            methods=methods | (inherited - others.keys()),
            custom_save=bool(_SAVES & methods) or any(parent.custom_save for parent in parents),
            self_set=_set_when_saved(cls).union(*(parent.self_set for parent in parents)),
            refuses=_refuses(cls) or any(parent.refuses for parent in parents),
            meta=self._meta(cls, parents),
        )

    def _is_model(
        self, cls: ClassRef, named: list[str], parents: list[Shape], *, own_fields: bool
    ) -> bool:
        in_models = in_models_module(cls.path)
        if own_fields or in_models:
            if any(parent.is_model for parent in parents):
                return True
            # An unknown base, in models.py, with Django fields: most likely a model of a package.
            return own_fields and in_models and any(self._is_opaque(name) for name in named)
        # Elsewhere, an installed base that only sounds like a model (pydantic's) proves nothing.
        return any(parent.is_model and parent.complete for parent in parents)

    def _is_opaque(self, base: str) -> bool:
        return (
            base not in _PLAIN
            and find_class(self.code, base) is None
            and not base.startswith(_TOLD)
        )

    def _base(self, name: str) -> Shape:
        if name in MODEL_BASES:
            return Shape(is_model=True)
        if name in KNOWN_FIELDS:
            last = name.rpartition(".")[2]
            parts = _USERS if last in ("AbstractUser", "User") else (last,)
            attributes = tuple(item for part in parts for item in KNOWN_ATTRIBUTES.get(part, ()))
            fields = {item.name: item for item in KNOWN_FIELDS[name]}
            methods = frozenset(attributes) - _NO_METHODS
            return Shape(is_model=True, fields=fields, attributes=attributes, methods=methods)
        if name in _PLAIN:
            return Shape()
        cls = find_class(self.code, name)
        if cls is not None:
            return self.shape(cls)
        found = package_fields(name)
        if found is not None:
            attributes = tuple(PACKAGE_NAMES[name].split())
            # Rows whose other fields the package fills in its own way cannot be made by hand.
            plain = not any(item.required for item in found.values())
            return Shape(bool(found), complete=plain, fields=found, attributes=attributes)
        sounds = name.endswith("Model") and not name.startswith(_FOREIGN)
        return Shape(sounds, complete=False, fields_known=False)

    def _meta(self, cls: ClassRef, parents: Iterable[Shape]) -> dict[str, ast.expr]:
        """Return Meta's options, own or an abstract base's; ``abstract`` is not inherited."""
        own = next(
            (s for s in cls.node.body if isinstance(s, ast.ClassDef) and s.name == "Meta"), None
        )
        if own is None:
            inherited = next((p.meta for p in parents if _is_true(p.meta.get("abstract"))), {})
            return {key: value for key, value in inherited.items() if key != "abstract"}
        # A Meta may derive from another model's Meta.
        values: dict[str, ast.expr] = {}
        for base in bases(self.code, ClassRef(cls.path, cls.module, own)):
            outer, _, name = base.rpartition(".")
            parent = find_class(self.code, outer) if name == "Meta" and outer else None
            if parent is not None:
                meta = self.shape(parent).meta
                values.update({key: value for key, value in meta.items() if key != "abstract"})
        return {**values, **assigned(own.body)}


def models_in(models: Models, path: str) -> Iterator[ModelInfo]:
    """Yield the models of a file in order, except those in functions and ``if TYPE_CHECKING``."""
    for name in dict.fromkeys(node.name for node in models.code.classes(path)):
        model = models.get(f"{models.code.module(path)}.{name}")
        if model is not None and model.cls.path == path:
            yield model


def in_models_module(path: str) -> bool:
    """Tell whether a file is ``models.py`` or in a package ``models``, where Django looks."""
    return path.endswith("/models.py") or "/models/" in path


def app_label(code: Codebase, path: str) -> str:
    """Return the likely app label of a models file: the name of the package above ``models``."""
    parts = path.split("/")
    folder = parts[: parts.index("models")] if "models" in parts else parts[:-1]
    for length in range(len(folder), 0, -1):
        config = "/".join([*folder[:length], "apps.py"])
        if code.survey.sources.has(config):
            return _label_in(code, config) or folder[length - 1]
    return folder[-1] if folder else ""


def _label_in(code: Codebase, path: str) -> str:
    labels = set()
    if b"label" in code.data(path):
        labels = {_text(assigned(cls.body).get("label")) for cls in code.classes(path)}
    labels.discard("")
    return labels.pop() if len(labels) == 1 else ""


def class_values(node: ast.ClassDef) -> Mapping[str, ast.expr]:
    """Return a class's assignments to plain names, cached."""
    known = _CLASS_VALUES.get(node)
    if known is None:
        known = _CLASS_VALUES[node] = assigned(node.body)
    return known


def assigned(body: list[ast.stmt]) -> dict[str, ast.expr]:
    """Return a class body's assignments to plain names, also in blocks such as ``if``."""
    found: dict[str, ast.expr] = {}
    for stmt in flattened(body):
        if isinstance(stmt, ast.Assign):
            for target in stmt.targets:
                if isinstance(target, ast.Name):
                    found[target.id] = stmt.value
        elif isinstance(stmt, ast.AnnAssign) and isinstance(stmt.target, ast.Name) and stmt.value:
            found[stmt.target.id] = stmt.value
    return found


def _body(code: Codebase, cls: ClassRef) -> tuple[dict[str, ModelField], dict[str, bool]]:
    fields: dict[str, ModelField] = {}
    others: dict[str, bool] = {}
    for name, value in class_values(cls.node).items():
        made = field_of(code, cls, name, value)
        if made is not None:
            fields[name] = made
        else:
            others[name] = False
    inner = list(flattened(cls.node.body))
    for stmt in inner:
        if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef)):
            decorators = [dotted(item) for item in stmt.decorator_list]
            others[stmt.name] = not any(item.endswith("property") for item in decorators)
    for stmt in inner:
        if isinstance(stmt, ast.ClassDef) and stmt.name != "Meta":
            others[stmt.name] = False
    return fields, others


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _is_false(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _together(meta: Mapping[str, ast.expr]) -> Iterator[tuple[str, ...]]:
    # ``unique_together`` is a set of names or a list of such sets.
    together = meta.get("unique_together")
    if names := _texts(together):
        yield names
    for item in _items(together):
        if names := _texts(item):
            yield names
    for item in _items(meta.get("constraints")):
        if isinstance(item, ast.Call) and dotted(item.func).rpartition(".")[2] == (
            "UniqueConstraint"
        ):
            fields = next((key.value for key in item.keywords if key.arg == "fields"), None)
            if names := _texts(fields):
                yield names


def _items(node: ast.expr | None) -> list[ast.expr]:
    return node.elts if isinstance(node, (ast.List, ast.Tuple, ast.Set)) else []


def _texts(node: ast.expr | None) -> tuple[str, ...]:
    return tuple(text for item in _items(node) if (text := _text(item)))


def _set_when_saved(cls: ClassRef) -> frozenset[str]:
    # The attributes that ``save()`` and the like always assign.
    own = [node for node in cls.node.body if getattr(node, "name", "") in _SAVES]
    return frozenset(name for node in own for name in _given_in(node, frozenset()))


def _refuses(cls: ClassRef) -> bool:
    own = [node for node in cls.node.body if getattr(node, "name", "") in ("save", "asave")]
    return any(isinstance(inner, ast.Raise) for node in own for inner in ast.walk(node))


def _given_in(node: ast.AST, asked: frozenset[str]) -> Iterator[str]:
    # ``if not self.slug: self.slug = …`` keeps a given value.
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Attribute):
            stored = isinstance(child.ctx, ast.Store) and isinstance(child.value, ast.Name)
            yield from {child.attr} - asked if stored else ()
        inside = asked
        if isinstance(child, ast.If):
            tested = (one for one in ast.walk(child.test) if isinstance(one, ast.Attribute))
            inside = asked | {one.attr for one in tested}
        yield from _given_in(child, inside)
