"""The models given to recipes, and the names on their rows. Entry: ``rows_of``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.dotted import derived_from
from signalgen.facts.families import FAMILIES
from signalgen.facts.modelbases import KNOWN_ATTRIBUTES
from signalgen.plan.context import did_you_mean
from signalgen.plan.names.freenames import origin_of
from signalgen.plan.names.origins import spec_imports
from signalgen.plan.names.references import USER, contrib_label, find_model, unknown_model
from signalgen.plan.names.relations import (
    RELATIONS,
    contrib_model,
    field_names,
    parents,
    target_model,
    user_model,
    ways_back,
)
from signalgen.values.index import ModelField
from signalgen.values.project import Model
from signalgen.values.spec import Ref

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.plan.context import Context

_OF_DJANGO = frozenset(name for names in KNOWN_ATTRIBUTES.values() for name in names)
_OPENING = frozenset({"__getattr__", "__getattribute__"})
_ADDING = (b"add_to_class", b"contribute_to_class")


def rows_of(ctx: Context, ref: Ref, via: Ref | None = None) -> Model | None:
    """Return the model that ``ref`` names, None if no file shows it.

    With ``via``: the model at the other end of that field.
    """
    model = _named(ctx, ref)
    if model is None or via is None:
        return model
    field = model.field(via.text)
    return target_model(ctx, model, field) if field and field.kind in RELATIONS else None


def _named(ctx: Context, ref: Ref) -> Model | None:
    if ref.text in (USER, "AUTH_USER_MODEL"):
        return user_model(ctx)
    owner, tail = derived_from(ref.text)
    if tail:
        return _through(ctx, Ref(owner, ref.mark), tail)
    label = contrib_label(ref.text)
    return find_model(ctx, ref) or (contrib_model(label) if label else None)


def _through(ctx: Context, owner: Ref, tail: str) -> Model | None:
    # Historical models have fields that are not known here. A through model that Django makes has
    # two foreign keys.
    model = _named(ctx, owner)
    _, name, attribute = tail.split(".")
    field = model.field(name) if model is not None and attribute == "through" else None
    if model is None or field is None or field.kind != "m2m":
        return None
    if field.through is not None:
        text = field.through if "." in field.through else f"{model.app_label}.{field.through}"
        return find_model(ctx, Ref(text, owner.mark))
    other = target_model(ctx, model, field)
    if other is None or other.label == model.label:
        return None
    ends = [
        ModelField(
            end.name.lower(), "ForeignKey", "fk", 0, end.label, target=end.label, required=True
        )
        for end in (model, other)
    ]
    made = f"{model.name}_{name}"
    return Model(made, model.app_label, model.module, model.exported, "", 0, fields=tuple(ends))


def check_model(ctx: Context, ref: Ref) -> None:
    """Report a model that the project does not have, or that has no rows."""
    owner, tail = derived_from(ref.text)
    if tail:
        _check_attribute(ctx, Ref(owner, ref.mark), tail)
        return
    model = rows_of(ctx, ref)
    if model is not None and model.abstract:
        ctx.problem(
            ref.mark,
            "abstract-model",
            f"model {ref.text!r} is abstract: it has no rows",
            "name a model that derives from it",
        )
    named = "." not in ref.text and not ctx.future and ref.text not in ctx.app.unread_models
    if model is None and named and not _is_bound(ctx, ref.text):
        unknown_model(ctx, ref)


def _is_bound(ctx: Context, name: str) -> bool:
    # As in a body.
    if name == "AUTH_USER_MODEL" or name in dict(spec_imports(ctx.spec.imports)):
        return True
    bound = ctx.app.names.get(ctx.targets.receivers[0], ())
    return name in bound or origin_of(ctx, name) is not None


def _check_attribute(ctx: Context, owner: Ref, tail: str) -> None:
    # ``Order.tags.through`` needs a many-to-many field; a history may be any attribute.
    model = rows_of(ctx, owner)
    _, name, attribute = tail.split(".")
    if model is None:
        if "." not in owner.text and not ctx.future:
            unknown_model(ctx, owner)
        return
    field = model.field(name)
    if attribute == "through" and model.complete and (field is None or field.kind != "m2m"):
        many = [one.name for one in model.fields if one.kind == "m2m"]
        if field is not None or not adds(ctx, model, name):
            known = f"its many-to-many fields: {', '.join(many)}" if many else ""
            message = f"{model.name} has no many-to-many field {name!r}"
            ctx.problem(owner.mark, "not-m2m", message, known)
    elif attribute == "model" and model.complete and name not in row_names(ctx, model):
        near = did_you_mean(name, model.attributes)
        if near and not adds(ctx, model, name):
            message = f"{model.name} has no attribute {name!r}"
            ctx.problem(owner.mark, "unknown-model", message, near)


def row_names(ctx: Context, model: Model) -> set[str]:
    """Return every name that a row of ``model`` is known to have."""
    backs = {name for name, _, _ in ways_back(ctx, model)}
    return field_names(model) | {*model.attributes, "pk", "id"} | backs | _OF_DJANGO


def same_rows(ctx: Context, one: Model, other: Model) -> bool:
    """Tell whether a key of ``one`` may be a key of ``other``: the same model, or related."""
    lines = [(model, *parents(ctx, model)) for model in (one, other)]
    if any(one.label == item.label for item in lines[1]):
        return True
    if any(other.label == item.label for item in lines[0]):
        return True
    # A base from Django is not a model of the project: it is identified by name.
    return any(_is_named_base(lines[at], model) for at, model in ((1, one), (0, other)))


def _is_named_base(line: Sequence[Model], model: Model) -> bool:
    names = {base.rpartition(".")[2] for item in line for base in item.bases}
    return not model.path and model.name in names


def may_lack(model: Model) -> bool:
    """Tell whether a missing name proves that it does not exist."""
    return (model.complete or model.fields_known) and not _OPENING & {*model.attributes}


def adds(ctx: Context, model: Model, name: str) -> bool:
    """Tell whether the project's code mentions ``name``, so that it may be set there.

    A name that a package derives from a field begins with the field's name: ``price_currency``.
    """
    if any(name.startswith(f"{field.name}_") for field in model.fields):
        return True
    own = {ctx.targets.receivers[0], ctx.targets.tests[0], ctx.targets.senders[0]}
    found = re.compile(rb"\b%s\b" % re.escape(name.encode()), re.IGNORECASE)
    return any(
        data is not None and path.endswith(".py") and path not in own and found.search(data)
        for path, data in ctx.project.texts.items()
    )


def adds_fields(ctx: Context, model: Model, name: str) -> bool:
    """Tell whether a field ``name`` may come from elsewhere: a translation, ``add_to_class``."""
    made_of = [field for field in model.fields if name.startswith(f"{field.name}_")]
    if any(field.type not in FAMILIES and field.kind == "plain" for field in made_of):
        return True
    ways = (b"modeltranslation", *_ADDING) if made_of else _ADDING
    wanted = name.encode()
    return any(
        data is not None and any(way in data for way in ways) and (made_of or wanted in data)
        for data in ctx.project.texts.values()
    )
