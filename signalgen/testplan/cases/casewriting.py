"""One path through a receiver -> the lines of a test. Entry: ``case_of``."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.late import dataclass, pattern
from signalgen.plan.handlers.branches import saved_names
from signalgen.plan.names.relations import accessor as way_back
from signalgen.plan.names.relations import deletes_itself
from signalgen.testplan.cases.expectations import checks, was_none
from signalgen.testplan.cases.rowlines import (
    beside,
    changes,
    made,
    of_root,
    other_rows,
    told_apart,
)
from signalgen.testplan.cases.scenes import annotation_of
from signalgen.testplan.rows.fieldvalues import is_true
from signalgen.testplan.rows.makers import class_import, maker_of
from signalgen.testplan.rows.relations import parents
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.state import NotForeseenError, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from signalgen.plan.context import Context
    from signalgen.testplan.cases.scenes import Staged
    from signalgen.testplan.reading.ways import Way
    from signalgen.testplan.terms.state import State

_INHERITED = ("permissions", "groups", "user_permissions")
_LONG_ENOUGH = 12
_TURNED = pattern(r"\.(?:strip|lower|upper|title|split|capitalize)\(")


@dataclass(frozen=True, slots=True)
class Case:
    """The parts of a test: ``ready`` lines, the line under test, and the expectations.

    ``around`` are contexts of the line, of which ``settings`` also hold when the body fails.
    """

    ready: tuple[str, ...]
    act: str
    calls: tuple[str, ...]
    after: tuple[str, ...]
    raises: str = ""
    message: str = ""
    inside: tuple[str, ...] = ()
    around: str = ""
    settings: str = ""


def case_of(ctx: Context, staged: Staged, way: Way, sender: str) -> Case:
    """Return the test of the path ``way``; ``sender`` is how a custom signal is sent.

    Raises NotForeseenError if no row can be made for it.
    """
    model = staged.scene.model
    if model is not None and model.refuses and staged.act in ("update", "change"):
        raise NotForeseenError(f"{model.name}.save() may refuse the row")
    state = _interesting(staged, way.state)
    before = _before(state)

    def then(text: str) -> str:
        # The field's value before the body changed it, in a variable.
        for name, value in before.items():
            text = re.sub(rf"\b{re.escape(value)}\b", name, text)
        return text

    after = tuple(checks(ctx, state, then))
    calls = tuple(map(then, _expected(state)))
    ready = tuple(_ready(ctx, staged, state, [*after, *calls]))
    answers = tuple(f"left.{name}.return_value = {text}" for name, text in state.stood_in.items())
    act = _act(ctx, staged, sender)
    named = {e.model.label: e.model for e in state.effects if e.named and e.model is not None}
    for model in named.values() if staged.scene.family == "save" else ():
        after += (f"assert call({class_import(ctx, model).bound}) not in routed.mock_calls",)
    chosen = ", ".join(f"{name}={value}" for name, value in state.settings.items())
    settings = f"override_settings({chosen}), " if chosen else ""
    around = settings + "".join(dict.fromkeys(_in_one_query(ctx, staged, state)))
    if named and staged.scene.family == "save":
        routed = 'mock.patch.object(router, "db_for_write", wraps=router.db_for_write)'
        ready = (*ready, f"asked = {routed}")
        around += "asked as routed, "
    return Case(ready, act, calls, after, state.raises, state.message, answers, around, settings)


def _in_one_query(ctx: Context, staged: Staged, state: State) -> Iterator[str]:
    # Reading, changing and saving a count loses other changes: the rows must not be saved.
    saved = [e for e in state.effects if e.kind == "create" or (e.kind == "update" and not e.name)]
    made_too = {effect.model.label for effect in saved if effect.model is not None}
    for effect in state.effects:
        model = effect.model
        by_query = effect.kind == "update" and effect.name
        if not by_query or model is None or model.label in made_too:
            continue
        counted = any(f"{effect.row.rpartition('.')[2]}_{n}" in t for n, t in effect.values)
        if counted and model is not staged.scene.model:
            yield f'mock.patch.object({class_import(ctx, model).bound}, "save"), '


def _interesting(staged: Staged, state: State) -> State:
    # A text with blanks and capitals shows whether the body normalises it.
    model = staged.scene.model
    for effect in state.effects:
        path = f"instance.{effect.name}"
        field = model.field(effect.name) if model is not None else None
        length = field.options.get("max_length", "") if field is not None else ""
        if (
            effect.kind == "assign"
            and _TURNED.search(effect.text)
            and (field is None or kinds.OF_FIELDS.get(field.type) == kinds.TEXT)
            and path not in state.given
            and (not length.isdigit() or int(length) >= _LONG_ENOUGH)
        ):
            state.given[path] = Term(ast.Constant(" Some Text "), kinds.TEXT)
    return state


def _before(state: State) -> Mapping[str, str]:
    # The old values of the fields that the body changes, in variables.
    row = state.scene.row
    named = [e.name for e in state.effects if e.kind == "assign" and not was_none(e, state)]
    if state.scene.before:
        # A value that the test does not know replaces the one that was read before.
        paths = [path.split(".") for path, value in state.assigned.items() if value.node is None]
        named += [names[1] for names in paths if names[0] == "instance" and len(names) == len("ab")]
    return {f"{name}_before": f"{row}.{name}" for name in named}


def _expected(state: State) -> Iterator[str]:
    calls = [effect for effect in state.effects if effect.kind == "call"]
    yield from (f"call.{e.text}" for e in calls if not e.deferred)
    yield f"call.commit({', '.join(dict.fromkeys(state.commits))})"
    yield from (f"call.{e.text}" for e in calls if e.deferred)


def _ready(ctx: Context, staged: Staged, state: State, told: Sequence[str]) -> Iterator[str]:
    given = dict(state.given)
    for name, shared in state.shared.items():
        yield f"{name} = {made(ctx, shared, {})}"
    matter = _keys_matter(staged, told)
    apart = list(rows_apart(ctx, staged)) if matter else []
    yield from apart
    after: list[str] = []
    if staged.scene.row and staged.scene.model is not None:
        yield from _own_row(ctx, staged, state, told, after)
    yield from _sent_arguments(ctx, staged, state)
    if staged.other is not None:
        yield f"other = {made(ctx, staged.other, of_root(given, 'other'))}"
        if staged.verb != "add":
            yield f"with only():\n    {_manager(staged)}.add(other)"
    yield from after
    if matter and not apart:
        others = [need.model for need in state.rows.values() if not need.times]
        yield from (made(ctx, model, {}) for model in others[:1])
    yield from other_rows(ctx, state, given)
    for name, text in {**state.captured, **_before(state)}.items():
        if _mentioned(name, told):
            yield f"{name} = {text}"


def _sent_arguments(ctx: Context, staged: Staged, state: State) -> Iterator[str]:
    for name, term in staged.start.items():
        if staged.act in ("custom", "signal") and term.path == name:
            text = _argument(ctx, name, term, state.given)
            # One kind covers both number types; a type checker distinguishes them.
            whole = text.isdigit() and "Decimal" in annotation_of(ctx, staged.use, name)
            yield f"{name} = " + (f'Decimal("{text}")' if whole else text)
    for header in sorted(state.headers):
        yield f'request.META.pop("{header}", None)'


def _own_row(
    ctx: Context, staged: Staged, state: State, told: Sequence[str], after: list[str]
) -> Iterator[str]:
    # ``after`` gets the lines that change the row.
    row, model = staged.scene.row, staged.scene.model
    if model is None:
        return
    split = staged.act == "change" or "original" in staged.start or bool(state.changed)
    values = of_root(state.given, "original" if split else "instance")
    changed = of_root(state.given, "instance") if split else {}
    # The targets of a row do not change.
    compared = {staged.field, *state.changed, *values}
    values |= {
        path: changed.pop(path) for path in list(changed) if "." in path or path not in compared
    }
    if split:
        told_apart(ctx, staged, values, changed)
    yield f"{row} = {made(ctx, model, values)}"
    if staged.act == "create":
        yield f"unsave({row})"
    if "new" in staged.start and _mentioned("old", [*told, *state.captured.values()]):
        # The stored value may have another notation: 1.00 for Decimal(1).
        yield f"{row}.refresh_from_db()"
        yield f"old = {staged.start['new'].text}"
    if _mentioned("original", told):
        yield f"original = {class_import(ctx, model).bound}.objects.get(pk={row}.pk)"
    if split:
        after += changes(ctx, staged, model, changed)


def _keys_matter(staged: Staged, told: Sequence[str]) -> bool:
    keyed = any(re.search(r"\bpk\b|\w_id\b|refresh_from_db", line) for line in told)
    return keyed and staged.act in ("update", "change", "delete", "m2m", "custom")


def rows_apart(ctx: Context, staged: Staged) -> Iterator[str]:
    """Yield the line that makes an extra row in one table.

    Otherwise the first rows of two tables would have the same key and could be confused.
    """
    models = [staged.scene.model] if staged.scene.row else []
    models += [term.model for name, term in staged.start.items() if term.path == name]
    for model in models[:1]:
        maker = maker_of(ctx, model) if model is not None else None
        if model is None or maker is None:
            continue
        links = [field.name for field in model.fields if field.kind == "fk"]
        found = ((link, beside(ctx, model, link)) for link in links)
        shown = next(
            (f"{link}={maker.name}().{link}{more}" for link, more in found if more is not None), ""
        )
        if shown:
            yield f"{maker.name}({shown})"


def _mentioned(name: str, lines: Iterable[str]) -> bool:
    # A field or a keyword of that name is another thing.
    return any(re.search(rf"(?<![.\w]){name}\b(?!=[^=])", line) for line in lines)


def _argument(ctx: Context, name: str, term: Term, given: Mapping[str, Term]) -> str:
    own = given.get(name)
    if own is not None and own.text != "make":
        return own.text
    if term.kind == kinds.ROW and term.model is not None:
        return made(ctx, term.model, of_root(given, name))
    if term.kind == "request":
        return 'RequestFactory().get("/")'
    if name == "using":  # deferred calls wait for the commit of this database
        return '"default"'
    return kinds.SAMPLES.get(term.kind) or f"mock.sentinel.{name}"


def _manager(staged: Staged) -> str:
    handler = staged.scene.handled.handler
    return f"{staged.scene.row}.{handler.field.text if handler.field is not None else ''}"


def accessor(staged: Staged) -> str:
    """Return the reverse name of the relation; raises NotForeseenError without one."""
    model, named = staged.scene.model, staged.scene.handled.handler.field
    field = model.field(named.text) if model is not None and named is not None else None
    other = model is not None and field is not None and staged.other is not model
    if not other or model is None or field is None:
        raise NotForeseenError("the relation has no other side")
    # An inherited relation belongs to the model that defines it. Django's own are not read.
    if field.name in _INHERITED and any(base.endswith(("Group", "User")) for base in model.bases):
        raise NotForeseenError(field.name)
    bases = [base for base in parents(staged.scene.ctx, model) if not base.abstract]
    back = way_back(next((base for base in bases if base.field(field.name)), model), field)
    if not back:
        raise NotForeseenError("the relation has no other side")
    return back


def _act(ctx: Context, staged: Staged, sender: str) -> str:
    row = staged.scene.row
    if staged.act in ("create", "update", "change"):
        return f"{row}.save()"
    if staged.act == "delete":
        model = staged.scene.model
        own = model is not None and deletes_itself(ctx, model)
        return f"Model.delete({row})" if own else f"{row}.delete()"
    if staged.act == "m2m":
        joined, added = _manager(staged), "other"
        if staged.reverse:
            joined, added = f"other.{accessor(staged)}", row
        return f"{joined}.{staged.verb}({'' if staged.verb == 'clear' else added})"
    named = [name for name, term in staged.start.items() if term.path == name]
    arguments = ", ".join(f"{name}={name}" for name in named)
    if staged.act == "custom":
        return f"{sender}{arguments})"
    return f"{staged.use.name}.send({_signal_sender(staged)}{', ' if named else ''}{arguments})"


def _signal_sender(staged: Staged) -> str:
    if "user" in staged.start:
        return "sender=type(user)" if not staged.start["user"].nullable else "sender=object"
    return f"sender={sender_of(staged)}"


def sender_of(staged: Staged) -> str:
    """Return the sender of a signal without a row: a model, an object in the spec, or a dummy."""
    found, senders = staged.start.get("sender"), staged.scene.handled.senders
    return found.text if found is not None else senders[0].lookup if senders else "object"


def sent_directly(staged: Staged) -> str:
    """Return the line that sends the signal of a row without saving or deleting it, or ""."""
    row = staged.scene.row
    created = {} if staged.scene.before else {"created": f"{staged.act == 'create'}"}
    values = {
        "save": {**created, "raw": "False", "update_fields": "None"},
        "delete": {"origin": row},
    }
    if staged.scene.family not in values:
        return ""
    return sent(staged, {**values[staged.scene.family], "using": '"default"'})


def sent(staged: Staged, values: Mapping[str, str]) -> str:
    """Return the line that sends a row's signal with the ``values`` that the receiver takes."""
    receiver = staged.scene.handled.receiver
    taken = {parameter.partition(":")[0].partition("=")[0] for parameter in receiver.parameters}
    every = staged.scene.handled.uses[0].catch_all in staged.used
    given = {"sender": staged.start["sender"].text, "instance": staged.scene.row}
    given |= {name: text for name, text in values.items() if every or name in taken}
    shown = ", ".join(f"{name}={text}" for name, text in given.items())
    return f"{staged.use.name}.send({shown})"


def fields_beside(staged: Staged, names: Sequence[str]) -> str:
    """Return a field of the model that is not in ``names``, to save it alone."""
    for field in staged.scene.model.fields if staged.scene.model is not None else ():
        plain = field.kind == "plain" and not is_true(field, "primary_key")
        if plain and field.name not in names and "auto_now" not in field.options:
            return field.name
    return ""


def saved_alone(staged: Staged) -> list[str]:
    """Return the fields in a handler's ``update_fields``, under every name of each."""
    handled = staged.scene.handled
    named = handled.handler.update_fields
    return list(dict.fromkeys(n for ref in named for n in saved_names(handled.senders, ref.text)))
