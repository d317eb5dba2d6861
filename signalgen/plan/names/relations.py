"""The models of a project, and the target of a relation. Entry: ``target_model``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.facts.modelbases import KNOWN_FIELDS
from signalgen.facts.names import CONTRIB_MODELS
from signalgen.facts.softdeletion import SOFT
from signalgen.plan.names.references import USER, find_model
from signalgen.values.project import Model
from signalgen.values.spec import Ref

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.plan.context import Context
    from signalgen.values.index import ModelField

_KEEPING = frozenset(base.rpartition(".")[2] for base in SOFT)
RELATIONS = ("fk", "one_to_one", "m2m")
_CONTENT_TYPE = "contenttypes.ContentType"
_CONTRIB_USER = "auth.User"


def parents(ctx: Context, model: Model) -> Iterator[Model]:
    """Yield the models of the project that ``model`` derives from."""
    for base in model.bases:
        name = base.rpartition(".")[2]
        named = [m for m in all_models(ctx) if m.name == name and m.label != model.label]
        # Of several models with the name, the one in the same app.
        for parent in sorted(named, key=lambda m: m.app_label != model.app_label)[:1]:
            yield parent
            yield from parents(ctx, parent)


def deletes_itself(ctx: Context, model: Model) -> bool:
    """Tell whether ``model`` overrides ``delete()``, which may keep the rows."""
    bases = {base.rpartition(".")[2] for one in (model, *parents(ctx, model)) for base in one.bases}
    return "delete" in (*model.methods, *model.attributes) or bool(bases & _KEEPING)


def accessor(owner: Model, field: ModelField) -> str:
    """Return the reverse name of ``field`` of ``owner``, empty for none."""
    lower = owner.name.lower()
    given = field.related_name.replace("%(class)s", lower)
    given = given.replace("%(app_label)s", owner.app_label.lower())
    if given.endswith("+") or ("related_name" in field.options and not field.related_name):
        return ""
    return given or (lower if field.kind == "one_to_one" else f"{lower}_set")


def all_models(ctx: Context) -> Iterator[Model]:
    """Yield every model of the project."""
    return (model for app in ctx.project.apps for model in app.models)


def target_model(ctx: Context, model: Model, field: ModelField) -> Model | None:
    """Return the model that a relation of ``model`` points at, None if no file shows it.

    Django's own models are known as well.
    """
    written, target = (field.to or "").strip("\"'"), field.target
    if written == "self":
        return model
    if written in (USER, "get_user_model()") or target.endswith(f".{USER}"):
        return user_model(ctx)
    own = next((a for a in ctx.project.apps if a.label == model.app_label), None)
    found = _named(ctx, target) or (own.model(written) if own else None) or _named(ctx, written)
    if found is not None:
        return found
    label = next(
        (
            label
            for label, module in CONTRIB_MODELS.items()
            if target in (label, f"{module}.{label.partition('.')[2]}") or written == label
        ),
        None,
    )
    # ``User = get_user_model()`` at the top of a models file.
    if label == _CONTRIB_USER or (label is None and written == "User"):
        return user_model(ctx)
    return contrib_model(label) if label else None


def ways_back(ctx: Context, model: Model) -> Iterator[tuple[str, ModelField, Model]]:
    """Yield each relation to ``model``: its reverse name, its field and the field's model."""
    labels = {model.label, *(parent.label for parent in parents(ctx, model))}
    for owner in all_models(ctx):
        for field in () if owner.abstract or owner.proxy else owner.fields:
            target = target_model(ctx, owner, field) if field.kind in RELATIONS else None
            if target is not None and target.label in labels and (name := accessor(owner, field)):
                yield name, field, owner


def other_end(ctx: Context, model: Model, name: str) -> Model | None:
    """Return the model at the other end of the relation ``name`` of ``model``, from either side."""
    field = model.field(name)
    if field is not None:
        return target_model(ctx, model, field) if field.kind in RELATIONS else None
    return next((owner for back, _, owner in ways_back(ctx, model) if back == name), None)


def _named(ctx: Context, name: str) -> Model | None:
    return find_model(ctx, Ref(name, ctx.spec.app.mark)) if "." in name else None


def user_model(ctx: Context) -> Model | None:
    """Return the user model: the project's own, otherwise Django's."""
    label = ctx.project.auth_user_model
    if label in (None, _CONTRIB_USER):
        return contrib_model(_CONTRIB_USER)
    return _named(ctx, label)


def contrib_model(label: str) -> Model:
    """Return one of Django's own models, with its known fields."""
    module, (app_label, _, name) = CONTRIB_MODELS[label], label.partition(".")
    fields = KNOWN_FIELDS.get(f"{module}.{name}", ())
    together = (("content_type", "codename"),) if label == "auth.Permission" else ()
    known = bool(fields) or label == _CONTENT_TYPE
    return Model(
        name, app_label, module, module, "", 0, fields=fields, complete=known, together=together
    )


def field_names(model: Model) -> set[str]:
    """Return the names of the fields of ``model``, and the columns of its foreign keys."""
    columns = {f"{f.name}_id" for f in model.fields if f.kind in ("fk", "one_to_one")}
    return {field.name for field in model.fields} | columns
