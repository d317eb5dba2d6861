"""Names used twice in a spec: generated symbols share a module. Entry: ``check_names``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from signalgen.facts.names import BUILTINS
from signalgen.syntax import free_names, parse_body, parse_expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.spec.text.report import Report
    from signalgen.values.spec import Code, HandlerSpec, Mark, Spec

GENERATED = {
    "receiver": "every receiver needs Django's decorator of that name",
    "transaction": "generated code uses django.db.transaction",
    "logger": "generated code logs through it",
    "partial": "generated code uses functools.partial",
}


class _Name(NamedTuple):
    """A name that the spec binds, what binds it, and where."""

    name: str
    what: str
    mark: Mark


def check_names(
    spec: Spec, imported: tuple[tuple[Code, tuple[str, ...]], ...], report: Report
) -> None:
    """Report handlers, signals and tasks that would overwrite a symbol, import or id."""
    bound: dict[str, _Name] = {
        name: _Name(name, "import", code.mark) for code, names in imported for name in names
    }
    for new in _bindings(spec):
        first = bound.get(new.name)
        if new.name in GENERATED:
            message = f"a {new.what} cannot be called {new.name}: {GENERATED[new.name]}"
            report.add(
                new.mark, new.mark.path, "reserved-name", message, f"did you mean {new.name}_?"
            )
        elif first is not None:
            _taken(new, first, report)
        bound.setdefault(new.name, new)
    _check_ids(spec, report)
    _check_shadows(spec, report)
    _check_builtins(spec, report)


def _taken(new: _Name, first: _Name, report: Report) -> None:
    code = f"duplicate-{new.what}" if new.what == first.what else "name-taken"
    message = (
        f"the {new.what} {new.name} has the name of the {first.what} in line {first.mark.line}"
    )
    report.add(new.mark, new.mark.path, code, message, "rename one of them")


def _bindings(spec: Spec) -> Iterator[_Name]:
    for task in spec.tasks:
        if task.name:
            yield _Name(task.name, "task", task.mark)
    for signal in spec.signals:
        if signal.name:
            yield _Name(signal.name, "signal", signal.mark)
    for definition in spec.definitions:
        yield _Name(definition.name, "function", definition.code.mark)
    for handler in all_handlers(spec):
        if handler.name:
            yield _Name(handler.name, "handler", handler.place("name"))


def all_handlers(spec: Spec) -> Iterator[HandlerSpec]:
    """Yield the handlers of the spec and of its signals."""
    yield from spec.handlers
    for signal in spec.signals:
        yield from signal.handlers


def _check_ids(spec: Spec, report: Report) -> None:
    ids: dict[str, HandlerSpec] = {}
    uids: dict[str, HandlerSpec] = {}
    for handler in all_handlers(spec):
        first = ids.setdefault(handler.id, handler)
        if first is not handler and handler.id and first.name != handler.name:
            mark = handler.place("id" if "id" in handler.marks else "name")
            message = f"two handlers have the id {handler.id}; the other is {first.name}"
            report.add(mark, mark.path, "duplicate-id", message, "give one of them another id")
        if handler.dispatch_uid is not None:
            other = uids.setdefault(handler.dispatch_uid, handler)
            if other is not handler:
                mark = handler.place("dispatch_uid")
                message = f"{other.name} has the same dispatch_uid; Django would drop one of them"
                report.add(
                    mark, mark.path, "duplicate-id", message, "give each its own, or leave it out"
                )


def _check_shadows(spec: Spec, report: Report) -> None:
    # A handler must not hide a signal or model that some handler listens to.
    used = {
        ref.text: ref
        for handler in all_handlers(spec)
        for ref in (*handler.signals, *handler.models)
    }
    own = {signal.name for signal in spec.signals}
    for handler in all_handlers(spec):
        ref = used.get(handler.name)
        if ref is not None and handler.name and handler.name not in own:
            mark = handler.place("name")
            message = f"the handler {handler.name} would hide what line {ref.mark.line} listens to"
            report.add(mark, mark.path, "name-taken", message, f"did you mean on_{handler.name}?")


def _check_builtins(spec: Spec, report: Report) -> None:
    # Receivers and signals are in the module of the bodies, or are imported there.
    named = (new for new in _bindings(spec) if new.what in ("handler", "signal"))
    hiding = [new for new in named if new.name in BUILTINS]
    codes = list(_codes(spec)) if hiding else []
    for new in hiding:
        used = (mark for code, whole in codes for mark in _uses(code, new.name, expression=whole))
        mark = next(used, None)
        if mark is not None:
            message = (
                f"the {new.what} {new.name} would hide Python's own {new.name}, "
                f"which line {mark.line} uses"
            )
            hint = f"did you mean on_{new.name}?"
            report.add(new.mark, new.mark.path, "name-taken", message, hint)


def _codes(spec: Spec) -> Iterator[tuple[Code, bool]]:
    """Yield the code of each handler, with whether it is an expression."""
    for handler in all_handlers(spec):
        if handler.when is not None:
            yield handler.when, True
        yield from ((code, False) for code in handler.codes().values())
        yield from ((code, True) for entry in handler.enqueue for code in entry.args)


def _uses(code: Code, name: str, *, expression: bool) -> Iterator[Mark]:
    """Yield where ``code`` uses a builtin; one with attributes is a signal of that name."""
    if name not in code.text or name not in free_names(code.text, [], expression=expression):
        return
    tree = parse_expression(code.text) if expression else parse_body(code.text)
    nodes = list(ast.walk(tree))
    owners = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    for node in nodes:
        if isinstance(node, ast.Name) and node.id == name and id(node) not in owners:
            yield code.at_byte(node.lineno - expression, node.col_offset)
