"""The tests of one receiver, on real rows. Entry: ``receiver_tests``."""

from __future__ import annotations

import ast
import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import absolute_import, package_of
from signalgen.syntax import string_literal
from signalgen.testplan.casewriting import (
    accessor,
    case_of,
    fields_beside,
    saved_alone,
    sent_directly,
)
from signalgen.testplan.completing import Planned
from signalgen.testplan.makers import class_import, maker_name, maker_of, with_needs
from signalgen.testplan.reading.state import NotForeseenError
from signalgen.testplan.reading.ways import ways
from signalgen.testplan.relations import all_models
from signalgen.testplan.scenes import scenes
from signalgen.testplan.storedtests import stored_test
from signalgen.values.fragment import ImportNeed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.handler import Handled
    from signalgen.testplan.casewriting import Case
    from signalgen.testplan.reading.state import State
    from signalgen.testplan.reading.ways import Way
    from signalgen.testplan.scenes import Staged
    from signalgen.values.project import Model

Method = tuple[str, str, str]
_ALWAYS = frozenset({"body", "after_commit"})
_EVERY_UPDATE = frozenset({"on_update", "implementation", *_ALWAYS})
_WORDS = {
    "create": "A new row",
    "update": "A row that exists",
    "change": "A changed row",
    "delete": "A deleted row",
    "m2m": "A row of the other side",
    "custom": "The signal",
    "signal": "The signal",
}


def receiver_tests(ctx: Context, handled: Handled, senders: Mapping[str, str]) -> Planned | None:
    """Return the tests of ``handled``; None, with a note, where nothing can be said.

    ``senders`` are the sender functions of custom signals, by signal.
    """
    told = _Told(ctx, handled, senders)
    for staged in scenes(ctx, handled):
        told.add(staged)
    methods = told.methods()
    for key, reason in told.untold.items():
        mark = handled.handler.place(key if not key.startswith("on_change.") else "on_change")
        message = f"{handled.receiver.name}: {key} has no test of what it does: {reason}"
        ctx.note(mark, "no-test", message)
    if not methods:
        return None
    names = {call[5:].partition("(")[0].partition(".")[0] for call in told.calls()}
    names |= {handled.receiver.logger} if told.logs else set()
    local = _local_paths(ctx, handled)
    names = {local.get(name, name) for name in names}
    return Planned(
        f"test:{handled.handler.id}",
        handled.receiver.name,
        f"{handled.receiver.name}().",
        tuple((name, text, _by_its_name(code, local)) for name, text, code in methods),
        known_names(ctx, [handled]),
        ctx.targets.receivers[1],
        frozenset(names - {"commit"}),
    )


def _by_its_name(code: str, local: Mapping[str, str]) -> str:
    # What is imported under another name when the receiver runs is recorded by its own.
    for name, path in local.items():
        code = re.sub(rf"\bcall\.{name}\b", f"call.{path.rpartition('.')[2]}", code)
    return code


def _just_missed(base: Way | None) -> Iterator[Way]:
    # A row that a query of the body just does not find is left as it is.
    if base is None:
        return
    for path, value in base.state.bounds.items():
        given = {**base.state.given, path: value}
        state = replace(base.state, given=given, effects=[], bounds={}, raises="")
        kept = [effect for effect in base.state.effects if effect.kind != "update"]
        if not kept:
            state.commits.clear()
            yield replace(base, state=state, decided=path)


def _prepare_too(state: State, base: State) -> None:
    # What the body would change must be there, so that the test sees that it stays.
    for path, value in base.given.items():
        if path.count(".") > 1 or path.partition(".")[0] not in ("instance", "original"):
            state.given.setdefault(path, value)
    for name, need in base.rows.items():
        state.rows.setdefault(name, need)


def _kept(row: str, case: Case, fields: Sequence[str]) -> Case:
    # What the body changes on another way is as it was.
    before = tuple(f"{name}_before = {row}.{name}" for name in fields)
    after = tuple(f"assert {row}.{name} == {name}_before" for name in fields)
    return replace(case, ready=(*case.ready, *before), after=(*case.after, *after))


