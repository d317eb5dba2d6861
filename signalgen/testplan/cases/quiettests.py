"""The tests that a receiver does nothing. Entry: ``quiet_tests``."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.late import pattern
from signalgen.syntax import snake_words, string_literal
from signalgen.testplan.cases.casewriting import accessor, fields_beside, saved_alone, sent
from signalgen.testplan.cases.rowlines import takes_unique
from signalgen.testplan.cases.told import ALWAYS, EVERY_UPDATE, Method, Told, indented, made_models
from signalgen.testplan.rows.makers import class_import
from signalgen.testplan.rows.relations import all_models
from signalgen.testplan.terms.state import NotForeseenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from signalgen.plan.context import Context
    from signalgen.testplan.cases.casewriting import Case
    from signalgen.testplan.cases.scenes import Staged
    from signalgen.testplan.reading.ways import Way
    from signalgen.values.project import Model


_MADE = pattern(r"(\w+) = make_\w+\(\w+=")
"""A line that makes a row with given values."""
_DJANGOS = frozenset({"Group", "Permission", "User", "Site", "FlatPage"})
"""Models of Django that others derive from."""
_COUNTED = pattern(r"assert (\w+\.objects\.count\(\)) == (\w+_count)")
"""An assertion that the number of rows is unchanged."""
_NONE = pattern(r"\b(\w+)=None\b")
"""An assertion that a row does not exist."""


def quiet_tests(told: Told) -> Iterator[Method]:
    """Yield the tests: fixtures, other fields, a relation's other side, unmet conditions."""
    blocks = [*_fixtures(told), *_other_fields(told), *_not_changed(told)]
    blocks += _joined_quietly(told)
    # The databases for whose commit something still waits.
    waits = {tuple(_block(told, one, case)): way.state.commits for one, way, case in told.quiet}
    blocks += map(list, waits)
    if not blocks:
        return
    rows = {staged.scene.row: staged.scene.model for staged, _, _ in (*told.loud, *told.quiet)}
    silent: list[Sequence[str]] = []
    for number, group in enumerate(_apart(blocks, rows)):
        commits = [name for block in group for name in waits.get(tuple(block), ())]
        found = _quietly(told, [*group, *silent], dict.fromkeys(commits))
        # What only must not fail goes along with what can be compared.
        silent = [] if found else [*silent, *group]
        if found:
            suffix = f"_{number + 1}" if number else ""
            yield f"test_stays_quiet{suffix}", "Nothing happens when it should not.", found


def _quietly(told: Told, blocks: Sequence[Sequence[str]], commits: Iterable[str]) -> str:
    # Nothing if the test could not fail. Linters want one ``with`` instead of two.
    watched = told.watches()
    lines = [f"with {told.heard}{' as left' if watched else ''}:"]
    # The line that separates the keys of two tables is needed only once.
    rows = {staged.scene.row for staged, _, _ in (*told.loud, *told.quiet) if staged.scene.row}
    own = re.compile(rf"\b(?:{'|'.join(sorted(rows))})\b") if rows else None
    apart = dict.fromkeys(
        line
        for block in blocks
        for line in block
        if line.startswith("make_") and not (own and own.search(line))
    )
    lines += [indented(line) for line in apart]
    rest = [line for block in blocks for line in block if line not in apart]
    if not apart and len(rest) == 1 and rest[0].startswith("with "):
        lines = [f"{lines[0][:-1]}, {rest[0].removeprefix('with ')}"]
    else:
        lines += [indented(line) for line in rest]
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
    shown = checks or any("assert " in line or "unchanged(" in line for line in lines)
    counted = [_COUNTED.sub(r"\2 = \1", check) for check in checks if _COUNTED.match(check)]
    return "\n".join(counted + lines + checks) if shown else ""


