"""Print Django's view of a project's models, as JSON: ``python truth.py PATH:PATH ROOT``, settings in the environment.

It runs in the project's own environment and asks the running classes, so that nothing here depends on how signalgen reads.
"""

# ruff: noqa: SLF001  # Model._meta is Django's documented way to read models

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

# Names that a body cannot read from a row, or that do something when they are read.
_NOT_OF_ROWS = ("DoesNotExist", "MultipleObjectsReturned", "NotUpdated")


def fields_of(model: Any) -> list[dict[str, Any]]:
    """Return the concrete and many-to-many fields of ``model``."""
    found = []
    for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
        kind = "m2m" if field.many_to_many else "fk" if field.is_relation else "plain"
        found.append(
            {
                "name": field.name,
                "attname": field.attname,
                "kind": kind,
                "type": field.get_internal_type(),
                "own": type(field).__module__.startswith("django."),
                "to": field.related_model._meta.label if field.related_model else "",
                "choices": bool(field.choices),
                "key": field.primary_key,
                "needed": not (
                    field.null
                    or field.has_default()
                    or (field.blank and field.empty_strings_allowed)
                    or field.primary_key
                    or getattr(field, "auto_now", False)
                    or getattr(field, "auto_now_add", False)
                ),
            }
        )
    return found


def reverses_of(model: Any) -> list[dict[str, Any]]:
    """Return the relations that lead here, with the names of both ends."""
    return [
        {
            "accessor": relation.get_accessor_name() or "",
            "many": not relation.one_to_one,
            "model": relation.related_model._meta.label,
            "field": relation.field.name,
        }
        for relation in model._meta.related_objects
        if not (relation.hidden or relation.many_to_many)
        and not relation.related_model._meta.auto_created
    ]


def describe(model: Any, root: Path) -> dict[str, Any]:
    """Return one model: its names in Python and in queries."""
    meta = model._meta
    file = Path(sys.modules[model.__module__].__file__ or "").resolve()
    managers = {manager.name for manager in meta.managers} | {"objects", *_NOT_OF_ROWS}
    queried = {name for item in meta.get_fields() for name in (item.name,)} | {"pk"}
    return {
        "name": model.__name__,
        "label": meta.label,
        "app": model.__module__,
        "own": file.is_relative_to(root) and "site-packages" not in file.parts,
        "proxy": meta.proxy,
        "default": meta.default_manager.name if meta.default_manager is not None else "",
        "names": sorted(n for n in dir(model) if not n.startswith("_") and n not in managers),
        "taken": sorted({*dir(model), *queried, *(f.attname for f in meta.concrete_fields)}),
        "fields": fields_of(model),
        "reverse": reverses_of(model),
    }


def main() -> None:
    """Set Django up and print."""
    paths, root = sys.argv[1:]
    for path in reversed(paths.split(":")):
        sys.path.insert(0, path)
    import django
    from django.apps import apps

    django.setup()
    folder = Path(root).resolve()
    models = [describe(m, folder) for m in apps.get_models() if not m._meta.swapped]
    configs = {config.name: config.label for config in apps.get_app_configs()}
    print(json.dumps({"apps": configs, "models": models}))


if __name__ == "__main__":
    main()