def module_alias(ctx: Context) -> str:
    """Return the name under which tests import the receivers' module."""
    return ctx.targets.receivers[1].rpartition(".")[2]


def known_names(ctx: Context, handled: Iterable[Handled]) -> dict[str, ImportNeed]:
    """Return the imports of what the receivers' module imports, and of the module itself."""
    path, module = ctx.targets.receivers
    package = package_of(module, path)
    package_name, _, alias = module.rpartition(".")
    out = {alias: ImportNeed(package_name, alias)}
    senders, _, name = ctx.targets.senders[1].rpartition(".")
    out[name] = ImportNeed(senders, name)
    for one in handled:
        for need in one.receiver.imports:
            if not need.type_checking:
                whole = replace(need, module=absolute_import(need.module, package))
                out.setdefault(need.bound, whole)
        for use in one.uses:
            out[use.name] = ImportNeed(use.origin.module, use.origin.name)
    return out


def _local_paths(ctx: Context, handled: Handled) -> dict[str, str]:
    # What the receiver imports when it runs is no name of its module: by import path.
    path, module = ctx.targets.receivers
    out: dict[str, str] = {}
    for line in handled.receiver.local_imports:
        for node in ast.walk(ast.parse(line)):
            if isinstance(node, ast.ImportFrom):
                written = "." * node.level + (node.module or "")
                source = absolute_import(written, package_of(module, path))
                out |= {a.asname or a.name: f"{source}.{a.name}" for a in node.names}
    return out


def watched(handled: Handled) -> str:
    """Return the call in which only the receivers of ``handled`` hear."""
    uids = ", ".join(string_literal(c.dispatch_uid) for c in handled.receiver.connections[:1])
    return f"watch({uids})"


