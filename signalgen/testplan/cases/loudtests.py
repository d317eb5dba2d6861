"""The tests of a receiver's effects. Entries: ``loud_tests`` and ``saved_alone_tests``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.syntax import string_literal
from signalgen.testplan.cases.casewriting import saved_alone, sent_directly
from signalgen.testplan.cases.rowlines import takes_unique
from signalgen.testplan.cases.told import Method, Told, indented, made_models
from signalgen.testplan.rows.fieldvalues import is_true
from signalgen.testplan.rows.makers import class_import
from signalgen.values.spec import watched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.testplan.cases.casewriting import Case
    from signalgen.testplan.cases.scenes import Staged
    from signalgen.testplan.reading.ways import Way
    from signalgen.values.project import Model

_SHORT = 12
_WORDS = {
    "create": "A new row",
    "update": "A row that exists",
    "change": "A changed row",
    "delete": "A deleted row",
    "m2m": "A row of the other side",
    "custom": "The signal",
    "signal": "The signal",
}


def loud_tests(told: Told) -> Iterator[Method]:
    """Yield one or more tests for each path that has an effect."""
    taken: dict[str, int] = {}
    for staged, way, case in told.loud:
        yield from _loud(told, staged, way, case, taken)


def _created(way: Way) -> Iterator[tuple[Model, dict[str, str]]]:
    # The rows that the body makes: a second one could have the same value in a unique field.
    for effect in way.state.effects:
        if effect.kind == "create" and effect.model is not None:
            yield effect.model, dict(effect.values)


def _loud(
    told: Told, staged: Staged, way: Way, case: Case, taken: dict[str, int]
) -> Iterator[Method]:
    name = _name(staged, several=len(told.handled.uses) > 1)
    name += "_from_the_other_side" if staged.reverse else ""
    name += ("_refuses" if case.raises else "_otherwise") if way.decided else ""
    name += "_refuses" if case.raises and not way.decided else ""
    taken[name] = taken.get(name, 0) + 1
    numbered = f"{name}_{taken[name]}" if taken[name] > 1 else name
    code, text = (
        "\n".join([*case.ready, *_watched(told, staged, way, case)]),
        _docstring(staged, way),
    )
    if staged.act != "change" or case.raises or way.decided or staged.reads_fields:
        yield numbered, text, "\n".join([code, *_again(told, staged, way, case)])
        return
    # The field may be saved with the rest of the row, or alone, by either of its names.
    row, saved = staged.scene.row, f"{staged.scene.row}.save("
    named = saved_alone(staged)
    own = [name for name in _saved_as(told, staged) if not named or name in named]
    alone = [f'["{name}"]' for name in own]
    counted = [line for line in case.after if ".count() ==" in line]
    apart = any(
        not re.search(rf"\b{row}(?:\.pk|\.id)?\b(?![.=])", line.partition("filter(")[2])
        for line in counted
    )
    twice = any(takes_unique(staged.scene.model, line) for line in case.ready) or any(
        is_true(field, "unique") and not is_true(field, "primary_key") and field.name not in known
        for made, known in _created(way)
        for field in made.fields
        if field.kind == "plain"
    )
    if alone and not apart and not twice and not way.state.rows:
        looped = code.replace(f"{saved})", f"{saved}update_fields=fields)")
        lines = [
            f"for fields in (None, {', '.join(alone)}):",
            indented(looped),
        ]
        yield numbered, text, "\n".join(lines)
        return
    yield numbered, text, code
    for number, fields in enumerate(alone):
        suffix = f"_{number + 1}" if number else ""
        only_it = code.replace(f"{saved})", f"{saved}update_fields={fields})")
        yield f"{numbered}_alone{suffix}", "A save of the field alone runs it.", only_it


def _again(told: Told, staged: Staged, way: Way, case: Case) -> Iterator[str]:
    # A row that is created once exists once, however often the signal is sent.
    made = [effect for effect in way.state.effects if effect.again and effect.model is not None]
    act = case.act if staged.act == "custom" else sent_directly(staged)
    gone = staged.act == "delete" and staged.scene.before
    if not made or not act or way.decided or gone:
        return
    logs = told.handled.receiver.logger if told.handled.receiver.log_errors else ""
    yield f"with {told.heard}{' as left' if logs or case.inside else ''}:\n{_inside(case)}    {act}"
    if logs:
        told.logs = True
        yield f"assert not left.{logs}.exception.called"
    for effect in made:
        keys = [(name, text) for name, text in effect.values if name in effect.again]
        values = ", ".join(f"{name}={text}" for name, text in keys)
        if effect.model is None:
            continue
        bound = class_import(told.ctx, effect.model).bound
        if len(keys) == len(effect.again):
            yield f"assert {bound}.objects.filter({values}).count() == 1"
        elif effect.model.label not in made_models(told.ctx, case.ready):
            yield f"assert {bound}.objects.count() == 1"


def _inside(case: Case) -> str:
    return "".join(f"    {line}\n" for line in case.inside)


def _saved_as(told: Told, staged: Staged) -> tuple[str, ...]:
    changes = told.handled.receiver.changes
    names = [(c, (c.field, *c.saved_as, *(name for name, _ in c.group))) for c in changes]
    found = next((change for change, own in names if staged.field in own), None)
    if found is None or found.group:
        return (staged.field,)
    return found.saved_as or (found.field,)


def _watched(told: Told, staged: Staged, way: Way, case: Case) -> Iterator[str]:
    if case.raises:
        error = case.raises
        message = string_literal(case.message) if case.message else ""
        if len(message) > _SHORT:
            yield f"message = {message}"
            message = "message"
        expected = f"raises({error}, {message})" if message else f"raises({error})"
        left = " as left" if case.inside else ""
        yield f"with {expected}, {case.around}{told.heard}{left}:\n{_inside(case)}    {case.act}"
        return
    watched, inside = told.watches(), _inside(case)
    heard = f"{told.heard}{' as left' if watched else ''}"
    mailed = any(e.kind == "mail" and e.deferred for e in way.state.effects)
    early = "\n    assert not mail.outbox" if mailed else ""
    yield f"with {case.around}{heard}:\n{inside}    {case.act}{early}"
    if watched:
        yield f"assert left.mock_calls == [{', '.join(case.calls)}]"
    yield from case.after
    if staged.act == "change" and told.handled.receiver.remembered:
        yield f'assert "{told.handled.receiver.remembered}" not in vars({staged.scene.row})'


def saved_alone_tests(told: Told) -> Iterator[Method]:
    """Yield the test that a save of each field of ``update_fields`` runs the handler."""
    fields = told.loud and saved_alone(told.loud[0][0])
    if not fields or told.loud[0][0].reads_fields:
        return
    staged, _way, case = next((item for item in told.loud if item[0].act == "update"), told.loud[0])
    ready = [line for line in case.ready if not line.startswith("unsave(")]
    row = staged.scene.row
    names = ", ".join(string_literal(name) for name in fields)
    lines = [
        *ready,
        f"for name in ({names}{',' * (len(fields) == 1)}):",
        f"    with {told.heard} as left:",
        *(f"        {line}" for line in case.inside),
        f"        {row}.save(update_fields=[name])",
        f"    assert left.mock_calls == [{', '.join(case.calls)}]",
    ]
    driven = staged.act == "update" or (staged.act == "create" and "on_create" not in told.keys)
    when = told.handled.handler.when
    asks = "created" in staged.used or (when is not None and "created" in when.text)
    if driven and not case.after and not asks:
        yield (
            "test_runs_for_its_fields",
            "A save of one of the fields runs it.",
            "\n".join(lines),
        )


def _name(staged: Staged, *, several: bool) -> str:
    if staged.act == "change":
        return f"test_on_change_of_{'_'.join(watched(staged.key))}"
    if staged.key != "body":
        return f"test_{staged.key}"
    if staged.act == "m2m":
        return f"test_{staged.verb}"
    if staged.act == "custom":
        return "test_runs"
    if staged.act == "signal":
        return f"test_{staged.use.name}" if several else "test_runs"
    return f"test_{staged.act}"


def _docstring(staged: Staged, way: Way) -> str:
    words = _WORDS[staged.act]
    if way.decided:
        return f"{words}, on the other side of a condition."
    return f"{words} runs {staged.key}." if staged.key != "body" else f"{words} runs it."