def _block(told: Told, staged: Staged, case: Case, act: str = "") -> list[str]:
    # One action without effect: the fields that the running path changes are as before.
    base = next((way for one, way, _ in told.loud if one is staged), None)
    lines = [*case.ready, *case.inside]
    effects = base.state.effects if base is not None else []
    kept, after = list[str](), list[str]()
    stored: dict[str, list[str]] = {}
    done = act or case.act
    # A save of other fields leaves unsaved values in the row.
    whole = staged.scene.family == "save" and "update_fields" not in done
    for effect in effects:
        if effect.kind == "assign" and whole:
            stored.setdefault(staged.scene.row, []).append(effect.name)
        elif effect.kind == "assign":
            after.append(f"assert {staged.scene.row}.{effect.name} == {effect.name}_before")
            kept.append(f"{effect.name}_before = {staged.scene.row}.{effect.name}")
        root = effect.row.partition(".")[0]
        if effect.kind == "update" and any(line.startswith(f"{root} = ") for line in lines):
            stored.setdefault(effect.row, []).extend(name for name, _text in effect.values)
    kept = [line for line in dict.fromkeys(kept) if line not in lines]
    chosen = re.match(r"override_settings\(.*?\)", case.around)
    if chosen:
        done = f"with {chosen[0]}:\n    {done}"
    gone = {name for line in lines for name in _NONE.findall(line)}
    same = [
        f"unchanged({row}, {', '.join(map(string_literal, dict.fromkeys(names)))})"
        for row, names in stored.items()
        if gone.isdisjoint(row.split(".")[1:])
    ]
    if same:
        done = f"with {', '.join(same)}:\n{indented(done)}"
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
    # A factory may give a field a value that differs once it has been stored.
    stored = f"{row}.refresh_from_db()"
    same = [
        line for line in case.ready if line == stored or not line.startswith((f"{row}.", "old = "))
    ]
    place = next(i for i, line in enumerate(same) if line.startswith(f"{row} = ")) + 1
    if not keys & {"on_create", *ALWAYS}:
        # Nothing points at a new row.
        points = re.compile(rf"make_\w+\(.*\b{row}\b|\b{row}\.\w+\.add\(")
        rest = [ln for ln in same[place:] if ln != stored and not points.search(ln)]
        new = (*same[:place], f"unsave({row})", *rest)
        yield _block(told, staged, replace(case, ready=new))
    if not keys & EVERY_UPDATE:
        yield _block(told, staged, replace(case, ready=tuple(same)))


def _joined_quietly(told: Told) -> Iterator[list[str]]:
    # From the other side, from a fixture, and for rows that are already related.
    for staged, _way, case in told.loud[:1]:
        if staged.act != "m2m" or staged.other is None:
            return
        ready = tuple(line for line in case.ready if not line.startswith("make_"))
        if told.handled.skips_reverse:
            with suppress(NotForeseenError):
                act = f"other.{accessor(staged)}.add({staged.scene.row})"
                yield _block(told, staged, replace(case, ready=ready), act)
        if told.handled.skips_raw:
            keys = "None" if staged.verb == "clear" else "{other.pk}"
            action = dict(staged.rounds[-1][0])["action"]
            values = {"action": f'"{action}"', "reverse": "False", "raw": "True"}
            values |= {"model": staged.start["model"].text, "pk_set": keys, "using": '"default"'}
            act = sent(staged, values)
            yield _block(told, staged, case, act)
        conditions = [branch.condition for branch in told.handled.receiver.branches]
        asked = any("pk_set" in condition for condition in conditions)
        if staged.verb == "add" and asked and not told.keys & ALWAYS:
            joined = f"with only():\n    {case.act}"
            yield _block(told, staged, replace(case, ready=(*case.ready, joined)))


def _apart(
    blocks: Sequence[Sequence[str]], rows: Mapping[str, Model | None]
) -> Iterator[list[Sequence[str]]]:
    # Blocks that prepare the same row besides ``rows`` need separate tests: it may be unique.
    def others(block: Sequence[str]) -> set[str]:
        return {
            m[1]
            for line in block
            if (m := _MADE.match(line)) and (m[1] not in rows or takes_unique(rows[m[1]], line))
        }

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
    return bool(bases & _DJANGOS) or any(
        m.name in bases and not m.abstract for m in all_models(ctx) if m is not model
    )


def _saved(ctx: Context, staged: Staged) -> str:
    model = staged.scene.model
    bound = class_import(ctx, model).bound if model is not None else ""
    return f"assert {bound}.objects.filter(pk={staged.scene.row}.pk).exists()"


def _nothing(ctx: Context, way: Way, there: frozenset[str]) -> Iterator[str]:
    for effect in way.state.effects:
        model = effect.model
        if effect.kind != "create" or model is None or model.label in there:
            continue
        bound = class_import(ctx, model).bound
        if not model.module.startswith("django."):
            yield f"assert not {bound}.objects.exists()"
        else:  # migrations of the project may have made some
            yield f"assert {bound}.objects.count() == {snake_words(bound)}_count"
