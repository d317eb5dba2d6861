"""The targets of a row's attributes. Entries: ``target_model``, ``walk_path``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from signalgen.facts.orm import DELETING, REFRESHING, SAVING
from signalgen.late import dataclass
from signalgen.plan.names.references import contrib_label
from signalgen.plan.names.relations import (
    accessor,
    all_models,
    contrib_model,
    parents,
    target_model,
    user_model,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.names.references import Sender
    from signalgen.values.index import FieldKind, ModelField
    from signalgen.values.project import Model

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

__all__ = [
    "Step",
    "all_models",
    "contrib_model",
    "parents",
    "sender_model",
    "target_model",
    "user_model",
    "walk_path",
]


@dataclass(frozen=True, slots=True)
class Step:
    """One attribute on a path: ``field`` is the field behind it, ``model`` the model it leads to.

    For a reverse relation ``field`` is the field of the other model. A ``method`` must be called;
    an ``attribute`` is any other name in the class body: property, manager, tracker. ``unknown``:
    no file defines it; so is everything after it or after a step without a model.
    """

    name: str
    kind: StepKind
    field: ModelField | None = None
    model: Model | None = None

    @property
    def many(self) -> bool:
        """Whether it gives a manager of rows, not one row."""
        return self.kind in _MANY


def sender_model(ctx: Context, sender: Sender) -> Model | None:
    """Return the model of ``sender``, also one of Django's own; None if unknown."""
    if sender.model is not None:
        return sender.model
    for need in sender.lookup_imports:
        if need.name == "get_user_model":
            return user_model(ctx)
        label = contrib_label(f"{need.module}.{need.name}")
        if label:
            return contrib_model(label)
    return None


def walk_path(ctx: Context, model: Model, names: Sequence[str]) -> tuple[Step, ...]:
    """Return the step of each of ``names``: the first on a row of ``model``, then in turn."""
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
        key = model.primary_key
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
    labels = {model.label, *(base.label for base in parents(ctx, model))}
    for owner in all_models(ctx):
        for field in () if owner.abstract or owner.proxy else owner.fields:
            if field.kind not in _FORWARD or accessor(owner, field) != name:
                continue
            # A relation that a child inherits from its parent's table leads back to the parent.
            if any(field in base.fields for base in parents(ctx, owner) if not base.abstract):
                continue
            target = target_model(ctx, owner, field)
            if target is not None and target.label in labels:
                yield Step(name, _REVERSE[field.kind], field, owner)
