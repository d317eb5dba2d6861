"""Reads compound values: code, imports, arguments, bodies by field, enqueue.

Each function takes the fields of a mapping and reports problems instead of raising.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.spec.declared import kinds, table
from signalgen.spec.fields import Fields, join, open_fields
from signalgen.spec.imports import import_lines
from signalgen.spec.text.code import code_of
from signalgen.spec.text.nodes import Mapping, Node, Scalar, Sequence, described, shown
from signalgen.spec.text.python import Fault, await_outside_async, body_fault, expression_fault
from signalgen.values.spec import Code, EnqueueSpec, Ref, watched

if TYPE_CHECKING:
    from signalgen.spec.declared.keys import Key
    from signalgen.spec.text.report import Report
    from signalgen.values.spec import Mark


def report_fault(code: Code, fault: Fault, report: Report) -> None:
    """Report a fault in ``code`` at its place in the YAML."""
    hint = fault.hint
    # The parser cannot know which key of the spec makes the function async.
    if await_outside_async(fault):
        hint = "add async: true to the handler"
    elif (
        code.indent is None and "\n" not in code.text and fault.code == "python-syntax" and not hint
    ):
        hint = _folded_hint(code, report)
    report.add(code.at(fault.line, fault.column), code.mark.path, fault.code, fault.message, hint)


def _folded_hint(code: Code, report: Report) -> str:
    # YAML folds the lines of a plain scalar into one.
    line = report.lines[code.mark.line - 1] if 0 < code.mark.line <= len(report.lines) else ""
    written = line[code.mark.column - 1 :].strip()
    if written and len(code.text) > len(written):
        return "YAML joined several lines into one: begin with '|' to keep them apart"
    return ""


def checked_body(code: Code | None, report: Report, *, is_async: bool) -> Code | None:
    """Return ``code``; report it if it is not a valid body."""
    if code is not None:
        fault = body_fault(code.text, is_async=is_async)
        if fault is not None:
            report_fault(code, fault, report)
    return code


def checked_expression(code: Code | None, report: Report, *, is_async: bool) -> Code | None:
    """Return ``code``; report it if it is not one expression."""
    if code is not None:
        fault = expression_fault(code.text, is_async=is_async)
        if fault is not None:
            report_fault(code, fault, report)
    return code


def body(fields: Fields, key: Key[Code], *, is_async: bool) -> Code | None:
    """Return the body under ``key``, checked."""
    return checked_body(fields.get(key), fields.report, is_async=is_async)


def bodies(fields: Fields, key: Key[Node], *, is_async: bool) -> dict[str, Code]:
    """Return the bodies of a mapping from field names to bodies."""
    node, report = fields.get(key), fields.report
    if node is None:
        return {}
    path = fields.below(key.name)
    if not isinstance(node, Mapping) or not node.entries:
        found = "an empty mapping" if isinstance(node, Mapping) else described(node)
        report.add(
            node,
            path,
            "wrong-type",
            f"found {found}; expected a body for each field",
            "write field: body below it",
        )
        return {}
    found_bodies: dict[str, Code] = {}
    for entry in node.entries:
        where = join(path, entry.key.text)
        name = _watched(entry.key, where, report)
        code = checked_body(kinds.BODY.read(entry.value, where, report), report, is_async=is_async)
        if name is not None and name in found_bodies:
            report.add(
                entry.key, where, "duplicate-key", f"the field {name} is given twice", "keep one"
            )
        elif name is not None and code is not None:
            found_bodies[name] = code
    return found_bodies


def _watched(key: Scalar, path: str, report: Report) -> str | None:
    # One field, or several with commas between.
    names = watched(key.text)
    if len(names) == 1:
        return kinds.NAME.read(key, path, report)
    wrong = [name for name in names if not name.isidentifier() or names.count(name) > 1]
    if wrong:
        message = f"{shown(key.text)} is not a list of fields"
        report.add(key, path, "wrong-type", message, 'write them with commas: "status, total"')
        return None
    return ", ".join(names)


def field_marks(fields: Fields, key: Key[Node]) -> dict[str, Mark]:
    """Return where each field below ``key`` was written, as ``on_change.FIELD``."""
    node = fields.get(key)
    return {
        f"{key.name}.{', '.join(watched(entry.key.text))}": fields.report.mark(
            entry.key, join(fields.below(key.name), entry.key.text)
        )
        for entry in (node.entries if isinstance(node, Mapping) else ())
    }


def imports(fields: Fields) -> tuple[tuple[Code, tuple[str, ...]], ...]:
    """Return each import statement of the spec with the names it binds."""
    node, report = fields.get(table.IMPORTS), fields.report
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return ()
    path = fields.below(table.IMPORTS.name)
    items: list[tuple[Node, str]] = [(node, path)]
    if isinstance(node, Sequence):
        items = [(item, f"{path}[{i}]") for i, item in enumerate(node.items)]
    return tuple(line for item, where in items for line in _import_lines(item, where, report))


def _import_lines(node: Node, path: str, report: Report) -> list[tuple[Code, tuple[str, ...]]]:
    code = kinds.BODY.read(node, path, report)
    if code is None:
        return []
    found = import_lines(code.text)
    if isinstance(found, Fault):
        report_fault(code, found, report)
        return []
    return [
        (Code(line.text, code.at(line.line, line.column), code.indent), line.names)
        for line in found
    ]


def enqueue(fields: Fields, default_on: str, *, is_async: bool) -> tuple[EnqueueSpec, ...]:
    """Return the tasks to enqueue.

    ``default_on`` is the event of an entry without ``on``, "" if an entry must name it.
    """
    node, report = fields.get(table.ENQUEUE), fields.report
    if node is None:
        return ()
    path = fields.below(table.ENQUEUE.name)
    if isinstance(node, Sequence):
        items = [(item, f"{path}[{i}]") for i, item in enumerate(node.items)]
        if not items:
            report.add(node, path, "empty-value", "the list is empty", "write - task: name")
    else:
        items = [(node, path)]
    entries = (
        _enqueue_entry(item, where, report, default_on, is_async=is_async) for item, where in items
    )
    return tuple(entry for entry in entries if entry is not None)


def _enqueue_entry(
    node: Node, path: str, report: Report, default_on: str, *, is_async: bool
) -> EnqueueSpec | None:
    if isinstance(node, Scalar) and not node.is_null:
        task = kinds.NAME_REF.read(node, path, report)
        return None if task is None else EnqueueSpec(task, default_on, (), task.mark)
    fields = open_fields(node, table.ENQUEUE_SECTION, path, report)
    if fields is None:
        return None
    task = fields.get(table.ENQUEUE_TASK) or Ref("", fields.mark)
    on = fields.get(table.ENQUEUE_WHEN) if fields.has(table.ENQUEUE_WHEN) else default_on
    mark = fields.marks().get(table.ENQUEUE_WHEN.name, fields.mark)
    return EnqueueSpec(task, on or "", _expressions(fields, is_async=is_async), mark)


def _expressions(fields: Fields, *, is_async: bool) -> tuple[Code, ...]:
    node, report = fields.get(table.ENQUEUE_ARGS), fields.report
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return ()
    path = fields.below(table.ENQUEUE_ARGS.name)
    # ``{a: 1}`` without quotes is a mapping for YAML, most likely meant as Python.
    if isinstance(node, Mapping):
        report.add(
            node,
            path,
            "wrong-type",
            "found a mapping; expected a list of expressions",
            "quote an expression that contains ': ' or begins with {",
        )
        return ()
    items: list[tuple[Node, str]] = [(node, path)]
    if isinstance(node, Sequence):
        items = [(item, f"{path}[{i}]") for i, item in enumerate(node.items)]
    codes = (_expression(item, where, report, is_async=is_async) for item, where in items)
    return tuple(code for code in codes if code is not None)


def _expression(node: Node, path: str, report: Report, *, is_async: bool) -> Code | None:
    if isinstance(node, Scalar) and node.is_null:
        report.add(
            node,
            path,
            "python-syntax",
            f"{node.text or 'nothing'} is YAML, but Python is expected here",
            "write None",
        )
        return None
    if not isinstance(node, Scalar):
        report.add(
            node,
            path,
            "wrong-type",
            f"found {described(node)}; expected a Python expression",
            "put the expression in quotes",
        )
        return None
    code = code_of(node, path, report)
    return checked_expression(code, report, is_async=is_async)
