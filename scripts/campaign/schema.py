"""Print the models of a Django project as JSON: ``python schema.py ROOT APP…``, with the settings in the environment.

It needs nothing but the project's own environment. A field gets the kinds that bodies speak of (text, number, flag …); one
that is unique, or a part of something unique, gets none, for a body that sets it for many rows would be wrong.
"""

# ruff: noqa: SLF001  # Model._meta is Django's documented way to read models

from __future__ import annotations

import json
import re
import sys
from typing import Any

NUMBERS = ("IntegerField", "PositiveIntegerField", "BigIntegerField", "PositiveBigIntegerField")
SMALL = ("SmallIntegerField", "PositiveSmallIntegerField")


def snake(name: str) -> str:
    """Return a class name as a variable."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def kinds_of(field: Any) -> list[str]:
    """Return what a body may take ``field`` for."""
    kind = field.get_internal_type()
    if type(field).__module__.split(".")[0] != "django" or not field.editable or field.primary_key:
        return []
    if kind == "DateTimeField":
        return ["moment"] if field.null and not field.auto_now_add and not field.auto_now else []
    if field.null or field.is_relation:
        return []
    if field.choices:
        return ["choice"] if kind in ("CharField", *NUMBERS, *SMALL) else []
    found = {"CharField": ["text"], "TextField": ["text"], "BooleanField": ["flag"]}.get(kind, [])
    if kind == "CharField" and (field.max_length or 0) < 20:
        found = []
    if kind in (*NUMBERS, *SMALL):
        found = ["number", "count"]
    if kind in ("DecimalField", "FloatField"):
        found = ["number"]
    return found


def value_of(model: Any, field: Any) -> list[str]:
    """Return Python expressions of the choices of ``field``."""
    values = [value for value, _ in field.flatchoices if value not in (None, "")]
    for name, inner in vars(model).items():
        if isinstance(inner, type) and set(values) == set(getattr(inner, "values", [])):
            return [f"{model.__name__}.{name}.{one.name}" for one in inner]  # type: ignore[attr-defined]
    return [repr(value) for value in values]


def make_of(model: Any, foreign: Any) -> str | None:
    """Return the values that a new row needs besides ``foreign``, None when literals do not do."""
    out = []
    for field in model._meta.concrete_fields:
        needed = not (field.null or field.has_default() or field.primary_key or field is foreign)
        if not needed or (field.blank and field.get_internal_type() in ("CharField", "TextField")):
            continue
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            continue
        literal = {"CharField": '"new"', "TextField": '"new"', "BooleanField": "False"}.get(
            field.get_internal_type(), "1"
        )
        numeric = field.get_internal_type() in (*NUMBERS, *SMALL, "DecimalField", "FloatField")
        if field.is_relation or field.unique or field.choices or (literal == "1" and not numeric):
            return None
        out.append(f"{field.name}={literal}")
    return ", ".join(out)


def describe(model: Any) -> dict[str, Any]:
    """Return one model."""
    meta = model._meta
    joint = {name for group in meta.unique_together for name in group}
    joint |= {n for one in meta.constraints for n in getattr(one, "fields", ())}
    plain = {"kinds": {}, "values": {}}
    for field in meta.concrete_fields:
        if (
            field.unique
            or field.name in joint
            or (field.model is not model and not field.model._meta.abstract)
        ):
            continue
        for kind in kinds_of(field):
            plain["kinds"].setdefault(kind, []).append(field.name)
        if field.choices and "choice" in kinds_of(field):
            plain["values"][field.name] = value_of(model, field)
    relations = {"parent": [], "maybe": [], "kid": [], "one": [], "part": []}
    for field in meta.concrete_fields:
        if (
            field.is_relation
            and field.related_model
            and not getattr(field.remote_field, "parent_link", False)
        ):
            accessor = field.remote_field.get_accessor_name()
            entry = {
                "name": field.name,
                "to": field.related_model._meta.label,
                "joint": field.unique or field.name in joint,
                "kids": None
                if field.unique or accessor is None or accessor.endswith("+")
                else accessor,
                "query": None
                if accessor is None or accessor.endswith("+")
                else field.related_query_name(),
            }
            if (
                field.attname == f"{field.name}_id"
                and field.remote_field.field_name == field.related_model._meta.pk.name
            ):
                relations["maybe" if field.null else "parent"].append(entry)
    for rel in meta.related_objects:
        name = rel.get_accessor_name()
        if rel.many_to_many or name is None or name.endswith("+") or rel.related_model._meta.proxy:
            continue
        if rel.parent_link if hasattr(rel, "parent_link") else False:
            continue
        entry = {
            "name": name,
            "to": rel.related_model._meta.label,
            "fk": rel.field.name,
            "make": make_of(rel.related_model, rel.field),
            "joint": [n for n in joint_of(rel.related_model) if n == rel.field.name] != [],
        }
        relations["part" if rel.one_to_one else "kid"].append(entry)
    for field in meta.many_to_many:
        if field.remote_field.through._meta.auto_created and field.related_model:
            hidden = field.remote_field.hidden if hasattr(field.remote_field, "hidden") else False
            relations["one"].append(
                {
                    "name": field.name,
                    "to": field.related_model._meta.label,
                    "query": None
                    if hidden is True or field.remote_field.symmetrical
                    else field.related_query_name(),
                }
            )
    return {
        "name": model.__name__,
        "label": meta.label,
        "app": meta.app_label,
        "module": model.__module__,
        "snake": snake(model.__name__),
        "proxy": meta.proxy,
        "mti": bool(meta.parents),
        "pk": meta.pk.get_internal_type(),
        "objects": "objects" in {m.name for m in meta.managers},
        "required": required(model),
        **plain,
        "relations": relations,
    }


def joint_of(model: Any) -> set[str]:
    """Return the fields that are a part of something unique."""
    names = {name for group in model._meta.unique_together for name in group}
    return names | {n for one in model._meta.constraints for n in getattr(one, "fields", ())}


def required(model: Any) -> list[dict[str, Any]]:
    """Return what a factory has to set."""
    out = []
    for field in model._meta.concrete_fields:
        if (
            field.null
            or field.has_default()
            or field.auto_created
            or (field.blank and not field.is_relation)
        ):
            continue
        if (
            getattr(field, "auto_now", False)
            or getattr(field, "auto_now_add", False)
            or (field.primary_key and not field.is_relation)
        ):
            continue
        out.append(
            {
                "name": field.name,
                "kind": field.get_internal_type(),
                "unique": field.unique,
                "to": field.related_model._meta.label if field.is_relation else None,
                "max": getattr(field, "max_length", None),
            }
        )
    return out


def main() -> None:
    """Set Django up and print."""
    root, *wanted = sys.argv[1:]
    for path in reversed(root.split(":")):
        sys.path.insert(0, path)
    import django
    from django.apps import apps
    from django.contrib.auth import get_user_model

    django.setup()
    names = {config.label: config.name for config in apps.get_app_configs()}
    models = [describe(m) for m in apps.get_models() if not m._meta.swapped]
    print(
        json.dumps(
            {
                "apps": names,
                "models": models,
                "user": get_user_model()._meta.label,
                "wanted": wanted,
                "version": django.get_version(),
            }
        )
    )


if __name__ == "__main__":
    main()