class _Told:
    """Collects the cases of a handler, and turns them into methods."""

    def __init__(self, ctx: Context, handled: Handled, senders: Mapping[str, str]) -> None:
        self.ctx, self.handled, self.senders = ctx, handled, senders
        self.loud: list[tuple[Staged, Way, Case]] = []
        self.quiet: list[tuple[Staged, Way, Case]] = []
        self.untold: dict[str, str] = {}
        self.heard = watched(handled)
        self._keys = {piece.key for piece in handled.pieces}
        self.logs = False

    def add(self, staged: Staged) -> None:
        """Follow every way of ``staged``."""
        found = ways(staged.scene, staged.key, staged.rounds, staged.start)
        sender = self._sender(staged)
        base = found.ways[0] if found.ways and found.ways[0].loud else None
        assigned = {e.name for w in found.ways for e in w.state.effects if e.kind == "assign"}
        for way in [*found.ways, *_just_missed(base)]:
            if base is not None and not way.loud:
                _prepare_too(way.state, base.state)
            try:
                case = case_of(self.ctx, staged, way, sender)
            except NotForeseenError as error:
                if not way.decided:
                    self.untold[staged.key] = str(error)
                continue
            if way.loud and not case.raises:
                own = {e.name for e in way.state.effects if e.kind == "assign"}
                case = _kept(staged.scene.row, case, sorted(assigned - own))
            (self.loud if way.loud else self.quiet).append((staged, way, case))
        if not any(one.key == staged.key for one, _, _ in self.loud):
            self.untold.setdefault(staged.key, found.reason or "a test cannot see what it does")
        else:
            self.untold.pop(staged.key, None)

    def _sender(self, staged: Staged) -> str:
        name = staged.use.name
        if name in self.senders and not self.handled.senders:
            return f"{self.senders[name]}("
        sender = staged.start.get("sender")
        return f"{name}.send(sender={sender.text if sender else 'object'}, "

    def calls(self) -> list[str]:
        """Return every call that some way makes."""
        return [call for _, _, case in (*self.loud, *self.quiet) for call in case.calls]

    def methods(self) -> list[Method]:
        """Return the test methods."""
        taken: dict[str, int] = {}
        out = [
            method
            for staged, way, case in self.loud
            for method in self._loud(staged, way, case, taken)
        ]
        return [*out, *self._saved_alone(), *self._quiet(), *self._stored(), *self._errors()]

    def _watches(self) -> bool:
        # Without any call that could leave, ``left`` would say nothing.
        return any(call != "call.commit()" for call in self.calls())

    def _loud(
        self, staged: Staged, way: Way, case: Case, taken: dict[str, int]
    ) -> Iterator[Method]:
        name = _name(staged, several=len(self.handled.uses) > 1)
        name += "_from_the_other_side" if staged.reverse else ""
        name += ("_refuses" if case.raises else "_otherwise") if way.decided else ""
        name += "_refuses" if case.raises and not way.decided else ""
        taken[name] = taken.get(name, 0) + 1
        numbered = f"{name}_{taken[name]}" if taken[name] > 1 else name
        code, text = "\n".join([*case.ready, *self._watched(staged, case)]), _docstring(staged, way)
        if staged.act != "change" or case.raises or way.decided or staged.reads_fields:
            yield numbered, text, "\n".join([code, *self._again(staged, way, case)])
            return
        # The field may be saved with the rest of the row, or alone, by either of its names.
        row, saved = staged.scene.row, f"{staged.scene.row}.save("
        alone = [f'["{field}"]' for field in self._saved_as(staged)]
        counted = [line for line in case.after if ".count() ==" in line]
        apart = any(not re.search(rf"\b{row}\b", line.partition("filter(")[2]) for line in counted)
        if not apart and not way.state.rows:
            looped = code.replace(f"{saved})", f"{saved}update_fields=fields)")
            lines = [f"for fields in (None, {', '.join(alone)}):", _indented(looped)]
            yield numbered, text, "\n".join(lines)
            return
        yield numbered, text, code
        for number, fields in enumerate(alone):
            suffix = f"_{number + 1}" if number else ""
            only_it = code.replace(f"{saved})", f"{saved}update_fields={fields})")
            yield f"{numbered}_alone{suffix}", "A save of the field alone runs it.", only_it

    def _again(self, staged: Staged, way: Way, case: Case) -> Iterator[str]:
        # What is made once is there once, however often the signal comes.
        made = [effect for effect in way.state.effects if effect.again and effect.model is not None]
        act = case.act if staged.act == "custom" else sent_directly(staged)
        if not made or not act or way.decided:
            return
        yield f"with {self.heard}:\n    {act}"
        for effect in made:
            keys = [(name, text) for name, text in effect.values if name in effect.again]
            values = ", ".join(f"{name}={text}" for name, text in keys)
            if effect.model is None:
                continue
            bound = class_import(self.ctx, effect.model).bound
            if len(keys) == len(effect.again):
                yield f"assert {bound}.objects.filter({values}).count() == 1"
            elif effect.model.label not in _made_models(self.ctx, case.ready):
                yield f"assert {bound}.objects.count() == 1"

    def _saved_as(self, staged: Staged) -> tuple[str, ...]:
        changes = self.handled.receiver.changes
        found = next((c for c in changes if staged.field in (c.field, *c.saved_as)), None)
        return (found.saved_as or (found.field,)) if found is not None else (staged.field,)

    def _watched(self, staged: Staged, case: Case) -> Iterator[str]:
        if case.raises:
            error = case.raises
            message = f", {string_literal(case.message)}" if case.message else ""
            yield f"with raises({error}{message}), {case.around}{self.heard}:\n    {case.act}"
            return
        watched = self._watches()
        inside = "".join(f"    {line}\n" for line in case.inside)
        heard = f"{self.heard}{' as left' if watched else ''}"
        yield f"with {case.around}{heard}:\n{inside}    {case.act}"
        if watched:
            yield f"assert left.mock_calls == [{', '.join(case.calls)}]"
        yield from case.after
        if staged.act == "change" and self.handled.receiver.remembered:
            yield f'assert "{self.handled.receiver.remembered}" not in vars({staged.scene.row})'

    def _saved_alone(self) -> Iterator[Method]:
        fields = self.loud and saved_alone(self.loud[0][0])
        if not fields or self.loud[0][0].reads_fields:
            return
        staged, _way, case = next(
            (item for item in self.loud if item[0].act == "update"), self.loud[0]
        )
        ready = [line for line in case.ready if not line.startswith("unsave(")]
        row = staged.scene.row
        names = ", ".join(string_literal(name) for name in fields)
        lines = [
            *ready,
            f"for name in ({names}{',' * (len(fields) == 1)}):",
            f"    with {self.heard} as left:",
            f"        {row}.save(update_fields=[name])",
            f"    assert left.mock_calls == [{', '.join(case.calls)}]",
        ]
        keys = {piece.key for piece in self.handled.pieces}
        driven = staged.act == "update" or (staged.act == "create" and "on_create" not in keys)
        if driven and not case.after and "created" not in staged.used:
            yield (
                "test_runs_for_its_fields",
                "A save of one of the fields runs it.",
                "\n".join(lines),
            )

    def _quiet(self) -> Iterator[Method]:
        blocks = [*self._fixtures(), *self._other_fields(), *self._not_changed()]
        blocks += self._joined_quietly()
        blocks += [self._block(staged, case) for staged, _, case in self.quiet]
        if not blocks:
            return
        for number, group in enumerate(_apart(blocks)):
            found = self._quietly(group)
            if found:
                suffix = f"_{number + 1}" if number else ""
                yield f"test_stays_quiet{suffix}", "Nothing happens where it should not.", found

    def _quietly(self, blocks: Sequence[Sequence[str]]) -> str:
        # Nothing where the test could not fail.
        watched = self._watches()
        lines = [f"with {self.heard}{' as left' if watched else ''}:"]
        lines += [_indented(line) for block in blocks for line in block]
        checks = ["assert left.mock_calls == [call.commit()]"] if watched else []
        there = _made_models(self.ctx, lines)
        checks += dict.fromkeys(
            check for _, way, _ in self.loud for check in _nothing(self.ctx, way, there)
        )
        refuses = any(case.raises for _, _, case in self.loud)
        if not checks and refuses and self.quiet:
            staged = self.quiet[-1][0]
            if staged.act in ("create", "update", "change"):
                checks.append(_saved(self.ctx, staged))
        told = checks or any("assert " in line for line in lines)
        return "\n".join(lines + checks) if told else ""

    def _block(self, staged: Staged, case: Case, act: str = "") -> list[str]:
        # One thing that changes nothing: what the way that runs changes, is as before.
        base = next((way for one, way, _ in self.loud if one is staged), None)
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
        if case.around:
            done = f"with {case.around.removesuffix(', ')}:\n    {done}"
        return [*lines, *kept, done, *dict.fromkeys(after)]

    def _fixtures(self) -> Iterator[list[str]]:
        if not self.handled.skips_raw:
            return
        for staged, _way, case in self.loud[:1]:
            if staged.act in ("create", "update", "change"):
                ready = case.ready
                if _has_parent_table(self.ctx, staged.scene.model):
                    # A fixture has the row of the parent's table as well.
                    ready = tuple(line for line in ready if not line.startswith("unsave("))
                act = f"{staged.scene.row}.save_base(raw=True)"
                yield self._block(staged, replace(case, ready=ready), act)

    def _other_fields(self) -> Iterator[list[str]]:
        changes = [item for item in self.loud if item[0].act == "change" and not item[2].raises]
        for staged, _way, case in (changes or self.loud)[:1]:
            names = saved_alone(staged)
            if staged.act == "change" and not self._keys & _EVERY_UPDATE:
                names = [item[0].field for item in changes]
            if not names or staged.act not in ("create", "update", "change"):
                return
            other = fields_beside(staged, names)
            ready = tuple(line for line in case.ready if not line.startswith("unsave("))
            if other:
                act = f'{staged.scene.row}.save(update_fields=["{other}"])'
                yield self._block(staged, replace(case, ready=ready), act)

    def _not_changed(self) -> Iterator[list[str]]:
        # A new row has nothing to compare with, and one that is saved again is the same.
        branches = {piece.key for piece in self.handled.pieces}
        made = self._made()
        if made and self.handled.receiver.original and "on_create" not in branches:
            row = self.loud[0][0].scene.row
            yield [made, f"unsave({row})", f"{row}.save()"]
        changes = [(staged, case) for staged, _, case in self.loud if staged.act == "change"]
        if not changes:
            return
        staged, case = changes[0]
        row, keys = staged.scene.row, self._keys
        same = [line for line in case.ready if not line.startswith((f"{row}.", "old = "))]
        place = next(i for i, line in enumerate(same) if line.startswith(f"{row} = ")) + 1
        if not keys & {"on_create", *_ALWAYS}:
            new = (*same[:place], f"unsave({row})", *same[place:])
            yield self._block(staged, replace(case, ready=new))
        if not keys & _EVERY_UPDATE:
            yield self._block(staged, replace(case, ready=tuple(same)))

    def _joined_quietly(self) -> Iterator[list[str]]:
        # From the other side, from a fixture, and for what is joined already.
        for staged, _way, case in self.loud[:1]:
            if staged.act != "m2m" or staged.other is None:
                return
            ready = tuple(line for line in case.ready if not line.startswith("make_"))
            if self.handled.skips_reverse:
                with suppress(NotForeseenError):
                    act = f"other.{accessor(staged)}.add({staged.scene.row})"
                    yield self._block(staged, replace(case, ready=ready), act)
            if self.handled.skips_raw:
                sent = f'instance={staged.scene.row}, reverse=False, using="default", raw=True'
                keys = "None" if staged.verb == "clear" else "{other.pk}"
                action = dict(staged.rounds[-1][0])["action"]
                act = (
                    f"m2m_changed.send(sender={staged.start['sender'].text}, {sent}, "
                    f'action="{action}", model={staged.start["model"].text}, pk_set={keys})'
                )
                yield self._block(staged, case, act)
            conditions = self.handled_conditions()
            asked = any("pk_set" in condition for condition in conditions)
            if staged.verb == "add" and asked and not self._keys & _ALWAYS:
                joined = f"with only():\n    {case.act}"
                yield self._block(staged, replace(case, ready=(*case.ready, joined)))

    def handled_conditions(self) -> list[str]:
        """Return the conditions of the receiver's branches."""
        return [branch.condition for branch in self.handled.receiver.branches]

    def _made(self) -> str:
        # The line that makes a row which the body does not refuse.
        for staged, _, case in (*self.loud, *self.quiet) if self.loud else ():
            row = staged.scene.row
            if not case.raises and row:
                return next(line for line in case.ready if line.startswith(f"{row} = "))
        return ""

    def _stored(self) -> Iterator[Method]:
        made = self._made()
        if not made or self.loud[0][0].scene.family != "save":
            return
        row, module = self.loud[0][0].scene.row, module_alias(self.ctx)
        code = stored_test(self.handled, row, made, module, typed=self.ctx.typed)
        if code:
            text = "What is stored comes from the row's own database."
            yield "test_reads_what_is_stored", text, code

    def _errors(self) -> Iterator[Method]:
        receiver = self.handled.receiver
        tries = any(
            re.search(r"^\s*try:", piece.source, re.MULTILINE) for piece in self.handled.pieces
        )
        found = next(self._failing(), None) if receiver.log_errors and not tries else None
        if found is None:
            return
        staged, case, name = found
        alias = module_alias(self.ctx)
        row = f", {_pk(staged)}" if receiver.what else ""
        said = f'"{receiver.name} failed{" for %s" if row else ""}"{row}'
        lines = [*case.ready, f'broken = mock.patch.object({alias}, "{name}", None)']
        watch, using = self.heard, '"default"' if receiver.has_using else ""
        if receiver.savepoint:
            lines.append(
                'atomic = mock.patch.object(transaction, "atomic", wraps=transaction.atomic)'
            )
            lines.append(f"with {watch} as left, broken, atomic as savepoint:\n    {case.act}")
        else:
            lines.append(f"with {watch} as left, broken:\n    {case.act}")
        lines.append(f"assert left.mock_calls[0] == call.{receiver.logger}.exception({said})")
        if receiver.savepoint:
            named = f"using={using}" if using else ""
            lines.append(f"assert call({named}) in savepoint.mock_calls")
        yield (
            "test_errors_are_logged",
            "An error is logged, and the caller goes on.",
            "\n".join(lines),
        )
        self.logs = True
        if receiver.savepoint and staged.act != "m2m":
            yield self._lost(staged, case, using)

    def _lost(self, staged: Staged, case: Case, using: str) -> Method:
        lines = [
            *case.ready,
            'lost = mock.patch.object(transaction, "atomic", side_effect=RuntimeError("lost"))',
            "connection = mock.Mock(needs_rollback=True)",
            'asked = mock.patch.object(transaction, "get_connection", return_value=connection)',
            f'with raises(RuntimeError, "lost"), {self.heard}, lost, asked as get_connection:',
            f"    {sent_directly(staged) or case.act}",
            f"get_connection.assert_any_call({using})",
        ]
        text = "An error that took the transaction along reaches the caller."
        return "test_a_lost_transaction_is_raised", text, "\n".join(lines)

    def _failing(self) -> Iterator[tuple[Staged, Case, str]]:
        # A name of the receivers' module without which the body fails at once.
        for staged, way, case in self.loud:
            for effect in way.state.effects:
                meaning = staged.scene.meanings.get(effect.name)
                known = meaning is not None and effect.name != self.handled.receiver.logger
                if effect.name and known and not effect.deferred and not case.raises:
                    yield staged, case, effect.name


