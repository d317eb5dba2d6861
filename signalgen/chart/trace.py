"""What happens, in order, when a row is saved or deleted or a signal is sent: ``trace``.

Conditions on values that the event fixes (``created``, ``raw``, ``action``) are decided; the others
are kept with the step that they guard. Calls of functions outside the project are looked up, never
followed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.chart.bysender import heard_model
from signalgen.chart.conditions import connected_if, may_happen, open_conditions
from signalgen.chart.deeds import deed_of, is_of_rows, task_of
from signalgen.chart.hearing import is_heard
from signalgen.chart.labels import receiver_name, sender_name, signal_name
from signalgen.chart.listeners import listeners, senders_of
from signalgen.chart.order import called_order
from signalgen.chart.overrides import (
    OVERRIDDEN,
    bound,
    divided,
    is_of_row,
    is_super,
    marking_base,
    overriding,
)
from signalgen.chart.packages import package_steps
from signalgen.chart.registry import function_of, heard_live
from signalgen.chart.relating import ACTIONS, actions_of, field_changed
from signalgen.chart.search import DEEPEST, PASSIVE, WRITES, Effort, Within
from signalgen.facts.listeners import MARKING
from signalgen.flow.connections.identity import is_hooking, sender_key
from signalgen.flow.function.signature import MODEL_SIGNALS
from signalgen.flow.reach.arguments import arguments
from signalgen.flow.reach.reach import LEVELS, Reached, own_calls
from signalgen.index.members.targets import settled
from signalgen.index.models.relations import cascades, points_at, relations
from signalgen.index.tasks import is_called
from signalgen.values.trace import TraceStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from signalgen.chart.search import Events
    from signalgen.index import Index
    from signalgen.values.index import Connection, FunctionRef, ModelInfo
    from signalgen.values.listing import Deed
    from signalgen.values.live import LiveRegistry


def trace(
    index: Index, sender: str, event: str, deepest: int = DEEPEST, effort: Effort | None = None
) -> TraceStep:
    """Return what happens to and after a row of a model.

    ``sender`` is the sender key of the model. ``event`` is ``save``, ``create``, ``update``,
    ``delete`` or ``m2m:FIELD``; for ``save``, ``created`` may be true or false. ``effort`` says
    afterwards whether the tree is complete.
    """
    tracer = _Tracer(index, deepest, effort or Effort())
    if event.startswith("m2m:"):
        return tracer.settled(tracer.of_relation(sender, event.removeprefix("m2m:")))
    return tracer.settled(tracer.of_row(sender, event, ()))


def trace_signal(
    index: Index, signal: str, deepest: int = DEEPEST, effort: Effort | None = None
) -> TraceStep:
    """Return what happens when a signal (dotted) is sent by any sender; ``effort`` as for a row."""
    tracer = _Tracer(index, deepest, effort or Effort())
    heard = tracer.heard(signal, "", {}, ((signal, ""),))
    steps = tuple(step for one in heard for step in one.steps)
    return tracer.settled(TraceStep("event", f"{signal_name(signal)} is sent", signal, steps=steps))


class _Tracer:
    def __init__(self, index: Index, deepest: int, effort: Effort) -> None:
        self.index = index
        self.deepest = deepest
        self.effort = effort
        self.late: list[TraceStep] = []
        """The steps that wait for the commit, in the order in which they are deferred."""

    def settled(self, root: TraceStep) -> TraceStep:
        """Return ``root`` with the steps after the commit moved to its end."""
        late: list[TraceStep] = []
        while self.late:  # what runs after the commit may put something off once more
            batch, self.late = self.late, []
            late += batch
        if not late:
            return root
        commit = TraceStep("commit", "the transaction commits", steps=tuple(dict.fromkeys(late)))
        return replace(root, steps=(*root.steps, commit))

    def of_row(
        self, sender: str, event: str, events: Events, *, overridden: bool = True
    ) -> TraceStep:
        """Return what saving or deleting a row does.

        A queryset's ``delete()`` does not call that of the rows: they are not ``overridden``.
        """
        within = (*events, (sender, event))
        model = self.index.model(sender)
        kind = "delete" if event == "delete" else "save"
        given: dict[str, object] = {"raw": False}
        if event in ("create", "update"):
            given["created"] = event == "create"
        own = self._own_methods(model, kind, within) if model is not None and overridden else None
        before, after, stays = own or ([], [], "")
        base = marking_base(self.index, model) if model is not None and kind == "delete" else ""
        if stays:
            written = [TraceStep("row", stays)]
        elif base and overridden:
            written = self._marked(sender, base, within)
        else:
            written = self._row(sender, kind, given, within)
        steps = (*before, *written, *after)
        label = sender_name(self.index, sender)
        place = (model.cls.path, model.cls.node.lineno) if model is not None else ("", 0)
        return TraceStep("event", f"{label} {PASSIVE[event]}", label, *place, steps=steps)

    def _row(
        self, sender: str, kind: str, given: Mapping[str, object], events: Events
    ) -> list[TraceStep]:
        row = TraceStep("row", "the row is deleted" if kind == "delete" else "the row is written")
        return [
            *self.heard(f"{MODEL_SIGNALS}pre_{kind}", sender, given, events),
            *(self._cascade(sender, events) if kind == "delete" else ()),
            row,
            *self.heard(f"{MODEL_SIGNALS}post_{kind}", sender, given, events),
        ]

    def _marked(self, sender: str, base: str, events: Events) -> list[TraceStep]:
        """Return what happens when a package's base class saves a row instead of deleting it."""
        sent = (f"{MODEL_SIGNALS}{signal}" for signal in MARKING[base])
        heard = [step for one in sent for step in self.heard(one, sender, {}, events)]
        label = sender_name(self.index, sender)
        saved = self.of_row(sender, "update", events) if len(events) < self.deepest else None
        steps = saved.steps_heard() if saved is not None else ()
        return [
            *heard,
            TraceStep("write", f"saves {label}", label, steps=steps),
            TraceStep("row", f"no row is deleted: delete() of {base} marks it"),
        ]

    def of_relation(self, sender: str, field: str) -> TraceStep:
        """Return what changing a many-to-many field does."""
        name = f"{sender_name(self.index, sender)}.{field}"
        steps = tuple(self._related(sender, field, ACTIONS, ((sender, field),)))
        return TraceStep("event", f"{name} changes", name, steps=steps)

    def _related(
        self, sender: str, field: str, actions: Iterable[str], events: Events
    ) -> Iterator[TraceStep]:
        for action in actions:
            for moment in ("pre", "post"):
                given = {"action": f"{moment}_{action}"}
                for step in self.heard(f"{MODEL_SIGNALS}m2m_changed", sender, given, events, field):
                    yield replace(step, text=f"{moment}_{action}: {step.text}")
                if moment == "pre":
                    yield TraceStep("row", f"rows {ACTIONS[action]} {field}")

    def heard(
        self,
        signal: str,
        sender: str,
        given: Mapping[str, object],
        events: Events,
        field: str = "",
        *,
        own: bool = False,
    ) -> tuple[TraceStep, ...]:
        """Return the receivers of a signal with what they do, below a step for the signal.

        With ``own``, only those that the project connects.
        """
        name = signal_name(signal)
        given = {**given, "sender": sender} if sender and not field else given
        if self.effort.live is not None:
            steps = tuple(self._heard_live(self.effort.live, signal, sender, given, events, field))
            return (TraceStep("signal", name, name, steps=steps),) if steps else ()
        found = [
            (called_order(self.index, item), self._receiver(item, given, events, certain=certain))
            for item, certain in listeners(self.index, signal, sender, field)
        ]
        if sender and not field and not own:
            known = package_steps(self.index, name, sender)
            found += ((key, self._heard_too(step, events)) for key, step in known)
        found.sort(key=lambda pair: pair[0])
        steps = tuple(step for _, step in found)
        return (TraceStep("signal", name, name, steps=steps),) if steps else ()

    def _heard_too(self, step: TraceStep, events: Events) -> TraceStep:
        """Return a package's receiver with the project's receivers for the rows it writes."""
        steps = []
        for one in step.steps:
            event = (one.name, "create")
            if one.kind == "write" and event not in events and len(events) < self.deepest:
                given = {"raw": False, "created": True}
                around = (f"{MODEL_SIGNALS}{moment}_save" for moment in ("pre", "post"))
                found = (
                    heard
                    for signal in around
                    for heard in self.heard(signal, one.name, given, (*events, event), own=True)
                )
                steps.append(replace(one, steps=tuple(found)))
            else:
                steps.append(one)
        return replace(step, steps=tuple(steps))

    def _heard_live(
        self,
        live: LiveRegistry,
        signal: str,
        sender: str,
        given: Mapping[str, object],
        events: Events,
        field: str,
    ) -> Iterator[TraceStep]:
        # Django's own order; what packages write comes from the table of those that are known.
        senders = senders_of(self.index, sender, field)
        known = package_steps(self.index, signal_name(signal), sender) if not field else ()
        packages = {step.name: step for _, step in known} if sender else {}
        for item in heard_live(self.index, live, signal, senders):
            function = function_of(self.index, item)
            if function is None:
                told = packages.get(item.receiver)
                name, inner = item.receiver, told.steps if told is not None else ()
                yield TraceStep("receiver", name, name, item.path, item.line, steps=inner)
                continue
            steps = tuple(self._body(function, given, Within(events), None))
            place = (function.path, function.node.lineno)
            yield TraceStep("receiver", function.dotted, function.dotted, *place, steps=steps)

    def _receiver(
        self,
        item: Connection,
        given: Mapping[str, object],
        events: Events,
        *,
        certain: bool,
    ) -> TraceStep:
        function = item.receiver
        name = receiver_name(self.index, item)
        path = function.path if function is not None else item.path
        node = function.node if function is not None else item.node
        when = () if certain else ("the sender is this model (known only at run time)",)
        if is_hooking(item.scope) and (condition := connected_if(self.index, item)):
            when = (*when, condition)
        line = getattr(node, "lineno", 0)
        steps = self._body(function, given, Within(events), None) if function is not None else ()
        return TraceStep("receiver", name, name, path, line, when, steps=tuple(steps))

    def _body(
        self,
        function: FunctionRef,
        given: Mapping[str, object],
        within: Within,
        via: Reached | None,
    ) -> Iterator[TraceStep]:
        if id(function.node) in within.functions or len(within.functions) > LEVELS:
            return
        own = within.own if within.own and is_of_row(self.index, within.own, function) else None
        inside = replace(within, functions=(*within.functions, id(function.node)), own=own)
        for call in own_calls(self.index, function):
            if not self.effort.goes_on():
                return
            item = replace(
                call, via=via, deferred=call.deferred or (via is not None and via.deferred)
            )
            known = own or (heard_model(self.index, given) if via is None else None)
            item = bound(self.index, known, item) if known is not None else item
            if not may_happen(self.index, function, call.call, given):
                continue
            conditions = open_conditions(self.index, function, call.call, given)
            when = tuple(dict.fromkeys((*within.when, *conditions)))
            if own is not None and is_super(call.call, within.name):
                yield TraceStep("row", "", when=when)
            else:
                yield from self._done(item, replace(inside, when=when))

    def _done(self, item: Reached, within: Within) -> Iterator[TraceStep]:
        """Yield what a call does at once, directly or in a helper; keep what waits."""
        step = self._step(item, within.when, within)
        if step is None and item.target is not None and not is_called(self.index, item.target):
            known = arguments(self.index, item)
            yield from self._body(item.target, known, within, item)
        elif step is not None and step.waits:
            self.late.append(step)
        elif step is not None:
            yield step

    def _step(self, item: Reached, when: tuple[str, ...], within: Within) -> TraceStep | None:
        deed = deed_of(self.index, item)
        if deed is None:
            return None
        path, line = item.function.path, item.call.lineno
        field = field_changed(deed)
        given = "this changes anything" if field else "there is none yet"
        may = (*when, given) if deed.maybe else when
        may = (
            (*may, "there are any")
            if deed.verb == "deletes" and is_of_rows(self.index, item)
            else may
        )
        made = TraceStep("effect", deed.plain, deed.what, path, line, may, item.deferred)
        if field:
            return self._changed(replace(made, kind="write"), deed.what, field, item, within)
        if deed.verb in WRITES and not deed.bulk:
            return self._written(replace(made, kind="write"), deed, item, within)
        if deed.verb == "sends":
            return self._sent(replace(made, kind="send"), deed.what, within)
        if deed.verb == "queues":
            return self._queued(replace(made, kind="task"), item, within)
        return replace(made, kind="bulk") if deed.bulk else made

    def _written(self, step: TraceStep, deed: Deed, item: Reached, within: Within) -> TraceStep:
        sender = settled(self.index, deed.what) or deed.what
        event = (sender, WRITES[deed.verb])
        if event in within.events or len(within.events) >= self.deepest:
            return replace(step, again=is_heard(self.index, self.effort.live, sender, deed.verb))
        overridden = not (deed.verb == "deletes" and is_of_rows(self.index, item))
        made = self.of_row(*event, within.events, overridden=overridden)
        return replace(step, steps=made.steps_heard())

    def _changed(
        self, step: TraceStep, label: str, field: str, item: Reached, within: Within
    ) -> TraceStep:
        name = f"{label}.{field}"
        sender = settled(self.index, label) or label
        event = (sender, f"m2m:{field}")
        if event in within.events or len(within.events) >= self.deepest:
            return replace(step, name=name, again=True)
        found = self._related(sender, field, actions_of(item.call), (*within.events, event))
        steps = tuple(one for one in found if one.kind != "row")
        return replace(step, name=name, steps=steps)

    def _sent(self, step: TraceStep, signal: str, within: Within) -> TraceStep:
        event = (signal, "")
        if event in within.events or len(within.events) >= self.deepest:
            return replace(step, again=True)
        heard = self.heard(signal, "", {}, (*within.events, event))
        return replace(step, steps=tuple(one for found in heard for one in found.steps))

    def _queued(self, step: TraceStep, item: Reached, within: Within) -> TraceStep:
        task = task_of(self.index, item)
        if task is None:
            return step
        event = (task.dotted, "task")
        if event in within.events or len(within.events) >= self.deepest:
            return replace(step, name=task.dotted, again=True)
        late, self.late = self.late, []
        inside = Within((*within.events, event))
        steps = [*self._body(task, {}, inside, None), *self.late]
        self.late = late
        return replace(step, name=task.dotted, steps=tuple(steps))

    def _own_methods(
        self, model: ModelInfo, kind: str, events: Events
    ) -> tuple[list[TraceStep], list[TraceStep], str]:
        """Return what the model's methods do before and after the write, and why the row stays."""
        before: list[TraceStep] = []
        after: list[TraceStep] = []
        for name in OVERRIDDEN[kind]:
            within = Within(events, own=model, name=name)
            for function, goes_on in overriding(self.index, model, name):
                own = function.cls is model.cls.node
                text = f"{function.qualname}() {'of its own' if own else 'that it inherits'}"
                place = (function.path, function.node.lineno)
                made = TraceStep("method", text, function.dotted, *place)
                first, last = divided(self._body(function, {}, within, None))
                before += [replace(made, steps=tuple(first))] if first else []
                late = replace(made, text=f"{text}, after the row", steps=tuple(last))
                after = [*([late] if last else []), *after]
                if not goes_on:
                    done = "deleted" if kind == "delete" else "written"
                    says = f"no row is {done}: {function.qualname}() does not call super().{name}()"
                    return before, after, says
        return before, after, ""

    def _cascade(self, sender: str, events: Events) -> Iterator[TraceStep]:
        for relation in relations(self.index, b"CASCADE"):
            if not points_at(self.index, relation, sender) or not cascades(relation.call):
                continue
            kid = self.index.model(relation.model)
            if kid is None or kid.abstract or len(events) >= self.deepest:
                continue
            key = sender_key(self.index, kid.dotted)
            if (key, "delete") in events or not is_heard(
                self.index, self.effort.live, key, "deletes"
            ):
                continue
            steps = self.of_row(key, "delete", events, overridden=False).steps
            text = f"deletes {kid.label} rows by {relation.name}"
            place = (kid.cls.path, relation.call.lineno)
            yield TraceStep("write", text, kid.label, *place, ("there are any",), steps=steps)
