"""Fields that recipes are given: they are there, of the right kind, and lead where they should."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.facts.families import FAMILIES, FITTING, WORDS
from signalgen.plan.context import did_you_mean
from signalgen.plan.names.relations import field_names, target_model
from signalgen.plan.recipes.models import (
    adds,
    adds_fields,
    may_lack,
    row_names,
    rows_of,
    same_rows,
    ways_back,
)

if TYPE_CHECKING:
    from signalgen.plan.context import Context
    from signalgen.values.index import ModelField
    from signalgen.values.project import Model
    from signalgen.values.uses import FieldUse

_MANY = ("fk", "m2m")
_ROW = ("fk", "one_to_one")


def check_field(ctx: Context, use: FieldUse) -> None:
    """Report a field that its model does not have, or that cannot be meant."""
    model = rows_of(ctx, use.model, use.via)
    if model is None:
        return
    name = use.name.text
    field = model.field(name)
    if use.kind == "row" and field is None:
        _check_back(ctx, use, model)
    elif field is None and name not in field_names(model):
        _check_absent(ctx, use, model)
    elif use.kind and not _fits(field, use.kind):
        _wrong_kind(ctx, use, model, field)
    elif use.leads_to is not None and field is not None:
        _check_target(ctx, use, model, field)


def family(field: ModelField | None) -> str:
    """Return what the values of a field are, ``unknown`` for a class of nobody's."""
    if field is None:
        return "column"
    if field.kind != "plain":
        return field.kind
    return "unknown" if field.base else FAMILIES.get(field.type, "unknown")


def _fits(field: ModelField | None, kind: str) -> bool:
    found = family(field)
    return found == "unknown" or found in FITTING[kind]


def _check_absent(ctx: Context, use: FieldUse, model: Model) -> None:
    name, names = use.name.text, field_names(model)
    if not may_lack(model):
        return
    if name in ("pk", "id"):
        if use.kind in ("link", "m2m", "file"):
            _wrong_kind(ctx, use, model, None)
        return
    if use.strict:
        if not adds_fields(ctx, model, name):
            message = f"{model.name} has no field {name!r}"
            ctx.problem(use.mark, "unknown-field", message, _known(ctx, use, model))
    elif name in model.methods:
        if use.kind:
            message = f"{model.name}.{name} is a method: its value would be the method itself"
            ctx.problem(
                use.mark, "wrong-field", message, f"name a field, or make {name} a property"
            )
    elif name not in row_names(ctx, model):
        near = did_you_mean(name, names | {*model.attributes} - model.methods)
        if near and not adds(ctx, name):
            ctx.problem(use.mark, "unknown-field", f"{model.name} has no field {name!r}", near)


def _known(ctx: Context, use: FieldUse, model: Model) -> str:
    # A likely spelling among what would do, else all that would.
    if use.leads_to is not None:
        return _links(ctx, use, model)
    fitting = _fitting(model, use.kind)
    names = fitting or field_names(model)
    near = did_you_mean(use.name.text, names) or did_you_mean(use.name.text, field_names(model))
    what = f"its {WORDS[use.kind]}s" if fitting and use.kind in ("file", "m2m") else "its fields"
    return _said(use, near or f"{what}: {', '.join(sorted(names))}")


def _fitting(model: Model, kind: str) -> list[str]:
    if kind == "value":
        own = [f"{f.name}_id" if f.kind in _ROW else f.name for f in model.fields]
        return [name for name in own if _fits(model.field(name), kind)]
    return [field.name for field in model.fields if kind and _fits(field, kind)]


def _said(use: FieldUse, hint: str) -> str:
    # What comes from a default is said in words of the spec.
    return hint if use.given else f"say {use.way} ({hint})"


def _links(ctx: Context, use: FieldUse, model: Model) -> str:
    target = rows_of(ctx, use.leads_to) if use.leads_to is not None else None
    if target is None:
        fitting = _fitting(model, use.kind)
        near = did_you_mean(use.name.text, fitting)
        return _said(use, near or f"its foreign keys: {', '.join(sorted(fitting)) or 'none'}")
    fit = [f.name for f in model.fields if f.kind in _ROW and _leads(ctx, model, f, target)]
    if not fit:
        return f"no field of {model.name} is a foreign key to {target.name}"
    if use.given:
        near = did_you_mean(use.name.text, fit)
        return near or f"links to {target.name}: {', '.join(fit)}"
    return f"say {use.way.replace('…', ' or '.join(fit))}"


def _leads(ctx: Context, model: Model, field: ModelField, target: Model) -> bool | None:
    found = target_model(ctx, model, field)
    return None if found is None else same_rows(ctx, found, target)


def _check_target(ctx: Context, use: FieldUse, model: Model, field: ModelField) -> None:
    target = rows_of(ctx, use.leads_to) if use.leads_to is not None else None
    if target is None or _leads(ctx, model, field, target) is not False:
        return
    found = target_model(ctx, model, field)
    message = f"{field.name} of {model.name} leads to {found.name if found else '?'}"
    message += f", not to {target.name}"
    ctx.problem(use.mark, "wrong-link", message, _links(ctx, use, model))


def _wrong_kind(ctx: Context, use: FieldUse, model: Model, field: ModelField | None) -> None:
    name, word = use.name.text, WORDS[use.kind]
    if field is None:
        what = f"{name} is a plain column"
        base = name.removesuffix("_id")
        hint = f"write {base}" if model.field(base) is not None and use.kind == "link" else ""
    else:
        what, hint = f"{name} is a {field.type}", ""
        if use.kind == "value" and field.kind in _ROW:
            hint = f"write {name}_id"
    message = f"{what}, no {word}"
    if not hint:
        fitting = _fitting(model, use.kind)
        hint = f"those of {model.name} that are: {', '.join(sorted(fitting)) or 'none'}"
        if use.leads_to is not None:
            hint = _links(ctx, use, model)
        hint = hint if use.leads_to is not None else _said(use, hint)
    ctx.problem(use.mark, "not-m2m" if use.kind == "m2m" else "wrong-field", message, hint)


def _check_back(ctx: Context, use: FieldUse, model: Model) -> None:
    # A relation to one row, from the other side.
    name = use.name.text
    backs = dict(ways_back(ctx, model))
    if name in backs and backs[name].kind == "one_to_one":
        return
    ones = [back for back, field in backs.items() if field.kind == "one_to_one"]
    ones += [field.name for field in model.fields if field.kind in _ROW]
    known = f"relations to one row: {', '.join(sorted(ones)) or 'none'}"
    if name in backs and backs[name].kind in _MANY:
        message = f"{name} leads from {model.name} to many rows, not to one"
        ctx.problem(use.mark, "wrong-field", message, known)
    elif name in model.attributes or name in field_names(model):
        ctx.problem(use.mark, "wrong-field", f"{name} of {model.name} is no relation", known)
    elif may_lack(model) and (near := did_you_mean(name, ones)) and not adds(ctx, name):
        ctx.problem(use.mark, "unknown-field", f"{model.name} has no relation {name!r}", near)