def _pk(staged: Staged) -> str:
    if staged.act == "delete":
        return "pk"
    return f"{staged.scene.row}.pk"


def _apart(blocks: Sequence[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    # Blocks that prepare the same other row need a test each: it may be unique.
    group: list[Sequence[str]] = []
    taken: set[str] = set()
    every = list(dict.fromkeys(map(tuple, blocks)))
    for block in sorted(every, key=_makes_more):
        made = {m[1] for line in block if (m := re.match(r"(\w+) = make_\w+\(\w+=", line))}
        if made & taken or (made and group and not taken):
            yield group
            group, taken = [], set()
        group.append(block)
        taken |= made
    if group:
        yield group


def _makes_more(block: Sequence[str]) -> bool:
    return any(re.match(r"(\w+) = make_\w+\(\w+=", line) for line in block)


def _has_parent_table(ctx: Context, model: Model | None) -> bool:
    bases = {base.rpartition(".")[2] for base in model.bases} if model is not None else set()
    return any(m.name in bases and not m.abstract for m in all_models(ctx) if m is not model)


def _saved(ctx: Context, staged: Staged) -> str:
    model = staged.scene.model
    bound = class_import(ctx, model).bound if model is not None else ""
    return f"assert {bound}.objects.filter(pk={staged.scene.row}.pk).exists()"


def _indented(line: str) -> str:
    return "\n".join(f"    {part}" for part in line.split("\n"))


def _nothing(ctx: Context, way: Way, there: frozenset[str]) -> Iterator[str]:
    for effect in way.state.effects:
        model = effect.model
        if effect.kind == "create" and model is not None and model.label not in there:
            yield f"assert not {class_import(ctx, model).bound}.objects.exists()"


def _made_models(ctx: Context, lines: Sequence[str]) -> frozenset[str]:
    # The labels of the models of which the lines make rows.
    called = set(re.findall(r"\bmake_\w+", "\n".join(lines)))
    named = [model for model in all_models(ctx) if maker_name(ctx, model) in called]
    makers = [maker for model in named if (maker := maker_of(ctx, model)) is not None]
    return frozenset(maker.model.label for maker in with_needs(makers))


def _name(staged: Staged, *, several: bool) -> str:
    if staged.act == "change":
        return f"test_on_change_of_{staged.field}"
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
        return f"{words}, where a condition decides otherwise."
    return f"{words} runs {staged.key}." if staged.key != "body" else f"{words} runs it."
