"""The models of the project: classes whose bases lead to ``django.db.models.Model``, with all that they inherit."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from signalgen.project.django_models import KNOWN_ATTRIBUTES, KNOWN_FIELDS, MODEL_BASES
from signalgen.project.fields import field_of
from signalgen.project.literals import string
from signalgen.project.resolve import FoundClass, Index, find_class, origin, resolve
from signalgen.values.project import Model, ModelField

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from signalgen.values.project import App
    from signalgen.values.source import Assignment, ClassDef

_CLASS = re.compile(
    rb"^[ \t]*class[ \t]+\w+[ \t]*(?:\[[^\]]*\])?\([^)]*(?:\bmodels\.Model\b|\b\w*Model\b|\bAbstract\w+|\w+Base\b|\bPage\b)",
    re.MULTILINE,
)
_ABSTRACT = re.compile(rb"^\s+(?:abstract|proxy)\s*=\s*True\b", re.MULTILINE)
_SKIPPED = re.compile(
    r"(?:^|/)(?:migrations|management|tests?)/|(?:^|/)(?:tests|test_[^/]*|conftest)\.py$"
)
_SAVES = frozenset({"save", "clean", "full_clean", "asave"})
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Shape:
    """What a model class amounts to once its bases are followed. ``meta`` maps names of Meta to their source."""

    is_model: bool = False
    complete: bool = True
    fields: tuple[ModelField, ...] = ()
    attributes: tuple[str, ...] = ()
    custom_save: bool = False
    meta: dict[str, str] = field(default_factory=dict)
    concrete: bool = False


@dataclass(frozen=True, slots=True)
class Models:
    """The shapes that were worked out so far, by file and class."""

    index: Index
    shapes: dict[tuple[str, str], Shape] = field(default_factory=dict)


def find_models(index: Index, apps: Sequence[App]) -> dict[str, tuple[Model, ...]]:
    """Return the models of each app by the app's name, in the order of files and lines.

    A model belongs to the app whose package holds it, unless its Meta names the label of another app of the project.
    """
    models = Models(index)
    found: dict[str, list[Model]] = {app.name: [] for app in apps}
    labels = {app.label: app for app in reversed(apps)}
    inner = sorted(apps, key=lambda app: -len(app.path))
    for path in index.sources.paths:
        app = next((a for a in inner if path.startswith(a.path + "/")), None)
        if (
            app is None
            or _SKIPPED.search(path[len(app.path) + 1 :])
            or not _likely(index, app, path)
        ):
            continue
        for model in _in_file(models, app, path):
            owner = app if model.app_label == app.label else labels.get(model.app_label, app)
            found[owner.name].append(model)
    return {name: tuple(items) for name, items in found.items()}


def _likely(index: Index, app: App, path: str) -> bool:
    data = index.sources.data(path)
    if b"class " not in data:
        return False
    inside = path[len(app.path) + 1 :]
    if inside == "models.py" or inside.startswith("models/"):
        return True
    return _CLASS.search(data) is not None and (
        b"models" in data or _ABSTRACT.search(data) is not None
    )


def _in_file(models: Models, app: App, path: str) -> Iterable[Model]:
    seen: dict[str, Model] = {}
    for cls in models.index.module(path).classes:
        if cls.scope or cls.guard == "type_checking":
            continue
        shape = shape_of(models, FoundClass(path, cls))
        if shape.is_model:
            seen[cls.name] = _model(models.index, app, path, cls, shape)
    return seen.values()


def _model(index: Index, app: App, path: str, cls: ClassDef, shape: Shape) -> Model:
    module = index.name(path)
    return Model(
        name=cls.name,
        app_label=string(shape.meta.get("app_label")) or app.label,
        module=module,
        exported=_exported(index, app, module, cls.name),
        path=path,
        line=cls.span.line,
        bases=tuple(base for base in cls.bases if "=" not in base),
        fields=shape.fields,
        attributes=shape.attributes,
        abstract=shape.meta.get("abstract") == "True",
        proxy=shape.meta.get("proxy") == "True",
        swappable="swappable" in shape.meta,
        complete=shape.complete,
        custom_save=shape.custom_save,
    )


def _exported(index: Index, app: App, module: str, name: str) -> str:
    """Return the shortest module of the app from which the class can be imported: the app's models, or its own module."""
    inside = module.removeprefix(app.name + ".").split(".")
    parents = [".".join([app.name, *inside[:length]]) for length in range(1, len(inside))]
    for parent in (f"{app.name}.models", *parents):
        if (
            parent in index.names.by_name
            and origin(index, f"{parent}.{name}") == f"{module}.{name}"
        ):
            return parent
    return module


def shape_of(models: Models, found: FoundClass, depth: int = 0) -> Shape:
    """Return what a class amounts to; one that derives from itself, as half-written code may, is no model."""
    key = found.path, found.definition.qualname
    if key not in models.shapes:
        models.shapes[key] = Shape()
        models.shapes[key] = _shape(models, found, depth)
    return models.shapes[key]


