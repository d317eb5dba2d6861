"""The tests of a receiver that must do nothing. Entry: ``quiet_tests``."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.late import pattern
from signalgen.testplan.cases.casewriting import accessor, fields_beside, saved_alone
from signalgen.testplan.cases.told import ALWAYS, EVERY_UPDATE, Method, Told, indented, made_models
from signalgen.testplan.rows.makers import class_import
from signalgen.testplan.rows.relations import all_models
from signalgen.testplan.terms.state import NotForeseenError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from signalgen.plan.context import Context
    from signalgen.testplan.cases.casewriting import Case
    from signalgen.testplan.cases.scenes import Staged
    from signalgen.testplan.reading.ways import Way
    from signalgen.values.project import Model


_MADE = pattern(r"(\w+) = make_\w+\(\w+=")
"""A line that makes a row with values of its own."""


def quiet_tests(told: Told) -> Iterator[Method]:
    """Yield the tests: fixtures, other fields, the other side, and what a condition excludes."""
    blocks = [*_fixtures(told), *_other_fields(told), *_not_changed(told)]
    blocks += _joined_quietly(told)
    # The databases whose commit each thing waits for all the same.
    waits = {tuple(_block(told, one, case)): way.state.commits for one, way, case in told.quiet}
    blocks += map(list, waits)
    if not blocks:
        return
    rows = {staged.scene.row for staged, _, _ in (*told.loud, *told.quiet)}
    for number, group in enumerate(_apart(blocks, rows)):
        commits = [name for block in group for name in waits.get(tuple(block), ())]
        found = _quietly(told, group, dict.fromkeys(commits))
        if found:
            suffix = f"_{number + 1}" if number else ""
            yield f"test_stays_quiet{suffix}", "Nothing happens where it should not.", found


def _quietly(told: Told, blocks: Sequence[Sequence[str]], commits: Iterable[str]) -> str:
    # Nothing where the test could not fail.
    watched = told.watches()
    lines = [f"with {told.heard}{' as left' if watched else ''}:"]
    lines += [indented(line) for block in blocks for line in block]
    last = f"assert left.mock_calls == [call.commit({', '.join(commits)})]"
    checks = [last] if watched else []
    there = made_models(told.ctx, lines)
    checks += dict.fromkeys(
        check for _, way, _ in told.loud for check in _nothing(told.ctx, way, there)
    )
    refuses = any(case.raises for _, _, case in told.loud)
    if not checks and refuses and told.quiet:
        staged = told.quiet[-1][0]
        if staged.act in ("create", "update", "change"):
            checks.append(_saved(told.ctx, staged))
    shown = checks or any("assert " in line for line in lines)
    return "\n".join(lines + checks) if shown else ""


def _block(told: Told, staged: Staged, case: Case, act: str = "") -> list[str]:
    # One thing that changes nothing: what the way that runs changes, is as before.
    base = next((way for one, way, _ in told.loud if one is staged), None)
    lines = [*case.ready, *case.inside]
    effects = base.state.effects if base is not None else []
    kept, after = list[str](), list[str]()
    for effect in effects:
        if effect.kind == "assign" and effect.text:
            after.append(f"assert {staged.scene.row}.{effect.name} == {effect.name}_before")
            kept.append(f"{effect.name}_before = {staged.scene.row}.{effect.name}")
        root = effect.row.partition(".")[0]
        if effect.kind == "update" and any(line.startswith(f"{root} = ") for line in lines):
            after.append(f"{effect.row}.refresh_from_db()")
            for name, _text in effect.values:
                variable = f"{name}_before"
                kept.append(f"{variable} = {effect.row}.{name}")
                after.append(f"assert {effect.row}.{name} == {variable}")
    kept = [line for line in dict.fromkeys(kept) if line not in lines]
    done = act or case.act
    chosen = re.match(r"override_settings\(.*?\)", case.around)
    if chosen:
        done = f"with {chosen[0]}:\n    {done}"
    return [*lines, *kept, done, *dict.fromkeys(after)]


def _fixtures(told: Told) -> Iterator[list[str]]:
    if not told.handled.skips_raw:
        return
    for staged, _way, case in told.loud[:1]:
        if staged.act in ("create", "update", "change"):
            ready = case.ready
            if _has_parent_table(told.ctx, staged.scene.model):
                # A fixture has the row of the parent's table as well.
                ready = tuple(line for line in ready if not line.startswith("unsave("))
            act = f"{staged.scene.row}.save_base(raw=True)"
            yield _block(told, staged, replace(case, ready=ready), act)


def _other_fields(told: Told) -> Iterator[list[str]]:
    changes = [item for item in told.loud if item[0].act == "change" and not item[2].raises]
    for staged, _way, case in changes or told.loud[:1]:
        names = saved_alone(staged)
        if staged.act == "change" and not told.keys & EVERY_UPDATE:
            names = [item[0].field for item in changes]
        if not names or staged.act not in ("create", "update", "change"):
            return
        other = fields_beside(staged, names)
        ready = tuple(line for line in case.ready if not line.startswith("unsave("))
        if other:
            act = f'{staged.scene.row}.save(update_fields=["{other}"])'
            yield _block(told, staged, replace(case, ready=ready), act)


def _not_changed(told: Told) -> Iterator[list[str]]:
    # A new row has nothing to compare with, and one that is saved again is the same.
    made = told.made()
    if made and told.handled.receiver.original and "on_create" not in told.keys:
        row = told.loud[0][0].scene.row
        yield [made, f"unsave({row})", f"{row}.save()"]
    changes = [(staged, case) for staged, _, case in told.loud if staged.act == "change"]
    if not changes:
        return
    staged, case = changes[0]
    row, keys = staged.scene.row, told.keys
    same = [line for line in case.ready if not line.startswith((f"{row}.", "old = "))]
    place = next(i for i, line in enumerate(same) if line.startswith(f"{row} = ")) + 1
    if not keys & {"on_create", *ALWAYS}:
        new = (*same[:place], f"unsave({row})", *same[place:])
        yield _block(told, staged, replace(case, ready=new))
    if not keys & EVERY_UPDATE:
        yield _block(told, staged, replace(case, ready=tuple(same)))


def _joined_quietly(told: Told) -> Iterator[list[str]]:
    # From the other side, from a fixture, and for what is joined already.
    for staged, _way, case in told.loud[:1]:
        if staged.act != "m2m" or staged.other is None:
            return
        ready = tuple(line for line in case.ready if not line.startswith("make_"))
        if told.handled.skips_reverse:
            with suppress(NotForeseenError):
                act = f"other.{accessor(staged)}.add({staged.scene.row})"
                yield _block(told, staged, replace(case, ready=ready), act)
        if told.handled.skips_raw:
            sent = f'instance={staged.scene.row}, reverse=False, using="default", raw=True'
            keys = "None" if staged.verb == "clear" else "{other.pk}"
            action = dict(staged.rounds[-1][0])["action"]
            act = (
                f"m2m_changed.send(sender={staged.start['sender'].text}, {sent}, "
                f'action="{action}", model={staged.start["model"].text}, pk_set={keys})'
            )
            yield _block(told, staged, case, act)
        conditions = [branch.condition for branch in told.handled.receiver.branches]
        asked = any("pk_set" in condition for condition in conditions)
        if staged.verb == "add" and asked and not told.keys & ALWAYS:
            joined = f"with only():\n    {case.act}"
            yield _block(told, staged, replace(case, ready=(*case.ready, joined)))


def _apart(blocks: Sequence[Sequence[str]], rows: Collection[str]) -> Iterator[list[Sequence[str]]]:
    # Blocks that prepare the same row beside ``rows`` need a test each: it may be unique.
    def others(block: Sequence[str]) -> set[str]:
        return {m[1] for line in block if (m := _MADE.match(line)) and m[1] not in rows}

    group: list[Sequence[str]] = []
    taken: set[str] = set()
    every = dict.fromkeys(map(tuple, blocks))
    for block in sorted(every, key=lambda block: bool(others(block))):
        made = others(block)
        if made & taken or (made and group and not taken):
            yield group
            group, taken = [], set()
        group.append(block)
        taken |= made
    if group:
        yield group


def _has_parent_table(ctx: Context, model: Model | None) -> bool:
    bases = {base.rpartition(".")[2] for base in model.bases} if model is not None else set()
    return any(m.name in bases and not m.abstract for m in all_models(ctx) if m is not model)


def _saved(ctx: Context, staged: Staged) -> str:
    model = staged.scene.model
    bound = class_import(ctx, model).bound if model is not None else ""
    return f"assert {bound}.objects.filter(pk={staged.scene.row}.pk).exists()"


def _nothing(ctx: Context, way: Way, there: frozenset[str]) -> Iterator[str]:
    for effect in way.state.effects:
        model = effect.model
        if effect.kind == "create" and model is not None and model.label not in there:
            yield f"assert not {class_import(ctx, model).bound}.objects.exists()"
