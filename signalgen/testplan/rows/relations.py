"""Where attributes of a row lead. Entries: ``target_model``, ``walk_path``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from signalgen.facts.modelbases import KNOWN_FIELDS
from signalgen.facts.names import CONTRIB_MODELS
from signalgen.facts.orm import DELETING, REFRESHING, SAVING
from signalgen.late import dataclass
from signalgen.plan.names.references import USER, find_model
from signalgen.testplan.rows.fieldvalues import primary_key
from signalgen.values.project import Model
from signalgen.values.spec import Ref

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from signalgen.plan.context import Context
    from signalgen.values.index import FieldKind, ModelField

StepKind = Literal[
    "plain",
    "fk",
    "one_to_one",
    "m2m",
    "generic",
    "reverse_fk",
    "reverse_one_to_one",
    "reverse_m2m",
    "attribute",
    "method",
    "unknown",
]
_FORWARD: Mapping[FieldKind, StepKind] = {"fk": "fk", "one_to_one": "one_to_one", "m2m": "m2m"}
_REVERSE: Mapping[FieldKind, StepKind] = {
    "fk": "reverse_fk",
    "one_to_one": "reverse_one_to_one",
    "m2m": "reverse_m2m",
}
_MANY = ("m2m", "reverse_fk", "reverse_m2m")
_METHODS = SAVING | DELETING | REFRESHING | {"clean", "full_clean", "validate_unique"}
_CONTENT_TYPE = "contenttypes.ContentType"
_CONTRIB_USER = "auth.User"


@dataclass(frozen=True, slots=True)
class Step:
    """One attribute on a path: ``field`` is the field behind it, ``model`` the model it leads to.

    For a reverse relation ``field`` is the field of the other model. A ``method`` must be
    called; an ``attribute`` is another name of the class body that is no field: property, manager,
    tracker. ``unknown`` is what no file tells, and everything behind that or behind a step without
    a model.
    """

    name: str
    kind: StepKind
    field: ModelField | None = None
    model: Model | None = None

    @property
    def many(self) -> bool:
        """Whether it gives a manager of rows, not one row."""
        return self.kind in _MANY


def walk_path(ctx: Context, model: Model, names: Sequence[str]) -> tuple[Step, ...]:
    """Return what each of ``names`` is, the first on a row of ``model``, each next on the last."""
    steps: list[Step] = []
    here: Model | None = model
    for name in names:
        step = _step(ctx, here, name) if here is not None else Step(name, "unknown")
        steps.append(step)
        here = None if step.many else step.model
    return tuple(steps)


def _step(ctx: Context, model: Model, name: str) -> Step:
    field = model.field(name) or model.field(name.removesuffix("_id"))
    if field is not None and field.kind in _FORWARD:
        if field.name != name:  # the column of a foreign key
            return Step(name, "plain", field)
        return Step(name, _FORWARD[field.kind], field, target_model(ctx, model, field))
    field = model.field(name)
    if field is not None and field.kind in ("plain", "file", "generic"):
        return Step(name, "generic" if field.kind == "generic" else "plain", field)
    if name in ("id", "pk"):
        key = primary_key(model)
        return Step(name, "plain", key)
    if name in model.methods or name in _METHODS or _shows_choice(model, name):
        return Step(name, "method")
    if name in model.attributes:
        return Step(name, "attribute")
    return next(_reverse(ctx, model, name), Step(name, "unknown"))


def _shows_choice(model: Model, name: str) -> bool:
    field = model.field(name.removeprefix("get_").removesuffix("_display"))
    return field is not None and name == f"get_{field.name}_display" and "choices" in field.options


def _reverse(ctx: Context, model: Model, name: str) -> Iterator[Step]:
    # A relation to a parent of the model can be followed from its children and proxies too.
    labels = {model.label, *(base.label for base in _parents(ctx, model))}
    for owner in all_models(ctx):
        for field in () if owner.abstract or owner.proxy else owner.fields:
            if field.kind not in _FORWARD or _accessor(owner, field) != name:
                continue
            # What a child has from its parent's table leads back to the parent.
            if any(field in base.fields for base in _parents(ctx, owner) if not base.abstract):
                continue
            target = target_model(ctx, owner, field)
            if target is not None and target.label in labels:
                yield Step(name, _REVERSE[field.kind], field, owner)


def _parents(ctx: Context, model: Model) -> Iterator[Model]:
    for base in model.bases:
        name = base.rpartition(".")[2]
        named = [m for m in all_models(ctx) if m.name == name and m.label != model.label]
        # Of several models of the name, that of the same app.
        for parent in sorted(named, key=lambda m: m.app_label != model.app_label)[:1]:
            yield parent
            yield from _parents(ctx, parent)


def _accessor(owner: Model, field: ModelField) -> str:
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
    """Return the model that a relation of ``model`` points at, None where no file shows it.

    The models that Django ships are known as well.
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


def _named(ctx: Context, name: str) -> Model | None:
    return find_model(ctx, Ref(name, ctx.spec.app.mark)) if "." in name else None


def user_model(ctx: Context) -> Model | None:
    """Return the model of users: the project's own, else the one that Django ships."""
    label = ctx.project.auth_user_model
    if label in (None, _CONTRIB_USER):
        return contrib_model(_CONTRIB_USER)
    return _named(ctx, label)


def contrib_model(label: str) -> Model:
    """Return a model that Django ships, with the fields that are known of it."""
    module, (app_label, _, name) = CONTRIB_MODELS[label], label.partition(".")
    fields = KNOWN_FIELDS.get(f"{module}.{name}", ())
    together = (("content_type", "codename"),) if label == "auth.Permission" else ()
    known = bool(fields) or label == _CONTENT_TYPE
    return Model(
        name, app_label, module, module, "", 0, fields=fields, complete=known, together=together
    )
