"""What happens, in order, when a row is saved or deleted or a signal is sent: ``trace``.

Conditions that are about what the event fixes (``created``, ``raw``, ``action``) are decided; the
others are kept with the step that they guard. Calls of functions that are not the project's are
looked up, never followed.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from signalgen.chart.conditions import open_conditions
from signalgen.chart.deeds import deed_of, task_of
from signalgen.chart.labels import sender_name, signal_name
from signalgen.chart.listeners import listeners, senders_of
from signalgen.chart.order import called_order
from signalgen.chart.packages import is_kept, package_steps
from signalgen.chart.registry import function_of, heard_live
from signalgen.flow.connections.identity import sender_key
from signalgen.flow.function.signature import MODEL_SIGNALS
from signalgen.flow.function.truth import may_run
from signalgen.flow.reach.arguments import arguments
from signalgen.flow.reach.reach import LEVELS, Reached, own_calls
from signalgen.flow.reach.readings import reading_of
from signalgen.index.members.targets import settled
from signalgen.index.models.relations import cascades, points_at, relations
from signalgen.index.reading.resolving import method
from signalgen.index.tasks import is_called
from signalgen.late import dataclass
from signalgen.values.trace import TraceStep

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from signalgen.index import Index
    from signalgen.values.index import Connection, FunctionRef, ModelInfo
    from signalgen.values.live import LiveRegistry

DEEPEST = 6
"""How many events may lead to one another."""
MOST_READ = 10_000
"""How many calls are looked at for one tree, each as often as something leads to it."""
_WRITES = {"saves": "save", "creates": "create", "deletes": "delete"}
_OWN = {"save": ("save", "save_base"), "delete": ("delete",)}
_PASSIVE = {
    "save": "is saved",
    "create": "is created",
    "update": "is changed",
    "delete": "is deleted",
}
EVENTS = tuple(_PASSIVE)
_M2M_ACTIONS = (
    ("add", "are added to"),
    ("remove", "are removed from"),
    ("clear", "are cleared from"),
)


class Effort:
    """How much is read for one tree: where code branches at every step, the paths have no end.

    ``live`` is what the running project has connected, where that is known.
    """

    def __init__(self, live: LiveRegistry | None = None) -> None:
        self.count = 0
        self.live = live

    @property
    def is_over(self) -> bool:
        """Whether something was left out because so much had been read."""
        return self.count > MOST_READ

    def goes_on(self) -> bool:
        """Return whether one more call may be looked at, and count it."""
        self.count += 1
        return not self.is_over


def trace(
    index: Index, sender: str, event: str, deepest: int = DEEPEST, effort: Effort | None = None
) -> TraceStep:
    """Return what happens to and after a row of a model.

    ``sender`` is the sender key of the model. ``event`` is ``save``, ``create``, ``update``,
    ``delete`` or ``m2m:FIELD``; of ``save``, what ``created`` decides may happen either way.
    ``effort`` says afterwards whether the tree is whole.
    """
    tracer = _Tracer(index, deepest, effort or Effort())
    if event.startswith("m2m:"):
        return tracer.settled(tracer.of_relation(sender, event.removeprefix("m2m:")))
    return tracer.settled(tracer.of_row(sender, event, ()))


def trace_signal(
    index: Index, signal: str, deepest: int = DEEPEST, effort: Effort | None = None
) -> TraceStep:
    """Return what happens when a signal (dotted) is sent by anybody; ``effort`` as for a row."""
    tracer = _Tracer(index, deepest, effort or Effort())
    heard = tracer.heard(signal, "", {}, ((signal, ""),))
    steps = tuple(step for one in heard for step in one.steps)
    return tracer.settled(TraceStep("event", f"{signal_name(signal)} is sent", signal, steps=steps))


Events: TypeAlias = "tuple[tuple[str, str], ...]"
"""What led to one another: (sender key or signal or task, event)."""


@dataclass(frozen=True, slots=True)
class _Within:
    """Where the search stands: the events that led here, and the functions that are being read."""

    events: Events
    functions: tuple[int, ...] = ()
    when: tuple[str, ...] = ()


class _Tracer:
    def __init__(self, index: Index, deepest: int, effort: Effort) -> None:
        self.index = index
        self.deepest = deepest
        self.effort = effort
        self.late: list[TraceStep] = []
        """What waits for the commit, in the order in which it is put off."""

    def settled(self, root: TraceStep) -> TraceStep:
        """Return ``root`` with what happens after the commit at its end."""
        late: list[TraceStep] = []
        while self.late:  # what runs after the commit may put something off once more
            batch, self.late = self.late, []
            late += batch
        if not late:
            return root
        commit = TraceStep("commit", "the transaction commits", steps=tuple(dict.fromkeys(late)))
        return replace(root, steps=(*root.steps, commit))

    def of_row(self, sender: str, event: str, events: Events) -> TraceStep:
        """Return what saving or deleting a row does."""
        within = (*events, (sender, event))
        model = self.index.model(sender)
        kind = "delete" if event == "delete" else "save"
        given: dict[str, object] = {"raw": False}
        if event in ("create", "update"):
            given["created"] = event == "create"
        steps = [
            *(self._own_methods(model, kind, within) if model is not None else ()),
            *self.heard(f"{MODEL_SIGNALS}pre_{kind}", sender, given, within),
            *(self._cascade(sender, within) if kind == "delete" else ()),
            TraceStep("row", "the row is deleted" if kind == "delete" else "the row is written"),
            *self.heard(f"{MODEL_SIGNALS}post_{kind}", sender, given, within),
        ]
        label = sender_name(self.index, sender)
        path = model.cls.path if model is not None else ""
        line = model.cls.node.lineno if model is not None else 0
        return TraceStep(
            "event", f"{label} {_PASSIVE[event]}", label, path, line, steps=tuple(steps)
        )

    def of_relation(self, sender: str, field: str) -> TraceStep:
        """Return what changing a many-to-many field does."""
        signal = f"{MODEL_SIGNALS}m2m_changed"
        steps: list[TraceStep] = []
        for action, words in _M2M_ACTIONS:
            for moment in ("pre", "post"):
                given = {"action": f"{moment}_{action}"}
                found = self.heard(signal, sender, given, ((sender, field),), field)
                steps += [replace(step, text=f"{moment}_{action}: {step.text}") for step in found]
                if moment == "pre":
                    steps.append(TraceStep("row", f"rows {words} {field}"))
        name = f"{sender_name(self.index, sender)}.{field}"
        return TraceStep("event", f"{name} changes", name, steps=tuple(steps))

    def heard(
        self,
        signal: str,
        sender: str,
        given: Mapping[str, object],
        events: Events,
        field: str = "",
    ) -> tuple[TraceStep, ...]:
        """Return the receivers of a signal with what they do, below a step for the signal."""
        name = signal_name(signal)
        if self.effort.live is not None:
            steps = tuple(self._heard_live(self.effort.live, signal, sender, given, events, field))
            return (TraceStep("signal", name, name, steps=steps),) if steps else ()
        found = [
            (called_order(self.index, item), self._receiver(item, given, events, certain=certain))
            for item, certain in listeners(self.index, signal, sender, field)
        ]
        found += package_steps(self.index, name, sender) if sender and not field else ()
        found.sort(key=lambda pair: pair[0])
        steps = tuple(step for _, step in found)
        return (TraceStep("signal", name, name, steps=steps),) if steps else ()

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
            steps = tuple(self._body(function, given, _Within(events), None))
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
        name = function.dotted if function is not None else item.written
        path = function.path if function is not None else item.path
        node = function.node if function is not None else item.node
        when = () if certain else ("the sender is this model: only the running project knows",)
        line = getattr(node, "lineno", 0)
        steps = self._body(function, given, _Within(events), None) if function is not None else ()
        return TraceStep("receiver", name, name, path, line, when, steps=tuple(steps))

    def _body(
        self,
        function: FunctionRef,
        given: Mapping[str, object],
        within: _Within,
        via: Reached | None,
    ) -> Iterator[TraceStep]:
        if id(function.node) in within.functions or len(within.functions) > LEVELS:
            return
        inside = replace(within, functions=(*within.functions, id(function.node)))
        for call in own_calls(self.index, function):
            if not self.effort.goes_on():
                return
            item = replace(
                call, via=via, deferred=call.deferred or (via is not None and via.deferred)
            )
            if may_run(self.index, function, call.call, given) is False:
                continue
            when = tuple(
                dict.fromkeys(
                    (*within.when, *open_conditions(self.index, function, call.call, given))
                )
            )
            step = self._step(item, when, within)
            if step is None and item.target is not None and not is_called(self.index, item.target):
                known = arguments(self.index, item)
                yield from self._body(item.target, known, replace(inside, when=when), item)
            elif step is not None and step.waits:
                self.late.append(step)
            elif step is not None:
                yield step

    def _step(self, item: Reached, when: tuple[str, ...], within: _Within) -> TraceStep | None:
        deed = deed_of(self.index, item)
        if deed is None:
            return None
        path, line = item.function.path, item.call.lineno
        may = (*when, "there is none yet") if deed.maybe else when
        may = (
            (*may, "there are any")
            if deed.verb == "deletes" and _is_of_rows(self.index, item)
            else may
        )
        made = TraceStep("effect", deed.plain, deed.what, path, line, may, item.deferred)
        if deed.verb in _WRITES and not deed.bulk:
            return self._written(replace(made, kind="write"), deed.what, deed.verb, within)
        if deed.verb == "sends":
            return self._sent(replace(made, kind="send"), deed.what, within)
        if deed.verb == "queues":
            return self._queued(replace(made, kind="task"), item, within)
        return replace(made, kind="bulk") if deed.bulk else made

    def _written(self, step: TraceStep, label: str, verb: str, within: _Within) -> TraceStep:
        sender = settled(self.index, label) or label
        event = (sender, _WRITES[verb])
        if event in within.events or len(within.events) >= self.deepest:
            return replace(step, again=self._is_heard(sender, verb))
        return replace(step, steps=self.of_row(*event, within.events).steps_heard())

    def _is_heard(self, sender: str, verb: str) -> bool:
        kind = "delete" if verb == "deletes" else "save"
        if (live := self.effort.live) is not None:
            names = (f"{MODEL_SIGNALS}{moment}_{kind}" for moment in ("pre", "post"))
            found = (heard_live(self.index, live, name, [sender]) for name in names)
            return any(item.path or item.senders for items in found for item in items)
        return any(
            any(listeners(self.index, f"{MODEL_SIGNALS}{name}", sender))
            or is_kept(self.index, name, sender)
            for name in (f"pre_{kind}", f"post_{kind}")
        )

    def _sent(self, step: TraceStep, signal: str, within: _Within) -> TraceStep:
        event = (signal, "")
        if event in within.events or len(within.events) >= self.deepest:
            return replace(step, again=True)
        heard = self.heard(signal, "", {}, (*within.events, event))
        return replace(step, steps=tuple(one for found in heard for one in found.steps))

    def _queued(self, step: TraceStep, item: Reached, within: _Within) -> TraceStep:
        task = task_of(self.index, item)
        if task is None:
            return step
        event = (task.dotted, "task")
        if event in within.events or len(within.events) >= self.deepest:
            return replace(step, name=task.dotted, again=True)
        late, self.late = self.late, []
        inside = _Within((*within.events, event))
        steps = [*self._body(task, {}, inside, None), *self.late]
        self.late = late
        return replace(step, name=task.dotted, steps=tuple(steps))

    def _own_methods(self, model: ModelInfo, kind: str, events: Events) -> Iterator[TraceStep]:
        for name in _OWN[kind]:
            function = method(self.index.code, model.cls, name)
            if function is None:
                continue
            text = f"{model.name}.{name}() of its own"
            steps = tuple(self._body(function, {}, _Within(events), None))
            if steps:
                place = (function.path, function.node.lineno)
                yield TraceStep("method", text, function.dotted, *place, steps=steps)

    def _cascade(self, sender: str, events: Events) -> Iterator[TraceStep]:
        for relation in relations(self.index, b"CASCADE"):
            if not points_at(self.index, relation, sender) or not cascades(relation.call):
                continue
            kid = self.index.model(relation.model)
            if kid is None or kid.abstract or len(events) >= self.deepest:
                continue
            key = sender_key(self.index, kid.dotted)
            if (key, "delete") in events or not self._is_heard(key, "deletes"):
                continue
            steps = self.of_row(key, "delete", events).steps
            text = f"deletes {kid.label} rows by {relation.name}"
            place = (kid.cls.path, relation.call.lineno)
            yield TraceStep("write", text, kid.label, *place, ("there are any",), steps=steps)


def _is_of_rows(index: Index, item: Reached) -> bool:
    func = item.call.func
    what = reading_of(index, item).what(func.value) if isinstance(func, ast.Attribute) else None
    return what is not None and what.kind == "rows"
