"""From a call in a model's body to its field: kind, options, and whether a row needs a value.

``field_of`` is the entry; ``signalgen.index.models.shapes`` calls it for every assignment of a
class body.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.modelbases import RELATION_FIELDS
from signalgen.index.models.choices import choices_of
from signalgen.index.reading.resolving import derived_from, find_class, resolve
from signalgen.late import pattern
from signalgen.values.index import FieldKind, ModelField

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.index.reading.code import Codebase
    from signalgen.values.index import ClassRef

_KINDS: Mapping[str, FieldKind] = {
    **RELATION_FIELDS,
    "FileField": "file",
    "ImageField": "file",
    "GenericForeignKey": "generic",
    "GenericRelation": "generic",
    "TaggableManager": "unknown",
    "ClusterTaggableManager": "unknown",
}
RELATIONS = ("fk", "one_to_one", "m2m")
# Fields that fill themselves on save, so that a new row needs no value for them.
_FILLED = pattern(
    r"^(?:Small|Big)?AutoField$|^Auto\w*Field$|^CreationDateTimeField$|^ModificationDateTimeField$"
    r"|^GeneratedField$|^ImageSpecField$"
)
_TEXT = frozenset(
    [
        "CharField",
        "CICharField",
        "CIEmailField",
        "CITextField",
        "EmailField",
        "FileField",
        "FilePathField",
        "ImageField",
        "SlugField",
        "TextField",
        "URLField",
    ]
)
_OTHER_FIELDS = ("django.forms.", "rest_framework.", "marshmallow.", "wtforms.")


def field_of(code: Codebase, cls: ClassRef, name: str, value: ast.expr) -> ModelField | None:
    """Return the field that ``name = value`` defines in the body of ``cls``, None if none."""
    if not isinstance(value, ast.Call):
        return None
    written = dotted(value.func)
    last = written.rpartition(".")[2]
    found = _library_class(code, cls.path, written)
    if not found:
        return None
    kind = _KINDS.get(found, "plain")
    options = {item.arg: code.written(cls.path, item.value) for item in value.keywords if item.arg}
    given = {item.arg: item.value for item in value.keywords}
    target = given.get("to") or (value.args[0] if value.args else None)
    if kind in ("fk", "one_to_one") and len(value.args) > 1:
        options.setdefault("on_delete", code.written(cls.path, value.args[1]))
    related = kind in RELATIONS or last == "GenericRelation"
    through = options.get("through")
    return ModelField(
        name=name,
        type=last,
        kind=kind,
        line=value.lineno,
        to=_unquoted(code, cls.path, target) if related and target is not None else None,
        target=_target(code, cls, target) if related else "",
        through=_unquoted(code, cls.path, given["through"])
        if through not in (None, "None")
        else None,
        related_name=_text(given.get("related_name")),
        options=options,
        required=not _FILLED.match(last) and _is_required(found, kind, options),
        base=found if found != last else "",
        choices=choices_of(code, cls, given.get("choices")),
    )


def _unquoted(code: Codebase, path: str, node: ast.expr) -> str:
    return _text(node) or code.written(path, node)


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _target(code: Codebase, cls: ClassRef, node: ast.expr | None) -> str:
    text = _text(node)
    if text == "self":
        return cls.dotted
    if text:
        return text if "." in text else f"{cls.module}.{text}"
    written = dotted(node)
    return resolve(code, cls.path, written) if written else ""


def _library_class(code: Codebase, path: str, written: str) -> str:
    # The last name of the field class, or of the one that a class of the project derives from.
    name = written.rpartition(".")[2]
    # A field is made by a class, not by a function.
    if not name[:1].isupper():
        return ""
    if name in _KINDS:
        return name
    resolved = resolve(code, path, written)
    found = find_class(code, resolved)
    if found is not None:
        return _custom(code, found)
    # Forms and serializers have fields of the same names.
    if resolved.startswith(_OTHER_FIELDS):
        return ""
    # ``from django.contrib.postgres.fields import ArrayField as DjangoArrayField``
    last = resolved.rpartition(".")[2]
    return last if last in _KINDS or last.endswith("Field") else ""


def _custom(code: Codebase, cls: ClassRef) -> str:
    for base, parent in derived_from(code, cls):
        name = base.rpartition(".")[2]
        if name in _KINDS:
            return name
        if parent is None and name.endswith("Field") and not base.startswith(_OTHER_FIELDS):
            return name
    return ""


def _is_required(name: str, kind: FieldKind, options: Mapping[str, str]) -> bool:
    if kind not in ("plain", "file", "fk", "one_to_one") or _FILLED.match(name):
        return False
    if {"default", "db_default"} & options.keys() or options.get("null", "False") != "False":
        return False
    if "True" in (options.get("auto_now"), options.get("auto_now_add"), options.get("parent_link")):
        return False
    return not (name == "NullBooleanField" or (name in _TEXT and options.get("blank") == "True"))
