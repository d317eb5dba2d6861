"""Tests with real rows: a class per model, with all effects outside the database replaced.

``row_tests(...)`` is the entry. These tests show what calling a receiver by hand cannot: that
saving a row reaches it, with the arguments that Django really sends.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.facts.names import WELL_KNOWN
from signalgen.plan.names.locate import module_of
from signalgen.plan.names.references import find_model
from signalgen.syntax import parse_body, snake_words
from signalgen.testplan.cases.scenario import (
    FollowedWay,
    follow,
    importable,
    module_alias,
    scenarios,
)
from signalgen.testplan.cases.testcases import split_path
from signalgen.testplan.collaborators import collaborators
from signalgen.testplan.follow.mockvalues import Raw, literal
from signalgen.testplan.rows import make_row
from signalgen.values.fragment import ImportNeed
from signalgen.values.plan import RowCase, RowTests
from signalgen.values.spec import Ref

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.handler import Handled
    from signalgen.testplan.follow.traced import Seen
    from signalgen.values.index import ModelField
    from signalgen.values.project import Model
    from signalgen.values.settings import TestStyle

_ATTRIBUTE = re.compile(r"instance\.(\w+)")
_NO_EFFECT = ("django.utils", "django.db", "django.conf", "django.contrib.auth", "django.apps")
_OTHER_VALUE = {
    "CharField": '"other"',
    "TextField": '"other"',
    "BooleanField": None,
    "IntegerField": "2",
}


def row_tests(ctx: Context, handled: Sequence[Handled], style: TestStyle) -> Iterator[RowTests]:
    """Yield a test class per model whose rows can be made and whose receivers are known.

    One class replaces names of one module: a model whose receivers a person has moved apart has no
    such tests.
    """
    models: dict[str, Model] = {}
    for one in handled:
        if (
            len(one.senders) == 1
            and one.senders[0].model is not None
            and one.senders[0].lookup in (one.senders[0].model.name, "get_user_model()")
            and one.uses[0].family in ("save", "delete")
        ):
            models.setdefault(one.senders[0].model.label, one.senders[0].model)
        elif one.handler.bulk_test:
            _no_reminder(
                ctx, [one], f"{one.receiver.name} does not listen to one model that is known"
            )
    for model in models.values():
        own = [one for one in handled if _concerns(one, model)]
        paths = {one.receiver.path for one in own}
        row = (
            None if len(paths) > 1 or _others_listen(ctx, model, handled) else make_row(ctx, model)
        )
        asking = [one for one in own if one.handler.bulk_test]
        if row is None or any(_is_risky(ctx, one) for one in own):
            _no_reminder(ctx, asking, f"no row of {model.name} can be made for a test")
            continue
        there = _at(ctx, *paths)
        effects = sorted({name for one in own for name in _effects(there, one)})
        cases = tuple(
            case
            for one in own
            for case in _cases(there, one, model, effects)
            if not any(_may_refuse(other, case.change) for other in own if other is not one)
        )
        if asking:
            bulk = _bulk_case(model) if effects else None
            if bulk is None:
                _no_reminder(ctx, asking, f"a test cannot see what {asking[0].receiver.name} does")
            else:
                cases = (*cases, bulk)
        if cases:
            yield _class(there, model, style, effects, cases, row.lines, row.imports)


def _at(ctx: Context, path: str) -> Context:
    # ``ctx`` with the receivers at ``path``, where they lie whatever the app's modules hold by now.
    return replace(ctx, targets=replace(ctx.targets, receivers=(path, module_of(ctx, path))))


def _others_listen(ctx: Context, model: Model, handled: Sequence[Handled]) -> bool:
    # Receivers of the project itself may run as well, and what they do in a test is unknown. One
    # that is registered under a handler's ``dispatch_uid`` is that handler, not yet adopted.
    uids = {*ctx.uids, *(c.dispatch_uid for one in handled for c in one.receiver.connections)}
    for registration in ctx.project.registrations:
        name = registration.function.rpartition(".")[2]
        ours = registration.dispatch_uid in uids or (registration.path, name) in ctx.written
        senders = {sender.rpartition(".")[2] for sender in registration.senders}
        if not ours and (not senders or model.name in senders):
            return True
    return False


def _concerns(handled: Handled, model: Model) -> bool:
    if handled.uses[0].family not in ("save", "delete"):
        return False
    return not handled.senders or any(
        s.model is not None and s.model.label == model.label for s in handled.senders
    )


def _is_risky(ctx: Context, handled: Handled) -> bool:
    # A mock that a pre_save receiver puts into a column cannot be stored.
    before = any(use.name in ("pre_save", "pre_delete") for use in handled.uses)
    return before and bool(_effects(ctx, handled))


def _may_refuse(handled: Handled, change: str) -> bool:
    # Another receiver of the model may look at the field that a test changes, and raise.
    field = change.partition(" = ")[0].removeprefix("instance.")
    return bool(field) and any(
        isinstance(node, ast.Raise)
        for piece in handled.pieces
        if piece.key == f"on_change.{field}" or re.search(rf"\b{field}\b", piece.source)
        for node in ast.walk(parse_body(piece.source))
    )


def _effects(ctx: Context, handled: Handled) -> list[str]:
    # What acts outside the database: tasks, mail, caches, functions of the project.
    found = []
    for name in collaborators(handled):
        module = WELL_KNOWN.get(name, ("", ""))[0]
        standard = bool(module) and (
            module.startswith(_NO_EFFECT) or not module.startswith("django")
        )
        if (
            not standard
            and find_model(ctx, Ref(name, ctx.spec.app.mark)) is None
            and name != "logger"
        ):
            found.append(name)
    return found


def _cases(
    ctx: Context, handled: Handled, model: Model, effects: Sequence[str]
) -> Iterator[RowCase]:
    if handled.receiver.is_async or len(handled.senders) != 1:
        return
    for scenario in scenarios(handled):
        outcome = follow(ctx, handled, scenario, collaborators(handled))
        if outcome is None or outcome.conditional:
            continue
        values = _values(outcome, model)
        calls = [
            seen for seen in outcome.seen if seen.certain and split_path(seen.path)[0] in effects
        ]
        if values is None or not calls:
            continue
        action, change = _action(handled, scenario.name, model)
        if action == "change" and not change:
            continue
        values, change = _changed_to(change, values)
        checks = tuple(
            dict.fromkeys(_check(ctx, handled, seen, exact=action == "create") for seen in calls)
        )
        yield RowCase(
            _case_name(handled, scenario.name), _DOCSTRINGS[action], values, action, change, checks
        )


_DOCSTRINGS = {
    "create": "Saving a new row reaches the receiver.",
    "update": "Saving a row again reaches the receiver.",
    "change": "Saving another value reaches the receiver.",
    "delete": "Deleting a row reaches the receiver.",
}


def _bulk_case(model: Model) -> RowCase | None:
    # A bulk operation reaches no receiver; the test writes a field of the model itself.
    field = next(
        (
            f.name
            for f in model.fields
            if f.kind == "plain" and f.options.get("primary_key") != "True"
        ),
        "",
    )
    if not field:
        return None
    return RowCase(
        "test_bulk_operations_send_nothing",
        "bulk_create(), bulk_update() and update() send no signal: "
        "what the receivers do is left undone.",
        (),
        "bulk",
        field,
        (),
    )


def _no_reminder(ctx: Context, asking: Sequence[Handled], reason: str) -> None:
    for one in asking:
        ctx.note(one.handler.place("bulk_test"), "no-bulk-test", f"bulk_test has no test: {reason}")


def _case_name(handled: Handled, scenario: str) -> str:
    suffix = scenario.removeprefix("test_")
    return f"test_{handled.receiver.name}" + ("" if suffix == "runs" else f"_{suffix}")


def _values(outcome: FollowedWay, model: Model) -> tuple[str, ...] | None:
    # Field values that meet the scenario's conditions, or None when a plain row cannot.
    out: list[str] = []
    for path, value in outcome.settings:
        if path.startswith("instance._state"):
            continue
        match = _ATTRIBUTE.fullmatch(path)
        field = model.field(match.group(1)) if match else None
        text = _fitting(field, value) if field is not None and field.kind == "plain" else None
        if field is None or text is None:
            return None
        out.append(f"{field.name}={text}")
    return tuple(out)


def _fitting(field: ModelField, value: object) -> str | None:
    # ``value`` as the field's column takes it, or None when it does not.
    if isinstance(value, Raw):
        return value.text if "(" not in value.text else None
    if field.type == "BooleanField":
        return repr(bool(value))
    if value is None:
        return "None" if field.options.get("null") == "True" else None
    fits = _TYPES.get(field.type, (object,))
    if not isinstance(value, fits) or isinstance(value, bool):
        return None
    return str(value) if isinstance(value, (int, float)) else literal(value)


_NUMBER = (int, float)
_TYPES: dict[str, tuple[type, ...]] = {
    "CharField": (str,),
    "TextField": (str,),
    "SlugField": (str,),
    "IntegerField": (int,),
    "SmallIntegerField": (int,),
    "BigIntegerField": (int,),
    "PositiveIntegerField": (int,),
    "PositiveSmallIntegerField": (int,),
    "PositiveBigIntegerField": (int,),
    "FloatField": _NUMBER,
    "DecimalField": (int,),
    **dict.fromkeys(("DateField", "DateTimeField", "TimeField", "UUIDField", "DurationField"), ()),
}


def _action(handled: Handled, scenario: str, model: Model) -> tuple[str, str]:
    # What the test does with the row, and the line that changes it before it is saved again.
    if handled.uses[0].family == "delete":
        return "delete", ""
    if scenario.startswith("test_on_change_of_"):
        field = model.field(scenario.removeprefix("test_on_change_of_"))
        if field is None or field.type not in _OTHER_VALUE or field.options.get("unique") == "True":
            return "change", ""
        other = _OTHER_VALUE[field.type] or f"not instance.{field.name}"
        return "change", f"instance.{field.name} = {other}"
    return ("update" if scenario in ("test_on_update", "test_implementation") else "create"), ""


def _changed_to(change: str, values: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    # How the row begins, and the change: a value that the body asks for is what the row comes to
    # have.
    field = change.partition(" = ")[0].removeprefix("instance.")
    wanted = next((value for value in values if change and value.startswith(f"{field}=")), "")
    if not wanted:
        return values, change
    value, other = wanted.partition("=")[2], change.partition(" = ")[2]
    if other.startswith("not "):
        other = str(value != "True")
    rest = tuple(v for v in values if v != wanted)
    return (*rest, f"{field}={other}"), f"instance.{field} = {value}"


def _check(ctx: Context, handled: Handled, seen: Seen, *, exact: bool) -> str:
    root, attribute = split_path(seen.path)
    mock = f'self.mocks["{root}"]' + (f".{attribute}" if attribute else "")
    words = set(re.findall(r"(?<![\w.\"'])[A-Za-z_]\w*(?!\w*=[^=])", seen.arguments or "mock"))
    known = {"instance", "str", "int", "f", *importable(ctx, handled)} - set(collaborators(handled))
    if exact and seen.arguments is not None and words <= known:
        return f"{mock}.assert_any_call({seen.arguments})"
    return f"{mock}.assert_called()"


def _class(
    ctx: Context,
    model: Model,
    style: TestStyle,
    effects: Sequence[str],
    cases: tuple[RowCase, ...],
    lines: tuple[str, ...],
    imports: tuple[ImportNeed, ...],
) -> RowTests:
    alias = module_alias(ctx)
    needs = {
        ImportNeed(ctx.targets.receivers[1].rpartition(".")[0], alias),
        ImportNeed("unittest", "mock"),
    }
    needs |= set(imports)
    needs.add(
        ImportNeed("django.test", "TestCase") if style == "unittest" else ImportNeed("pytest")
    )
    needs.add(ImportNeed("django.db", "transaction"))
    if ctx.typed:
        needs |= {ImportNeed("typing", "Any"), ImportNeed(model.exported, model.name)}
    name = f"Test{model.name}Rows" if style == "pytest" else f"{model.name}RowTests"
    return RowTests(
        ctx.targets.tests[0],
        f"test:rows.{snake_words(model.name)}",
        name,
        ctx.spec.source,
        style,
        model.name,
        snake_words(model.name),
        alias,
        tuple(effects),
        lines,
        cases,
        ctx.typed,
        tuple(sorted(needs)),
    )
