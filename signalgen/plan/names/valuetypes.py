"""The Python types of values in rows, as type hints. Entries: ``key_type``, ``type_of``."""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from signalgen.plan.names.relations import all_models, target_model
from signalgen.values.project import Model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.plan.context import Context
    from signalgen.values.index import ModelField

_WORDS = "CharField TextField SlugField EmailField URLField GenericIPAddressField FilePathField"
_NUMBERS = (
    "AutoField BigAutoField SmallAutoField IntegerField BigIntegerField SmallIntegerField "
    "PositiveIntegerField PositiveBigIntegerField PositiveSmallIntegerField"
)
_OF_FIELD: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(_WORDS.split(), "str"),
        **dict.fromkeys(_NUMBERS.split(), "int"),
        "BooleanField": "bool",
        "DateField": "date",
        "DateTimeField": "datetime",
        "DecimalField": "Decimal",
        "DurationField": "timedelta",
        "FloatField": "float",
        "UUIDField": "UUID",
    }
)
SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "date": "datetime",
        "datetime": "datetime",
        "Decimal": "decimal",
        "timedelta": "datetime",
        "UUID": "uuid",
    }
)
"""The modules of the types that are not built in."""
_MAKING = MappingProxyType(
    {"str": "str", "int": "int", "float": "float", "bool": "bool", "len": "int", "repr": "str"}
)
_TEXTS = frozenset({"isoformat", "strftime", "lower", "upper", "strip", "format", "get_full_name"})
_OPTIONAL = " | None"

Bound = Model | str
"""What a name is bound to: a row of a model, or a value of a type."""


def key_type(ctx: Context, model: Model | None) -> str:
    """Return the type of the primary key of ``model``; "" if unknown."""
    if model is None or not model.complete:
        return ""
    key = model.primary_key
    if key is not None:
        return field_type(ctx, model, key)
    parents = [one for one in all_models(ctx) if f"{one.module}.{one.name}" in model.parents]
    return key_type(ctx, parents[0]) if parents and not parents[0].abstract else "int"


def field_type(ctx: Context, model: Model, field: ModelField) -> str:
    """Return the type of a row's value for ``field``, the key for a relation; "" if unknown."""
    if field.kind in ("fk", "one_to_one"):
        named = "to_field" not in field.options
        own = key_type(ctx, target_model(ctx, model, field)) if named else ""
    else:
        own = "" if field.base or field.kind != "plain" else _OF_FIELD.get(field.type, "")
    return own + _OPTIONAL if own and field.options.get("null") == "True" else own


def type_of(ctx: Context, node: ast.expr, bound: Mapping[str, Bound]) -> str:
    """Return the type of an expression over the names in ``bound``; "" if unknown."""
    if isinstance(node, ast.Constant):
        known = isinstance(node.value, str | int | float | bool)
        return type(node.value).__name__ if known else ""
    if isinstance(node, ast.JoinedStr):
        return "str"
    if isinstance(node, ast.Call):
        return _made(ctx, node, bound)
    if isinstance(node, ast.Name):
        found = bound.get(node.id, "")
        return found if isinstance(found, str) else ""
    if isinstance(node, ast.Attribute):
        owner = _row_of(ctx, node.value, bound)
        return _attribute(ctx, owner, node.attr) if owner is not None else ""
    return ""


def _made(ctx: Context, node: ast.Call, bound: Mapping[str, Bound]) -> str:
    if isinstance(node.func, ast.Attribute):
        own = type_of(ctx, node.func.value, bound) in ("str", "date", "datetime")
        return "str" if own and node.func.attr in _TEXTS else ""
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in bound or not node.args:
        return ""
    if name in ("list", "sorted"):
        inside = type_of(ctx, node.args[0], bound).removesuffix(_OPTIONAL)
        return f"list[{inside[4:-1]}]" if inside.startswith("set[") else ""
    return _MAKING.get(name, "")


def _row_of(ctx: Context, node: ast.expr, bound: Mapping[str, Bound]) -> Model | None:
    if isinstance(node, ast.Name):
        found = bound.get(node.id)
        return found if isinstance(found, Model) else None
    if isinstance(node, ast.Attribute):
        owner = _row_of(ctx, node.value, bound)
        field = owner.field(node.attr) if owner is not None else None
        if owner is not None and field is not None and field.kind in ("fk", "one_to_one"):
            return target_model(ctx, owner, field)
    return None


def _attribute(ctx: Context, owner: Model, name: str) -> str:
    if name == "pk" or (name == "id" and owner.primary_key is None):
        return key_type(ctx, owner)
    field = owner.field(name)
    if field is not None and field.kind == "plain":
        return field_type(ctx, owner, field)
    relation = owner.field(name.removesuffix("_id"))
    fits = relation is not None and name.endswith("_id")
    if relation is None or not fits or relation.kind not in ("fk", "one_to_one"):
        return ""
    return field_type(ctx, owner, relation)
