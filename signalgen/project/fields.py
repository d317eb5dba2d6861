"""From the assignments in a model's body to its fields: what kind, which options, and whether a row can do without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.facts.models import RELATION_FIELDS
from signalgen.project.literals import string
from signalgen.project.resolve import FoundClass, Index, find_class, resolve
from signalgen.values.project import FieldKind, ModelField

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.values.source import Assignment, Call

_RELATIONS: Mapping[str, FieldKind] = {
    **RELATION_FIELDS,
    "GenericForeignKey": "generic",
    "GenericRelation": "generic",
    "TaggableManager": "unknown",
    "ClusterTaggableManager": "unknown",
}
_FILLED = re.compile(
    r"^(?:Small|Big)?AutoField$|^Auto\w*Field$|^CreationDateTimeField$|^ModificationDateTimeField$|^GeneratedField$"
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
_NO_FIELD = frozenset({"modelform_factory"})
_DEEPEST = 6


def field_of(index: Index, path: str, assignment: Assignment) -> ModelField | None:
    """Return the field that a class-level assignment makes, None when it makes something else (a manager, a constant)."""
    call = assignment.call
    if call is None:
        return None
    written = call.callee.rpartition(".")[2]
    kind = _kind(index, path, call)
    if kind is None:
        return None
    options = {
        arg.keyword: arg.text
        for arg in call.arguments
        if arg.keyword and not arg.keyword.startswith("*")
    }
    target = (
        call.argument("to", 0)
        if kind in ("fk", "one_to_one", "m2m") or written == "GenericRelation"
        else None
    )
    through = options.get("through")
    return ModelField(
        name=assignment.target,
        type=written,
        kind=kind,
        line=assignment.span.line,
        to=_unquoted(target.text) if target is not None else None,
        through=_unquoted(through) if through is not None and through != "None" else None,
        options=options,
        required=_is_required(written, kind, options),
    )


def _unquoted(text: str) -> str:
    """Return the value of a string literal and any other source as it is: ``User`` and ``"User"`` mean the same."""
    return string(text) or text


def _kind(index: Index, path: str, call: Call) -> FieldKind | None:
    name = call.callee.rpartition(".")[2]
    if not name[:1].isupper():
        return None
    known = _RELATIONS.get(name)
    if known is not None:
        return known
    found = find_class(index, path, call.callee)
    if found is not None:
        return _custom(index, found, 0)
    if resolve(index, path, call.callee).startswith(("django.forms.", "rest_framework.")):
        return None
    return "plain" if name.endswith("Field") else None


def _custom(index: Index, found: FoundClass, depth: int) -> FieldKind | None:
    """Return the kind of a field class of the project, from the first base that says what it is."""
    for base in found.definition.bases:
        name = base.rpartition(".")[2]
        if name in _RELATIONS:
            return _RELATIONS[name]
        parent = find_class(index, found.path, base)
        kind = (
            _custom(index, parent, depth + 1) if parent is not None and depth < _DEEPEST else None
        )
        if kind is not None:
            return kind
        if parent is None and (name == "Field" or name.endswith("Field")):
            return "plain"
    return None


def _is_required(name: str, kind: FieldKind, options: Mapping[str, str]) -> bool:
    if kind not in ("plain", "fk", "one_to_one") or _FILLED.match(name):
        return False
    if {"default", "db_default", "null"} & {
        key for key, value in options.items() if value != "False"
    }:
        return False
    if "True" in (options.get("auto_now"), options.get("auto_now_add"), options.get("parent_link")):
        return False
    return not (name == "NullBooleanField" or (name in _TEXT and options.get("blank") == "True"))