def _shape(models: Models, found: FoundClass, depth: int) -> Shape:
    cls = found.definition
    parents = [_base_shape(models, found, base, depth) for base in cls.bases if "=" not in base]
    own, others, methods = _body(models.index, found)
    is_model = any(parent.is_model for parent in parents)
    if is_model and not own and not _in_models_module(found.path):
        # A base of an installed package that only sounds like a model (a pydantic one, for example) proves nothing.
        is_model = any(parent.is_model and parent.complete for parent in parents)
    if not is_model and own and _in_models_module(found.path) and _opaque_base(models.index, found):
        is_model = True
    fields: dict[str, ModelField] = {}
    attributes: dict[str, None] = {}
    for parent in reversed(parents):
        fields.update({item.name: item for item in parent.fields})
        attributes.update(dict.fromkeys(parent.attributes))
    fields = {name: item for name, item in fields.items() if name not in others}
    fields.update({item.name: item for item in own})
    attributes.update(dict.fromkeys([*others, *methods]))
    return Shape(
        is_model=is_model,
        complete=all(parent.complete for parent in parents),
        fields=tuple(fields.values()),
        attributes=tuple(name for name in attributes if name not in fields),
        custom_save=bool(_SAVES & set(methods)) or any(parent.custom_save for parent in parents),
        meta=_meta(models, found, parents, depth),
    )


def _base_shape(models: Models, found: FoundClass, base: str, depth: int) -> Shape:
    dotted = resolve(models.index, found.path, base.partition("[")[0])
    if dotted in MODEL_BASES or dotted == "Model":
        return Shape(is_model=True)
    if dotted in KNOWN_FIELDS:
        name = dotted.rpartition(".")[2]
        parts = (
            ("AbstractBaseUser", "PermissionsMixin", "AbstractUser")
            if name in ("AbstractUser", "User")
            else (name,)
        )
        attributes = tuple(item for part in parts for item in KNOWN_ATTRIBUTES.get(part, ()))
        return Shape(is_model=True, fields=KNOWN_FIELDS[dotted], attributes=attributes)
    if dotted in ("object", "Generic", "typing.Generic", "abc.ABC"):
        return Shape()
    parent = find_class(models.index, found.path, base)
    if parent is not None and depth < _DEEPEST:
        return shape_of(models, parent, depth + 1)
    name = base.rpartition(".")[2]
    return Shape(
        is_model=name.endswith("Model") and not dotted.startswith(_FOREIGN), complete=False
    )


_FOREIGN = (
    "pydantic.",
    "rest_framework.",
    "django.forms.",
    "forms.",
    "torch.",
    "sqlalchemy.",
    "sqlmodel.",
    "keras.",
)


def _in_models_module(path: str) -> bool:
    return path.endswith("/models.py") or "/models/" in path


def _opaque_base(index: Index, found: FoundClass) -> bool:
    """Tell whether a base comes from an installed package, so that the class may well be a model."""
    bases = [base for base in found.definition.bases if "=" not in base]
    return any(
        find_class(index, found.path, base) is None
        and not resolve(index, found.path, base).startswith(
            ("django.", "enum.", "typing.", *_FOREIGN)
        )
        and base != "object"
        for base in bases
    )


def _body(index: Index, found: FoundClass) -> tuple[list[ModelField], list[str], list[str]]:
    """Return the fields, the other assigned names, and the names of methods and inner classes of a class body."""
    module, scope = index.module(found.path), found.definition.qualname
    fields: dict[str, ModelField] = {}
    others: dict[str, None] = {}
    for assignment in _assigned(module.assignments, scope):
        made = field_of(index, found.path, assignment)
        if made is not None:
            fields[made.name] = made
        elif assignment.value is not None:
            others[assignment.target] = None
    methods = [f.name for f in module.functions if f.scope == scope]
    methods += [cls.name for cls in module.classes if cls.scope == scope and cls.name != "Meta"]
    return list(fields.values()), list(others), list(dict.fromkeys(methods))


def _assigned(assignments: Iterable[Assignment], scope: str) -> Iterable[Assignment]:
    return (assignment for assignment in assignments if assignment.scope == scope)


def _meta(
    models: Models, found: FoundClass, parents: Sequence[Shape], depth: int
) -> dict[str, str]:
    """Return the options of Meta as Django would see them: its own, else those of an abstract base, which never stays abstract."""
    module, scope = models.index.module(found.path), found.definition.qualname
    own = next((cls for cls in module.classes if cls.scope == scope and cls.name == "Meta"), None)
    if own is None:
        inherited = next((p.meta for p in parents if p.meta.get("abstract") == "True"), {})
        return {key: value for key, value in inherited.items() if key != "abstract"}
    values: dict[str, str] = {}
    for base in own.bases:
        outer, _, name = base.rpartition(".")
        parent = find_class(models.index, found.path, outer) if name == "Meta" and outer else None
        if parent is not None and depth < _DEEPEST:
            inherited = shape_of(models, parent, depth + 1).meta
            values.update({key: value for key, value in inherited.items() if key != "abstract"})
    values.update(
        {
            a.target: a.value
            for a in _assigned(module.assignments, f"{scope}.Meta")
            if a.value is not None
        }
    )
    return values
