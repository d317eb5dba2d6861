"""Rows before and after a body changes them. Entries: ``held_before`` and ``forget``."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.testplan.choosing.given import give
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.state import Term, constant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.testplan.terms.state import State


def held_before(row: str, path: str, node: ast.expr, state: State) -> dict[str, str]:
    """Return, by field, the test's value for each ``F("field")`` in ``node``."""
    names = [name for inner in ast.walk(node) if (name := _of_f(inner))]
    before = {}
    earlier = {
        n: text
        for effect in state.effects
        if effect.kind == "update" and effect.row == row
        for n, text in effect.values
    }
    for name in names:
        if f"{row}.{name}" in state.blurred:
            continue
        if earlier.get(name):
            before[name] = f"({earlier[name]})"
            continue
        if f"{path}.{name}" not in state.given and path != "instance":
            give(Term(None, kinds.NUMBER, path=f"{path}.{name}"), constant(5), state)
            state.loose.add(f"{path}.{name}")
        variable = f"{row.rpartition('.')[2]}_{name}"
        state.captured.setdefault(variable, f"{row}.{name}")
        before[name] = variable
    return before


def without_f(text: str, before: dict[str, str]) -> str:
    """Return ``text`` with each ``F()`` replaced by ``before``, "" if that is impossible."""
    visitor = _Before(before)
    changed = visitor.visit(ast.parse(text, mode="eval")).body
    text = ast.unparse(changed)
    return text if visitor.known and "F(" not in text and "Value(" not in text else ""


def _of_f(node: ast.AST) -> str:
    # The field of ``F("field")``.
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
        return ""
    name = node.args[0]
    return str(name.value) if node.func.id == "F" and isinstance(name, ast.Constant) else ""


class _Before(ast.NodeTransformer):
    """Replaces ``F("field")`` with the value before the update."""

    def __init__(self, before: dict[str, str]) -> None:
        self.before = before
        self.known = True

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Replace ``F("field")``."""
        name = _of_f(node)
        if not name:
            return self.generic_visit(node)
        text = self.before.get(name, "")
        if not text:
            self.known = False
            return node
        return ast.parse(text, mode="eval").body


def forget(row: str, written: Mapping[str, str | None], state: State) -> None:
    """Forget the expectations for fields that are ``written`` again, each with its new value."""
    for name, text in written.items():
        (state.blurred.discard if text else state.blurred.add)(f"{row}.{name}")
    for position, effect in enumerate(state.effects):
        if effect.kind == "update" and effect.row == row:
            kept = tuple(item for item in effect.values if item[0] not in written)
            state.effects[position] = replace(effect, values=kept)


def goes_along(row: str, state: State) -> bool:
    """Tell whether ``row`` points at the deleted row, so that it may be deleted too."""
    need = state.rows.get(row.partition(".")[0])
    if need is None or state.scene.family != "delete":
        return False
    return bool(need.added) or any(text in (state.scene.row, "pk") for _, text in need.values)
