"""The kinds of recipe parameters: how each is checked, and its value in templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from signalgen.late import pattern
from signalgen.spec.declared import kinds
from signalgen.spec.declared.kinds import Kind, Schema
from signalgen.spec.fields import join
from signalgen.spec.recipes.source import Source, imported, inline, model_source
from signalgen.spec.text.code import code_of
from signalgen.spec.text.nodes import Mapping, Node, Scalar, Sequence
from signalgen.spec.values import checked_expression
from signalgen.syntax import string_literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from signalgen.spec.text.report import Report

T = TypeVar("T")

_BLANK = pattern(r"\{([^{}]*)\}")
_PATH = pattern(r"instance(\.[^\W\d]\w*)+\Z")


def words(allowed: tuple[str, ...]) -> Kind[object]:
    """Return the kind for one or several of the words ``allowed``."""
    one = kinds.choice(allowed)

    def read(node: Node, path: str, report: Report) -> Source | None:
        word = one.read(node, path, report)
        return None if word is None else Source(word)

    return Kind(f"{one.label}, or a list of them", kinds.one_or_many(one.schema), _many(read))


def _many(item: Callable[[Node, str, Report], object]) -> Callable[[Node, str, Report], object]:
    def read(node: Node, path: str, report: Report) -> object:
        if not isinstance(node, Sequence):
            return [value] if (value := item(node, path, report)) is not None else None
        if not node.items:
            kinds.wrong_type(
                node, path, report, "at least one value", "write one, or remove the key"
            )
            return None
        found = [item(child, f"{path}[{i}]", report) for i, child in enumerate(node.items)]
        return [value for value in found if value is not None]

    return read


def by_name(
    key: Kind[object], item: Callable[[Node, str, Report], object], of: str, schema: Schema
) -> Kind[object]:
    """Return the kind for a mapping from ``key`` to ``item``.

    ``of`` describes the values.
    """

    def read(node: Node, path: str, report: Report) -> object:
        if not isinstance(node, Mapping) or not node.entries:
            kinds.wrong_type(node, path, report, f"a mapping of {of}", "write key: value below it")
            return None
        found: dict[object, object] = {}
        for entry in node.entries:
            where = join(path, entry.key.text)
            name, value = key.read(entry.key, where, report), item(entry.value, where, report)
            if name in found:
                report.add(
                    entry.key,
                    where,
                    "duplicate-key",
                    f"{entry.key.text} is given twice",
                    "keep one",
                )
            elif name is not None and value is not None:
                found[name] = value
        return found

    return Kind(
        f"mapping of {of}",
        {"type": "object", "minProperties": 1, "additionalProperties": schema},
        read,
    )


def _name(node: Node, path: str, report: Report) -> Source | None:
    name = kinds.NAME.read(node, path, report)
    return None if name is None else Source(name)


def _imported(node: Node, path: str, report: Report) -> Source | None:
    # A name that is known in the target module, or a dotted path to import it from.
    ref = kinds.DOTTED.read(node, path, report)
    if ref is None:
        return None
    module, _, name = ref.text.rpartition(".")
    return imported(name, module) if module else Source(name)


def _model(node: Node, path: str, report: Report) -> Source | None:
    ref = kinds.DOTTED.read(node, path, report)
    return None if ref is None else model_source(ref)


def _expression(node: Node, path: str, report: Report) -> Source | None:
    if not isinstance(node, Scalar) or node.is_null:
        kinds.wrong_type(node, path, report, "a Python expression", "put the expression in quotes")
        return None
    code = checked_expression(code_of(node, path, report), report, is_async=False)
    return None if code is None else inline(code.text)


def _text(node: Node, path: str, report: Report) -> str | None:
    return kinds.TEXT.read(node, path, report)


def _key(node: Node, path: str, report: Report) -> Source | None:
    # ``{instance.field}`` is replaced by a value of the row; nothing else is allowed in the braces.
    text = kinds.LABEL.read(node, path, report)
    if text is None:
        return None
    for blank in _BLANK.findall(text):
        if not _PATH.match(blank):
            message = f"found {{{blank}}}; only {{instance.field}} is allowed in braces here"
            report.add(node, path, "invalid-value", message, "write {instance.pk}")
            return None
    pieces = _BLANK.split(text)
    if any(brace in piece for piece in pieces[::2] for brace in "{}"):
        report.add(
            node,
            path,
            "invalid-value",
            "a brace is not closed, or not opened",
            "write {instance.pk}",
        )
        return None
    quoted = string_literal(text)
    return Source(f"f{quoted}" if len(pieces) > 1 else quoted)


NAME: Kind[object] = Kind("Python name", kinds.NAME.schema, _name)
TEXT: Kind[object] = Kind("text", kinds.TEXT.schema, _text)
_ONE_EXPRESSION = kinds.EXPRESSION.schema
_OPERATION = words(("strip", "lower", "upper", "title", "collapse"))

CALLABLE: Kind[object] = Kind(
    "name, or dotted path to import it from", kinds.DOTTED.schema, _imported
)

KINDS: dict[str, Kind[object]] = {
    "boolean": kinds.BOOLEAN,
    "callable": CALLABLE,
    "callable or task": CALLABLE,
    "expression": Kind("Python expression", _ONE_EXPRESSION, _expression),
    "expressions": Kind(
        "Python expression or list of them", kinds.one_or_many(_ONE_EXPRESSION), _many(_expression)
    ),
    "expressions by field": by_name(
        NAME, _expression, "names to Python expressions", _ONE_EXPRESSION
    ),
    "keys": Kind(
        "text with `{instance.field}` in it, or a list",
        kinds.one_or_many(kinds.LABEL.schema),
        _many(_key),
    ),
    "model": Kind("model name, `app.Model` or import path", kinds.DOTTED.schema, _model),
    "name": NAME,
    "names": Kind("name or list of names", kinds.NAMES.schema, _many(_name)),
    "number": kinds.NUMBER,
    "operations by field": by_name(
        NAME, _OPERATION.read, "field names to operations", _OPERATION.schema
    ),
    "task": NAME,
    "text": TEXT,
    "texts by text": by_name(
        TEXT, _many(_text), "texts to lists of texts", kinds.one_or_many(kinds.TEXT.schema)
    ),
    "names by name": by_name(NAME, _name, "names to names", kinds.NAME.schema),
}
