"""Checks fields given to recipes: that they exist, and have the right kind and target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.facts.families import FAMILIES, FITTING, WORDS
from signalgen.plan.context import did_you_mean
from signalgen.plan.names.relations import field_names, target_model, ways_back
from signalgen.plan.recipes.models import (
    adds,
    adds_fields,
    may_lack,
    row_names,
    rows_of,
    same_rows,
)

if TYPE_CHECKING:
    from signalgen.plan.context import Context
    from signalgen.values.index import ModelField
    from signalgen.values.project import Model
    from signalgen.values.uses import FieldUse

_MANY = ("fk", "m2m")
_ROW = ("fk", "one_to_one")


def check_field(ctx: Context, use: FieldUse) -> None:
    """Report a field that its model does not have, or of the wrong kind."""
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
    """Return the kind of a field's values, ``unknown`` for an unknown class."""
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
        if near and not adds(ctx, model, name):
            ctx.problem(use.mark, "unknown-field", f"{model.name} has no field {name!r}", near)


def _known(ctx: Context, use: FieldUse, model: Model) -> str:
    # A likely spelling among the fitting fields, otherwise all of them.
    fitting, names = _fitting(model, use.kind), field_names(model)
    if use.leads_to is not None:
        fitting = _links(ctx, use, model)
        near = did_you_mean(use.name.text, fitting) if use.given else ""
        return near or _those(ctx, use, model)
    near = did_you_mean(use.name.text, fitting or names) or did_you_mean(use.name.text, names)
    if use.kind in ("file", "m2m") and fitting:
        near = near or _those(ctx, use, model)
    return _said(use, near or f"its fields: {', '.join(sorted(names))}")


def _fitting(model: Model, kind: str) -> list[str]:
    if kind == "value":
        return [f"{f.name}_id" if f.kind in _ROW else f.name for f in model.fields]
    wanted = {kind} if kind == "date" else FITTING.get(kind, frozenset())
    return [field.name for field in model.fields if family(field) in wanted]


def _said(use: FieldUse, hint: str) -> str:
    # A problem with a default is described in terms of the spec.
    return hint if use.given else f"use {use.way} ({hint})"


def _links(ctx: Context, use: FieldUse, model: Model) -> list[str]:
    target = rows_of(ctx, use.leads_to) if use.leads_to is not None else None
    if target is None:
        return _fitting(model, use.kind)
    return [f.name for f in model.fields if f.kind in _ROW and _leads(ctx, model, f, target)]


def _those(ctx: Context, use: FieldUse, model: Model) -> str:
    # The fitting fields, in terms of the spec if none was given.
    target = rows_of(ctx, use.leads_to) if use.leads_to is not None else None
    if target is None:
        fitting = ", ".join(sorted(_fitting(model, use.kind))) or "none"
        return _said(use, f"{WORDS[use.kind][1]} of {model.name}: {fitting}")
    links = _links(ctx, use, model)
    if not links:
        return f"{model.name} has no foreign key to {target.name}"
    if use.given:
        return f"links to {target.name}: {', '.join(links)}"
    return f"use {use.way.replace('…', ' or '.join(links))}"


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
    ctx.problem(use.mark, "wrong-link", message, _those(ctx, use, model))


def _wrong_kind(ctx: Context, use: FieldUse, model: Model, field: ModelField | None) -> None:
    name, hint = use.name.text, ""
    if field is None:
        what = f"{name} is a plain column"
        if use.kind == "link" and model.field(name.removesuffix("_id")) is not None:
            hint = f"write {name.removesuffix('_id')}"
    else:
        article = "an" if field.type[:1] in "AEIOU" and field.type[:3] != "URL" else "a"
        what = f"{name} is {article} {field.type}"
        if use.kind == "value" and field.kind in _ROW:
            hint = f"write {name}_id"
    code = "not-m2m" if use.kind == "m2m" else "wrong-field"
    message = f"{what}, not a {WORDS[use.kind][0]}"
    ctx.problem(use.mark, code, message, hint or _those(ctx, use, model))


def _check_back(ctx: Context, use: FieldUse, model: Model) -> None:
    # A relation to one row, from the other side.
    name = use.name.text
    backs = {back: own for back, own, _ in ways_back(ctx, model)}
    if name in backs and backs[name].kind == "one_to_one":
        return
    ones = [back for back, field in backs.items() if field.kind == "one_to_one"]
    ones += [field.name for field in model.fields if field.kind in _ROW]
    known = f"relations to one row: {', '.join(sorted(ones)) or 'none'}"
    if name in backs and backs[name].kind in _MANY:
        message = f"{name} leads from {model.name} to many rows, not to one"
        ctx.problem(use.mark, "wrong-field", message, known)
    elif name in model.attributes or name in field_names(model):
        ctx.problem(use.mark, "wrong-field", f"{name} of {model.name} is not a relation", known)
    elif may_lack(model) and (near := did_you_mean(name, ones)) and not adds(ctx, model, name):
        ctx.problem(use.mark, "unknown-field", f"{model.name} has no relation {name!r}", near)
