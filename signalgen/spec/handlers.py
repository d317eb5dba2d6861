"""Reads one handler: its parts, and whether they fit together. ``read_handler`` is the entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import dataclass
from signalgen.spec import senders, values
from signalgen.spec.declared import table
from signalgen.spec.fields import Fields, open_fields
from signalgen.values.spec import Code, HandlerSpec, Ref

if TYPE_CHECKING:
    from signalgen.spec.senders import Listening
    from signalgen.spec.text.nodes import Node
    from signalgen.spec.text.report import Report


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a handler uses from the spec around it.

    These are the signals defined there, the default model, and the signal it belongs to.
    """

    custom: frozenset[str]
    model: Ref | None = None
    signal: Ref | None = None


def read_handler(node: Node, path: str, report: Report, around: Surroundings) -> HandlerSpec | None:
    """Return the handler at ``node``, None if it is not a mapping.

    Problems are reported, and gaps are left empty.
    """
    fields = open_fields(node, table.HANDLER, path, report)
    if fields is None:
        return None
    listening = _listening(fields, around)
    senders.check_keys(fields, listening)
    handler = _build(fields, listening, around)
    senders.check_senders(fields, handler, listening)
    senders.check_enqueue(handler.enqueue, listening, report)
    senders.check_mixed(fields, handler, listening)
    senders.check_when(handler.when, listening, report)
    _check_something_runs(fields, listening)
    return handler


def _listening(fields: Fields, around: Surroundings) -> Listening:
    refs = fields.get(table.SIGNAL)
    if around.signal is not None:
        if fields.has(table.SIGNAL):
            message = f"this handler is under the signal {around.signal.text} and listens to it"
            fields.wrong_key(
                "signal",
                "conflicting-keys",
                message,
                "remove signal, or move the handler to handlers",
            )
        refs = (around.signal,)
    elif not fields.has(table.SIGNAL):
        fields.report.add(
            fields.mark,
            fields.path,
            "missing-key",
            "the handler has no signal",
            f"add signal: {table.SIGNAL.example}",
        )
    return senders.settle(refs, around.custom, fields.report)


def _build(fields: Fields, listening: Listening, around: Surroundings) -> HandlerSpec:
    name = fields.get(table.HANDLER_NAME) or ""
    is_async = bool(fields.get(table.ASYNC))
    body, implementation = _bodies(fields, listening, is_async=is_async)
    marks = fields.marks()
    if "implementation" in marks and implementation is None:
        marks.setdefault("body", marks["implementation"])
    branches = {key.name: values.body(fields, key, is_async=is_async) for key in table.BRANCHES}
    defer_tasks = fields.get(table.DEFER_TASKS)
    defer_effects = fields.get(table.DEFER_EFFECTS)
    return HandlerSpec(
        name=name,
        mark=fields.mark,
        signals=listening.refs,
        id=fields.get(table.ID) or name,
        description=fields.get(table.DESCRIPTION),
        models=_models(fields, listening, around),
        field=fields.get(table.FIELD),
        branches={key: code for key, code in branches.items() if code is not None},
        body=body,
        implementation=implementation,
        on_change=values.bodies(fields, table.ON_CHANGE, is_async=is_async),
        when=values.checked_expression(fields.get(table.WHEN), fields.report, is_async=is_async),
        update_fields=fields.get(table.UPDATE_FIELDS) or (),
        raw=fields.get(table.RAW),
        enqueue=values.enqueue(fields, senders.default_on(listening), is_async=is_async),
        after_commit=values.body(fields, table.AFTER_COMMIT, is_async=is_async),
        defer_tasks=True if defer_tasks is None else defer_tasks,
        defer_effects=True if defer_effects is None else defer_effects,
        on_error=fields.get(table.ON_ERROR) or "raise",
        is_async=is_async,
        dispatch_uid=fields.get(table.DISPATCH_UID),
        recursion=fields.get(table.RECURSION) or "refuse",
        bulk_test=bool(fields.get(table.BULK_TEST)),
        subclasses=bool(fields.get(table.SUBCLASSES)),
        module=fields.get(table.MODULE),
        marks=marks | values.field_marks(fields, table.ON_CHANGE),
    )


def _models(fields: Fields, listening: Listening, around: Surroundings) -> tuple[Ref, ...]:
    one = fields.get(table.HANDLER_MODEL)
    other = fields.get(table.SENDER)
    many = fields.get(table.MODELS) or ()
    written = tuple(ref for ref in (one, *many, other) if ref is not None)
    if any(map(fields.has, (table.HANDLER_MODEL, table.MODELS, table.SENDER))):
        return written
    return (around.model,) if around.model is not None and listening.only_models else ()


def _bodies(
    fields: Fields, listening: Listening, *, is_async: bool
) -> tuple[Code | None, Code | None]:
    # Outside of pre_save, ``implementation`` is only another name for ``body``.
    body = values.body(fields, table.BODY, is_async=is_async)
    implementation = values.body(fields, table.IMPLEMENTATION, is_async=is_async)
    if not fields.has(table.IMPLEMENTATION):
        return body, None
    on_pre_save = [signal.name == "pre_save" for signal in listening.builtin]
    if on_pre_save and all(on_pre_save) and len(on_pre_save) == len(listening.refs):
        if fields.has(table.BRANCHES[1]):
            message = (
                "under pre_save, implementation and on_update are both the body for an existing row"
            )
            fields.wrong_key("implementation", "conflicting-keys", message, "keep one")
        return body, implementation
    if any(on_pre_save):
        message = "implementation means one thing under pre_save and another under other signals"
        fields.wrong_key(
            "implementation",
            "conflicting-keys",
            message,
            "write body, or one handler for each signal",
        )
    elif fields.has(table.BODY):
        message = "body and implementation are both the whole body"
        fields.wrong_key("implementation", "conflicting-keys", message, "keep body")
    return body or implementation, None


def _check_something_runs(fields: Fields, listening: Listening) -> None:
    running = (
        table.BODY,
        table.IMPLEMENTATION,
        *table.BRANCHES,
        table.ON_CHANGE,
        table.ENQUEUE,
        table.AFTER_COMMIT,
    )
    if any(map(fields.has, running)):
        return
    own = [key.name for key in table.BRANCHES if listening.families.intersection(key.families)]
    hint = f"add body or {', '.join(own)}" if own else "add body"
    fields.report.add(
        fields.mark, fields.path, "nothing-to-run", "the handler has nothing to run", hint
    )
