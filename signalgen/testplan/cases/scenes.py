"""The action of a handler's test on a row, by signal and branch. Entry: ``scenes``."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, Literal

from signalgen.facts.signals import M2M_ACTIONS
from signalgen.late import dataclass, pattern
from signalgen.plan.names.references import find_model
from signalgen.syntax import snake_words, string_literal
from signalgen.testplan.reading.ways import parameter, stands_for
from signalgen.testplan.rows.fieldvalues import is_true
from signalgen.testplan.rows.makers import class_import, maker_of
from signalgen.testplan.rows.relations import parents, sender_model, target_model, user_model
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.names import meanings
from signalgen.testplan.terms.state import NOTHING, Scene, Term
from signalgen.values.spec import Ref, watched

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.body import Piece
    from signalgen.plan.handlers.handler import Handled
    from signalgen.plan.signals.listening import SignalUse
    from signalgen.testplan.reading.ways import Round
    from signalgen.values.project import Model

Act = Literal["create", "update", "change", "delete", "m2m", "custom", "signal"]
_BEFORE = ("pre_save", "pre_delete")
_RESERVED = frozenset({"call", "mock", "left", "signals", "senders", "other", "timezone", "self"})
_ANNOTATED = {
    "str": kinds.TEXT,
    "int": kinds.NUMBER,
    "float": kinds.NUMBER,
    "Decimal": kinds.NUMBER,
    "bool": kinds.FLAG,
    "datetime": kinds.MOMENT,
    "date": kinds.DAY,
    "UUID": kinds.UUID,
    "dict": kinds.DATA,
}


@dataclass(frozen=True, slots=True)
class Staged:
    """One action of a test, and the code that runs then.

    ``key`` is the tested branch, ``act`` the action on the row; ``field`` is the field that
    ``change`` changes. ``rounds`` are the calls of the receiver, ``start`` its parameters.
    """

    key: str
    act: Act
    use: SignalUse
    scene: Scene
    rounds: tuple[Round, ...]
    start: Mapping[str, Term] = field(default_factory=dict)
    field: str = ""
    other: Model | None = None
    verb: str = ""
    reverse: bool = False

    @property
    def used(self) -> frozenset[str]:
        """The names that its code uses."""
        return frozenset(n for _, pieces in self.rounds for piece in pieces for n in piece.used)

    @property
    def reads_fields(self) -> bool:
        """Whether its code may read ``update_fields``, so that the saved fields matter."""
        return not self.used.isdisjoint({"update_fields", self.scene.handled.uses[0].catch_all})


def scenes(ctx: Context, handled: Handled) -> list[Staged]:
    """Return the actions of the tests of ``handled``: one for each branch or signal."""
    return [staged for use in handled.uses for staged in _of_signal(ctx, handled, use)]


def _of_signal(ctx: Context, handled: Handled, use: SignalUse) -> Iterator[Staged]:
    named = handled.senders[:1]
    model = sender_model(ctx, named[0]) if named else _any_model(ctx, use)
    if use.family == "save" and model is not None:
        yield from _saves(ctx, handled, use, model)
    elif use.family == "delete" and model is not None:
        yield _staged(ctx, handled, use, model, "body", "delete", {})
        when = handled.handler.when
        user = user_model(ctx)
        if not handled.senders and when is not None and "sender" in when.text and user is not None:
            yield _staged(ctx, handled, use, user, "body", "delete", {})
    elif use.family == "m2m" and model is not None:
        yield from _joins(ctx, handled, use, model)
    elif use.family in ("custom", "auth", "request", "setting", "db", "migrate", "template"):
        yield _sent(ctx, handled, use)


def _any_model(ctx: Context, use: SignalUse) -> Model | None:
    # A receiver without a sender runs for rows of the app's own models.
    if use.family not in ("save", "delete"):
        return None
    refs = [ref for handler in ctx.spec.handlers for ref in handler.models]
    named = [model for ref in refs if (model := find_model(ctx, ref)) is not None]
    return next((m for m in (*named, *ctx.app.models) if maker_of(ctx, m) is not None), None)


def _saves(ctx: Context, handled: Handled, use: SignalUse, model: Model) -> Iterator[Staged]:
    by_key = {piece.key: piece for piece in handled.pieces}
    update = by_key.get("on_update") or by_key.get("implementation")
    if "on_create" in by_key:
        yield _staged(ctx, handled, use, model, "on_create", "create", {"created": True})
    if update is not None:
        yield _staged(ctx, handled, use, model, update.key, "update", {"created": False})
    for key in by_key:
        if key.startswith("on_change."):
            yield _staged(ctx, handled, use, model, key, "change", {"created": False})
    if any(key not in ("body", "after_commit") for key in by_key):
        return
    used = _used(handled)
    guard = handled.handler.when.text if handled.handler.when is not None else ""
    yield _staged(ctx, handled, use, model, "body", "create", {"created": True})
    if (
        "created" in used
        or "created" in guard
        or "has_changed" in "".join([guard, *(piece.source for piece in handled.pieces)])
    ):
        yield _staged(ctx, handled, use, model, "body", "update", {"created": False})


def _joins(ctx: Context, handled: Handled, use: SignalUse, model: Model) -> Iterator[Staged]:
    by_key = {piece.key: piece for piece in handled.pieces}
    for verb in ("add", "remove", "clear"):
        keys = [f"on_pre_{verb}", f"on_{verb}"]
        branches = [key for key in keys if key in by_key]
        if not branches and (verb != "add" or by_key.keys() & M2M_ACTIONS.keys()):
            continue
        rounds: list[Round] = []
        for key in keys:
            pieces = tuple(by_key[n] for n in ("body", key, "after_commit") if n in by_key)
            rounds.append(({"action": M2M_ACTIONS[key]}, pieces))
        key = branches[-1] if branches else "body"
        fixed: dict[str, object] = {"action": f"post_{verb}", "reverse": False}
        made = _staged(ctx, handled, use, model, key, "m2m", fixed)
        made = replace(made, rounds=tuple(rounds), verb=verb)
        yield made
        itself = made.other is None or made.other.label == model.label
        if "reverse" in made.used and not itself:
            yield _from_the_other_side(ctx, made, model)


def _from_the_other_side(ctx: Context, made: Staged, model: Model) -> Staged:
    fixed = {**made.scene.fixed, "reverse": True}
    start = {**made.start, "instance": made.start["other"]}
    # From the other side an inherited field belongs to the model that defines it.
    field = made.scene.handled.handler.field
    bases = [base for base in parents(ctx, model) if not base.abstract and field is not None]
    model = next((base for base in bases if field is not None and base.field(field.text)), model)
    start["model"] = stands_for(class_import(ctx, model).bound, kinds.MODEL, model=model)
    if made.verb != "clear":
        start["pk_set"] = stands_for(f"{{{made.scene.row}.pk}}", kinds.ITEMS)
    return replace(made, scene=replace(made.scene, fixed=fixed), start=start, reverse=True)


def _staged(
    ctx: Context,
    handled: Handled,
    use: SignalUse,
    model: Model,
    key: str,
    act: Act,
    fixed: dict[str, object],
) -> Staged:
    row = row_name(model)
    values: dict[str, object] = {"raw": False, "using": "default", **fixed}
    if use.family == "save":
        values |= {"update_fields": None, "adding": act == "create"}
    before = use.name in _BEFORE
    scene = Scene(ctx, handled, model, row, use.family, meanings(ctx, handled), values, before)
    sender = class_import(ctx, model).bound
    start = {
        "instance": stands_for(row, kinds.ROW, model, path="instance"),
        "sender": stands_for(sender, kinds.MODEL, model=model),
        "kwargs": Term(None, "kwargs"),
        handled.uses[0].catch_all: Term(None, "kwargs"),
    }
    # Of several fields a test changes the first.
    field = watched(key.partition(".")[2])[0]
    other = None
    if act == "change":
        start |= _changed(model, field)
        names = stands_for(f"[{string_literal(field)}]", kinds.ITEMS, path="changed")
        start |= {"changed": names}
    elif act == "update" and (
        handled.receiver.original
        or "original" in _used(handled)
        or (before and any(_STORED.search(piece.source) for piece in handled.pieces))
    ):
        start["original"] = parameter("original", kinds.ROW, model)
    elif act == "m2m":
        other, start = _other_side(ctx, handled, model, key, start)
    return Staged(key, act, use, scene, (({}, _pieces(handled, key)),), start, field, other)


_STORED = pattern(r"\.get\((?:pk|id)=instance\.(?:pk|id)\)")
"""A query for the stored row of the one that is saved."""


def _used(handled: Handled) -> set[str]:
    return {name for piece in handled.pieces for name in piece.used}


def _changed(model: Model, field: str) -> dict[str, Term]:
    found = model.field(field)
    relation = found is not None and found.kind in ("fk", "one_to_one")
    attribute = f"{field}_id" if relation else field
    kind = kinds.KEY if relation else kinds.OF_FIELDS.get(found.type if found else "", kinds.ANY)
    row = row_name(model)
    null = found is not None and is_true(found, "null")
    return {
        "old": Term(parameter("old", kind).node, kind, path=f"original.{field}", nullable=null),
        "new": stands_for(f"{row}.{attribute}", kind, path=f"instance.{field}", nullable=null),
    }


def _other_side(
    ctx: Context, handled: Handled, model: Model, key: str, start: dict[str, Term]
) -> tuple[Model | None, dict[str, Term]]:
    name = handled.handler.field.text if handled.handler.field is not None else ""
    found = model.field(name)
    other = target_model(ctx, model, found) if found is not None else None
    if other is None:
        return None, start
    bound = class_import(ctx, other).bound
    keys = NOTHING if "clear" in key else stands_for("{other.pk}", kinds.ITEMS, path="pk_set")
    return other, {
        **start,
        "sender": stands_for(f"{class_import(ctx, model).bound}.{name}.through", "through"),
        "pk_set": keys,
        "model": stands_for(bound, kinds.MODEL, model=other),
        "other": parameter("other", kinds.ROW, other),
    }


def _pieces(handled: Handled, key: str) -> tuple[Piece, ...]:
    # A change of a field happens on an existing row, so the branch for those runs as well.
    by_key = {piece.key: piece for piece in handled.pieces}
    wanted = ["body"]
    if key.startswith("on_change."):
        wanted += ["on_update", "implementation"]
        field = watched(key)[0]
        changes = [name for name in by_key if name.startswith("on_change.")]
        wanted += [name for name in changes if name == key or field in watched(name)]
    wanted += [key, "after_commit"]
    return tuple(by_key[name] for name in dict.fromkeys(wanted) if name in by_key)


def row_name(model: Model) -> str:
    """Return the variable name for a row of ``model``."""
    name = snake_words(model.name)
    return "row" if name in _RESERVED else name


def _sent(ctx: Context, handled: Handled, use: SignalUse) -> Staged:
    start: dict[str, Term] = {
        handled.uses[0].catch_all: Term(None, "kwargs"),
        "signal": stands_for(use.name, kinds.ANY),
    }
    for argument in use.arguments:
        start[argument.name] = _argument(ctx, argument.name, annotation_of(ctx, use, argument.name))
    model = handled.senders[0].model if handled.senders else None
    if model is not None:
        start["sender"] = stands_for(class_import(ctx, model).bound, kinds.MODEL, model=model)
    scene = Scene(ctx, handled, model, "", use.family, meanings(ctx, handled), {})
    act: Act = "custom" if use.family == "custom" else "signal"
    return Staged("body", act, use, scene, (({}, tuple(handled.pieces)),), start)


def annotation_of(ctx: Context, use: SignalUse, name: str) -> str:
    """Return the type of the argument ``name`` of a signal, "" if it has none."""
    declared = {arg.name: arg.annotation or "" for s in ctx.spec.signals for arg in s.args}
    known = {argument.name: argument.annotation for argument in use.arguments}
    return declared.get(name) or known.get(name, "")


def _argument(ctx: Context, name: str, annotation: str) -> Term:
    words = annotation.replace("|", " ").replace("[", " ").split() or ["Any"]
    word = words[0].rpartition(".")[2]
    if name == "user" and word in ("AbstractBaseUser", "Any", "User"):
        return parameter(name, kinds.ROW, model=user_model(ctx), nullable="None" in annotation)
    if name == "request":
        return parameter(name, "request", nullable=True)
    if word in _ANNOTATED:
        return parameter(name, _ANNOTATED[word], nullable="None" in words)
    if word != "Any":
        model = find_model(ctx, Ref(word, ctx.spec.app.mark)) if word[:1].isupper() else None
    else:
        # ``args: [order]``
        named = [one for one in ctx.app.models if snake_words(one.name) == name]
        model = next((one for one in named if maker_of(ctx, one) is not None), None)
    if model is not None:
        return parameter(name, kinds.ROW, model=model)
    return parameter(name, kinds.ANY)
